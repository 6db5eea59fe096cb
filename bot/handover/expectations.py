"""What may honestly be said of when somebody answers: from the teams' hours and from how long people really waited."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable
from operator import itemgetter
from zoneinfo import ZoneInfo

from babel.dates import format_datetime, format_timedelta

from bot.handover.records import Mediator
from bot.handover.teams import Team, always
from bot.store.cases import Cases

# Looked back on for the expected wait, and how many answers it takes before anything is said about it.
WEEKS = 4
ENOUGH = 5
# What is said is rounded up to one of these minutes: four of five people waited no longer.
STEPS = (5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 240, 360, 480, 1440, 2880)


class Expectations:
    """Answers for the teams that active mediators belong to."""

    def __init__(self, teams: dict[str, Team], cases: Cases, clock: Callable[[], float]) -> None:
        self._teams = teams
        self._cases = cases
        self._clock = clock

    def team(self, identifier: str) -> Team:
        """A team; one without hours if teams.yml does not name it."""
        return self._teams.get(identifier) or always(identifier)

    def teams_of(self, mediators: Iterable[Mediator]) -> list[Team]:
        """The teams of these mediators, each once."""
        return [self.team(name) for name in dict.fromkeys(mediator.team for mediator in mediators)]

    def is_open(self, mediators: Iterable[Mediator]) -> bool:
        """Whether any of their teams works now."""
        return any(team.is_open(self._clock()) for team in self.teams_of(mediators))

    def next_opening(self, mediators: Iterable[Mediator]) -> tuple[float, ZoneInfo] | None:
        """When the first of their teams begins next, and by whose clock; now, if one works; None if none can be named."""
        found = [(team.next_opening(self._clock()), team.zone) for team in self.teams_of(mediators)]
        known = [(moment, zone) for moment, zone in found if moment is not None]
        return min(known, key=itemgetter(0)) if known else None

    def known_teams(self) -> tuple[str, ...]:
        """The teams that teams.yml names; none without that file."""
        return tuple(self._teams)

    async def minutes(self) -> int | None:
        """Within how many minutes of working time four of five people had a first answer lately; None: too few to say."""
        waits = sorted(await self._cases.waits(self._clock() - WEEKS * 7 * 86400))
        if len(waits) < ENOUGH:
            return None
        typical = waits[(len(waits) * 4 + 4) // 5 - 1] / 60
        return next((step for step in STEPS if typical <= step), None)

    def when(self, moment: float, language: str, zone: ZoneInfo) -> str:
        """A moment in words, such as "Monday 30 November, 09:00"; in English where babel lacks the language."""
        local = dt.datetime.fromtimestamp(moment, zone)
        try:
            return str(format_datetime(local, "EEEE d MMMM, HH:mm", locale=language))
        except (LookupError, ValueError):
            return str(format_datetime(local, "EEEE d MMMM, HH:mm", locale="en"))

    def within(self, minutes: int, language: str) -> str:
        """A length of time in words, such as "20 minutes"."""
        span = dt.timedelta(minutes=minutes)
        try:
            return str(format_timedelta(span, threshold=2, locale=language))
        except (LookupError, ValueError):
            return str(format_timedelta(span, threshold=2, locale="en"))
