"""Long polling that acknowledges an update only after it is safe in the inbox.

The library's own Updater puts updates on a queue in memory and acknowledges them with its next request; a crash in
between loses them. Here the offset moves when `receive` has returned, so what was fetched and not written down is
fetched again.
"""

from __future__ import annotations

import asyncio
import logging
import warnings
from collections.abc import Awaitable, Callable, Sequence

from telegram import Bot, Update
from telegram.error import Conflict, InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram.inbound import ALLOWED_UPDATES
from bot.channels.telegram.waits import Backoff, seconds_of

logger = logging.getLogger(__name__)

# Seconds that Telegram holds a request open while nothing happens.
HOLD = 25
# So often one update is tried before it is taken to be at fault itself; only then, and only while others succeed.
_TRIES = 8


class Polling:
    """Fetches updates for ever. `receive` returns once an update is safe and raises if it is not yet."""

    def __init__(self, bot: Bot, receive: Callable[[Update], Awaitable[None]], hold: int = HOLD) -> None:
        self._bot = bot
        self._receive = receive
        self._hold = hold
        self._offset: int | None = None
        self._tries: dict[int, int] = {}
        self._backoff = Backoff()

    async def run(self) -> None:
        """Runs until cancelled."""
        while True:
            pause = await self._round()
            if pause:
                await asyncio.sleep(pause)

    async def _round(self) -> float:
        """One request and what it brought; the seconds to wait before the next."""
        try:
            updates = await self._bot.get_updates(
                offset=self._offset, timeout=self._hold, allowed_updates=ALLOWED_UPDATES
            )
        except RetryAfter as error:
            return seconds_of(error)
        except InvalidToken:
            logger.error("Telegram refuses the bot's token. Check WAYMARK_TELEGRAM_TOKEN and start again.")
            return 60.0
        except Conflict:
            logger.error("Another program fetches this bot's messages. Stop it, or give this one a bot of its own.")
            return self._backoff.failed()
        except TelegramError as error:
            logger.warning("Telegram cannot be reached: %s", type(error).__name__)
            return self._backoff.failed()
        except Exception as error:
            logger.error("An update could not be parsed: %s", type(error).__name__)
            await self._pass_over_unreadable()
            return self._backoff.failed()
        if await self._hand_over(updates):
            self._backoff.succeeded()
            return 0.0
        return self._backoff.failed()

    async def _hand_over(self, updates: Sequence[Update]) -> bool:
        """Hands updates on, each chat's in order, and moves the offset. Whether all are safe."""
        held: set[int] = set()
        unsafe: list[int] = []
        worked = False
        for update in updates:
            chat = update.effective_chat.id if update.effective_chat else 0
            if chat in held:
                unsafe.append(update.update_id)
                continue
            try:
                await self._receive(update)
                worked = True
                self._tries.pop(update.update_id, None)
            except Exception as error:
                logger.error("An update could not be written down yet: %s", type(error).__name__)
                held.add(chat)
                unsafe.append(update.update_id)
                self._tries[update.update_id] = self._tries.get(update.update_id, 0) + 1
        if worked and unsafe and self._tries.get(unsafe[0], 0) >= _TRIES:
            logger.error("An update was given up: it fails again and again while others succeed.")
            self._tries.pop(unsafe.pop(0), None)
        if updates:
            self._offset = unsafe[0] if unsafe else updates[-1].update_id + 1
        return not unsafe

    async def _pass_over_unreadable(self) -> None:
        """Steps over the first update that the library cannot parse; the raw answer tells its number."""
        arguments = {"offset": self._offset, "limit": 1, "timeout": 0, "allowed_updates": ALLOWED_UPDATES}
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # the library would have us use get_updates, which has just failed
                found = await self._bot.do_api_request("getUpdates", api_kwargs=arguments)
        except TelegramError as error:
            logger.warning("Telegram cannot be reached: %s", type(error).__name__)
            return
        for raw in found:
            try:
                update = Update.de_json(raw, self._bot)
            except Exception as error:
                logger.error("An update was passed over: %s", type(error).__name__)
                self._offset = int(raw["update_id"]) + 1
            else:
                await self._hand_over([update])
