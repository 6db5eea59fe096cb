"""The audit log: what was done, by whom, when; never what was said."""

from __future__ import annotations

import time
from typing import NamedTuple

import sqlalchemy as sa

from bot.store.case_tables import audit
from bot.store.database import Database


class AuditLine(NamedTuple):
    """`what` is a code such as "case.taken"; `who` a mediator's id or None; `subject` a case's code or another short id."""

    at: int
    what: str
    who: str | None
    subject: str | None


def note(
    connection: sa.engine.Connection, what: str, who: str | None = None, subject: str | None = None, at: int | None = None
) -> None:
    """Adds a line inside the caller's transaction: it is kept exactly when what it tells of is."""
    connection.execute(
        audit.insert().values(at=int(time.time()) if at is None else at, what=what, who=who, subject=subject)
    )


class Audit:
    """Reads and writes the log."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(self, what: str, who: str | None = None, subject: str | None = None) -> None:
        """Adds a line of its own."""
        await self._database.run(lambda connection: note(connection, what, who, subject))

    async def lines(self, limit: int = 200, subject: str | None = None) -> list[AuditLine]:
        """The newest lines first."""
        query = sa.select(audit.c.at, audit.c.what, audit.c.who, audit.c.subject).order_by(audit.c.number.desc())
        if subject is not None:
            query = query.where(audit.c.subject == subject)
        rows = await self._database.run(lambda connection: connection.execute(query.limit(limit)).all())
        return [AuditLine(*row) for row in rows]
