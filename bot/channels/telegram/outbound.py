"""Answers -> Telegram: each message in its turn, again after a flood limit, never lost for a failure that passes.

The Bot API knows no id by which a message sent twice is recognised. When an answer to a send is lost on the way, the
message goes out again: said twice is better than not said. Parts that are known to have arrived are not sent again.
"""

from __future__ import annotations

import logging
from collections import OrderedDict

from telegram import Bot, InlineKeyboardMarkup, LinkPreviewOptions
from telegram.constants import ParseMode
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram import formatting
from bot.channels.telegram.house import Addresses
from bot.channels.telegram.keyboards import keyboard
from bot.channels.telegram.limits import Pace
from bot.channels.telegram.splitting import Part
from bot.channels.telegram.waits import seconds_of
from bot.store.messages import Outbound

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000
# Telegram's "retry after" so often for one message; then the delivery's own, longer pauses take over.
_PATIENCE = 10
# Link previews would fetch the page and push the buttons off the screen.
_NO_PREVIEW = LinkPreviewOptions(is_disabled=True)


class Sender:
    """Sends the answers of one process."""

    def __init__(self, bot: Bot, addresses: Addresses, pace: Pace) -> None:
        self._bot = bot
        self._addresses = addresses
        self._pace = pace
        self._chats: OrderedDict[str, int] = OrderedDict()
        self._arrived: dict[tuple[str, int], int] = {}

    def remember(self, conversation_id: str, chat: int) -> None:
        """Keeps a chat id in memory, so that a "forgotten" can still be said to who was just forgotten."""
        self._chats[conversation_id] = chat
        self._chats.move_to_end(conversation_id)
        if len(self._chats) > _REMEMBERED:
            self._chats.popitem(last=False)

    async def chat(self, conversation_id: str) -> int | None:
        """The chat of a conversation, or None if nobody knows it any more."""
        known = self._chats.get(conversation_id)
        if known is not None:
            return known
        address = await self._addresses.address(conversation_id)
        if address is not None:
            self.remember(conversation_id, int(address))
        return int(address) if address is not None else None

    async def send(self, answer: Outbound) -> bool:
        """Sends one answer, as several messages if it is long. False: try again later, and nothing else before it."""
        given = answer.body.get("address")
        chat = int(given) if given else await self.chat(answer.conversation_id)
        if chat is None:
            logger.warning("An answer was dropped: its chat was forgotten meanwhile.")
            return True
        key = (answer.conversation_id, answer.seq)
        parts = formatting.parts(answer.body)
        for place in range(self._arrived.get(key, 0), len(parts)):
            buttons = keyboard(answer.body, answer.seq) if place == len(parts) - 1 else None
            try:
                arrived = await self._send_part(chat, parts[place], buttons)
            except Forbidden:
                logger.info("An answer was dropped: the person has blocked the bot or left.")
                break
            if not arrived:
                return False
            if answer.seq:
                self._arrived[key] = place + 1
        self._arrived.pop(key, None)
        if not answer.seq and given:
            self._chats.pop(answer.conversation_id, None)  # "deleted" was said; from here on nobody knows the chat
        return True

    async def _send_part(self, chat: int, part: Part, buttons: InlineKeyboardMarkup | None) -> bool:
        """Sends one message. Raises Forbidden."""
        # What Telegram refuses is tried plainer: without markup, then without buttons. A card that looks poor is read.
        plainer: list[tuple[str, ParseMode | None, InlineKeyboardMarkup | None]] = [
            (part.html, ParseMode.HTML, buttons),
            (part.text, None, buttons),
            (part.text, None, None),
        ]
        for text, mode, keys in plainer:
            try:
                return await self._send_patiently(chat, text, mode, keys)
            except (BadRequest, ChatMigrated) as error:
                logger.warning("Telegram refused the form of a message: %s", type(error).__name__)
        logger.error("A message was given up: Telegram refuses it in every form.")
        return True

    async def _send_patiently(
        self, chat: int, text: str, mode: ParseMode | None, buttons: InlineKeyboardMarkup | None
    ) -> bool:
        """Sends, waiting as long as Telegram asks to. Raises Forbidden, BadRequest and ChatMigrated."""
        for _ in range(_PATIENCE):
            await self._pace.turn(chat)
            try:
                await self._bot.send_message(
                    chat, text, parse_mode=mode, reply_markup=buttons, link_preview_options=_NO_PREVIEW
                )
                return True
            except RetryAfter as error:
                self._pace.pause(chat, seconds_of(error))
            except (Forbidden, BadRequest, ChatMigrated):
                raise
            except TelegramError as error:  # its text may hold the token
                logger.warning("A message could not be sent yet: %s", type(error).__name__)
                return False
        return False
