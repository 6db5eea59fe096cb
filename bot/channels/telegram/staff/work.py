"""What a mediator writes or presses in a topic, done at the desk."""

from __future__ import annotations

import json
import logging
from collections import OrderedDict
from typing import Any, NamedTuple

from telegram import Bot, CallbackQuery, InlineKeyboardMarkup, Message, Update
from telegram.error import TelegramError

from bot.channels.telegram.fetching import Fetcher
from bot.channels.telegram.inbound import named_files
from bot.channels.telegram.pieces import Piece
from bot.channels.telegram.spans import lines
from bot.channels.telegram.splitting import split
from bot.channels.telegram.staff import shown as actions
from bot.channels.telegram.staff.board import PROMPT, TRANSLATION, Board
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.lane import Lane
from bot.channels.telegram.staff.shown import Shown, button
from bot.errors import WaymarkError
from bot.handover.rules import must_be_theirs
from bot.store.attachments import SIZE_LIMIT
from bot.store.case_records import Case, Entry
from bot.store.mediators import Mediator
from bot.store.staff import Post, Topic

logger = logging.getLogger(__name__)

_DRAFTS = 200
# Telegram's limit for the words of an alert.
_ALERT = 200


class Draft(NamedTuple):
    """A reply that was shown before it is sent."""

    mediator_id: str
    case_id: str
    text: str
    key: str


class Place(NamedTuple):
    """Where something happened, and who did it."""

    lane: Lane
    topic: Topic
    me: Mediator
    message_id: int

    @property
    def key(self) -> str:
        """What makes doing it twice one."""
        return f"tg:{self.lane.group_id}:{self.message_id}"


