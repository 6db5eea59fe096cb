"""Which console sessions hold unlocked keys now. In this process's memory and nowhere else."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.reporting.circles import Unlocked

# Seconds. After so long without a page keys are locked again; and after so long in any case.
IDLE = 15 * 60
LONGEST = 8 * 3600
# Wrong passphrases of one member before each further try must wait, and the longest wait in seconds.
FREE_TRIES = 3
LONGEST_WAIT = 300


class _Held(NamedTuple):
    keys: Unlocked
    began: float
    used: float


class UnlockedSessions:
    """Keys by console session. `clock` gives seconds; tests move it."""

    def __init__(self, idle: float = IDLE, longest: float = LONGEST, clock: Callable[[], float] = time.monotonic) -> None:
        self._idle = idle
        self._longest = longest
        self._clock = clock
        self._held: dict[str, _Held] = {}
        self._wrong: dict[str, tuple[int, float]] = {}

    def may_try(self, member: str) -> None:
        """WaymarkError "reports.wait" while a member who typed wrong passphrases has to wait."""
        count, last = self._wrong.get(member, (0, 0.0))
        wait = min(2.0 ** (count - FREE_TRIES), LONGEST_WAIT) if count >= FREE_TRIES else 0.0
        left = last + wait - self._clock()
        if left > 0:
            raise WaymarkError("reports.wait", seconds=int(left) + 1)

    def was_wrong(self, member: str) -> None:
        """Notes a wrong passphrase."""
        self._wrong[member] = (self._wrong.get(member, (0, 0.0))[0] + 1, self._clock())

    def put(self, session: str, keys: Unlocked) -> None:
        """Holds the keys for a session, in the place of earlier ones."""
        self.drop(session)
        self._wrong.pop(keys.holder, None)
        now = self._clock()
        self._held[session] = _Held(keys, now, now)

    def get(self, session: str, member: str) -> Unlocked | None:
        """The session's keys if they are `member`'s own and still in time; None asks for the passphrase."""
        self.sweep()
        held = self._held.get(session)
        if held is None or held.keys.holder != member:
            return None
        self._held[session] = held._replace(used=self._clock())
        return held.keys

    def drop(self, session: str) -> None:
        """Locks a session's keys: sign-out."""
        held = self._held.pop(session, None)
        if held is not None:
            held.keys.lock()

    def drop_member(self, member: str) -> None:
        """Locks all keys of a member who was removed or whose session was ended."""
        for session in [name for name, held in self._held.items() if held.keys.holder == member]:
            self.drop(session)

    def drop_all(self) -> None:
        """Locks everything: the server stops."""
        for session in list(self._held):
            self.drop(session)

    def sweep(self) -> None:
        """Locks what was idle or held for too long."""
        now = self._clock()
        for session, held in list(self._held.items()):
            if now - held.used >= self._idle or now - held.began >= self._longest:
                self.drop(session)

    def __len__(self) -> int:
        return len(self._held)
