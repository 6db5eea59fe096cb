"""The way into one group: one message after the other, within the group's limit, none lost and none doubled.

Telegram takes about 20 messages a minute from a bot in a group. Every call takes its turn here. What is about to be sent is
written down first; when its confirmation is lost, by a broken connection or a crash, it is looked for before
anything else is sent.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Any, TypeVar

from telegram.error import BadRequest, ChatMigrated, Forbidden, RetryAfter, TelegramError

from bot.channels.telegram import lost
from bot.channels.telegram.keyboards import rows_of, rows_to
from bot.channels.telegram.pieces import Hand, Piece, Place
from bot.channels.telegram.splitting import Part
from bot.channels.telegram.waits import Backoff, seconds_of
from bot.store.staff import Staff

logger = logging.getLogger(__name__)

# Seconds in which WAYMARK_STAFF_PACE calls may be made. Telegram's own ceiling is about 20 a minute.
WINDOW = 60.0
Answer = TypeVar("Answer")


class TopicGone(Exception):
    """The topic was deleted."""


class TopicClosed(Exception):
    """The topic was closed by somebody."""


class GroupGone(Exception):
    """The bot is not in the group any more, or may not write there."""


class Upgraded(Exception):
    """The group has become a supergroup with another number."""

    def __init__(self, present_id: int) -> None:
        super().__init__(present_id)
        self.present_id = present_id


class Lane:
    """The way into group `group_id`."""

    def __init__(
        self, group_id: int, hand: Hand, staff: Staff, calls: int, window: float = WINDOW,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.group_id = group_id
        self.hand = hand
        self._staff = staff
        self._calls, self._window, self._clock = calls, window, clock
        self._times: deque[float] = deque()
        self._paused_until = 0.0
        self._one = asyncio.Lock()
        self._latest = 0
        self._looked = False

    @property
    def is_busy(self) -> bool:
        """Whether the next call would have to wait: then what can be left out is left out."""
        self._drop_old()
        return len(self._times) >= self._calls * 2 // 3 or self._paused_until > self._clock()

    def saw(self, message_id: int) -> None:
        """Somebody's message has this number: what we send next has a higher one."""
        self._latest = max(self._latest, message_id)

    async def put(
        self, topic: int | None, piece: Piece, case_id: str, numbers: Sequence[int] = (0,), *, place: int = 0,
        shown: str = "", reply_to: int | None = None, **changes: Any,
    ) -> int | None:
        """Sends a piece, notes which entries it shows and `changes` of the case's topic; its number, None if its file is gone.

        A change named `card_id` gets the number. Raises TopicGone, TopicClosed, GroupGone, Upgraded: then it was not sent.
        """
        async with self._one:
            await self._look_for_the_last()
            body = {
                "case": case_id, "numbers": list(numbers), "place": place, "shown": shown, "changes": changes,
                "after": self._latest, "html": piece.part.html if piece.part else None,
                "text": piece.part.text if piece.part else None, "file": piece.file, "buttons": rows_of(piece.buttons),
            }
            await self._staff.sending(self.group_id, body)
            try:
                number = await self._send(Place(self.group_id, topic, reply_to), piece)
            except (TopicGone, TopicClosed, GroupGone, Upgraded):
                await self._staff.sending(self.group_id, None)
                raise
            await self._note(number, body)
            return number

    async def settle(self) -> None:
        """What was on its way when we last stopped is found, and noted, or known not to have been sent."""
        async with self._one:
            await self._look_for_the_last()

    async def call(self, work: Callable[[], Awaitable[Answer]], counts: bool = True) -> Answer:
        """Any other call, tried until Telegram has answered. Raises as `put`, and BadRequest for what it refuses."""
        backoff = Backoff()
        while True:
            if counts:
                await self._turn()
            try:
                return await work()
            except TelegramError as error:
                await self._sort(error, backoff)

    async def change(self, number: int, piece: Piece) -> None:
        """Changes an earlier message. BadRequest: it is not there any more."""
        await self.call(lambda: self.hand.change(self.group_id, number, piece))

    async def _send(self, where: Place, piece: Piece) -> int | None:
        backoff = Backoff()
        before: int | None = None
        plainness = 0
        while True:
            await self._turn()
            try:
                if before is not None:
                    found = await lost.find(self.hand, self.group_id, before, piece)
                    if found is not None:
                        return found
                    before = None
                return await self.hand.put(where, piece, plainness)
            except BadRequest as error:
                await self._known(error)
                if plainness == 2 or piece.part is None:
                    logger.error("A message to the staff group was given up: Telegram refuses it in every form.")
                    return None
                plainness += 1
            except TelegramError as error:
                if not isinstance(error, RetryAfter):
                    before = self._latest
                await self._sort(error, backoff)

    async def _look_for_the_last(self) -> None:
        """After a start: what was on its way when we stopped is found, or was never sent and will be sent anew."""
        if self._looked:
            return
        self._latest = max(self._latest, await self._staff.latest(self.group_id))
        body = await self._staff.on_its_way(self.group_id)
        if body is not None:
            part = Part(body["html"], body["text"]) if body["html"] is not None else None
            piece = Piece(part, body["file"], rows_to(body["buttons"]))
            number = await self.call(lambda: lost.find(self.hand, self.group_id, body["after"], piece))
            if number is not None:
                await self._note(number, body)
            else:
                await self._staff.sending(self.group_id, None)
        self._looked = True

    async def _note(self, number: int | None, body: dict[str, Any]) -> None:
        if number is None:
            await self._staff.sending(self.group_id, None)
            if "posted" in body["changes"]:
                await self._staff.change(body["case"], posted=body["changes"]["posted"])
            return
        self._latest = max(self._latest, number)
        changes: dict[str, Any] = dict(body["changes"])
        if "card_id" in changes:
            changes["card_id"] = number
        await self._staff.posted(
            self.group_id, number, body["case"], body["numbers"], place=body["place"], shown=body["shown"], **changes
        )

    async def _sort(self, error: TelegramError, backoff: Backoff) -> None:
        """Waits if it will pass; raises what it means if it will not."""
        if isinstance(error, RetryAfter):
            self._paused_until = self._clock() + seconds_of(error)
            return
        await self._known(error)
        if isinstance(error, BadRequest):
            raise error
        logger.warning("The staff group cannot be reached: %s", type(error).__name__)
        await asyncio.sleep(backoff.failed())

    async def _known(self, error: TelegramError) -> None:
        if isinstance(error, ChatMigrated):
            raise Upgraded(error.new_chat_id) from None
        if isinstance(error, Forbidden):
            raise GroupGone from None
        words = error.message.lower().replace("_", " ")
        if not isinstance(error, BadRequest):
            return
        if "thread not found" in words or "topic deleted" in words or "topic id invalid" in words:
            raise TopicGone from None
        if "topic closed" in words:
            raise TopicClosed from None
        if "chat not found" in words or "not enough rights" in words or "have no rights" in words:
            raise GroupGone from None

    async def _turn(self) -> None:
        while True:
            self._drop_old()
            now = self._clock()
            wait = self._paused_until - now
            if len(self._times) >= self._calls:
                wait = max(wait, self._times[0] + self._window - now)
            if wait <= 0:
                self._times.append(now)
                return
            await asyncio.sleep(wait)

    def _drop_old(self) -> None:
        now = self._clock()
        while self._times and self._times[0] <= now - self._window:
            self._times.popleft()
