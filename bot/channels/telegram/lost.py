"""Finds a message whose confirmation was lost: the connection broke after Telegram had done the work, or we were killed.

The Bot API knows no key by which a message sent twice is recognised, and no way to read a chat. But a bot can ask to change a
message to what it should say: "message is not modified" means that it stands there already, to the letter. Message numbers count
up (in private chats for all of a bot's chats together, in a supergroup by itself), so only the next few have to be asked for.
What remains: a number further away than that is not found, and the message is then said twice rather than not at all.
"""

from __future__ import annotations

import asyncio
import logging

from telegram.error import BadRequest, RetryAfter

from bot.channels.telegram.pieces import Hand, Piece
from bot.channels.telegram.waits import seconds_of

logger = logging.getLogger(__name__)

# Numbers that are asked for. Each costs one call, and only after a confirmation was lost.
NEXT = 25


async def find(hand: Hand, chat: int, after: int, piece: Piece, known: frozenset[int] = frozenset()) -> int | None:
    """The number of the message behind number `after` that says what the piece says, or None. Raises when Telegram is away.

    `known`: numbers of messages that are something else and must not be touched.
    """
    for number in range(after + 1, after + 1 + NEXT):
        if number in known:
            continue
        try:
            if await hand.change(chat, number, piece):
                logger.info("A message was found half done and mended.")
            return number
        except RetryAfter as error:
            await asyncio.sleep(seconds_of(error))
        except BadRequest:
            continue
    return None
