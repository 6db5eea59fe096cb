"""Limits on abuse that need no identity: so many an hour, and slower with every wrong code. All in memory, none on disk.

A person's address is neither asked for nor kept; over Tor all people would share one. What is counted is everybody together, and
in a chat the pseudonymous conversation. A restart forgets the counts.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

HOUR = 3600.0
# Wrong codes that cost nothing more than their check; each one after it doubles the pause, up to the longest.
FREE_TRIES = 3
LONGEST_PAUSE = 8.0
WRONG_ARE_REMEMBERED = 600.0


class Hourly:
    """At most `limit` of something in any hour, overall and for each key."""

    def __init__(self, limit: int, each: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._limit, self._each, self._clock = limit, each, clock
        self._seen: deque[tuple[float, str | None]] = deque()

    def take(self, key: str | None = None) -> bool:
        """Counts one; False if it is one too many, and then it does not count."""
        now = self._clock()
        while self._seen and self._seen[0][0] <= now - HOUR:
            self._seen.popleft()
        of_key = sum(1 for _, seen in self._seen if key is not None and seen == key)
        if len(self._seen) >= self._limit or of_key >= self._each:
            return False
        self._seen.append((now, key))
        return True


class WrongCodes:
    """How long the next try of a code has to wait: for everybody after many wrong codes, sooner for one conversation.

    The pause comes before the check and is the same for right and wrong codes, so that it says nothing.
    """

    def __init__(self, free: int = 30, clock: Callable[[], float] = time.monotonic) -> None:
        self._free, self._clock = free, clock
        self._wrong: deque[tuple[float, str | None]] = deque()

    def pause(self, key: str | None = None) -> float:
        """Seconds to wait before the next check."""
        now = self._clock()
        while self._wrong and self._wrong[0][0] <= now - WRONG_ARE_REMEMBERED:
            self._wrong.popleft()
        own = sum(1 for _, seen in self._wrong if key is not None and seen == key)
        return max(_doubled(own - FREE_TRIES), _doubled(len(self._wrong) - self._free))

    def wrong(self, key: str | None = None) -> None:
        """A code was wrong."""
        self._wrong.append((self._clock(), key))


def _doubled(times: int) -> float:
    return 0.0 if times < 0 else min(LONGEST_PAUSE, 0.5 * 2.0 ** min(times, 10))
