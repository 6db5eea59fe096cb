"""Reports: kept without a name, found by code, worked through by readers. Queries only; sealing is bot/reporting's."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store.case_tables import audit
from bot.store.database import Database
from bot.store.report_tables import OF_A_REPORT, report_readers, report_records, report_secrets, report_steps, reports
from bot.store.report_work_tables import report_links
from bot.store.secrets import Secrets


class ReportRow(NamedTuple):
    """A row of `reports`; see the table. `excluded`: ids of readers who may not have it."""

    id: str
    lookup: int
    verifier: bytes
    person: bytes
    kind: str
    state: str
    day: dt.date
    language: str
    district: str | None
    figures: bool
    contact: bool
    noted: bool
    urgent: bool
    excluded: frozenset[str]


class RecordRow(NamedTuple):
    """A row of `report_records`: one sealed piece of a report."""

    report_id: str
    number: int
    author: str
    about: str
    day: dt.date
    sealed: bytes
    key: str | None = None


class StepRow(NamedTuple):
    """A row of `report_steps`; `number` is given by the table when it is written."""

    report_id: str
    number: int
    day: dt.date
    name: str
    role: str | None = None
    until: dt.date | None = None
    reason: str | None = None
    by: str | None = None
    hidden: bool = False


_REPORT = sa.select(*(reports.c[name] for name in ReportRow._fields))


def _report(row: Any) -> ReportRow:
    values = dict(zip(ReportRow._fields, row, strict=True))
    return ReportRow(**{**values, "excluded": frozenset(values["excluded"].split())})


class Reports:
    """The tables of reports. All methods are coroutines; SQL runs in the store's thread."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets
        self._key: bytes | None = None

    async def key(self) -> bytes:
        """The 32 bytes that salt codes and stamp records: made once, kept sealed with the house's key."""
        if self._key is None:
            fresh = self._secrets.seal(os.urandom(32).hex())

            def work(connection: sa.engine.Connection) -> bytes:
                query = sa.select(report_secrets.c.value).where(report_secrets.c.name == "codes")
                found: bytes | None = connection.execute(query).scalar()
                if found is None:
                    connection.execute(report_secrets.insert().values(name="codes", value=fresh))
                return found or fresh

            self._key = bytes.fromhex(self._secrets.open(await self._database.run(work, durable=True)))
        return self._key

    async def create(self, report: ReportRow, records: Sequence[RecordRow], steps: Sequence[StepRow]) -> bool:
        """Writes a whole report in one transaction: all of it, or nothing. False if a report with this id is there."""

        def work(connection: sa.engine.Connection) -> bool:
            if connection.execute(sa.select(reports.c.id).where(reports.c.id == report.id)).first() is not None:
                return False
            values = report._asdict() | {"excluded": " ".join(sorted(report.excluded))}
            connection.execute(reports.insert().values(**values))
            for record in records:
                connection.execute(report_records.insert().values(**record._asdict()))
            for step in steps:
                _add_step(connection, step)
            return True

        return await self._database.run(work, durable=True)

    async def get(self, report_id: str) -> ReportRow | None:
        """One report, or None."""
        found = await self._select(reports.c.id == report_id)
        return found[0] if found else None

    async def with_lookup(self, lookup: int) -> list[ReportRow]:
        """The reports whose codes share these 12 bits."""
        return await self._select(reports.c.lookup == lookup)

    async def all(self) -> list[ReportRow]:
        """Every report, urgent ones first, then the oldest."""
        return await self._select()

    async def _select(self, *where: Any) -> list[ReportRow]:
        query = _REPORT.where(*where).order_by(reports.c.urgent.desc(), reports.c.day, reports.c.id)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [_report(row) for row in rows]

    async def change(self, report_id: str, **values: Any) -> bool:
        """Sets fields of a report (`excluded` as a set of ids); whether it exists."""
        if "excluded" in values:
            values["excluded"] = " ".join(sorted(values["excluded"]))
        statement = reports.update().where(reports.c.id == report_id).values(**values)
        return await self._database.run(lambda connection: bool(connection.execute(statement).rowcount), durable=True)

    async def new_code(self, report_id: str, lookup: int, verifier: bytes, person: bytes) -> bool:
        """Gives a report another code, as long as its first one was not noted; whether it was done."""
        statement = reports.update().where(reports.c.id == report_id, reports.c.noted.is_(False))
        values = {"lookup": lookup, "verifier": verifier, "person": person}
        return await self._database.run(lambda c: bool(c.execute(statement.values(**values)).rowcount), durable=True)

    async def records(self, report_id: str, after: int = 0) -> list[RecordRow]:
        """The sealed pieces of a report after number `after`, in order."""
        table = report_records.c
        query = sa.select(*(table[name] for name in RecordRow._fields)).where(
            table.report_id == report_id, table.number > after
        )
        rows = await self._database.run(lambda c: c.execute(query.order_by(table.number)).all())
        return [RecordRow(*row) for row in rows]

    async def last_number(self, report_id: str) -> int:
        """The number of a report's last record, 0 if it has none."""
        query = sa.select(sa.func.max(report_records.c.number)).where(report_records.c.report_id == report_id)
        return int(await self._database.run(lambda connection: connection.execute(query).scalar()) or 0)

    async def add_record(
        self, record: RecordRow, *, steps: Iterable[StepRow] = (), changes: dict[str, Any] | None = None,
        when: Collection[str] | None = None,
    ) -> str:
        """Adds a sealed piece, with the steps and changed fields that belong to it, in one transaction.

        "added"; "known" if a record with this `key` is there already; "taken" if another has this number (seal again with the
        next one); "changed" if the report's state is none of `when`; "gone" if it was withdrawn or deleted. Nothing is written
        but with "added".
        """
        changed = dict(changes or {})
        if "excluded" in changed:
            changed["excluded"] = " ".join(sorted(changed["excluded"]))

        def work(connection: sa.engine.Connection) -> str:
            table = report_records.c
            state = _state(connection, record.report_id)
            if state is None:
                return "gone"
            of_this = table.report_id == record.report_id
            if record.key and connection.execute(sa.select(table.number).where(of_this, table.key == record.key)).first():
                return "known"
            if when is not None and state not in when:
                return "changed"
            if connection.execute(sa.select(table.number).where(of_this, table.number == record.number)).first():
                return "taken"
            connection.execute(report_records.insert().values(**record._asdict()))
            for step in steps:
                _add_step(connection, step)
            if changed:
                connection.execute(reports.update().where(reports.c.id == record.report_id).values(**changed))
            return "added"

        return await self._database.run(work, durable=True)

    async def replace_sealed(self, report_id: str, sealed: Mapping[int, tuple[bytes, bytes]]) -> int:
        """Puts other ciphertexts of the same pieces in their places; how many. `sealed`: the present one and the new one.

        Nothing takes the place of a ciphertext that is another by now: the other circle may seal anew in the same moment.
        """
        table = report_records.c

        def work(connection: sa.engine.Connection) -> int:
            done = 0
            for number, (before, after) in sealed.items():
                where = sa.and_(table.report_id == report_id, table.number == number, table.sealed == before)
                done += connection.execute(report_records.update().where(where).values(sealed=after)).rowcount
            return done

        return await self._database.run(work, durable=True)

    async def steps(self, report_id: str) -> list[StepRow]:
        """What happened to a report, in order."""
        table = report_steps.c
        query = sa.select(*(table[name] for name in StepRow._fields)).where(table.report_id == report_id)
        rows = await self._database.run(lambda c: c.execute(query.order_by(table.number)).all())
        return [StepRow(*row) for row in rows]

    async def add_step(self, step: StepRow, when: Collection[str] | None = None, **changes: Any) -> bool:
        """Adds a step at the end, with changed fields of the report, in one transaction.

        False, and nothing written, if the report is gone or its state is none of `when`.
        """

        def work(connection: sa.engine.Connection) -> bool:
            state = _state(connection, step.report_id)
            if state is None or (when is not None and state not in when):
                return False
            _add_step(connection, step)
            if changes:
                connection.execute(reports.update().where(reports.c.id == step.report_id).values(**changes))
            return True

        return await self._database.run(work, durable=True)

    async def readers(self, report_id: str) -> list[str]:
        """Ids of the readers who took this report."""
        query = sa.select(report_readers.c.reader_id).where(report_readers.c.report_id == report_id)
        return [row[0] for row in await self._database.run(lambda connection: connection.execute(query).all())]

    async def assign(self, report_id: str, reader_id: str, day: dt.date) -> bool:
        """Gives a report to a reader. False if it is gone or this reader is excluded from it."""

        def work(connection: sa.engine.Connection) -> bool:
            row = connection.execute(_REPORT.where(reports.c.id == report_id)).first()
            if row is None or reader_id in _report(row).excluded:
                return False
            table = report_readers.c
            there = sa.select(table.reader_id).where(table.report_id == report_id, table.reader_id == reader_id)
            if connection.execute(there).first() is None:
                connection.execute(report_readers.insert().values(report_id=report_id, reader_id=reader_id, day=day))
            return True

        return await self._database.run(work, durable=True)

    async def release(self, report_id: str, reader_id: str) -> None:
        """Takes a report from a reader."""
        table = report_readers.c
        statement = report_readers.delete().where(table.report_id == report_id, table.reader_id == reader_id)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def delete(self, report_id: str) -> bool:
        """Deletes a report and everything of it, at once; whether it was there.

        What stays in the audit is that a reader did something with some report.
        """
        of_it = sa.and_(audit.c.what.like("reports.%"), sa.func.lower(audit.c.subject) == report_id[:6])

        def work(connection: sa.engine.Connection) -> bool:
            connection.execute(audit.delete().where(of_it, audit.c.who.is_(None)))
            connection.execute(audit.update().where(of_it).values(subject=None))
            for table in OF_A_REPORT:
                connection.execute(table.delete().where(table.c.report_id == report_id))
            connection.execute(report_links.delete().where(report_links.c.other == report_id))
            return bool(connection.execute(reports.delete().where(reports.c.id == report_id)).rowcount)

        return await self._database.run(work, durable=True)

    async def delete_content(self, report_id: str, last: int) -> bool:
        """Deletes the sealed pieces of a closed report; its content-free line and steps stay.

        False, and nothing deleted, if it is not closed any more or has another piece than number `last` as its last.
        """
        table = report_records.c

        def work(connection: sa.engine.Connection) -> bool:
            newest = connection.execute(sa.select(sa.func.max(table.number)).where(table.report_id == report_id)).scalar()
            if newest != last or _state(connection, report_id) != "closed":
                return False
            connection.execute(report_records.delete().where(table.report_id == report_id))
            return True

        return await self._database.run(work, durable=True)


def _state(connection: sa.engine.Connection, report_id: str) -> str | None:
    """A report's state; None if it is gone."""
    found: str | None = connection.execute(sa.select(reports.c.state).where(reports.c.id == report_id)).scalar()
    return found


def _add_step(connection: sa.engine.Connection, step: StepRow) -> None:
    query = sa.select(sa.func.max(report_steps.c.number)).where(report_steps.c.report_id == step.report_id)
    number = int(connection.execute(query).scalar() or 0) + 1
    connection.execute(report_steps.insert().values(**step._replace(number=number)._asdict()))
