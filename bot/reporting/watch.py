"""What happens by itself: alerts before a promise is broken, closing, deletion, publication of figures. Done every minute."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.reporting.clock import ALERTS, day_begins
from bot.reporting.keys import CIRCLES
from bot.reporting.opened import Line
from bot.reporting.review import Review
from bot.reporting.standing import Promises, Standing, closes_on, deleted_on, standing
from bot.store.report_work import Alert, ReportWork
from bot.store.reports import StepRow


class Done(NamedTuple):
    """What one round did. `alerts`: the new ones. The others: ids of reports."""

    alerts: list[Alert]
    closed: list[str]
    emptied: list[str]


class Watch:
    """One round is `round`; who runs it decides when. `publish` is given the day and publishes what is ripe."""

    def __init__(self, review: Review, work: ReportWork, publish: Callable[[dt.date], Awaitable[object]]) -> None:
        self._review = review
        self._work = work
        self._publish = publish

    async def round(self) -> Done:
        """Tells, closes, deletes, publishes. A second round at once does nothing."""
        today, numbers = self._review.today(), await self._work.last_numbers()
        words, heard = await self._work.last_words(complaints=True), await self._work.last_words()
        alerts: list[Alert] = []
        closed, emptied = [], []
        for line in await self._review.lines(None):
            report_id = line.report.id
            steps = await self._review.ledger.reports.steps(report_id)
            alerts += _alerts(line, steps, today, self._review.promises)
            word = words[report_id][0] if report_id in words else line.report.day
            # A complaint keeps what it is about from being deleted; that it was closed later would give it away to readers.
            closing = closes_on(line.standing, heard[report_id][0] if report_id in heard else line.report.day)
            if closing is not None and closing <= today:
                try:
                    await self._review.close(report_id, None)
                    closed.append(report_id)
                except WaymarkError:  # withdrawn or reopened meanwhile
                    continue
            day = deleted_on(line.standing, word, self._review.promises)
            # What the person writes in this moment, on the last day, must not be deleted with the rest.
            if day is not None and day <= today and report_id in numbers and (
                await self._review.ledger.reports.delete_content(report_id, numbers[report_id])
            ):
                emptied.append(report_id)
        told = await self._work.tell(alerts)
        await self._work.audited(today)
        await self._publish(today)
        return Done(told, closed, emptied)


def _alerts(line: Line, steps: list[StepRow], today: dt.date, promises: Promises) -> Iterator[Alert]:
    """Everything that should have been told of a report; what was told before is sorted out by the store."""
    report_id, times = line.report.id, Counter[tuple[str, dt.date]]()

    def numbered(name: str, day: dt.date) -> str:
        # Who has seen the first of a day is told of the second all the same.
        times[name, day] += 1
        return name if times[name, day] == 1 else f"{name}.{times[name, day]}"

    yield from _promised(report_id, line.standing, ALERTS, today)
    for place, step in enumerate(steps):
        if place and step.name in ("read", "decided"):
            # What was late is told, even if it was done while nobody was looking (the server stood still, say).
            yield from _promised(report_id, standing(steps[:place], day_begins(step.day), promises), ALERTS[-1:], today)
        if step.name == "decided" and (step.reason or "").startswith("refused"):
            yield Alert(report_id, numbered("refused", step.day), step.day, "oversight", today)
        if step.name == "since":
            name = numbered("urgent", step.day)
            for circle in CIRCLES:
                yield Alert(report_id, name, step.day, circle, today)
        if step.name == "readerless":
            yield Alert(report_id, numbered("readerless", step.day), step.day, "oversight", today)
        if step.name in ("complaint", "not_helpful"):
            yield Alert(report_id, numbered("handling", step.day), step.day, "oversight", today)


def _promised(report_id: str, found: Standing, parts: Iterable[int], today: dt.date) -> Iterator[Alert]:
    for deadline in found.deadlines:
        # A delay makes a new round of the second promise, named by its last day.
        began = deadline.day if found.delay and deadline.stage == "decide" else found.began
        for part in parts:
            if deadline.part >= part:
                for circle in CIRCLES:
                    yield Alert(report_id, f"{deadline.stage}_{part}", began, circle, today)
