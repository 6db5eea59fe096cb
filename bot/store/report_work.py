"""Queries for working reports through: links, alerts, published figures."""

from __future__ import annotations

import calendar
import datetime as dt
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.store.audit import note
from bot.store.case_tables import audit
from bot.store.database import Database
from bot.store.report_tables import report_draft_records, report_drafts, report_records, report_steps, reports
from bot.store.report_work_tables import report_alerts, report_findings, report_links
from bot.store.reports import StepRow


class Alert(NamedTuple):
    """One thing that a circle is told of.

    `name`: "acknowledge_50" ... "decide_100", "refused", "handling", "urgent"; behind a point which of its kind it is, for the
    second of a day and those after it ("urgent.2").
    """

    report_id: str
    name: str
    began: dt.date
    circle: str
    day: dt.date
    seen_by: str | None = None

    @property
    def kind(self) -> str:
        """The name without its number."""
        return self.name.partition(".")[0]


class ReportWork:
    """The tables of report_work_tables. All methods are coroutines."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._audited = dt.date.min

    async def link(self, one: str, other: str) -> bool:
        """Says that two reports belong together; False if one of them is gone, or they are the same."""

        def work(connection: sa.engine.Connection) -> bool:
            known = connection.execute(sa.select(sa.func.count()).where(reports.c.id.in_([one, other]))).scalar()
            if known != 2:
                return False
            for left, right in ((one, other), (other, one)):
                same = sa.and_(report_links.c.report_id == left, report_links.c.other == right)
                if connection.execute(sa.select(report_links).where(same)).first() is None:
                    connection.execute(report_links.insert().values(report_id=left, other=right))
            return True

        return await self._database.run(work, durable=True)

    async def unlink(self, one: str, other: str) -> None:
        """Takes a link away."""
        pair = sa.or_(
            sa.and_(report_links.c.report_id == one, report_links.c.other == other),
            sa.and_(report_links.c.report_id == other, report_links.c.other == one),
        )
        await self._database.run(lambda connection: connection.execute(report_links.delete().where(pair)), durable=True)

    async def links(self, report_id: str) -> list[str]:
        """Ids of the reports that belong to this one and still exist."""
        query = sa.select(report_links.c.other).join(reports, reports.c.id == report_links.c.other)
        query = query.where(report_links.c.report_id == report_id).order_by(report_links.c.other)
        return [row[0] for row in await self._database.run(lambda connection: connection.execute(query).all())]

    async def tell(self, alerts: Iterable[Alert]) -> list[Alert]:
        """Writes down the alerts that are new; those. `audited` gives them their lines in the audit."""
        wanted = list(alerts)

        def work(connection: sa.engine.Connection) -> list[Alert]:
            table, new = report_alerts.c, []
            for alert in wanted:
                if connection.execute(sa.select(reports.c.id).where(reports.c.id == alert.report_id)).first() is None:
                    continue
                same = sa.and_(
                    table.report_id == alert.report_id, table.name == alert.name, table.began == alert.began,
                    table.circle == alert.circle,
                )
                if connection.execute(sa.select(table.day).where(same)).first() is None:
                    connection.execute(report_alerts.insert().values(**alert._asdict()))
                    new.append(alert)
            return new

        return await self._database.run(work, durable=True)

    async def audited(self, today: dt.date) -> None:
        """Writes the lines of the audit for the alerts of earlier days that have none yet; once a day.

        An alert follows within a minute on what the person did. A line of that moment, or one between two others with their
        seconds, would tell which of the day's conversations it was: so all of a day come together on a later one.
        """
        if self._audited >= today:
            return

        def work(connection: sa.engine.Connection) -> None:
            table = report_alerts.c
            rows = connection.execute(sa.select(*(table[name] for name in Alert._fields)).where(table.day < today))
            alerts = [Alert(*row) for row in rows]
            query = sa.select(audit.c.what, audit.c.subject, audit.c.at).where(audit.c.who.is_(None))
            known = Counter(tuple(row) for row in connection.execute(query.where(audit.c.what.like("reports.%"))))
            for alert in sorted(alerts, key=lambda one: (one.day, one.report_id)):
                line = (f"reports.{alert.kind}", alert.report_id[:6], calendar.timegm(alert.day.timetuple()))
                if known[line]:
                    known[line] -= 1
                else:
                    note(connection, line[0], None, line[1], line[2])

        await self._database.run(work)
        self._audited = today

    async def alerts(self, circle: str, unseen: bool = True) -> list[Alert]:
        """What a circle was told, newest first; all of it, or what nobody has marked as seen."""
        table = report_alerts.c
        query = sa.select(*(table[name] for name in Alert._fields)).where(table.circle == circle)
        if unseen:
            query = query.where(table.seen_by.is_(None))
        rows = await self._database.run(lambda c: c.execute(query.order_by(table.day.desc(), table.name)).all())
        return [Alert(*row) for row in rows]

    async def seen(self, alert: Alert, by: str) -> None:
        """Marks an alert as seen, for its own circle alone: readers cannot clear what the oversight was told."""
        table = report_alerts.c
        same = sa.and_(
            table.report_id == alert.report_id, table.name == alert.name, table.began == alert.began,
            table.circle == alert.circle,
        )
        statement = report_alerts.update().where(same).values(seen_by=by)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def all_steps(self) -> dict[str, list[StepRow]]:
        """The steps of every report, in order, by report."""
        table = report_steps.c
        query = sa.select(*(table[name] for name in StepRow._fields)).order_by(table.report_id, table.number)
        found: dict[str, list[StepRow]] = {}
        for row in await self._database.run(lambda connection: connection.execute(query).all()):
            found.setdefault(row[0], []).append(StepRow(*row))
        return found

    async def last_words(self, complaints: bool = False) -> dict[str, tuple[dt.date, str]]:
        """By report, the day and the author of its last piece that is not an internal note.

        `complaints`: with those about the handling. What readers see must not change with one.
        """
        table = report_records.c
        query = sa.select(table.report_id, table.day, table.author).where(table.author != "note")
        if not complaints:
            query = query.where(table.about != "complaint")
        rows = await self._database.run(lambda c: c.execute(query.order_by(table.report_id, table.number)).all())
        return {row[0]: (row[1], row[2]) for row in rows}

    async def last_numbers(self) -> dict[str, int]:
        """By report, the number of its last piece, whatever it is."""
        table = report_records.c
        query = sa.select(table.report_id, sa.func.max(table.number)).group_by(table.report_id)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return {row[0]: int(row[1]) for row in rows}

    async def drafts(self, wanted: Callable[[bytes], bool]) -> int | None:
        """Until when a report that is still being told, with a sealed piece that is `wanted`, is kept: the last; or None."""
        table = report_draft_records.c
        query = sa.select(report_drafts.c.until, table.sealed).join(report_drafts, report_drafts.c.id == table.draft_id)

        def work(connection: sa.engine.Connection) -> int | None:
            return max((until for until, sealed in connection.execute(query) if wanted(sealed)), default=None)

        return await self._database.run(work)

    async def publish(self, population: str, day: dt.date, body: dict[str, Any], counted: Sequence[str]) -> None:
        """Writes figures for good and marks the reports in them as counted, in one transaction.

        WaymarkError "reports.gone", and nothing written, if one of them was withdrawn meanwhile.
        """

        def work(connection: sa.engine.Connection) -> None:
            known = connection.execute(sa.select(sa.func.count()).where(reports.c.id.in_(list(counted)))).scalar()
            if known != len(set(counted)):  # one was withdrawn meanwhile: its count must not be published
                raise WaymarkError("reports.gone")
            connection.execute(
                report_findings.insert().values(population=population, day=day, body=json.dumps(body, sort_keys=True))
            )
            for report_id in counted:
                last = connection.execute(
                    sa.select(sa.func.max(report_steps.c.number)).where(report_steps.c.report_id == report_id)
                ).scalar()
                step = StepRow(report_id, int(last or 0) + 1, day, "counted", hidden=True)
                connection.execute(report_steps.insert().values(**step._asdict()))

        await self._database.run(work, durable=True)

    async def published(self) -> list[tuple[str, dt.date, dict[str, Any]]]:
        """What was published: population, day, figures; oldest first."""
        table = report_findings.c
        query = sa.select(table.population, table.day, table.body).order_by(table.number)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [(row[0], row[1], json.loads(row[2])) for row in rows]
