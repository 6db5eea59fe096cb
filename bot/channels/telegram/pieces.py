"""An answer as the messages of a chat: its texts, then its files, each one Telegram message."""

from __future__ import annotations

from typing import Any, NamedTuple, Protocol

from telegram import Bot, InlineKeyboardMarkup, InputFile, LinkPreviewOptions, Message, ReplyParameters
from telegram.constants import ParseMode
from telegram.error import BadRequest

from bot.channels.telegram.splitting import Part
from bot.store.attachments import Attachment

# Link previews would fetch the page and push the buttons off the screen.
NO_PREVIEW = LinkPreviewOptions(is_disabled=True)
# Bytes; larger pictures go as documents.
PHOTO_LIMIT = 10 * 2**20
NOT_MODIFIED = "not modified"


class AttachmentStore(Protocol):
    """Where files are kept; see bot.store.attachments."""

    async def get(self, identifier: str) -> tuple[Attachment, bytes] | None: ...


class Piece(NamedTuple):
    """One message. Exactly one of `part` (text) and `file` (an attachment's id) is set."""

    part: Part | None = None
    file: str | None = None
    buttons: InlineKeyboardMarkup | None = None


class Place(NamedTuple):
    """Where messages go: a chat, a topic in it, and the message that is replied to."""

    chat: int
    topic: int | None = None
    reply_to: int | None = None

    def values(self) -> dict[str, Any]:
        """The arguments of a call of the Bot API."""
        found: dict[str, Any] = {"chat_id": self.chat}
        if self.topic is not None:
            found["message_thread_id"] = self.topic
        if self.reply_to is not None:
            # A message that was deleted meanwhile must not keep the answer from going out.
            found["reply_parameters"] = ReplyParameters(self.reply_to, allow_sending_without_reply=True)
        return found


class Hand:
    """Puts pieces into a chat. Every method is one call of the Bot API and raises what the library raises."""

    def __init__(self, bot: Bot, attachments: AttachmentStore) -> None:
        self.bot = bot
        self._attachments = attachments

    async def put(self, place: Place, piece: Piece, plainness: int = 0) -> int | None:
        """Sends; the message's number. `plainness` 1 leaves out the markup, 2 the buttons as well. None: the file is gone."""
        if piece.file is not None:
            return await self._file(place, piece.file)
        assert piece.part is not None
        html = plainness == 0
        sent = await self.bot.send_message(
            **place.values(), text=piece.part.html if html else piece.part.text, parse_mode=ParseMode.HTML if html else None,
            reply_markup=piece.buttons if plainness < 2 else None, link_preview_options=NO_PREVIEW,
        )
        return sent.message_id

    async def change(self, chat: int, number: int, piece: Piece) -> bool:
        """Makes message `number` say what the piece says; False if it did already. BadRequest: there is no such message."""
        try:
            if piece.part is None:
                await self.bot.edit_message_caption(chat_id=chat, message_id=number, caption="")
            else:
                await self.bot.edit_message_text(
                    chat_id=chat, message_id=number, text=piece.part.html, parse_mode=ParseMode.HTML,
                    reply_markup=piece.buttons, link_preview_options=NO_PREVIEW,
                )
        except BadRequest as error:
            if NOT_MODIFIED in error.message.lower():
                return False
            raise
        return True

    async def _file(self, place: Place, identifier: str) -> int | None:
        found = await self._attachments.get(identifier)
        if found is None:
            return None
        about, data = found
        upload, where = InputFile(data, filename=about.name), place.values()
        sent: Message
        if about.mime in {"image/jpeg", "image/png", "image/webp"} and about.size <= PHOTO_LIMIT:
            try:
                sent = await self.bot.send_photo(photo=upload, **where)
            except BadRequest as error:
                # Telegram takes no photos that are very long and narrow; as a document it takes them.
                if "photo" not in error.message.lower() and "image" not in error.message.lower():
                    raise
                sent = await self.bot.send_document(document=InputFile(data, filename=about.name), **where)
        elif about.mime == "audio/ogg":
            sent = await self.bot.send_voice(voice=upload, **where)
        elif about.mime in {"audio/mpeg", "audio/mp4"}:
            sent = await self.bot.send_audio(audio=upload, **where)
        elif about.mime == "video/mp4":
            sent = await self.bot.send_video(video=upload, **where)
        else:
            sent = await self.bot.send_document(document=upload, disable_content_type_detection=True, **where)
        return sent.message_id
