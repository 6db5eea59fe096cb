"""What a mediator writes, edits or presses in a topic, done at the desk."""

from __future__ import annotations

import json
import logging
from collections.abc import Awaitable, Sequence

from telegram import Bot, CallbackQuery, Message, Update
from telegram.error import TelegramError

from bot.channels.telegram.staff import shown as actions
from bot.channels.telegram.staff.board import Board
from bot.channels.telegram.staff.drafts import Drafts
from bot.channels.telegram.staff.editing import Editing
from bot.channels.telegram.staff.files import Files
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.place import DRAFT, NOTE_PROMPT, PROMPT, Place, case_of
from bot.channels.telegram.staff.shown import Shown
from bot.channels.telegram.staff.speaker import Speaker
from bot.channels.telegram.staff.writing import Writing
from bot.channels.telegram.staff.written import Written
from bot.errors import WaymarkError
from bot.handover.rules import must_be_theirs
from bot.store.case_records import Case

logger = logging.getLogger(__name__)

# Telegram's limit for the words of an alert.
_ALERT = 200


class Work:
    """Does things at the desk for who is on the list, and says in the topic what did not work."""

    def __init__(self, house: StaffHouse, board: Board, bot: Bot, shown: Shown) -> None:
        self._house = house
        self._board = board
        self._bot = bot
        self._shown = shown
        files = Files(house, bot)
        self._speaker = Speaker(bot, shown, house.desk)
        self._drafts = Drafts(house, shown, files)
        self._writing = Writing(house, board, self._speaker, self._drafts, files)
        self._editing = Editing(house, self._speaker, self._drafts)

    async def undone(self) -> list[Update]:
        """What was written down and not done."""
        found = (Update.de_json(json.loads(body), self._bot) for body in await self._house.staff.undone())
        return [update for update in found if update is not None]

    async def do(self, updates: Sequence[Update]) -> None:
        """Does what an update asks for; several are the parts of one album. Doing it twice is doing it once."""
        update = updates[0]
        place = await self._place(update)
        if place is None:
            return
        if update.callback_query is not None:
            try:
                await self._press(place, update.callback_query)
            except WaymarkError as error:
                await self.answer(update.callback_query.id, str(error))
        elif update.edited_message is not None:
            await self._told(place, self._editing.edit(place, update.edited_message, update.update_id))
        elif update.message is not None:
            written = written_in(updates)
            if not await self._told(place, self._writing.write(place, written)):
                await self._writing.note_refused(place, written)

    async def _told(self, place: Place, work: Awaitable[None]) -> bool:
        """Whether something was done; who asked for it is told if it was refused."""
        try:
            await work
        except WaymarkError as error:
            await self._speaker.text(place, "⚠ " + str(error))
            return False
        return True

    async def give_up(self, update: Update) -> None:
        """Says that something could not be done."""
        place = await self._place(update)
        if place is not None:
            name = "file_refused" if update.message and update.message.effective_attachment else "not_delivered"
            await self._speaker.text(place, "⚠ " + self._shown.say(name, reason=""))

    async def answer(self, query_id: str, text: str = "") -> None:
        """Ends the waiting of who pressed; a text is shown as an alert."""
        try:
            await self._bot.answer_callback_query(query_id, text[:_ALERT] or None, show_alert=bool(text))
        except TelegramError as error:
            logger.debug("A press was not confirmed: %s", type(error).__name__)

    async def say_plainly(self, group: int, thread: int | None, text: str) -> None:
        """A word to any group, also one that is not in the settings."""
        await self._bot.send_message(group, text, message_thread_id=thread)

    async def _place(self, update: Update) -> Place | None:
        message, chat, user = update.effective_message, update.effective_chat, update.effective_user
        if not isinstance(message, Message) or chat is None or user is None or message.message_thread_id is None:
            return None
        lane = self._board.lanes.get(chat.id)
        topic = await self._house.staff.topic_at(chat.id, message.message_thread_id)
        me = await self._house.mediators.by_telegram(user.id)
        if lane is None or topic is None or me is None:
            return None
        return Place(lane, topic, me, message.message_id)

    # What is pressed.

    async def _press(self, place: Place, query: CallbackQuery) -> None:
        _, action, *more = (query.data or "").split(":")
        case = await case_of(self._house, place)
        desk, me = self._house.desk, place.me.id
        if action in (actions.PASS, actions.CLOSE, actions.CORRECT):
            must_be_theirs(case, me)  # before anything is asked
        if action == actions.TAKE:
            await desk.take(case.id, me)
        elif action == actions.PASS:
            await self._speaker.say(place, "prompt_pass", self._shown.colleagues(await self._colleagues(case, me)))
        elif action == actions.TO and more:
            await desk.pass_on(case.id, me, None if more[0] == "queue" else more[0])
            await self._speaker.take_buttons(place.lane, place.message_id)
        elif action == actions.NOTE:
            await self._speaker.say(place, "prompt_note", kind=NOTE_PROMPT)
        elif action == actions.CORRECT:
            await self._ask_correction(place, int(more[0]) if more and more[0].isdigit() else None)
        elif action == actions.CLOSE and not more:
            await self._speaker.say(place, "prompt_close", self._shown.outcomes())
        elif action == actions.CLOSE:
            await desk.close(case.id, me, more[0])
            await self._speaker.take_buttons(place.lane, place.message_id)
        elif action == actions.BACK:
            await desk.close(case.id, me, "returned")
        elif action == actions.RECUSE:
            await desk.recuse(case.id, me, "conflict")
        elif action in (actions.SEND, actions.PLAIN):
            await self._send_draft(place, case, untranslated=action == actions.PLAIN)
        elif action == actions.CANCEL:
            draft = await self._drafts.at(place, await self._draft_number(place))
            if draft is not None:
                await self._drafts.cancel(place, case, draft)
            await self._speaker.take_buttons(place.lane, place.message_id)
        self._board.touch(case.id)
        await self.answer(query.id)

    async def _colleagues(self, case: Case, me: str) -> list[tuple[str, str]]:
        excluded = await self._house.cases.excluded(case.id)
        who = [one for one in await self._house.mediators.list(active=True)
               if one.id != me and one.id not in excluded and one.roles & {"mediator", "lead"}]
        who.sort(key=lambda one: case.language not in one.languages)
        return [(one.id, f"{one.name} ({', '.join(one.languages)})") for one in who[:8]]

    async def _ask_correction(self, place: Place, number: int | None) -> None:
        entries = await self._house.cases.entries(place.topic.case_id)
        translated = [one for one in entries if one.translation is not None and one.author in ("person", "mediator")]
        wanted = [one for one in translated if number in (None, one.number)]
        if not wanted:
            await self._speaker.say(place, "no_translation")
            return
        said = wanted[-1].translation
        assert said is not None
        text = f"{self._shown.say('prompt_correct')}\n\n{said.text}"
        await place.lane.put(
            place.topic.topic_id, self._shown.plain(text), place.topic.case_id, (wanted[-1].number,), place=PROMPT,
            reply_to=place.message_id,
        )

    async def _send_draft(self, place: Place, case: Case, untranslated: bool) -> None:
        number = await self._draft_number(place)
        draft = await self._drafts.at(place, number)
        if draft is not None:
            await self._drafts.send(place, case, draft, untranslated=untranslated)
        elif not await self._drafts.was_sent(place, number):
            await self._speaker.say(place, "draft_gone")
            return
        await self._speaker.take_buttons(place.lane, place.message_id)

    async def _draft_number(self, place: Place) -> int:
        """The message of which the draft was made whose buttons were pressed; 0: it is none."""
        post = await self._house.staff.post(place.group_id, place.message_id)
        return post.number if post is not None and post.place == DRAFT else 0


def written_in(updates: Sequence[Update]) -> Written:
    """What was written, in the order it was sent; a part that was edited meanwhile as it is now."""
    found = {
        message.message_id: message for update in updates
        if isinstance(message := update.effective_message, Message)
    }
    return Written(tuple(found[number] for number in sorted(found)))
