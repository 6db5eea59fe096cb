"""The staff groups of one bot: put together, started, stopped."""

from __future__ import annotations

from telegram import Bot, Update

from bot.channels.telegram.pieces import Hand
from bot.channels.telegram.staff.board import Board
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.inbound import StaffInbound
from bot.channels.telegram.staff.lane import WINDOW, Lane
from bot.channels.telegram.staff.links import Links
from bot.channels.telegram.staff.shown import Shown
from bot.channels.telegram.staff.work import Work
from bot.languages import SOURCE_LANGUAGE, launch_code


class StaffGroups:
    """One a process, in the one that fetches Telegram's updates."""

    def __init__(self, house: StaffHouse, bot: Bot, window: float = WINDOW) -> None:
        hand = Hand(bot, house.attachments)
        shown = Shown(house.wording, house.cards, launch_code(house.settings.staff_language) or SOURCE_LANGUAGE)
        pace = max(1, house.settings.staff_pace)
        self.board = Board(house, hand, shown, lambda group: Lane(group, hand, house.staff, pace, window))
        self._work = Work(house, self.board, bot, shown)
        self._inbound = StaffInbound(house, self.board, self._work, shown)
        self._links = Links(house, bot, shown)

    async def start(self) -> None:
        """Begins to show cases, and takes up what was written before the last stop."""
        await self.board.start()
        await self._inbound.start()

    async def stop(self) -> None:
        """Stops; nothing that is not done is forgotten."""
        await self._inbound.stop()
        await self.board.stop()

    async def receive(self, update: Update) -> bool:
        """Whether an update is a matter of the groups or of a mediator's account. It is safe then."""
        return await self._links.receive(update) or await self._inbound.receive(update)
