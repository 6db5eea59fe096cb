"""Tells the leads what they must see to, in the chat that each has with the bot: a group is read by chance, this is not."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from telegram import Bot
from telegram.error import TelegramError

from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.shown import Shown
from bot.ending import end

logger = logging.getLogger(__name__)
# Kinds of signals that are for the leads -> what they are told.
NEWS = {"overdue": "system_overdue", "nobody_left": "system_nobody_left"}


class Leads:
    """The leads who have tied a Telegram account."""

    def __init__(self, house: StaffHouse, bot: Bot, shown: Shown) -> None:
        self._house = house
        self._bot = bot
        self._shown = shown
        self._tasks: set[asyncio.Task[None]] = set()

    async def stop(self) -> None:
        """Ends what is being sent."""
        await end(self._tasks)

    def hear(self, signal: dict[str, Any]) -> None:
        """A signal of the desk; most are not for the leads. Does not wait for Telegram."""
        name = NEWS.get(str(signal.get("kind")))
        if name is not None:
            # The code alone: the chat shows on a telephone's locked screen.
            task = asyncio.create_task(self.tell(f"{signal['code']}: {self._shown.say(name)}"))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def tell(self, text: str) -> None:
        """Says it to each of them. Who has blocked the bot stops nothing."""
        for one in await self._house.mediators.list(active=True):
            if "lead" in one.roles and one.telegram_id is not None:
                try:
                    await self._bot.send_message(one.telegram_id, text)
                except TelegramError as error:
                    logger.warning("A lead could not be told: %s", type(error).__name__)
