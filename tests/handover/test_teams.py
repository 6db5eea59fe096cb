"""Hours of the teams: holidays, the days when the clocks change, and a sentence for every mistake in the file."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.errors import WaymarkError
from bot.handover.teams import always, load_teams

BERLIN = ZoneInfo("Europe/Berlin")
GOOD = """
- id: main
  name: Mediators
  hours:
    monday: ["09:00-12:00", "13:00-17:00"]
    tuesday: "09:00-12:00"
    sunday: ["00:00-24:00"]
  holidays: [2026-12-24, "2026-12-28..2027-01-05"]
"""


def at(text: str) -> float:
    return dt.datetime.fromisoformat(text).replace(tzinfo=BERLIN).timestamp()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "teams.yml"
    path.write_text(GOOD, encoding="utf-8")
    return path


@pytest.mark.parametrize(("moment", "is_open"), [
    ("2026-11-23T08:59", False), ("2026-11-23T09:00", True), ("2026-11-23T12:00", False), ("2026-11-23T13:00", True),
    ("2026-11-23T16:59", True), ("2026-11-23T17:00", False), ("2026-11-25T10:00", False), ("2026-12-28T10:00", False),
    ("2027-01-05T10:00", False), ("2026-11-22T23:59", True),
])
def test_open_and_closed(file: Path, moment: str, is_open: bool) -> None:
    assert load_teams(file)["main"].is_open(at(moment)) is is_open


@pytest.mark.parametrize(("moment", "opens"), [
    ("2026-11-23T08:00", "2026-11-23T09:00"), ("2026-11-23T12:30", "2026-11-23T13:00"),
    ("2026-11-23T14:00", "2026-11-23T14:00"), ("2026-11-24T12:30", "2026-11-29T00:00"),
    ("2026-12-27T10:00", "2026-12-27T10:00"), ("2026-12-28T08:00", "2027-01-10T00:00"),
])
def test_the_next_opening_passes_over_holidays(file: Path, moment: str, opens: str) -> None:
    assert load_teams(file)["main"].next_opening(at(moment)) == at(opens)


def test_the_wall_clock_counts_when_the_clocks_change(file: Path) -> None:
    team = load_teams(file)["main"]
    # 25 October 2026: the night has an hour more; Monday still opens at nine.
    assert team.next_opening(at("2026-10-26T03:00")) == at("2026-10-26T09:00")
    assert team.open_seconds(at("2026-10-25T00:00"), at("2026-10-26T00:00")) == 25 * 3600
    assert team.open_seconds(at("2026-11-23T11:30"), at("2026-11-23T13:30")) == 3600


def test_without_a_file_nobody_promises_hours(tmp_path: Path) -> None:
    assert load_teams(tmp_path / "none.yml") == {}
    assert always().is_open(0.0)


@pytest.mark.parametrize(("text", "part"), [
    ("a: [", "cannot be read"), ("just words", "not a list"), ("- name: x", "'id'"), ("- id: Main Team", "'id'"),
    ("- id: a\n- id: a", "twice"), ("- id: a\n  hour: {}", "no field 'hour'"), ("- id: a\n  timezone: Mars/Base", "time zone"),
    ("- id: a\n  hours: {montag: '09:00-10:00'}", "weekdays"), ("- id: a\n  hours: {monday: '9-17'}", "no span"),
    ("- id: a\n  hours: {monday: '17:00-09:00'}", "ends before"),
    ("- id: a\n  hours: {monday: ['09:00-12:00', '11:00-13:00']}", "ends"),
    ("- id: a\n  holidays: [Christmas]", "no day"), ("- id: a\n  holidays: ['2027-01-01..2026-01-01']", "ends before"),
    ("- id: a\n  holidays: 5", "list of days"),
])
def test_every_mistake_gets_a_sentence_that_names_the_place(tmp_path: Path, text: str, part: str) -> None:
    path = tmp_path / "teams.yml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(WaymarkError) as refused:
        load_teams(path)
    assert "teams.yml" in str(refused.value)
    assert part in str(refused.value)
