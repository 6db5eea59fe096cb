"""Telegram's updates -> the gate. Private chats with people only; everything else is passed over in silence."""

from __future__ import annotations

import asyncio
import logging
import re
from collections import OrderedDict
from collections.abc import Callable
from typing import Any, NamedTuple

from telegram import Bot, CallbackQuery, Message, MessageReactionUpdated, Update
from telegram.constants import ChatType
from telegram.error import TelegramError

from bot.channels.telegram import commands
from bot.channels.telegram.house import CHANNEL, House
from bot.channels.telegram.reactions import says_no_help
from bot.ending import end
from bot.languages import known_code

logger = logging.getLogger(__name__)

ALLOWED_UPDATES = ("message", "edited_message", "callback_query", "my_chat_member", "message_reaction")
# A changed client can send any text as a button's payload; only ids of buttons come through, never "i:...".
_BUTTON = re.compile(r"b:\d{1,9}:\d{1,3}|o:\d{1,9}", re.ASCII)
# The id of no button: answers count from 1.
UNKNOWN_BUTTON = "b:0:0"
_ALBUMS_REMEMBERED = 500


class Incoming(NamedTuple):
    """What an update says: the private chat it came from, and what the gate is told.

    `number`: the message's own number in the chat. `edited`: it replaces the words of that message. `replied`: the number of the
    message that it answers. `again`: one more picture of an album whose first was read. `reaction`: it was put under an answer.
    """

    chat: int
    message_id: str
    said: dict[str, Any]
    number: int = 0
    edited: bool = False
    replied: int | None = None
    again: bool = False
    reaction: bool = False


class Reader:
    """Makes `Incoming` of updates. It remembers albums, so that ten photos sent together get one answer."""

    def __init__(self) -> None:
        self._albums: OrderedDict[str, int] = OrderedDict()

    def read(self, update: Update) -> Incoming | None:
        """What the update says, or None if it is not for us."""
        if update.callback_query is not None:
            return _pressed(update.callback_query)
        if update.message_reaction is not None:
            return _reacted(update.message_reaction, update.update_id)
        message = update.message or update.edited_message
        if message is None or message.chat.type != ChatType.PRIVATE:
            return None
        if message.from_user is None or message.from_user.is_bot or message.via_bot is not None:
            return None
        said = self._said(message, update)
        if said is None:
            return None
        said["prior"] = known_code(message.from_user.language_code)
        replied = message.reply_to_message.message_id if message.reply_to_message else None
        album = message.media_group_id
        again = bool(album and not message.caption and self._same_album(album, update.update_id))
        edited = update.edited_message is not None
        return Incoming(message.chat.id, f"tg{update.update_id}", said, message.message_id, edited, replied, again)

    def _said(self, message: Message, update: Update) -> dict[str, Any] | None:
        if message.text is not None:
            command = commands.pressed(message.text)
            if command is not None:
                return {"press": command.press, "chosen": command.chosen}
            return {"text": message.text} if message.text.strip() else None
        place = message.venue.location if message.venue else message.location
        if place is not None:
            # A place that is shared live is edited every few seconds; the first one is the answer.
            return None if update.edited_message else {"location": (place.latitude, place.longitude)}
        if not message.effective_attachment:
            return None  # Telegram's own notes, such as a pinned message
        # The words under a photo go along: they may tell of danger.
        return {"media": True, "text": message.caption or "", "files": named_files(message)}

    def _same_album(self, album: str, update_id: int) -> bool:
        first = self._albums.setdefault(album, update_id)
        if len(self._albums) > _ALBUMS_REMEMBERED:
            self._albums.popitem(last=False)
        return first != update_id


def named_files(message: Message) -> list[dict[str, Any]]:
    """The files of a message as the gate takes them; [] for what is no file, such as a contact or a poll."""
    if message.photo:
        largest = message.photo[-1]
        return [{"id": largest.file_id, "name": "photo.jpg", "mime": "image/jpeg", "size": largest.file_size}]
    for kind, name, mime in (
        ("document", "file", ""), ("voice", "voice.ogg", "audio/ogg"), ("audio", "sound", "audio/mpeg"),
        ("video", "film.mp4", "video/mp4"), ("video_note", "film.mp4", "video/mp4"),
    ):
        file = getattr(message, kind)
        if file is not None:
            named = getattr(file, "file_name", None) or name
            stated = getattr(file, "mime_type", None) or mime
            return [{"id": file.file_id, "name": named, "mime": stated, "size": file.file_size}]
    return []


