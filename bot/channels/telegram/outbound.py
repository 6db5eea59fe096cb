"""Answers -> Telegram: each message in its turn, again after a flood limit, never lost for a failure that passes.

What arrived is written down with its message number, so that it is not sent again; when the confirmation of a send is lost on
the way, the message is looked for first (see lost.py). Parts that are known to have arrived are not sent again.
"""

from __future__ import annotations

import logging
from collections import OrderedDict
from typing import Any

from telegram import Bot
from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.delivery import Undeliverable
from bot.channels.telegram import formatting, lost
from bot.channels.telegram.house import Addresses, ArrivalStore
from bot.channels.telegram.keyboards import keyboard
from bot.channels.telegram.limits import Pace
from bot.channels.telegram.pieces import AttachmentStore, Hand, Piece, Place
from bot.channels.telegram.waits import seconds_of
from bot.store.messages import Outbound

logger = logging.getLogger(__name__)

_REMEMBERED = 10_000
# Telegram's "retry after" so often for one message; then the delivery's own, longer pauses take over.
_PATIENCE = 10
_GONE = ("chat not found", "user is deactivated", "user not found", "peer_id_invalid")


class Sender:
    """Sends the answers of one process."""

    def __init__(
        self, bot: Bot, addresses: Addresses, pace: Pace, arrivals: ArrivalStore, attachments: AttachmentStore
    ) -> None:
        self._hand = Hand(bot, attachments)
        self._addresses = addresses
        self._pace = pace
        self._arrivals = arrivals
        self._chats: OrderedDict[str, int] = OrderedDict()
        # The highest message number when an answer was first tried: what was sent since has a higher one.
        self._before: dict[tuple[str, int], int] = {}
        self._latest = 0

    def remember(self, conversation_id: str, chat: int, message_id: int = 0) -> None:
        """Keeps a chat id in memory, so that a "forgotten" can still be said to who was just forgotten."""
        self._latest = max(self._latest, message_id)
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
        """Sends one answer, as several messages if it is long. False: try again later, and nothing else before it.

        Raises Undeliverable if the person has blocked the bot or is gone.
        """
        given = answer.body.get("address")
        chat = int(given) if given else await self.chat(answer.conversation_id)
        if chat is None:
            logger.warning("An answer was dropped: its chat was forgotten meanwhile.")
            return True
        try:
            arrived = await self._send(answer, chat)
        except RetryAfter as error:
            self._pace.pause(chat, seconds_of(error))
            return False
        except Forbidden:
            logger.info("An answer was given up: the person has blocked the bot or left.")
            self._before.pop((answer.conversation_id, answer.seq), None)
            raise Undeliverable from None
        except TelegramError as error:
            logger.warning("A message could not be sent yet: %s", type(error).__name__)
            return False
        if arrived and not answer.seq and given:
            self._chats.pop(answer.conversation_id, None)  # "deleted" was said; from here on nobody knows the chat
        return arrived

    async def _send(self, answer: Outbound, chat: int) -> bool:
        key = (answer.conversation_id, answer.seq)
        metadata = answer.body.get("metadata") or {}
        pieces = [Piece(part=part) for part in formatting.parts(answer.body)]
        if pieces:
            pieces[-1] = pieces[-1]._replace(buttons=keyboard(answer.body, answer.seq))
        pieces += [Piece(file=identifier) for identifier in metadata.get("attachments") or []]
        known = {one.place: one.message_id for one in await self._arrivals.of_answer(*key)} if answer.seq else {}
        old = await self._messages_of(answer, metadata.get("edits"))
        reply_to = await self._replied_to(answer, metadata)
        for place, piece in enumerate(pieces):
            if place in known:
                continue
            if await self._edited(chat, old.get(place), piece):
                continue  # to change it once more after a crash changes nothing
            doubtful = answer.seq > 0 and (key in self._before or answer.attempts > 0)
            if answer.seq:
                self._before.setdefault(key, await self._highest(answer, known))
            where = Place(chat, reply_to=reply_to if place == 0 else None)
            number = await self._send_piece(where, piece, self._before[key] if doubtful else None)
            if number is False:
                return False
            if answer.seq and number:
                self._latest = max(self._latest, number)
                self._before[key] = self._latest
                await self._arrivals.note(answer.conversation_id, number, seq=answer.seq, place=place)
        self._before.pop(key, None)
        return True

    async def _highest(self, answer: Outbound, known: dict[int, int]) -> int:
        """The highest number below that of a message that may have been sent without our knowing."""
        if answer.attempts == 0:
            self._latest = self._latest or await self._arrivals.latest()
            return self._latest
        # From before a restart: only what this chat got earlier is surely older.
        return max([await self._arrivals.latest_of(answer.conversation_id, answer.seq), *known.values()])

    async def _messages_of(self, answer: Outbound, seq: Any) -> dict[int, int]:
        """The messages that carry an earlier answer: place -> number."""
        if not isinstance(seq, int):
            return {}
        return {one.place: one.message_id for one in await self._arrivals.of_answer(answer.conversation_id, seq)}

    async def _replied_to(self, answer: Outbound, metadata: dict[str, Any]) -> int | None:
        """The message that this answers: one of ours by its number, or one of the person's by its inbox id."""
        found = await self._messages_of(answer, metadata.get("reply_to"))
        if not found and isinstance(metadata.get("reply_to_key"), str):
            return next(
                (one.message_id for one in await self._arrivals.of_key(answer.conversation_id, metadata["reply_to_key"])),
                None,
            )
        return found.get(0)

    async def _edited(self, chat: int, number: int | None, piece: Piece) -> bool:
        """Changes an earlier message to the new words; False if that cannot be done: then they are said anew."""
        if number is None or piece.part is None:
            return False
        try:
            await self._hand.change(chat, number, piece)
        except BadRequest:
            return False
        return True

    async def _send_piece(self, where: Place, piece: Piece, before: int | None) -> int | bool:
        """Sends one message; its number, 0 if it was given up, False if it has to be tried again. Raises Forbidden.

        `before`: it may have arrived already, with a higher number than this.
        """
        try:
            if before is not None:
                found = await lost.find(self._hand, where.chat, before, piece)
                if found is not None:
                    return found
            return await self._plainer_and_plainer(where, piece)
        except (Forbidden, ChatMigrated):
            raise Forbidden("gone") from None
        except TelegramError as error:  # its text may hold the token
            logger.warning("A message could not be sent yet: %s", type(error).__name__)
            return False

    async def _plainer_and_plainer(self, where: Place, piece: Piece) -> int | bool:
        # What Telegram refuses is tried plainer: without markup, then without buttons. A card that looks poor is read.
        for plainness in range(3 if piece.part else 1):
            try:
                return await self._send_patiently(where, piece, plainness)
            except BadRequest as error:
                if any(words in error.message.lower() for words in _GONE):
                    raise Forbidden("gone") from None
                logger.warning("Telegram refused the form of a message: %s", type(error).__name__)
        logger.error("A message was given up: Telegram refuses it in every form.")
        return 0

    async def _send_patiently(self, where: Place, piece: Piece, plainness: int) -> int | bool:
        """Sends, waiting as long as Telegram asks to."""
        for _ in range(_PATIENCE):
            await self._pace.turn(where.chat)
            try:
                return await self._hand.put(where, piece, plainness) or 0
            except RetryAfter as error:
                self._pace.pause(where.chat, seconds_of(error))
        return False
