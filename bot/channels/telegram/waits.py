"""How long to wait before the next try."""

from __future__ import annotations

import datetime as dt
import warnings

from telegram.error import RetryAfter


def seconds_of(error: RetryAfter) -> float:
    """Telegram's "retry after", in seconds. The library gives whole seconds today and a timedelta in future."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        value = error.retry_after
    return value.total_seconds() if isinstance(value, dt.timedelta) else float(value)


class Backoff:
    """Pauses that double from `first` up to `longest` seconds, until something succeeds."""

    def __init__(self, first: float = 1.0, longest: float = 30.0) -> None:
        self._first = first
        self._longest = longest
        self._next = first

    def failed(self) -> float:
        """The seconds to wait now."""
        pause = self._next
        self._next = min(pause * 2, self._longest)
        return pause

    def succeeded(self) -> None:
        """The next failure starts again with the first pause."""
        self._next = self._first
