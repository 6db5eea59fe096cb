"""What the tests of the content need: a finder and cards whose clock stands still."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import pytest

from bot.container import Container
from bot.directory import hours
from bot.directory.finder import Finder

# A Wednesday, no public holiday.
WEDNESDAY = dt.date(2026, 11, 25)


class Clock:
    """The time, as a test sets it."""

    def __init__(self) -> None:
        self.moment = dt.datetime.combine(WEDNESDAY, dt.time(12), hours.ZONE)

    def set(self, day: dt.date, time: dt.time) -> None:
        """Moves the clock."""
        self.moment = dt.datetime.combine(day, time, hours.ZONE)

    def __call__(self) -> dt.datetime:
        return self.moment


@pytest.fixture
def clock(shared_house: Container, monkeypatch: pytest.MonkeyPatch) -> Clock:
    """A clock that finder and cards read."""
    made = Clock()
    monkeypatch.setattr(shared_house.finder, "_now", made)
    monkeypatch.setattr(shared_house.cards, "_now", made)
    return made


@pytest.fixture
def finder(shared_house: Container, clock: Clock) -> Iterator[Finder]:
    """The real finder over the real directory."""
    yield shared_house.finder
