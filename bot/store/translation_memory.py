"""Keeps translations at rest: sealed, found by a keyed hash."""

from __future__ import annotations

import datetime as dt
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.secrets import Secrets
from bot.store.translation_tables import translation_memory as table

# A later state replaces an earlier one, never the other way round.
STATES = ("machine", "corrected", "reviewed")
# What a machine wrote can be made again: beyond so many the oldest go. What people wrote stays.
MOST_BY_MACHINE = 50_000


class Remembered(NamedTuple):
    """One entry. Both texts are masked. `changed_on`: the day, ISO 8601."""

    number: int
    source: str
    target: str
    context: str
    original: str
    text: str
    state: str
    role: str
    changed_on: str


class TranslationMemory:
    """Entries by text, pair and context."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    def _hash(self, original: str) -> str:
        return self._secrets.pseudonym("translation memory", original)

    def _entry(self, row: Any) -> Remembered:
        return Remembered(
            row.id, row.source, row.target, row.context, self._secrets.open(row.original), self._secrets.open(row.text),
            row.state, row.role, row.changed_on,
        )

    async def find(self, original: str, source: str, target: str, context: str) -> Remembered | None:
        """The entry of this very text: what a person wrote before what a machine wrote, of these the one of this context, the
        best state. One of another context only if a person wrote it.
        """
        query = sa.select(table).where(
            table.c.hash == self._hash(original), table.c.source == source, table.c.target == target
        )
        rows = await self._database.run(lambda connection: list(connection.execute(query)))
        rows = [row for row in rows if row.context == context or row.state != "machine"]
        if not rows:
            return None
        best = max(rows, key=lambda row: (row.state != "machine", row.context == context, STATES.index(row.state)))
        return self._entry(best)

    async def get(self, number: int) -> Remembered | None:
        """One entry by its number."""
        query = sa.select(table).where(table.c.id == number)
        row = await self._database.run(lambda connection: connection.execute(query).first())
        return None if row is None else self._entry(row)

    async def keep(
        self, original: str, text: str, source: str, target: str, context: str, state: str, role: str
    ) -> bool:
        """Writes an entry, sealed; False if there is one of a later state, which stays."""
        values = {
            "original": self._secrets.seal(original), "text": self._secrets.seal(text), "state": state, "role": role[:20],
            "changed_on": dt.date.today().isoformat(),
        }
        key = {"hash": self._hash(original), "source": source, "target": target, "context": context[:40]}
        where = sa.and_(*(table.c[name] == value for name, value in key.items()))

        def work(connection: sa.engine.Connection) -> bool:
            found = connection.execute(sa.select(table.c.state).where(where)).scalar()
            if found is None:
                connection.execute(table.insert().values(**key, **values))
                if state == "machine":
                    self._drop_oldest(connection)
                return True
            if STATES.index(found) > STATES.index(state):
                return False
            connection.execute(table.update().where(where).values(**values))
            return True

        return await self._database.run(work, durable=state != "machine")

    def _drop_oldest(self, connection: sa.engine.Connection) -> None:
        machine = table.c.state == "machine"
        count = connection.execute(sa.select(sa.func.count()).select_from(table).where(machine)).scalar() or 0
        if count > MOST_BY_MACHINE:
            oldest = sa.select(table.c.id).where(machine).order_by(table.c.id).limit(count - MOST_BY_MACHINE)
            connection.execute(table.delete().where(table.c.id.in_(oldest.scalar_subquery())))

    async def approve(self, number: int, role: str) -> bool:
        """Makes a corrected entry reviewed; False if there is none."""
        values = {"state": "reviewed", "role": role[:20], "changed_on": dt.date.today().isoformat()}
        change = table.update().where(table.c.id == number, table.c.state == "corrected").values(**values)
        return bool(await self._database.run(lambda connection: connection.execute(change).rowcount, durable=True))

    async def remove(self, number: int) -> bool:
        """Forgets an entry; False if there is none."""
        change = table.delete().where(table.c.id == number)
        return bool(await self._database.run(lambda connection: connection.execute(change).rowcount, durable=True))

    async def entries(
        self, source: str | None = None, target: str | None = None, state: str | None = None, limit: int | None = None
    ) -> list[Remembered]:
        """All entries of a pair and state, or the newest `limit` of them; None means any. The newest first."""
        query = sa.select(table).order_by(table.c.id.desc()).limit(limit)
        for column, value in ((table.c.source, source), (table.c.target, target), (table.c.state, state)):
            if value is not None:
                query = query.where(column == value)
        # Opened in the store's thread: many entries take a while, and the event loop must not wait for them.
        return await self._database.run(lambda connection: [self._entry(row) for row in connection.execute(query)])
