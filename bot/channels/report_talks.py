"""Who has a report open in a chat now: in memory alone, for some minutes, gone with a restart."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import NamedTuple

from bot.reporting.returning import Session

# A report left open in a chat is closed after so many seconds.
OPEN_SECONDS = 900.0


class Talk(NamedTuple):
    """A chat on its way back to a report. `stage`: "code" (asked for), "open", "more", "since", "complaint" or "withdraw".

    `session` is None until the code was right. `other`: another reader is wanted for what happened since. `filed`: a file
    was just taken, whose message is on its way.
    """

    stage: str
    session: Session | None = None
    other: bool = False
    filed: bool = False


class Talks:
    """The open ones by conversation, and what was typed and must not be written down: codes."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._talks: dict[str, tuple[float, Talk]] = {}
        self._typed: dict[str, tuple[float, str]] = {}
        self._shown: dict[str, tuple[float, str]] = {}

    def get(self, conversation_id: str) -> Talk | None:
        """The talk, if it is open; each look keeps it open."""
        self._sweep()
        found = self._talks.get(conversation_id)
        if found is None:
            return None
        self._talks[conversation_id] = (self._clock(), found[1])
        return found[1]

    def put(self, conversation_id: str, talk: Talk) -> Talk:
        """Opens a talk or moves it on."""
        self._talks[conversation_id] = (self._clock(), talk)
        return talk

    def close(self, conversation_id: str) -> None:
        """Forgets everything of a conversation."""
        self._talks.pop(conversation_id, None)
        self._typed.pop(conversation_id, None)
        self._shown.pop(conversation_id, None)

    def typed(self, conversation_id: str, text: str) -> None:
        """Holds what was typed as a code, until its message is worked on."""
        self._typed[conversation_id] = (self._clock(), text)

    def take_typed(self, conversation_id: str) -> str | None:
        """What was typed, once."""
        found = self._typed.pop(conversation_id, None)
        return found[1] if found else None

    def shown(self, conversation_id: str, code: str) -> None:
        """Holds the last four digits of a code that was shown, to compare with what the person writes."""
        self._shown[conversation_id] = (self._clock(), code[-4:])

    def last_shown(self, conversation_id: str) -> str | None:
        """The last four digits of the code that was shown, or None after a restart or a quarter of an hour."""
        self._sweep()
        found = self._shown.get(conversation_id)
        return found[1] if found else None

    def _sweep(self) -> None:
        old = self._clock() - OPEN_SECONDS
        self._talks = {key: kept for key, kept in self._talks.items() if kept[0] > old}
        self._typed = {key: kept for key, kept in self._typed.items() if kept[0] > old}
        self._shown = {key: kept for key, kept in self._shown.items() if kept[0] > old}
