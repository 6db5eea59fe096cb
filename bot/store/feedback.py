"""Queries for visit feedback and weekly figures."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store.case_tables import cases
from bot.store.database import Database
from bot.store.feedback_tables import visit_answers, visit_links, visit_proposals, weekly_figures
from bot.store.report_tables import reports
from bot.store.secrets import Secrets
from bot.store.tables import unanswered


class Count(NamedTuple):
    """How often an answer was given about a record in a week."""

    week: str
    record: str
    source: str
    question: str
    answer: str
    times: int


class Proposal(NamedTuple):
    """What a volunteer proposes for a record."""

    number: int
    record: str
    day: dt.date
    text: str


class Figure(NamedTuple):
    """One weekly figure."""

    week: str
    signal: str
    topic: str
    district: str
    times: int


def week_of(day: dt.date) -> str:
    """The ISO week of a day, such as "2026-W07"."""
    year, week, _ = day.isocalendar()
    return f"{year}-W{week:02}"


def monday_of(week: str) -> dt.date:
    """The Monday of an ISO week."""
    return dt.date.fromisocalendar(int(week[:4]), int(week[6:]), 1)


class VisitFeedback:
    """The tables of feedback_tables. Methods are coroutines but for `counts`, which runs in the caller's thread."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    async def add(
        self, week: str, record: str, source: str, answers: Mapping[str, str], *, proposal: str = "", day: dt.date | None = None,
        link: tuple[str, int] | None = None,
    ) -> bool:
        """Adds one visit. `link`: mark and end of the link it came by; False, and nothing counted, if it was used before."""
        sealed = self._secrets.seal(proposal) if proposal else None

        def work(connection: sa.engine.Connection) -> bool:
            if link is not None:
                used = sa.select(visit_links.c.mark).where(visit_links.c.mark == link[0])
                if connection.execute(used).first():
                    return False
                connection.execute(visit_links.insert().values(mark=link[0], ends_at=link[1]))
            for question, answer in answers.items():
                key = {"week": week, "record": record, "source": source, "question": question, "answer": answer}
                _add(connection, visit_answers, key, 1)
            if sealed is not None:
                connection.execute(visit_proposals.insert().values(record=record, day=day or dt.date.today(), body=sealed))
            return True

        return await self._database.run(work, durable=True)

    async def used(self, mark: str) -> bool:
        """Whether a visit came by the link with this mark."""
        query = sa.select(visit_links.c.mark).where(visit_links.c.mark == mark)
        return await self._database.run(lambda connection: connection.execute(query).first()) is not None

    def counts(self, since: str) -> list[Count]:
        """All answers since an ISO week."""
        query = sa.select(visit_answers).where(visit_answers.c.week >= since)
        return self._database.transact(lambda connection: [Count(*row) for row in connection.execute(query)])

    async def proposals(self) -> list[Proposal]:
        """What volunteers proposed, oldest first."""
        query = sa.select(visit_proposals).order_by(visit_proposals.c.number)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [Proposal(row[0], row[1], row[2], self._secrets.open(row[3])) for row in rows]

    async def settle(self, number: int) -> None:
        """A curator has dealt with a proposal: it is deleted."""
        statement = visit_proposals.delete().where(visit_proposals.c.number == number)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def keep(self, figures: Iterable[Figure]) -> None:
        """Writes weekly figures; a figure never becomes smaller, so that deletions leave the comparison as it was."""
        wanted = list(figures)

        def work(connection: sa.engine.Connection) -> None:
            table = weekly_figures.c
            for figure in wanted:
                where = sa.and_(
                    table.week == figure.week, table.signal == figure.signal, table.topic == figure.topic,
                    table.district == figure.district,
                )
                known = connection.execute(sa.select(table["count"]).where(where)).scalar()
                if known is None:
                    connection.execute(weekly_figures.insert().values(tuple(figure)))
                elif known < figure.times:
                    connection.execute(weekly_figures.update().where(where).values(count=figure.times))

        await self._database.run(work)

    async def figures(self, since: str) -> list[Figure]:
        """Weekly figures since an ISO week."""
        query = sa.select(weekly_figures).where(weekly_figures.c.week >= since)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [Figure(*row) for row in rows]

    async def of_reports(self, since: dt.date) -> list[tuple[dt.date, str, str]]:
        """Day, kind and district ("" if not told) of reports whose person allowed figures."""
        table = reports.c
        query = sa.select(table.day, table.kind, table.district).where(table.day >= since, table.figures.is_(True))
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [(row[0], row[1], row[2] or "") for row in rows]

    async def of_questions(self, since: str) -> list[tuple[str, str, int]]:
        """Week, topic and number of questions without an answer, all languages together."""
        table = unanswered.c
        query = sa.select(table.week, table.topic, sa.func.sum(table["count"])).where(table.week >= since)
        rows = await self._database.run(lambda c: c.execute(query.group_by(table.week, table.topic)).all())
        return [(row[0], row[1], int(row[2])) for row in rows]

    async def of_handovers(self, since: int) -> list[tuple[int, str, str]]:
        """When it ended (Unix seconds), topic and town of cases that ended without anybody having answered the person."""
        table = cases.c
        failed = sa.or_(table.outcome == "no_answer", table.first_reply_at.is_(None))
        query = sa.select(table.closed_at, table.details).where(table.state == "closed", table.closed_at >= since, failed)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        found = []
        for closed_at, details in rows:
            told: dict[str, Any] = json.loads(self._secrets.open(details))
            found.append((int(closed_at), str(told.get("topic") or ""), str(told.get("town") or "")))
        return found


def _add(connection: sa.engine.Connection, table: sa.Table, key: Mapping[str, str], count: int) -> None:
    where = sa.and_(*(table.c[name] == value for name, value in key.items()))
    if not connection.execute(table.update().where(where).values(count=table.c["count"] + count)).rowcount:
        connection.execute(table.insert().values(**key, count=count))
