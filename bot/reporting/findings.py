"""What came of all reports together: batches of counts, from reports whose person allowed it. See disclosure.py for why so.

Two kinds of batch ("populations") never share a report: *decided* reports by kind, district, outcome (with the reason, inside
an outcome) and time to decision; and reports that were *late*, undecided long after the promise, by kind and district. A report
is counted once, with its first decision. Of its time only the weeks of the batch are told.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any, NamedTuple

from bot.errors import WaymarkError
from bot.reporting.disclosure import LEAST, added, counted, grouped
from bot.reporting.opened import Line
from bot.reporting.review import Review
from bot.store.report_work import ReportWork
from bot.store.reports import StepRow

POPULATIONS = ("decided", "late")
# Days to a decision, by the last day of each group.
TIMES = ((7, "week"), (14, "fortnight"), (30, "month"))
SLOWER = "longer"
NOWHERE = "not_said"
# A batch waits for so many reports, since in a larger one fewer groups must be put together; but no longer than so many days.
WANTED = 20
PATIENCE = 28
# Days after a broken promise from which an undecided report is counted as late.
LATE_AFTER = 30


class Entry(NamedTuple):
    """What is counted of one report."""

    report_id: str
    day: dt.date
    kind: str
    district: str
    outcome: str = ""
    why: str = ""
    time: str = ""


class Batch(NamedTuple):
    """Figures as they were published. `begin` None: since the start. `end`: the last day of the last week in it."""

    population: str
    begin: dt.date | None
    end: dt.date
    total: int
    tables: dict[str, dict[str, int]]
    why: dict[str, dict[str, int]]


class Overview(NamedTuple):
    """Everything that is public. `decided` and `late`: sums by dimension; `why`: by outcome; `batches`: oldest first."""

    heard: int
    decided: dict[str, dict[str, int]]
    why: dict[str, dict[str, int]]
    late: dict[str, dict[str, int]]
    late_total: int
    batches: list[Batch]


def monday(day: dt.date) -> dt.date:
    """The Monday of a day's week."""
    return day - dt.timedelta(days=day.weekday())


def time_group(days: int) -> str:
    """How long a decision took, as a group."""
    return next((name for limit, name in TIMES if days <= limit), SLOWER)


def make_batch(
    population: str, entries: list[Entry], begin: dt.date | None, end: dt.date, coin: Callable[[], bool] | None = None
) -> Batch:
    """One batch of figures. ValueError for fewer than five entries."""
    tables = {
        "kind": grouped(counted(entries, lambda entry: entry.kind), coin),
        "district": grouped(counted(entries, lambda entry: entry.district), coin),
    }
    why: dict[str, dict[str, int]] = {}
    if population == "decided":
        tables["outcome"] = grouped(counted(entries, lambda entry: entry.outcome), coin)
        tables["time"] = grouped(counted(entries, lambda entry: entry.time), coin)
        for outcome in tables["outcome"]:
            # The reasons divide a shown outcome further; each of them is again a group of at least five.
            reasons = counted([entry for entry in entries if entry.outcome == outcome], lambda entry: entry.why)
            reasons.pop("", None)
            if sum(reasons.values()) == tables["outcome"][outcome]:
                why[outcome] = grouped(reasons, coin)
    return Batch(population, begin, end, len(entries), tables, why)


class Findings:
    """Publishes batches and sums them up."""

    def __init__(self, review: Review, work: ReportWork) -> None:
        self._review = review
        self._work = work

    async def publish(self, today: dt.date) -> list[Batch]:
        """Publishes what is ripe: of whole weeks only, at most one batch a week and population.

        At least twenty reports, or after four weeks at least five.
        """
        done, until = [], monday(today)
        steps = await self._work.all_steps()
        for population in POPULATIONS:
            earlier = [batch for batch in await self.batches() if batch.population == population]
            last = earlier[-1].end if earlier else None
            if last is not None and last >= until - dt.timedelta(days=1):
                continue
            entries = [entry for entry in await self._ripe(population, steps) if entry.day < until]
            since = last if last is not None else min((entry.day for entry in entries), default=until)
            waited = (until - since).days
            if len(entries) < (LEAST if waited >= PATIENCE else WANTED):
                continue
            begin = last + dt.timedelta(days=1) if last else None
            batch = make_batch(population, entries, begin, until - dt.timedelta(days=1))
            try:
                await self._work.publish(population, today, _written(batch), [entry.report_id for entry in entries])
            except WaymarkError:  # one was withdrawn this moment: the next round counts without it
                continue
            done.append(batch)
        return done

    async def batches(self) -> list[Batch]:
        """Everything published, oldest first."""
        return [_read(population, body) for population, _, body in await self._work.published()]

    async def overview(self) -> Overview:
        """What the page shows."""
        batches = await self.batches()
        decided = [batch for batch in batches if batch.population == "decided"]
        late = [batch for batch in batches if batch.population == "late"]
        return Overview(
            sum(batch.total for batch in batches), added(batch.tables for batch in decided),
            added(batch.why for batch in decided), added(batch.tables for batch in late), sum(batch.total for batch in late),
            batches,
        )

    async def _ripe(self, population: str, steps: dict[str, list[StepRow]]) -> list[Entry]:
        found = []
        for line in await self._review.lines(None):
            own = steps.get(line.report.id, [])
            if not line.report.figures or any(step.name == "counted" for step in own):
                continue
            entry = _decided(line, own) if population == "decided" else _late(line)
            if entry is not None:
                found.append(entry)
        return found


def _decided(line: Line, steps: list[StepRow]) -> Entry | None:
    first = next((step for step in steps if step.name == "decided"), None)
    if first is None:
        return None
    outcome, _, why = (first.reason or "").partition(":")
    report = line.report
    took = time_group((first.day - report.day).days)
    return Entry(report.id, first.day, report.kind, report.district or NOWHERE, outcome, why, took)


def _late(line: Line) -> Entry | None:
    report = line.report
    for deadline in line.standing.deadlines:
        if deadline.stage == "decide" and deadline.alert == 100:
            ripe = deadline.day + dt.timedelta(days=LATE_AFTER)
            return Entry(report.id, ripe, report.kind, report.district or NOWHERE)
    return None


def _written(batch: Batch) -> dict[str, Any]:
    begin = batch.begin.isoformat() if batch.begin else None
    return {"begin": begin, "end": batch.end.isoformat(), "total": batch.total, "tables": batch.tables, "why": batch.why}


def _read(population: str, body: dict[str, Any]) -> Batch:
    begin = dt.date.fromisoformat(body["begin"]) if body["begin"] else None
    return Batch(population, begin, dt.date.fromisoformat(body["end"]), body["total"], body["tables"], body["why"])
