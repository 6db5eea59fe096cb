"""Replies that are shown before they are sent. They are kept in the store, so that a restart neither loses nor sends one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

from telegram import InlineKeyboardMarkup
from telegram.error import BadRequest

from bot.channels.telegram.pieces import Piece
from bot.channels.telegram.spans import lines
from bot.channels.telegram.splitting import split
from bot.channels.telegram.staff import shown as actions
from bot.channels.telegram.staff.files import Files
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.place import DRAFT, Place
from bot.channels.telegram.staff.shown import Shown, button
from bot.errors import WaymarkError
from bot.store.case_records import Case, Entry
from bot.store.staff import Post


class Draft(NamedTuple):
    """A reply that waits. `number`: the message of which it was made. `files`: see Written.files; fetched when it is sent.

    `reply_to`: the entry that it answers.
    """

    number: int
    mediator_id: str
    case_id: str
    text: str
    key: str
    files: list[dict[str, Any]]
    reply_to: int | None = None


class Drafts:
    """Shows, changes and sends drafts."""

    def __init__(self, house: StaffHouse, shown: Shown, files: Files) -> None:
        self._house = house
        self._shown = shown
        self._files = files

    async def make(
        self, place: Place, case: Case, number: int, text: str, key: str, files: Sequence[dict[str, Any]] = (),
        reply_to: int | None = None,
    ) -> None:
        """Keeps a draft and shows it; an earlier one of the same message becomes this one."""
        if not text and not files:
            raise WaymarkError("desk.empty")
        draft = Draft(number, place.me.id, case.id, text, key, list(files), reply_to)
        # Shown only once it is kept: what has buttons can be sent.
        *first, piece = await self._pieces(place, case, draft)
        await self._house.staff.keep_draft(place.group_id, number, case.id, case.conversation_id, draft._asdict())
        posts = [post for post in await self._house.staff.posts(case.id, number) if _is_draft(post, place)]
        if posts:
            now = piece if not first else self._shown.plain(f"({self._shown.say('edited')})")
            try:
                await place.lane.change(posts[-1].message_id, now)
                if not first:
                    return
            except BadRequest:
                pass  # deleted by somebody: a new one
        for one in first:
            await place.lane.put(place.topic.topic_id, one, case.id, reply_to=number)
        await place.lane.put(place.topic.topic_id, piece, case.id, (number,), place=DRAFT, reply_to=number)

    async def change(self, place: Place, case: Case, draft: Draft, text: str, more: Sequence[dict[str, Any]] = ()) -> None:
        """Gives one's own draft other words, and `more` files. WaymarkError as `own`."""
        self.own(place, case, draft)
        known = {file["key"] for file in draft.files}
        files = [*draft.files, *(file for file in more if file["key"] not in known)]
        await self.make(place, case, draft.number, text, draft.key, files, draft.reply_to)

    async def at(self, place: Place, number: int) -> Draft | None:
        """The draft that was made of a message and waits."""
        body = await self._house.staff.draft(place.group_id, number)
        return Draft(**body) if body else None

    def own(self, place: Place, case: Case, draft: Draft) -> None:
        """WaymarkError "desk.not_yours": a draft is in the words and the language of who wrote it."""
        if draft.mediator_id != place.me.id:
            raise WaymarkError("desk.not_yours", case=case.code)

    async def send(
        self, place: Place, case: Case, draft: Draft, *, untranslated: bool = False, translation: str | None = None,
        more: Sequence[dict[str, Any]] = (),
    ) -> Entry:
        """Sends one's own draft. `translation`: the mediator's own. WaymarkError as `own`: then it still waits."""
        self.own(place, case, draft)
        files = await self._files.keep(case, [*draft.files, *more])
        # Translated once more, with the same outcome: what a machine wrote and nobody changed stays marked as such.
        # A better translation of nothing but files is the words themselves.
        text = draft.text or translation or ""
        language = await self._house.desk.written_in(case.id, place.me.id, text)
        entry = await self._house.desk.reply(
            case.id, place.me.id, text, key=draft.key, untranslated=untranslated, reply_to=draft.reply_to, attachments=files,
            translation=translation if draft.text else None, language=language,
        )
        await self._house.staff.keep_draft(place.group_id, draft.number, case.id, case.conversation_id, None)
        return entry

    async def was_sent(self, place: Place, number: int) -> bool:
        """Whether the draft that was made of a message has gone out."""
        return await self._house.staff.draft(place.group_id, number) == {}

    async def cancel(self, place: Place, case: Case, draft: Draft) -> None:
        """Drops one's own draft. WaymarkError as `own`."""
        self.own(place, case, draft)
        await self._house.staff.drop_draft(place.group_id, draft.number)

    async def post_of(self, place: Place, case_id: str, number: int) -> int | None:
        """The number of the message that shows the draft made of message `number`."""
        posts = [post for post in await self._house.staff.posts(case_id, number) if _is_draft(post, place)]
        return posts[-1].message_id if posts else None

    async def _pieces(self, place: Place, case: Case, draft: Draft) -> list[Piece]:
        block = lines(draft.text) if draft.text else []
        if draft.text:
            made = await self._house.desk.draft(case.id, place.me.id, draft.text)
            said = made.translation
            if said.text != draft.text:
                block += lines(f"→ ({self._shown.say('kind_' + said.kind)})", "i") + lines(said.text)
                block += lines("←", "i") + lines(made.back.text)
            elif said.source != said.target:
                block += lines(self._shown.say("untranslated"), "i")
        if draft.files:
            block += lines("📎 " + ", ".join(str(file["name"]) for file in draft.files))
        keys = InlineKeyboardMarkup([
            [button(self._shown.say("button_send"), actions.SEND),
             button(self._shown.say("button_send_original"), actions.PLAIN)],
            [button(self._shown.say("button_cancel"), actions.CANCEL)],
        ])
        *first, last = split([block], self._shown.language)
        return [*(Piece(part) for part in first), Piece(last, buttons=keys)]


def _is_draft(post: Post, place: Place) -> bool:
    return post.ours and post.place == DRAFT and post.group_id == place.group_id
