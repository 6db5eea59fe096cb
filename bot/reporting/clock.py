"""The promise clock: by when a report is acknowledged and decided, and how far along it is.

Of a report only the day is kept when it came, never the hour; days are days in Europe/Berlin. A working day is Monday to Friday
and no public holiday in Bavaria (nor 15 August, kept in the Catholic communities of the district). Counted as § 187 and § 188 of
the German Civil Code count: the day something arrives is not counted, and a period ends when its last day ends. Moments are
Unix seconds, so that a change of the clocks shifts nothing.
"""

from __future__ import annotations

import datetime as dt
from functools import lru_cache
from typing import Literal, NamedTuple
from zoneinfo import ZoneInfo

import holidays

ZONE = ZoneInfo("Europe/Berlin")
Stage = Literal["acknowledge", "decide"]
# Readers and oversight are told at these parts of the time, in per cent.
ALERTS = (50, 80, 100)


class Deadline(NamedTuple):
    """One promise. `due`: the first second that is too late. `part`: of the time that is over, in per cent, 0 and up."""

    stage: Stage
    began: int
    due: int
    part: int

    @property
    def day(self) -> dt.date:
        """The last day on which the promise can be kept."""
        return local_day(self.due - 1)

    @property
    def alert(self) -> int:
        """The highest alert that has been reached: 0, 50, 80 or 100."""
        return max((alert for alert in ALERTS if self.part >= alert), default=0)


@lru_cache(maxsize=64)
def _public_holidays(year: int) -> frozenset[dt.date]:
    return frozenset(holidays.country_holidays("DE", subdiv="BY", years=year, categories=("public", "catholic")))


def is_working_day(day: dt.date) -> bool:
    """Whether offices in the district work on `day`."""
    return day.weekday() < 5 and day not in _public_holidays(day.year)


def local_day(moment: int) -> dt.date:
    """The day in Europe/Berlin that holds a moment."""
    return dt.datetime.fromtimestamp(moment, ZONE).date()


def day_begins(day: dt.date) -> int:
    """The first second of a day in Europe/Berlin. No change of the clocks falls on midnight there."""
    return int(dt.datetime.combine(day, dt.time(), ZONE).timestamp())


def working_days_after(day: dt.date, count: int) -> dt.date:
    """The `count`th working day after `day`; `day` itself never counts."""
    while count > 0:
        day += dt.timedelta(days=1)
        count -= is_working_day(day)
    return day


def acknowledge(received: dt.date, now: int, days: int = 3) -> Deadline:
    """When a report that came on the day `received` must have been acknowledged: by the end of the third working day after."""
    began = day_begins(received + dt.timedelta(days=1))
    due = day_begins(working_days_after(received, days) + dt.timedelta(days=1))
    # Rest days do not count: else half of the time would be over on a Sunday, with nobody there to be told.
    return Deadline("acknowledge", began, due, _per_cent(_working_seconds(began, now), _working_seconds(began, due)))


def decide(received: dt.date, now: int, days: int = 30, until: dt.date | None = None) -> Deadline:
    """When it must have been decided: by the end of the thirtieth day after, or of the day `until` that a dated reason names."""
    began = day_begins(received + dt.timedelta(days=1))
    due = day_begins((until or received + dt.timedelta(days=days)) + dt.timedelta(days=1))
    return Deadline("decide", began, due, _per_cent(now - began, due - began))


def _per_cent(over: int, whole: int) -> int:
    # Rounded down, so that 100 means: too late.
    return max(0, 100 * over // max(1, whole))


def _working_seconds(start: int, end: int) -> int:
    """Seconds between two moments that lie on working days; after the last of many, time runs on all the same."""
    seconds, day = 0, local_day(start)
    while (begins := day_begins(day)) < end:
        day += dt.timedelta(days=1)
        if is_working_day(day - dt.timedelta(days=1)):
            seconds += min(end, day_begins(day)) - max(start, begins)
    return seconds
