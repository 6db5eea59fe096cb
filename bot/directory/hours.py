"""Opening hours: RRULE schedules to "open now?", the next opening, and lines to read.

Times are wall-clock times of the place (Europe/Berlin).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from functools import lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays
from babel.dates import format_date, format_time, get_day_names
from dateutil import rrule

from bot.directory.records import WEEKDAYS, Schedule
from bot.languages import locale_of

ZONE = ZoneInfo("Europe/Berlin")
# How far ahead the next opening is looked for.
HORIZON_DAYS = 35


class Interval(NamedTuple):
    """One stretch of being open, both ends in ZONE."""

    start: dt.datetime
    end: dt.datetime


@lru_cache(maxsize=8)
def _public_holidays(year: int) -> frozenset[dt.date]:
    # "BY" plus the days kept in Catholic communities; Augsburg's own Peace Festival holds only inside the city.
    return frozenset(holidays.country_holidays("DE", subdiv="BY", years=year, categories=("public", "catholic")))


def is_public_holiday(day: dt.date) -> bool:
    """Whether `day` is a public holiday in Bavaria; most places are then closed, whatever their weekly hours say."""
    return day in _public_holidays(day.year)


def _clock(text: str) -> dt.timedelta:
    hours, minutes = text.split(":")
    return dt.timedelta(hours=int(hours), minutes=int(minutes))


def _weekdays(byday: str) -> list[rrule.weekday]:
    days = []
    for part in byday.split(","):
        day = getattr(rrule, part[-2:])
        days.append(day(int(part[:-2])) if part[:-2] else day)
    return days


def _days(schedule: Schedule, start: dt.date, end: dt.date) -> tuple[dt.date, ...]:
    return _days_of(schedule.freq, schedule.byday, schedule.bymonthday, schedule.interval or 1,
                    schedule.valid_from or dt.date(2024, 1, 1), min(end, schedule.valid_to or end), start)


@lru_cache(maxsize=4096)
def _days_of(
    freq: str | None, byday: str | None, bymonthday: str | None, interval: int, begins: dt.date, end: dt.date, start: dt.date
) -> tuple[dt.date, ...]:
    # Remembered: the same few weeks are asked for with every card, and each time the rule counts from its beginning.
    if byday is None and bymonthday is None:
        return ()
    rule = rrule.rrule(
        rrule.WEEKLY if freq == "WEEKLY" else rrule.MONTHLY,
        dtstart=dt.datetime.combine(begins, dt.time()),
        until=dt.datetime.combine(end, dt.time()),
        interval=interval,
        byweekday=_weekdays(byday) if byday else None,
        bymonthday=[int(day) for day in bymonthday.split(",")] if bymonthday else None,
        cache=False,
    )
    first, last = dt.datetime.combine(start, dt.time()), dt.datetime.combine(end, dt.time())
    return tuple(moment.date() for moment in rule.between(first, last, inc=True))


def intervals(schedules: Iterable[Schedule], start: dt.date, end: dt.date) -> list[Interval]:
    """Every opening from `start` to `end`, both days included, in order. Schedules without times give none."""
    found = []
    for schedule in schedules:
        if not schedule.opens_at or not schedule.closes_at:
            continue
        for day in _days(schedule, start, end):
            midnight = dt.datetime.combine(day, dt.time())
            opens, closes = midnight + _clock(schedule.opens_at), midnight + _clock(schedule.closes_at)
            if closes <= opens:  # past midnight
                closes += dt.timedelta(days=1)
            found.append(Interval(opens.replace(tzinfo=ZONE), closes.replace(tzinfo=ZONE)))
    return sorted(found)


def open_at(schedules: Iterable[Schedule], moment: dt.datetime) -> bool | None:
    """Whether it is open at `moment`; None when no hours are known. A public holiday counts as closed."""
    kept = [schedule for schedule in schedules if schedule.opens_at and schedule.closes_at]
    if not kept:
        return None
    local = moment.astimezone(ZONE)
    today = local.date()
    around = intervals(kept, today - dt.timedelta(days=1), today)
    always = {(s.byday, s.opens_at, s.closes_at) for s in kept} == {(",".join(WEEKDAYS), "00:00", "24:00")}
    if is_public_holiday(today) and not always:
        return False
    return any(interval.start <= local < interval.end for interval in around)


def next_opening(schedules: Iterable[Schedule], moment: dt.datetime) -> Interval | None:
    """The next opening that begins after `moment`, skipping public holidays, or None within HORIZON_DAYS."""
    local = moment.astimezone(ZONE)
    for interval in intervals(schedules, local.date(), local.date() + dt.timedelta(days=HORIZON_DAYS)):
        if interval.start > local and not is_public_holiday(interval.start.date()):
            return interval
    return None


def _runs(days: list[int]) -> list[list[int]]:
    runs: list[list[int]] = []
    for day in days:
        if runs and runs[-1][-1] == day - 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return runs


def lines(schedules: Iterable[Schedule], language: str) -> list[str]:
    """Lines to read, such as "Mon - Fri: 09:00 - 12:00", weekday names in `language`, days with equal hours joined."""
    names = get_day_names("abbreviated", locale=locale_of(language))
    weekly: dict[int, list[str]] = {}
    other: list[str] = []
    for schedule in schedules:
        if not schedule.opens_at or not schedule.byday:
            continue
        # Some sources say only when it begins.
        span = f"{schedule.opens_at}–{schedule.closes_at or '…'}"
        if schedule.freq == "WEEKLY" and (schedule.interval or 1) == 1:
            for day in schedule.byday.split(","):
                weekly.setdefault(WEEKDAYS.index(day[-2:]), []).append(span)
        else:
            days = ", ".join(f"{day[:-2]}. {names[WEEKDAYS.index(day[-2:])]}".lstrip(". ") for day in schedule.byday.split(","))
            other.append(f"{days}: {span}")
    by_span: dict[tuple[str, ...], list[int]] = {}
    for number in sorted(weekly):
        by_span.setdefault(tuple(sorted(weekly[number])), []).append(number)
    result = []
    for spans, days_of in by_span.items():
        parts = [names[run[0]] if len(run) == 1 else f"{names[run[0]]}–{names[run[-1]]}" for run in _runs(days_of)]
        result.append(f"{', '.join(parts)}: {', '.join(spans)}")
    return result + other


def moment_in_words(moment: dt.datetime, language: str) -> str:
    """A weekday with its time, such as "Monday 09:00", in `language`, with Latin digits."""
    return f"{day_in_words(moment, language)} {format_time(moment, 'HH:mm', locale='en')}"


def day_in_words(moment: dt.datetime, language: str) -> str:
    """A weekday's name in `language`."""
    return str(format_date(moment, "EEEE", locale=locale_of(language)))
