"""Words of the house to a mediator, in the topic, as an answer to what they wrote or pressed."""

from __future__ import annotations

import logging
from typing import Any

from telegram import Bot, InlineKeyboardMarkup
from telegram.error import TelegramError

from bot.channels.telegram.staff.lane import Lane
from bot.channels.telegram.staff.place import TRANSLATION, Place
from bot.channels.telegram.staff.shown import Shown
from bot.handover.desk import Desk
from bot.languages import language_name
from bot.store.case_records import Case, Entry

logger = logging.getLogger(__name__)


class Speaker:
    """Says it."""

    def __init__(self, bot: Bot, shown: Shown, desk: Desk) -> None:
        self._bot = bot
        self._shown = shown
        self._desk = desk

    async def say(self, place: Place, name: str, buttons: InlineKeyboardMarkup | None = None, kind: int = 0) -> None:
        """A label of the staff group. `kind`: the `place` of the post."""
        await self.text(place, self._shown.say(name), buttons, kind)

    async def warn(self, place: Place, name: str) -> None:
        """The same, of something that was not done."""
        await self.text(place, "⚠ " + self._shown.say(name))

    async def other_language(self, place: Place, written: str, reads: str) -> None:
        """That words were not sent as they are: they look like another language than the person reads."""
        names = {"written": language_name(written, self._shown.language), "reads": language_name(reads, self._shown.language)}
        await self.text(place, "⚠ " + self._shown.say("other_language", **names))

    async def text(self, place: Place, text: str, buttons: InlineKeyboardMarkup | None = None, kind: int = 0) -> None:
        """Any words."""
        piece = self._shown.plain(text)._replace(buttons=buttons)
        await place.lane.put(place.topic.topic_id, piece, place.topic.case_id, place=kind, reply_to=place.message_id)

    async def show_translation(self, place: Place, case: Case, entry: Entry) -> None:
        """Shows what the person got. The translation back is left out while the group is busy."""
        said = entry.translation
        back: str | None = None
        if said is not None and said.text != said.original and not place.lane.is_busy:
            draft = await self._desk.speech.translated(said.text, said.target, said.source, "back")
            back = draft.text if draft.text != said.text else None
        for piece in self._shown.translation(entry, back):
            await place.lane.put(
                place.topic.topic_id, piece, case.id, (entry.number,), place=TRANSLATION, reply_to=place.message_id
            )

    async def take_buttons(self, lane: Lane, message_id: int) -> None:
        """Takes away the buttons under a question that was answered."""

        async def work() -> Any:
            return await self._bot.edit_message_reply_markup(lane.group_id, message_id, reply_markup=None)

        try:
            await lane.call(work, counts=False)
        except TelegramError as error:
            logger.debug("Buttons could not be taken away: %s", type(error).__name__)
