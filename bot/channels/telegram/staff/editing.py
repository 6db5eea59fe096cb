"""A mediator edits what they wrote. Nothing that had not gone to the person goes out by an edit."""

from __future__ import annotations

from telegram import Message

from bot.channels.telegram.staff.drafts import Drafts
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.place import DRAFT, OWN_TRANSLATION, UNSENT, Place
from bot.channels.telegram.staff.speaker import Speaker
from bot.channels.telegram.staff.written import Mark, Written
from bot.errors import WaymarkError
from bot.store.case_records import Case, Entry
from bot.store.staff import Post


class Editing:
    """Does it at the desk. Doing it twice is doing it once."""

    def __init__(self, house: StaffHouse, speaker: Speaker, drafts: Drafts) -> None:
        self._house = house
        self._speaker = speaker
        self._drafts = drafts

    async def edit(self, place: Place, message: Message, update_id: int) -> None:
        """WaymarkError: it was refused, and changed nothing."""
        written = Written((message,))
        post = await self._house.staff.post(place.group_id, message.message_id)
        case = await self._house.cases.get(place.topic.case_id)
        if case is None:
            raise WaymarkError("desk.unknown")
        draft = await self._drafts.at(place, post.number if post and post.place == DRAFT else message.message_id)
        if draft is not None:
            if written.mark is Mark.NOTE:
                await self._drafts.cancel(place, case, draft)
                await self._speaker.warn(place, "edit_unsent")
            else:
                await self._drafts.change(place, case, draft, written.words.strip(), written.files)
            return
        if post is None or post.place in (DRAFT, UNSENT):
            if written.words.strip() or written.files:  # a place that is shared live is edited every few seconds
                await self._speaker.warn(place, "edit_unsent")
            return
        entry = await self._house.cases.entry(post.case_id, post.number)
        if entry is not None and entry.author == "note":
            await self._note(place, written, entry)
        elif entry is not None and entry.author == "mediator":
            await self._reply(place, case, written, entry, post, update_id)

    async def _note(self, place: Place, written: Written, entry: Entry) -> None:
        await self._house.desk.change_note(entry.case_id, place.me.id, entry.number, written.words.strip())
        if written.mark is not Mark.NOTE:
            await self._speaker.say(place, "note_stays")

    async def _reply(
        self, place: Place, case: Case, written: Written, entry: Entry, post: Post, update_id: int
    ) -> None:
        words = written.words
        own = post.place == OWN_TRANSLATION
        present = entry.translation.text if own and entry.translation is not None else entry.text
        if written.mark is not Mark.NONE or not words.strip() or (words == present and written.files):
            await self._speaker.warn(place, "edit_stays")
            return
        if words == present:
            return
        edited = await self._house.desk.edit(
            case.id, place.me.id, entry.number, entry.text if own else words, f"tg:{update_id}",
            translation=words if own else None,
        )
        await self._speaker.show_translation(place, case, edited._replace(number=entry.number))
