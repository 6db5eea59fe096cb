"""Opening hours: tables of schedules, moments and what is true then. 2024-05-09 is Ascension Day, a holiday in Bavaria."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.directory import hours
from bot.directory.days import asked
from bot.directory.records import Schedule

WEEK = (
    Schedule(byday="MO,TU,WE,TH", opens_at="08:00", closes_at="12:00"),
    Schedule(byday="TH", opens_at="14:00", closes_at="17:30"),
)
FIRST_MONDAY = (Schedule(freq="MONTHLY", byday="1MO", opens_at="18:00", closes_at="20:00"),)
ALWAYS = (Schedule(byday="MO,TU,WE,TH,FR,SA,SU", opens_at="00:00", closes_at="24:00"),)
NIGHT = (Schedule(byday="FR", opens_at="22:00", closes_at="02:00"),)


def at(text: str) -> dt.datetime:
    """A wall-clock moment in Augsburg."""
    return dt.datetime.fromisoformat(text).replace(tzinfo=hours.ZONE)


@pytest.mark.parametrize(
    ("schedules", "moment", "open_then"),
    [
        (WEEK, "2024-05-06T08:00", True),
        (WEEK, "2024-05-06T07:59", False),
        (WEEK, "2024-05-06T12:00", False),
        (WEEK, "2024-05-16T15:00", True),
        (WEEK, "2024-05-17T09:00", False),
        (WEEK, "2024-05-09T09:00", False),  # public holiday
        (ALWAYS, "2024-05-09T03:00", True),  # an emergency number knows no holiday
        (FIRST_MONDAY, "2024-05-06T19:00", True),
        (FIRST_MONDAY, "2024-05-13T19:00", False),
        (NIGHT, "2024-05-11T01:00", True),  # past midnight
        (NIGHT, "2024-05-11T02:00", False),
        ((), "2024-05-06T09:00", None),
        ((Schedule(description="By appointment"),), "2024-05-06T09:00", None),
    ],
)
def test_open_at(schedules: tuple[Schedule, ...], moment: str, open_then: bool | None) -> None:
    assert hours.open_at(schedules, at(moment)) is open_then


def test_another_time_zone_is_converted() -> None:
    utc = dt.datetime(2024, 5, 6, 6, 30, tzinfo=dt.timezone.utc)  # 08:30 in Augsburg
    assert hours.open_at(WEEK, utc) is True


def test_the_next_opening_skips_the_holiday() -> None:
    following = hours.next_opening(WEEK, at("2024-05-08T13:00"))
    assert following is not None and following.start == at("2024-05-13T08:00")
    assert hours.next_opening((), at("2024-05-08T13:00")) is None


@pytest.mark.parametrize(
    ("language", "line"),
    [("en", "Mon–Wed: 08:00–12:00"), ("de", "Mo.–Mi.: 08:00–12:00"), ("uk", "пн–ср: 08:00–12:00"),
     ("fr", "lun.–mer.: 08:00–12:00")],
)
def test_lines_join_equal_days_in_the_language(language: str, line: str) -> None:
    found = hours.lines(WEEK, language)
    assert found[0] == line
    assert "08:00–12:00, 14:00–17:30" in found[1]


@settings(deadline=None)  # a pause of the machine is no fault of the hours
@given(st.datetimes(min_value=dt.datetime(2024, 1, 1), max_value=dt.datetime(2030, 12, 31)))
def test_the_next_opening_is_open_and_later(moment: dt.datetime) -> None:
    local = moment.replace(tzinfo=hours.ZONE)
    following = hours.next_opening(WEEK, local)
    assert following is not None
    assert following.start > local
    assert hours.open_at(WEEK, following.start) is True


NOW = at("2024-05-06T10:00")  # a Monday


@pytest.mark.parametrize(
    ("language", "text", "day", "time"),
    [
        ("en", "is it open on Saturday?", 11, None),
        ("en", "are you open tomorrow at 3 pm", 7, dt.time(15)),
        ("de", "hat das am freitag um 15 uhr offen", 10, dt.time(15)),
        ("de", "morgen offen?", 7, None),
        ("fr", "c'est ouvert samedi ?", 11, None),
        ("tr", "cumartesi açık mı", 11, None),
        ("tr", "cuma günü saat 14:30 açık mı", 10, dt.time(14, 30)),
        ("uk", "чи відчинено в суботу", 11, None),
        ("ru", "работает ли в субботу", 11, None),
        ("ru", "завтра открыто?", 7, None),
        ("ar", "هل يفتح يوم السبت", 11, None),
        ("fa", "شنبه باز است؟", 11, None),
        ("fa", "یکشنبه باز است؟", 12, None),
        ("fa", "سه شنبه باز هست", 7, None),
    ],
)
def test_the_asked_day_is_found(language: str, text: str, day: int, time: dt.time | None) -> None:
    found = asked(text, language, NOW)
    assert found is not None and found.day == dt.date(2024, 5, day) and found.time == time


@pytest.mark.parametrize("text", ["when is it open", "for my 3 children", ""])
def test_no_day_is_invented(text: str) -> None:
    assert asked(text, "en", NOW) is None
