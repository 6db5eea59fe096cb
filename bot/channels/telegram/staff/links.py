"""Ties a Telegram account to a mediator: who sends the bot the one-time code from `waymark mediators telegram NAME`."""

from __future__ import annotations

import logging
import re

from telegram import Bot, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.shown import Shown
from bot.errors import WaymarkError

logger = logging.getLogger(__name__)

# "/link K7PX-2M4R", or a tap on t.me/<bot>?start=link-K7PX2M4R.
_LINK = re.compile(r"/(?:link\s+|start\s+link[-_])([\w-]{4,20})", re.IGNORECASE)


class Links:
    """Takes the codes."""

    def __init__(self, house: StaffHouse, bot: Bot, shown: Shown) -> None:
        self._house = house
        self._bot = bot
        self._shown = shown

    async def receive(self, update: Update) -> bool:
        """Whether the update is such a code, in a private chat."""
        message = update.message
        if message is None or message.text is None or message.chat.type != ChatType.PRIVATE or message.from_user is None:
            return False
        match = _LINK.fullmatch(message.text.strip())
        if match is None:
            return False
        try:
            text = await self._link(match.group(1), message.from_user.id)
        except WaymarkError as error:
            text = str(error)
        try:
            await self._bot.send_message(message.chat.id, text)
        except TelegramError as error:
            logger.warning("A mediator could not be answered: %s", type(error).__name__)
        return True

    async def _link(self, code: str, user: int) -> str:
        subject = await self._house.codes.take("link", code, f"telegram {user}")
        before = await self._house.mediators.by_telegram(user)
        if before is not None and before.id != subject:
            return self._shown.say("linked_elsewhere")
        mediator = await self._house.mediators.change(subject, telegram_id=user)
        return self._shown.say("link_done", name=mediator.name)
