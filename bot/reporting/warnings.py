"""Early warning: figures that are unusual against the weeks before. Figures alone; no text is read.

The statistic. For each signal, topic and district, the eight weeks before this one have a median m. If nothing has changed,
weekly numbers scatter around a rate that eight such weeks tell of, and this week's number follows the Poisson distribution with
an uncertain rate: a negative binomial with r = 8 m + 1/2 and p = 8/9 (Gelman and others, "Bayesian Data Analysis", section
2.6, with the Jeffreys prior). A warning is given if a number this high or higher has a chance of less than 1 in 2000, and is at
least 5. The median, not the mean: one wild week among the eight must not hide the next. The week under way is compared as it
stands, so that a warning comes early; it can only rise. What was unusual last week is still shown in this one: else a Sunday's
warning would be gone on Monday, before anybody is there to see it.

What it cannot do: see what nobody reports, or tell a real rise from many tellings of one event.
"""

from __future__ import annotations

import datetime as dt
import statistics
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from math import exp, lgamma, log
from typing import NamedTuple

from bot.reporting.clock import day_begins, local_day
from bot.store.feedback import Figure, VisitFeedback, monday_of, week_of

WEEKS = 8
CHANCE = 1 / 2000
LEAST = 5
SIGNALS = ("reports", "questions", "turned_away", "handovers")


class Warning(NamedTuple):
    """One unusual figure.

    `number`: the week's; `usual`: the median of the weeks before; `chance`: of so many or more. `last`: of last week, not of
    the one under way.
    """

    signal: str
    topic: str
    district: str
    number: int
    usual: float
    chance: float
    last: bool = False

    @property
    def one_in(self) -> int:
        """The chance as "one week in so many"."""
        return min(1_000_000, round(1 / max(self.chance, 1e-9)))


def chance_of(count: int, before: list[int]) -> float:
    """The chance of `count` or more this week, given the numbers of the weeks before (missing weeks are 0)."""
    r, p = len(before) * float(statistics.median(before)) + 0.5, len(before) / (len(before) + 1)
    below = sum(exp(lgamma(k + r) - lgamma(r) - lgamma(k + 1) + r * log(p) + k * log(1 - p)) for k in range(count))
    return max(0.0, 1.0 - below)


def unusual(figures: list[Figure], week: str) -> list[Warning]:
    """The warnings for a week, from its figures and those of the eight weeks before; the least likely first."""
    cells: dict[tuple[str, str, str], Counter[str]] = defaultdict(Counter)
    for figure in figures:
        cells[figure.signal, figure.topic, figure.district][figure.week] += figure.times
    weeks = [week_of(monday_of(week) - dt.timedelta(weeks=back)) for back in range(1, WEEKS + 1)]
    found = []
    for (signal, topic, district), counts in cells.items():
        count, before = counts[week], [counts[earlier] for earlier in weeks]
        if count >= LEAST and (chance := chance_of(count, before)) < CHANCE:
            found.append(Warning(signal, topic, district, count, float(statistics.median(before)), chance))
    return sorted(found, key=lambda one: (one.chance, one.signal, one.topic, one.district))


class Warnings:
    """Collects the figures and says what is unusual. `placed`: a record's topic and district."""

    def __init__(
        self, store: VisitFeedback, placed: Callable[[str], tuple[str, str]], today: Callable[[], dt.date]
    ) -> None:
        self._store = store
        self._placed = placed
        self._today = today

    async def collect(self) -> None:
        """Writes this and last week's figures down; what is deleted later stays counted."""
        today = self._today()
        begin = monday_of(week_of(today)) - dt.timedelta(weeks=1)
        figures: Counter[tuple[str, str, str, str]] = Counter()
        for day, kind, district in await self._store.of_reports(begin):
            figures[week_of(day), "reports", kind, district] += 1
        for week, topic, count in await self._store.of_questions(week_of(begin)):
            figures[week, "questions", topic, ""] += count
        seconds = day_begins(begin)
        for closed_at, topic, town in await self._store.of_handovers(seconds):
            figures[week_of(local_day(closed_at)), "handovers", topic, town] += 1
        for answer in self._store.counts(week_of(begin)):
            if answer.question == "turned_away" and answer.answer == "yes":
                figures[(answer.week, "turned_away", *self._placed(answer.record))] += answer.times
        await self._store.keep(_figures(figures))

    async def now(self) -> list[Warning]:
        """What is unusual this week, then what was so last week and is not now, by today's figures."""
        week = week_of(self._today())
        before = week_of(monday_of(week) - dt.timedelta(weeks=1))
        figures = await self._store.figures(week_of(monday_of(before) - dt.timedelta(weeks=WEEKS)))
        found = unusual(figures, week)
        told = {one[:3] for one in found}
        return found + [one._replace(last=True) for one in unusual(figures, before) if one[:3] not in told]


def _figures(counts: Mapping[tuple[str, str, str, str], int]) -> list[Figure]:
    return [Figure(*key, count) for key, count in counts.items()]
