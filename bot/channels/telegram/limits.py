"""Telegram's flood limits: about 30 messages a second overall and one a second in a chat, short bursts allowed.

Each worker process keeps its own count; what several together send too much Telegram answers with "retry after", which
`pause` honours.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

OVERALL_PER_SECOND = 30.0
CHAT_PER_SECOND = 1.0
CHAT_BURST = 3
# Chats remembered before those that are long quiet are dropped.
_REMEMBERED = 2000


class Bucket:
    """Turns at a steady rate, `burst` of them at once. First come, first served: a turn is reserved when asked for."""

    def __init__(self, per_second: float, burst: int) -> None:
        self._interval = 1.0 / per_second
        self._slack = (burst - 1) * self._interval
        self._full_until = 0.0

    def reserve(self, now: float) -> float:
        """Takes the next turn; the seconds to wait for it."""
        wait = max(0.0, self._full_until - self._slack - now)
        self._full_until = max(self._full_until, now) + self._interval
        return wait

    def is_quiet(self, now: float) -> bool:
        """Whether this bucket is as good as new."""
        return self._full_until <= now


class Pace:
    """Says when the next message may go. `clock` and `sleep` count in seconds."""

    def __init__(
        self,
        overall: float = OVERALL_PER_SECOND,
        chat: float = CHAT_PER_SECOND,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        self._clock = clock
        self._sleep = sleep
        self._chat_rate = chat
        self._overall = Bucket(overall, max(1, int(overall)))
        self._chats: dict[int, Bucket] = {}
        self._paused: dict[int, float] = {}
        self._all_paused = 0.0

    async def turn(self, chat: int) -> None:
        """Waits until a message to `chat` may be sent."""
        self._forget_quiet_chats()
        await self._wait(self._chats.setdefault(chat, Bucket(self._chat_rate, CHAT_BURST)).reserve(self._clock()))
        await self._wait(self._overall.reserve(self._clock()))
        while (left := self.paused_for(chat)) > 0:
            await self._sleep(left)

    def pause(self, chat: int, seconds: float) -> None:
        """Telegram asked to wait.

        It does not say whether for this chat or for all: a second chat told so at the same time shows it is for all.
        """
        now = self._clock()
        if any(until > now for other, until in self._paused.items() if other != chat):
            self._all_paused = max(self._all_paused, now + seconds)
        self._paused[chat] = max(self._paused.get(chat, 0.0), now + seconds)

    def paused_for(self, chat: int) -> float:
        """Seconds until Telegram wants to hear of `chat` again; 0 or less if it may go now."""
        return max(self._paused.get(chat, 0.0), self._all_paused) - self._clock()

    async def _wait(self, seconds: float) -> None:
        if seconds > 0:
            await self._sleep(seconds)

    def _forget_quiet_chats(self) -> None:
        if len(self._chats) < _REMEMBERED:
            return
        now = self._clock()
        self._chats = {chat: bucket for chat, bucket in self._chats.items() if not bucket.is_quiet(now)}
        self._paused = {chat: until for chat, until in self._paused.items() if until > now}
