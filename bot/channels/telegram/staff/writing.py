"""What a mediator writes in a topic: to the person, or a note, a draft, a correction. In doubt nothing goes to the person."""

from __future__ import annotations

from bot.channels.telegram.staff.answered import Answered, Kind, answered
from bot.channels.telegram.staff.board import Board
from bot.channels.telegram.staff.drafts import Drafts
from bot.channels.telegram.staff.files import Files
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.place import DRAFT, OWN_TRANSLATION, UNSENT, Place, case_of
from bot.channels.telegram.staff.speaker import Speaker
from bot.channels.telegram.staff.written import Mark, Written
from bot.errors import WaymarkError
from bot.handover.rules import must_be_theirs
from bot.store.case_records import Case, Entry
from bot.store.staff import Post

# Telegram cuts at 4,096 letters, at the last space before: a longer text than this may have been cut. Its parts come at once.
_CUT, _CUT_SECONDS = 3500, 30


class Writing:
    """Does it at the desk. Doing it twice is doing it once."""

    def __init__(self, house: StaffHouse, board: Board, speaker: Speaker, drafts: Drafts, files: Files) -> None:
        self._house = house
        self._board = board
        self._speaker = speaker
        self._drafts = drafts
        self._files = files

    async def write(self, place: Place, written: Written) -> None:
        """WaymarkError: it was refused, and nothing of it went anywhere."""
        case = await case_of(self._house, place)
        if written.album is not None:
            posts = await self._album(place, written)
            known = {post.message_id for post in posts}
            late = Written(tuple(one for one in written.messages if one.message_id not in known))
            if not late.messages:
                return
            if posts:
                await self._late(place, case, late, posts[-1])
                return
        elif await self._house.staff.post(place.group_id, written.numbers[0]) is not None:
            return  # done before a crash
        to = await answered(self._house, place, written)
        if written.mark is Mark.NOTE or to.kind is Kind.NOTE_PROMPT:
            await self._note(place, case, written)
        elif await self._continued(place, case, written):
            pass
        elif written.mark is Mark.COMMAND:
            await self._refuse(place, written, "slash")
        elif not written.words.strip() and not written.files and written.mark is Mark.NONE:
            await self._refuse(place, written, "kind_unsent")
        elif to.kind is Kind.CORRECTION:
            await self._correct(place, written, to)
        elif to.kind is Kind.DRAFT:
            await self._better(place, case, written, to)
        elif written.mark is Mark.DRAFT:
            await self._draft(place, await self._taken(place, case), written)
        elif to.kind is Kind.NOTE:
            await self._note(place, case, written)
            await self._speaker.say(place, "note_stays")
        elif to.kind is Kind.INSIDE:
            await self._refuse(place, written, "answer_unclear")
        elif written.is_forwarded or (written.album and len(written.messages) == 1):
            # Of what somebody wrote elsewhere, or came without the other parts of its album, nobody said that it may go out.
            await self._draft(place, case, written)
        else:
            await self._reply(place, await self._taken(place, case), written, to)

    async def note_refused(self, place: Place, written: Written) -> None:
        """Remembers of an album that nothing of it went out: a part that comes late must not go out alone."""
        if written.album is not None:
            await self._theirs(place, written, 0, UNSENT)

    # What becomes of it.

    async def _note(self, place: Place, case: Case, written: Written) -> None:
        must_be_theirs(case, place.me.id)  # before a file is kept; a note takes no case, for the person would be told
        files = await self._files.keep(case, written.files)
        entry = await self._house.desk.note(case.id, place.me.id, written.words, written.key, files)
        if not set(files) <= set(entry.attachments):  # what was written down before a crash had fewer parts
            entry = await self._house.desk.change_note(case.id, place.me.id, entry.number, entry.text, files)
        await self._theirs(place, written, entry.number)

    async def _reply(self, place: Place, case: Case, written: Written, to: Answered) -> None:
        if case.language in place.me.languages:
            language = await self._house.desk.written_in(case.id, place.me.id, written.words)
            if language != case.language:
                await self._draft(place, case, written, to.number)
                await self._speaker.other_language(place, language, case.language)
                return
        files = await self._files.keep(case, written.files)
        entry = await self._house.desk.reply(
            case.id, place.me.id, written.words, key=written.key, attachments=files, reply_to=to.number
        )
        await self._send_parts(place, case, written, entry)  # what was written down before a crash had fewer
        await self._theirs(place, written, entry.number)
        await self._speaker.show_translation(place, case, entry)

    async def _draft(self, place: Place, case: Case, written: Written, reply_to: int | None = None) -> None:
        must_be_theirs(case, place.me.id)
        number = written.numbers[0]
        await self._drafts.make(place, case, number, written.words.strip(), written.key, written.files, reply_to)
        if written.album is not None:
            await self._theirs(place, written, number, DRAFT)

    async def _continued(self, place: Place, case: Case, written: Written) -> bool:
        """Telegram's apps cut a long text into messages, and the mark stands on the first: the next is the rest of it."""
        before = written.numbers[0] - 1
        post = await self._house.staff.post(place.group_id, before)
        if post is not None and (post.ours or post.case_id != case.id):
            return False
        draft = await self._drafts.at(place, post.number if post and post.place == DRAFT else before)
        if draft is not None and draft.mediator_id == place.me.id and len(draft.text) > _CUT:
            await self._drafts.change(place, case, draft, f"{draft.text}\n{written.words}", written.files)
            await self._theirs(place, written, draft.number, DRAFT)
            return True
        entry = await self._house.cases.entry(case.id, post.number) if post is not None and post.place >= 0 else None
        if entry is None or entry.author != "note" or entry.mediator_id != place.me.id or len(entry.text) <= _CUT:
            return False
        if written.messages[0].date.timestamp() - entry.sent_at > _CUT_SECONDS:
            return False
        await self._note(place, case, written)
        await self._speaker.say(place, "note_stays")
        return True

    async def _better(self, place: Place, case: Case, written: Written, to: Answered) -> None:
        """A draft was answered with a better translation."""
        number = to.number or 0
        draft = await self._drafts.at(place, number)
        if draft is None:
            await self._refuse(place, written, "draft_gone")
        elif draft.mediator_id != place.me.id or not written.words.strip() or written.mark is not Mark.NONE:
            await self._refuse(place, written, "answer_unclear")
        else:
            entry = await self._drafts.send(place, case, draft, translation=written.words, more=written.files)
            await self._theirs(place, written, entry.number, OWN_TRANSLATION)
            post = await self._drafts.post_of(place, case.id, number)
            if post is not None:
                await self._speaker.take_buttons(place.lane, post)

    async def _correct(self, place: Place, written: Written, to: Answered) -> None:
        """The question after the right translation was answered."""
        entry = await self._house.cases.entry(place.topic.case_id, to.number or 0)
        if entry is None:
            raise WaymarkError("desk.not_editable")
        if written.files or written.mark is not Mark.NONE:
            await self._refuse(place, written, "answer_unclear")
            return
        if entry.author == "person":
            await self._house.desk.correct(entry.case_id, place.me.id, entry.number, written.words)
        else:
            await self._house.desk.edit(
                entry.case_id, place.me.id, entry.number, entry.text, written.key, translation=written.words
            )
        await self._speaker.say(place, "corrected")

    async def _send_parts(self, place: Place, case: Case, album: Written, entry: Entry) -> None:
        """Sends the parts of an album that did not go out with its entry, each as a message of its own."""
        for message in album.messages if album.album is not None else ():
            one = Written((message,))
            files = await self._files.keep(case, one.files)
            if not set(files) <= set(entry.attachments):
                key = f"tg:{place.group_id}:{message.message_id}"
                language = await self._house.desk.written_in(case.id, place.me.id, one.words)
                await self._house.desk.reply(
                    case.id, place.me.id, one.words, key=key, attachments=files, language=language
                )

    async def _late(self, place: Place, case: Case, late: Written, post: Post) -> None:
        """Parts of an album that came after the others go where those went."""
        entry = await self._house.cases.entry(case.id, post.number) if post.place >= 0 else None
        if entry is not None and entry.author == "note" and entry.mediator_id == place.me.id:
            files = await self._files.keep(case, late.files)
            text = "\n".join(part for part in (entry.text, late.words) if part.strip())
            await self._house.desk.change_note(case.id, place.me.id, entry.number, text, files)
            await self._theirs(place, late, entry.number)
        elif late.mark is Mark.NOTE:
            await self._note(place, case, late)
        elif entry is not None and entry.author == "mediator" and late.mark is Mark.NONE:
            await self._send_parts(place, case, late, entry)
            await self._theirs(place, late, entry.number)
        else:
            draft = await self._drafts.at(place, post.number) if post.place == DRAFT else None
            if draft is None:
                await self._draft(place, case, late)
            else:
                text = "\n".join(part for part in (draft.text, late.words) if part.strip())
                await self._drafts.change(place, case, draft, text, late.files)
                await self._theirs(place, late, draft.number, DRAFT)

    async def _refuse(self, place: Place, written: Written, name: str) -> None:
        await self._speaker.warn(place, name)
        await self.note_refused(place, written)

    # What the store knows.

    async def _taken(self, place: Place, case: Case) -> Case:
        """The case; who answers in one that nobody has takes it."""
        if case.mediator_id is None and case.state != "closed":
            return await self._house.desk.take(case.id, place.me.id)
        return case

    async def _album(self, place: Place, written: Written) -> list[Post]:
        """The parts of the album that were decided on before."""
        mark = self._mark(written)
        posts = await self._house.staff.posts(place.topic.case_id)
        return [post for post in posts if not post.ours and post.group_id == place.group_id and post.shown == mark]

    async def _theirs(self, place: Place, written: Written, number: int, kind: int = 0) -> None:
        """Notes which entry the mediator's own messages are, or with `kind` what else they became."""
        mark = self._mark(written) if written.album is not None else ""
        for message_id in written.numbers:
            await self._house.staff.posted(
                place.group_id, message_id, place.topic.case_id, (number,), place=kind, ours=False, shown=mark
            )
        self._board.touch(place.topic.case_id)

    def _mark(self, written: Written) -> str:
        return self._house.secrets.pseudonym("staff album", written.album or "")