def _pressed(query: CallbackQuery) -> Incoming | None:
    message = query.message
    if message is None or message.chat.type != ChatType.PRIVATE or query.from_user.is_bot:
        return None
    # Anything else is a button of another bot that had this name before, or made up: "this button is too old".
    press = query.data if query.data and _BUTTON.fullmatch(query.data) else UNKNOWN_BUTTON
    said = {"press": press, "prior": known_code(query.from_user.language_code)}
    return Incoming(message.chat.id, f"cb{query.id}", said)


def _reacted(changed: MessageReactionUpdated, update_id: int) -> Incoming | None:
    if not says_no_help(changed) or changed.user is None:
        return None
    said = {"press": "i:press_not_helpful", "prior": known_code(changed.user.language_code)}
    return Incoming(changed.chat.id, f"tg{update_id}", said, reaction=True)


class Inbound:
    """Hands updates to the gate. `remember(conversation id, chat id, message number)` is told where an answer has to go."""

    def __init__(self, house: House, bot: Bot, remember: Callable[[str, int, int], None]) -> None:
        self._house = house
        self._bot = bot
        self._remember = remember
        self._reader = Reader()
        self._tasks: set[asyncio.Task[None]] = set()

    async def receive(self, update: Update) -> None:
        """Returns once the update is safe in the inbox, or none of ours. Raises what the gate raises: not safe yet."""
        if update.callback_query is not None:
            self._stop_the_spinner(update.callback_query.id)
        incoming = self._read(update)
        if incoming is None:
            return
        address = str(incoming.chat)
        conversation = self._house.secrets.pseudonym(CHANNEL, address)
        self._remember(conversation, incoming.chat, incoming.number)
        if not await self._placed(conversation, incoming):
            return
        await self._house.gate.accept(
            channel=CHANNEL,
            conversation_id=conversation,
            message_id=incoming.message_id,
            address=address,
            **incoming.said,
        )

    async def _placed(self, conversation: str, incoming: Incoming) -> bool:
        """Finds what an edit and a reply refer to, while a mediator has the conversation. False: nothing to hand on."""
        known = await self._house.conversations.get(conversation)
        if incoming.reaction:
            # Under a mediator's words, in a report or after forgetting it says nothing to the assistant.
            return known is not None and known.mode == "assistant"
        if known is not None and known.mode == "report":
            return True  # each photo is a part of what is told
        if known is None or known.mode != "desk":
            return not incoming.again  # to the assistant, ten photos are one message that it cannot read
        said = incoming.said
        if incoming.replied is not None:
            answered = await self._house.arrivals.of_message(conversation, incoming.replied)
            said["reply_to"] = answered.seq if answered else None
        if incoming.edited:
            before = await self._house.arrivals.of_message(conversation, incoming.number)
            said["edit_of"] = before.key if before else None
        elif incoming.number and "press" not in said:
            await self._house.arrivals.note(conversation, incoming.number, key=incoming.message_id)
        return True

    async def stop(self) -> None:
        """Waits for nothing: what is still being sent is given up."""
        await end(self._tasks)

    def _read(self, update: Update) -> Incoming | None:
        try:
            return self._reader.read(update)
        except Exception as error:  # one odd update must not stand in the way of everybody's
            logger.error("An update could not be read: %s", type(error).__name__)
            return None

    def _stop_the_spinner(self, query_id: str) -> None:
        # Apart, so that a slow network neither delays the press nor the next person's message.
        task = asyncio.create_task(self._answer(query_id))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _answer(self, query_id: str) -> None:
        try:
            await self._bot.answer_callback_query(query_id)
        except TelegramError as error:
            logger.debug("A press was not confirmed: %s", type(error).__name__)
