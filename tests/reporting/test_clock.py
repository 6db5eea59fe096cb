"""The promise clock, over holidays, changes of the clocks, ends of years, and wherever the server thinks it stands."""

from __future__ import annotations

import datetime as dt
import os
import time
from collections.abc import Iterator
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.reporting import clock

days = st.dates(dt.date(2020, 1, 1), dt.date(2045, 12, 31))


def berlin(year: int, month: int, day: int, hour: int = 0, minute: int = 0) -> int:
    return int(dt.datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Berlin")).timestamp())


# Received -> the last day on which three working days' promise can be kept. Counted by hand on a calendar.
ACKNOWLEDGE = [
    ("an ordinary Monday", dt.date(2026, 6, 15), dt.date(2026, 6, 18)),
    ("a Friday", dt.date(2026, 6, 12), dt.date(2026, 6, 17)),
    ("a Saturday", dt.date(2026, 6, 13), dt.date(2026, 6, 17)),
    ("a Sunday", dt.date(2026, 6, 14), dt.date(2026, 6, 17)),
    ("before Corpus Christi (Thursday 4 June)", dt.date(2026, 6, 2), dt.date(2026, 6, 8)),
    ("Maundy Thursday: Good Friday, weekend, Easter Monday", dt.date(2026, 4, 2), dt.date(2026, 4, 9)),
    ("Christmas Eve is a working day: holidays, weekend", dt.date(2026, 12, 23), dt.date(2026, 12, 29)),
    ("over New Year and Epiphany", dt.date(2025, 12, 30), dt.date(2026, 1, 5)),
    ("over Epiphany (Tuesday 6 January 2026)", dt.date(2026, 1, 2), dt.date(2026, 1, 8)),
    ("Assumption in Catholic communities (Friday 15 August 2025)", dt.date(2025, 8, 13), dt.date(2025, 8, 19)),
    ("the clocks go forward (Sunday 29 March 2026)", dt.date(2026, 3, 27), dt.date(2026, 4, 1)),
    ("the clocks go back (Sunday 25 October 2026)", dt.date(2026, 10, 23), dt.date(2026, 10, 28)),
    ("All Saints on a Sunday helps nobody", dt.date(2026, 10, 30), dt.date(2026, 11, 4)),
    ("leap day", dt.date(2028, 2, 28), dt.date(2028, 3, 2)),
]


@pytest.mark.parametrize(("received", "last"), [case[1:] for case in ACKNOWLEDGE], ids=[case[0] for case in ACKNOWLEDGE])
def test_acknowledged_within_three_working_days(received: dt.date, last: dt.date) -> None:
    deadline = clock.acknowledge(received, 0)
    assert deadline.day == last
    assert deadline.due == berlin(last.year, last.month, last.day) + (berlin_length(last))


def berlin_length(day: dt.date) -> int:
    following = day + dt.timedelta(days=1)
    return berlin(following.year, following.month, following.day) - berlin(day.year, day.month, day.day)


@pytest.mark.parametrize(
    ("received", "last"),
    [
        (dt.date(2026, 6, 15), dt.date(2026, 7, 15)),
        (dt.date(2026, 12, 15), dt.date(2027, 1, 14)),
        (dt.date(2028, 1, 31), dt.date(2028, 3, 1)),
        (dt.date(2026, 3, 1), dt.date(2026, 3, 31)),
    ],
)
def test_decided_within_thirty_days(received: dt.date, last: dt.date) -> None:
    assert clock.decide(received, 0).day == last


def test_a_dated_reason_moves_the_second_promise_and_nothing_else() -> None:
    received, until = dt.date(2026, 6, 15), dt.date(2026, 8, 1)
    assert clock.decide(received, 0, until=until).day == until
    assert clock.acknowledge(received, 0).day == dt.date(2026, 6, 18)


def test_alerts_come_at_their_parts_and_100_means_too_late() -> None:
    received = dt.date(2026, 6, 15)  # a Monday; Tuesday to Thursday are counted
    seen = [
        (clock.acknowledge(received, moment).part, clock.acknowledge(received, moment).alert)
        for moment in (
            berlin(2026, 6, 15, 9), berlin(2026, 6, 16), berlin(2026, 6, 17, 11, 59), berlin(2026, 6, 17, 12),
            berlin(2026, 6, 18, 9, 36), berlin(2026, 6, 18, 23, 59), berlin(2026, 6, 19), berlin(2026, 6, 25),
        )
    ]
    assert seen[:6] == [(0, 0), (0, 0), (49, 0), (50, 50), (80, 80), (99, 80)]
    assert seen[6][1] == 100 and seen[7][1] == 100


def test_nothing_is_over_on_a_weekend() -> None:
    received = dt.date(2026, 6, 12)  # a Friday
    assert clock.acknowledge(received, berlin(2026, 6, 14, 23, 59)).part == 0
    assert clock.acknowledge(received, berlin(2026, 6, 15, 12)).part == 16


@settings(max_examples=300, deadline=None)
@given(days, st.integers(min_value=1, max_value=30))
def test_between_lie_exactly_the_promised_working_days(received: dt.date, count: int) -> None:
    last = clock.working_days_after(received, count)
    between = [received + dt.timedelta(days=step) for step in range(1, (last - received).days + 1)]
    assert sum(clock.is_working_day(day) for day in between) == count
    assert clock.is_working_day(last) and last.weekday() < 5


@settings(max_examples=300, deadline=None)
@given(days, st.integers(min_value=1, max_value=20), st.integers(min_value=0, max_value=90 * 86400))
def test_on_time_until_the_last_second_and_late_from_the_next(received: dt.date, count: int, more: int) -> None:
    for make in (clock.acknowledge, clock.decide):
        due = make(received, 0, count).due
        assert make(received, due - 1, count).alert < 100
        assert make(received, due + more, count).alert == 100
        assert dt.datetime.fromtimestamp(due, ZoneInfo("Europe/Berlin")).time() == dt.time()


@settings(max_examples=200, deadline=None)
@given(days, st.lists(st.integers(min_value=-5 * 86400, max_value=60 * 86400), min_size=2, max_size=2))
def test_the_clock_never_runs_backwards(received: dt.date, moments: list[int]) -> None:
    early, late = sorted(clock.day_begins(received) + moment for moment in moments)
    for make in (clock.acknowledge, clock.decide):
        assert 0 <= make(received, early).part <= make(received, late).part


@settings(max_examples=200, deadline=None)
@given(days)
def test_a_day_later_is_never_due_earlier(received: dt.date) -> None:
    following = received + dt.timedelta(days=1)
    assert clock.acknowledge(received, 0).due <= clock.acknowledge(following, 0).due
    assert clock.decide(received, 0).due < clock.decide(following, 0).due


@settings(max_examples=200, deadline=None)
@given(st.datetimes(dt.datetime(2020, 1, 1), dt.datetime(2045, 1, 1), timezones=st.timezones()))
def test_a_moment_is_the_same_day_in_berlin_from_any_time_zone(moment: dt.datetime) -> None:
    day = clock.local_day(int(moment.timestamp()))
    assert clock.day_begins(day) <= int(moment.timestamp()) < clock.day_begins(day + dt.timedelta(days=1))


@pytest.fixture
def zones() -> Iterator[None]:
    before = os.environ.get("TZ")
    yield
    os.environ.pop("TZ", None)
    if before is not None:
        os.environ["TZ"] = before
    time.tzset()


def test_the_servers_own_time_zone_changes_nothing(zones: None) -> None:
    found = set()
    for zone in ("UTC", "Pacific/Kiritimati", "America/Los_Angeles", "Asia/Tehran", "Europe/Berlin"):
        os.environ["TZ"] = zone
        time.tzset()
        found.add((clock.acknowledge(dt.date(2026, 3, 27), 1_774_900_000), clock.decide(dt.date(2026, 10, 1), 1_792_000_000)))
    assert len(found) == 1
