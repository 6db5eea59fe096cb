"""When the teams work: teams.yml, which a site edits, read and checked; opening and closing in a team's own time zone."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import yaml

from bot.errors import WaymarkError

DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_SPAN = re.compile(r"([01]\d|2[0-3]):([0-5]\d)\s*-\s*(?:([01]\d|2[0-3]):([0-5]\d)|24:00)")
_FIELDS = {"id", "name", "timezone", "hours", "holidays"}
# So far ahead an opening is looked for; a team that is away for longer has none to name.
LOOK_AHEAD_DAYS = 60


class Team(NamedTuple):
    """A team. `hours`: for each weekday from Monday the spans in minutes of the day, in order. Without any: always there."""

    id: str
    name: str
    zone: ZoneInfo
    hours: tuple[tuple[tuple[int, int], ...], ...] | None
    holidays: frozenset[dt.date]

    def spans(self, day: dt.date) -> list[tuple[float, float]]:
        """The opening times of a day, as Unix seconds from and to."""
        midnight = dt.datetime.combine(day, dt.time(), self.zone)
        if self.hours is None:
            return [(midnight.timestamp(), (midnight + dt.timedelta(days=1)).timestamp())]
        if day in self.holidays:
            return []
        # By the wall clock, not by adding seconds: on the days when the clocks change the shop still opens at nine.
        return [(self._at(day, start), self._at(day, end)) for start, end in self.hours[day.weekday()]]

    def _at(self, day: dt.date, minute: int) -> float:
        day, minute = (day + dt.timedelta(days=1), 0) if minute == 1440 else (day, minute)
        return dt.datetime.combine(day, dt.time(minute // 60, minute % 60), self.zone).timestamp()

    def is_open(self, now: float) -> bool:
        """Whether they work at that moment."""
        return any(start <= now < end for start, end in self.spans(self._day(now)))

    def next_opening(self, now: float) -> float | None:
        """The moment when they next begin; now, if they work; None if it is too far off to name."""
        for ahead in range(LOOK_AHEAD_DAYS):
            for start, end in self.spans(self._day(now) + dt.timedelta(days=ahead)):
                if end > now:
                    return max(start, now)
        return None

    def open_seconds(self, start: float, end: float) -> int:
        """How many seconds of working time lie between two moments."""
        total, day = 0.0, self._day(start)
        while day <= self._day(end):
            total += sum(max(0.0, min(end, to) - max(start, since)) for since, to in self.spans(day))
            day += dt.timedelta(days=1)
        return int(total)

    def _day(self, now: float) -> dt.date:
        return dt.datetime.fromtimestamp(now, self.zone).date()


def always(identifier: str = "main") -> Team:
    """A team without hours: nobody wrote down when they work."""
    return Team(identifier, identifier, ZoneInfo("Europe/Berlin"), None, frozenset())


def load_teams(file: Path) -> dict[str, Team]:
    """The teams by id; none if there is no file. WaymarkError "teams.*" says what to mend, and where."""
    if not file.is_file():
        return {}
    try:
        entries = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise WaymarkError("teams.unreadable", file=file.name, detail=str(error).splitlines()[0]) from None
    if not isinstance(entries, list) or not all(isinstance(entry, dict) for entry in entries):
        raise WaymarkError("teams.unreadable", file=file.name, detail="it is not a list of teams")
    teams: dict[str, Team] = {}
    for entry in entries:
        team = _team(file.name, entry)
        if team.id in teams:
            raise WaymarkError("teams.field", file=file.name, team=team.id, detail="this id is there twice")
        teams[team.id] = team
    return teams


def _team(file: str, entry: dict[str, Any]) -> Team:
    identifier = entry.get("id")
    if not isinstance(identifier, str) or not re.fullmatch(r"[a-z0-9-]{1,40}", identifier):
        raise WaymarkError("teams.field", file=file, team=identifier, detail="'id' must be small letters, digits and hyphens")

    def wrong(detail: str) -> WaymarkError:
        return WaymarkError("teams.field", file=file, team=identifier, detail=detail)

    unknown = set(entry) - _FIELDS
    if unknown:
        raise wrong(f"there is no field '{min(map(str, unknown))}'; known are {', '.join(sorted(_FIELDS))}")
    try:
        zone = ZoneInfo(str(entry.get("timezone", "Europe/Berlin")))
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise wrong(f"'{entry.get('timezone')}' is no time zone; write one such as Europe/Berlin") from None
    hours = entry.get("hours")
    if hours is not None and (not isinstance(hours, dict) or set(hours) - set(DAYS)):
        raise wrong("'hours' must name weekdays in English, such as monday")
    spans = None if hours is None else tuple(tuple(_spans(hours.get(day) or [], day, wrong)) for day in DAYS)
    holidays = entry.get("holidays") or []
    if not isinstance(holidays, list):
        raise wrong("'holidays' must be a list of days such as 2026-12-24")
    days = frozenset(day for one in holidays for day in _days(one, wrong))
    return Team(identifier, str(entry.get("name") or identifier), zone, spans, days)


def _spans(given: Any, day: str, wrong: Any) -> list[tuple[int, int]]:
    found: list[tuple[int, int]] = []
    for text in given if isinstance(given, list) else [given]:
        match = _SPAN.fullmatch(str(text).strip())
        if match is None:
            raise wrong(f"{day}: '{text}' is no span; write it as \"09:00-12:30\"")
        start = int(match[1]) * 60 + int(match[2])
        end = int(match[3]) * 60 + int(match[4]) if match[3] else 1440
        if end <= start or (found and start < found[-1][1]):
            raise wrong(f"{day}: '{text}' ends before it begins, or before the one above it has ended")
        found.append((start, end))
    return found


def _days(given: Any, wrong: Any) -> list[dt.date]:
    try:
        if isinstance(given, dt.date):
            return [given]
        first, _, last = str(given).partition("..")
        start = dt.date.fromisoformat(first.strip())
        end = dt.date.fromisoformat(last.strip()) if last else start
    except ValueError:
        raise wrong(f"'{given}' is no day; write 2026-12-24, or 2026-12-24..2027-01-06 for several") from None
    if not 0 <= (end - start).days <= 366:
        raise wrong(f"'{given}' ends before it begins, or lasts for more than a year")
    return [start + dt.timedelta(days=number) for number in range((end - start).days + 1)]
