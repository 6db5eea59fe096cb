"""The life of the channel in one worker process: connect, put up the menus, listen, stop."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any, cast

from sanic.request import Request
from sanic.response import HTTPResponse
from telegram import Update
from telegram.error import InvalidToken, RetryAfter, TelegramError

from bot.channels.telegram import webhook
from bot.channels.telegram.client import make_bot
from bot.channels.telegram.commands import set_menus
from bot.channels.telegram.fetching import Fetcher
from bot.channels.telegram.house import CHANNEL, House
from bot.channels.telegram.inbound import ALLOWED_UPDATES, Inbound
from bot.channels.telegram.limits import Pace
from bot.channels.telegram.one_only import OneOnly
from bot.channels.telegram.outbound import Sender
from bot.channels.telegram.polling import HOLD, Polling
from bot.channels.telegram.staff.group import StaffGroups
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.lane import WINDOW
from bot.channels.telegram.typing_notice import TypingNotice
from bot.channels.telegram.waits import Backoff, seconds_of
from bot.ending import end

logger = logging.getLogger(__name__)

_MENU_TRIES = 5


class Runner:
    """Every worker sends; one of them also fetches (or sets the webhook) and puts up the menus."""

    def __init__(
        self, house: House, hold: int = HOLD, pace: Pace | None = None, staff_window: float = WINDOW
    ) -> None:
        self._house = house
        self._hold = hold
        self._bot = make_bot(house.settings.telegram_token, house.settings.telegram_api)
        pace = pace or Pace()
        self._sender = Sender(self._bot, house.conversations, pace, house.arrivals, house.attachments)
        self._notice = TypingNotice(self._bot, self._sender, pace)
        self._inbound = Inbound(house, self._bot, self._sender.remember)
        self._lock = OneOnly(house.settings.state / "telegram.lock")
        self._staff: StaffGroups | None = None
        if house.settings.staff_groups:
            # With groups the house is the whole container; without, and in small tests, less will do.
            self._staff = StaffGroups(cast(StaffHouse, house), self._bot, staff_window)
        self._secret = webhook.secret(house.secrets, house.settings.telegram_token)
        self._tasks: list[asyncio.Task[None]] = []

    def connect(self) -> None:
        """Tells the gate how to send. Before the gate starts, so that it takes up what was left undelivered."""
        self._house.gate.deliver_with(CHANNEL, self._sender.send)
        self._house.gate.typing_with(CHANNEL, self._notice.show)
        self._house.gate.files.fetch_with(CHANNEL, Fetcher(self._bot).fetch)

    def start(self) -> None:
        """Starts listening in the background: a network that is down must not keep the server from starting."""
        self._tasks.append(asyncio.create_task(self._run()))

    async def stop(self) -> None:
        """Stops listening and closes the connections. What was not acknowledged comes again."""
        await end(self._tasks)
        if self._staff is not None:
            await self._staff.stop()
        await self._inbound.stop()
        await self._notice.stop()
        self._lock.release()
        await self._bot.shutdown()

    async def posted(self, request: Request) -> HTTPResponse:
        """One request at the webhook's address."""
        return await webhook.receive(request, self._secret, self._bot, self._receive)

    async def _receive(self, update: Update) -> None:
        if self._staff is None or not await self._staff.receive(update):
            await self._inbound.receive(update)

    async def _run(self) -> None:
        try:
            await self._lock.wait()
            await _until_done(self._bot.initialize)
            await _until_done(self._choose_way)
            self._tasks.append(asyncio.create_task(self._put_up_menus()))
            if self._staff is not None:
                await self._staff.start()
            if not self._house.settings.telegram_webhook:
                await Polling(self._bot, self._receive, self._hold).run()
        except asyncio.CancelledError:
            raise
        except Exception as error:
            logger.error("Telegram stopped: %s. Start Waymark again.", type(error).__name__)

    async def _choose_way(self) -> None:
        address = self._house.settings.telegram_webhook
        if not address:
            # Telegram answers no polling while a webhook is set.
            await self._bot.delete_webhook(drop_pending_updates=False)
            return
        await self._bot.set_webhook(
            webhook.public_address(address),
            secret_token=self._secret,
            allowed_updates=ALLOWED_UPDATES,
            # More at once could overtake each other, and a person's messages are answered in order.
            max_connections=1,
        )

    async def _put_up_menus(self) -> None:
        backoff = Backoff(5.0, 300.0)
        for _ in range(_MENU_TRIES):
            if await set_menus(self._bot, self._house.wording):
                return
            await asyncio.sleep(backoff.failed())


async def _until_done(call: Callable[[], Awaitable[Any]]) -> None:
    backoff = Backoff()
    while True:
        try:
            await call()
            return
        except RetryAfter as error:
            pause = seconds_of(error)
        except InvalidToken:
            logger.error("Telegram refuses the bot's token. Check WAYMARK_TELEGRAM_TOKEN and start again.")
            pause = 60.0
        except TelegramError as error:
            logger.warning("Telegram cannot be reached: %s", type(error).__name__)
            pause = backoff.failed()
        await asyncio.sleep(pause)
