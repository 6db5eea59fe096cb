"""Failed attempts to sign in, kept in the database: a restart forgives nothing.

An attempt is counted *before* the password or code is looked at, so that a hundred attempts at once are not a hundred
guesses; a right one is forgiven after.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import sqlalchemy as sa

from bot.store.console_tables import console_attempts
from bot.store.database import Database

# Longer than any limit looks back.
KEPT_SECONDS = 2 * 86400


class Limit(NamedTuple):
    """After `free` failures each further one locks for `first` seconds, then twice that and so on, up to `longest`.

    Without a failure for `forgotten` seconds the count begins again.
    """

    key: str
    free: int
    first: int
    longest: int
    forgotten: int

    def pause(self, failures: int) -> int:
        """Seconds of lock after so many failures."""
        over = failures - self.free
        return 0 if over < 0 else min(self.first * 2 ** min(over, 20), self.longest)


class ConsoleAttempts:
    """Counts attempts. `now` gives the seconds of the clock."""

    def __init__(self, database: Database, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._now = now

    async def begin(self, limits: Sequence[Limit]) -> int:
        """Counts an attempt under every limit and gives 0; or, where one is locked, counts nothing and gives the seconds left."""
        now = int(self._now())
        table = console_attempts.c

        def work(connection: sa.engine.Connection) -> int:
            # What no limit remembers any more: names that were tried out must not fill the table.
            connection.execute(console_attempts.delete().where(table.last_at < now - KEPT_SECONDS))
            rows = {
                row.key: row
                for row in connection.execute(sa.select(console_attempts).where(table.key.in_([one.key for one in limits])))
            }
            left = max((row.locked_until - now for row in rows.values()), default=0)
            if left > 0:
                return int(left)
            for limit in limits:
                row = rows.get(limit.key)
                known = row.failures if row is not None and row.last_at > now - limit.forgotten else 0
                values = {"failures": known + 1, "last_at": now, "locked_until": now + limit.pause(known + 1)}
                if row is None:
                    connection.execute(console_attempts.insert().values(key=limit.key, **values))
                else:
                    connection.execute(console_attempts.update().where(table.key == limit.key).values(**values))
            return 0

        return await self._database.run(work, durable=True)

    async def forgive(self, limits: Sequence[Limit], all_of_them: bool = False) -> None:
        """Takes the last attempt back, and its lock; `all_of_them`: forgets every failure."""
        table = console_attempts.c

        def work(connection: sa.engine.Connection) -> None:
            for limit in limits:
                where = table.key == limit.key
                if all_of_them:
                    connection.execute(console_attempts.delete().where(where))
                else:
                    fewer = sa.case((table.failures > 0, table.failures - 1), else_=0)
                    connection.execute(console_attempts.update().where(where).values(failures=fewer, locked_until=0))

        await self._database.run(work, durable=True)