class Work:
    """Does things at the desk for who is on the list, and says in the topic what did not work."""

    def __init__(self, house: StaffHouse, board: Board, bot: Bot, shown: Shown) -> None:
        self._house = house
        self._board = board
        self._bot = bot
        self._shown = shown
        self._fetcher = Fetcher(bot)
        self._drafts: OrderedDict[tuple[int, int], Draft] = OrderedDict()

    async def undone(self) -> list[Update]:
        """What was written down and not done."""
        found = (Update.de_json(json.loads(body), self._bot) for body in await self._house.staff.undone())
        return [update for update in found if update is not None]

    async def do(self, update: Update) -> None:
        """Does what an update asks for. Doing it twice is doing it once."""
        place = await self._place(update)
        if place is None:
            return
        try:
            if update.callback_query is not None:
                await self._press(place, update.callback_query)
            elif update.edited_message is not None:
                await self._edit(place, update.edited_message, update.update_id)
            elif update.message is not None:
                await self._write(place, update.message)
        except WaymarkError as error:
            if update.callback_query is not None:
                await self.answer(update.callback_query.id, str(error))
            else:
                await self._say(place, "⚠ " + str(error))

    async def give_up(self, update: Update) -> None:
        """Says that something could not be done."""
        place = await self._place(update)
        if place is not None:
            await self._say(place, "⚠ " + self._shown.say("file_refused", reason="") if _has_file(update)
                            else "⚠ " + self._shown.say("not_delivered"))

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

    async def _case(self, place: Place) -> Case:
        case = await self._house.cases.get(place.topic.case_id)
        if case is None:
            raise WaymarkError("desk.unknown")
        return case

    async def _say(self, place: Place, text: str, buttons: InlineKeyboardMarkup | None = None) -> int | None:
        piece = self._shown.plain(text)._replace(buttons=buttons)
        return await place.lane.put(place.topic.topic_id, piece, place.topic.case_id, reply_to=place.message_id)

    # What is written.

    async def _write(self, place: Place, message: Message) -> None:
        text = message.text or message.caption or ""
        replied = await self._replied(place, message)
        if text.startswith("//"):
            case = await self._taken(place)
            entry = await self._house.desk.note(case.id, place.me.id, text[2:].strip(), place.key)
            await self._theirs(place, entry)
            return
        if message.text and text.startswith("/"):
            await self._say(place, self._shown.say("slash"))
            return
        if text.startswith("??"):
            await self._draft(place, text[2:].strip())
            return
        draft = self._drafts.pop((place.lane.group_id, replied.message_id), None) if replied else None
        if draft is not None and draft.mediator_id == place.me.id and text:
            entry = await self._house.desk.reply(
                draft.case_id, place.me.id, draft.text, key=draft.key, translation=text
            )
            await self._theirs(place, entry)
            return
        if replied is not None and replied.place in (PROMPT, TRANSLATION) and text:
            await self._correct(place, replied.number, text)
            return
        case = await self._taken(place)
        attachments = await self._files(place, message, case)
        if not text.strip() and not attachments:
            return
        entry = await self._house.desk.reply(
            case.id, place.me.id, text, key=place.key, attachments=attachments,
            reply_to=replied.number if replied is not None and replied.number and replied.place >= 0 else None,
        )
        await self._theirs(place, entry)
        await self._show_translation(place, case, entry)

    async def _taken(self, place: Place) -> Case:
        """The case; who writes in one that nobody has takes it."""
        case = await self._case(place)
        if case.mediator_id is None and case.state != "closed":
            return await self._house.desk.take(case.id, place.me.id)
        return case

    async def _theirs(self, place: Place, entry: Entry) -> None:
        await self._house.staff.posted(
            place.lane.group_id, place.message_id, place.topic.case_id, (entry.number,), ours=False
        )
        self._board.touch(place.topic.case_id)

    async def _replied(self, place: Place, message: Message) -> Post | None:
        answered = message.reply_to_message
        if answered is None or answered.message_id == place.topic.topic_id:
            return None  # in a topic every message answers the topic itself
        found = await self._house.staff.post(place.lane.group_id, answered.message_id)
        return found if found is not None and found.case_id == place.topic.case_id else None

    async def _files(self, place: Place, message: Message, case: Case) -> list[str]:
        kept: list[str] = []
        for number, file in enumerate(named_files(message)):
            if (file["size"] or 0) > SIZE_LIMIT:
                raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
            data = await self._fetcher.fetch(str(file["id"]))
            kept.append(
                await self._house.attachments.put(
                    case.conversation_id, str(file["name"]), str(file["mime"]), data, key=f"{place.key}:{number}"
                )
            )
        return kept

    async def _show_translation(self, place: Place, case: Case, entry: Entry) -> None:
        """Shows what the person got. The translation back is left out while the group is busy."""
        said = entry.translation
        back: str | None = None
        if said is not None and said.text != said.original and not place.lane.is_busy:
            draft = await self._house.desk.speech.translated(said.text, said.target, said.source, "back")
            back = draft.text if draft.text != said.text else None
        piece = self._shown.translation(entry, back)
        if piece is not None:
            await place.lane.put(
                place.topic.topic_id, piece, case.id, (entry.number,), place=TRANSLATION, reply_to=place.message_id
            )

    async def _draft(self, place: Place, text: str) -> None:
        case = await self._taken(place)
        if not text:
            raise WaymarkError("desk.empty")
        draft = await self._house.desk.draft(case.id, place.me.id, text)
        said, block = draft.translation, lines(text)
        if said.text != text:
            block += lines(f"→ ({self._shown.say('kind_' + said.kind)})", "i") + lines(said.text)
            block += lines("←", "i") + lines(draft.back.text)
        elif said.source != said.target:
            block += lines(self._shown.say("untranslated"), "i")
        keys = InlineKeyboardMarkup([
            [button(self._shown.say("button_send"), "send"), button(self._shown.say("button_send_original"), "plain")],
            [button(self._shown.say("button_cancel"), actions.CANCEL)],
        ])
        piece = Piece(split([block], self._shown.language)[0], buttons=keys)
        number = await place.lane.put(place.topic.topic_id, piece, case.id, reply_to=place.message_id)
        if number is not None:
            self._drafts[place.lane.group_id, number] = Draft(place.me.id, case.id, text, place.key)
            if len(self._drafts) > _DRAFTS:
                self._drafts.popitem(last=False)

    async def _correct(self, place: Place, number: int, text: str) -> None:
        entry = await self._house.cases.entry(place.topic.case_id, number)
        if entry is None:
            raise WaymarkError("desk.not_editable")
        if entry.author == "person":
            await self._house.desk.correct(entry.case_id, place.me.id, number, text)
        else:
            await self._house.desk.edit(entry.case_id, place.me.id, number, entry.text, place.key, translation=text)
        await self._say(place, self._shown.say("corrected"))

    async def _edit(self, place: Place, message: Message, update_id: int) -> None:
        post = await self._house.staff.post(place.lane.group_id, message.message_id)
        text = message.text or message.caption or ""
        if post is None or post.ours or not text.strip():
            return
        entry = await self._house.cases.entry(post.case_id, post.number)
        if entry is None or entry.author != "mediator":
            return
        edited = await self._house.desk.edit(post.case_id, place.me.id, post.number, text, f"tg:{update_id}")
        await self._show_translation(place, await self._case(place), edited._replace(number=post.number))

    # What is pressed.

    async def _press(self, place: Place, query: CallbackQuery) -> None:
        _, action, *more = (query.data or "").split(":")
        case = await self._case(place)
        desk, me = self._house.desk, place.me.id
        if action in (actions.PASS, actions.CLOSE, actions.CORRECT):
            must_be_theirs(case, me)  # before anything is asked
        if action == actions.TAKE:
            await desk.take(case.id, me)
        elif action == actions.PASS:
            await self._choose(place, "prompt_pass", self._shown.colleagues(await self._colleagues(case, me)))
        elif action == actions.TO and more:
            await desk.pass_on(case.id, me, None if more[0] == "queue" else more[0])
            await self._take_away(place)
        elif action == actions.NOTE:
            await self._say(place, self._shown.say("prompt_note"))
        elif action == actions.CORRECT:
            await self._ask_correction(place, int(more[0]) if more and more[0].isdigit() else None)
        elif action == actions.CLOSE and not more:
            await self._choose(place, "prompt_close", self._shown.outcomes())
        elif action == actions.CLOSE:
            await desk.close(case.id, me, more[0])
            await self._take_away(place)
        elif action == actions.BACK:
            await desk.close(case.id, me, "returned")
        elif action == actions.RECUSE:
            await desk.recuse(case.id, me, "conflict")
        elif action in ("send", "plain"):
            await self._send_draft(place, untranslated=action == "plain")
        elif action == actions.CANCEL:
            self._drafts.pop((place.lane.group_id, place.message_id), None)
            await self._take_away(place)
        self._board.touch(case.id)
        await self.answer(query.id)

    async def _choose(self, place: Place, name: str, keys: InlineKeyboardMarkup) -> None:
        await self._say(place, self._shown.say(name), keys)

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
            await self._say(place, self._shown.say("no_translation"))
            return
        said = wanted[-1].translation
        assert said is not None
        text = f"{self._shown.say('prompt_correct')}\n\n{said.text}"
        await place.lane.put(
            place.topic.topic_id, self._shown.plain(text), place.topic.case_id, (wanted[-1].number,), place=PROMPT,
            reply_to=place.message_id,
        )

    async def _send_draft(self, place: Place, untranslated: bool) -> None:
        draft = self._drafts.pop((place.lane.group_id, place.message_id), None)
        if draft is None:
            await self._say(place, self._shown.say("draft_gone"))
            return
        # Translated once more, with the same outcome: what a machine wrote and nobody changed stays marked as such.
        await self._house.desk.reply(draft.case_id, place.me.id, draft.text, key=draft.key, untranslated=untranslated)
        await self._take_away(place)

    async def _take_away(self, place: Place) -> None:
        """The buttons under a question that was answered."""
        async def work() -> Any:
            return await self._bot.edit_message_reply_markup(place.lane.group_id, place.message_id, reply_markup=None)

        try:
            await place.lane.call(work, counts=False)
        except TelegramError as error:
            logger.debug("Buttons could not be taken away: %s", type(error).__name__)


def _has_file(update: Update) -> bool:
    return bool(update.message and update.message.effective_attachment)


