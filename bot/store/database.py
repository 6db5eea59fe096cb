"""Opens the database, brings it to the present version, and runs queries off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.store.tables import meta, metadata

Answer = TypeVar("Answer")

# One callable a version step, from 1 to 2 and so on; each runs in one transaction with the new version's number.
MIGRATIONS: tuple[Callable[[sa.engine.Connection], None], ...] = ()
VERSION = 1 + len(MIGRATIONS)


def _sqlite_pragmas(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    # WAL: readers do not wait for the writer. FULL: what was acknowledged survives a power cut too.
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=5000")
    # A forgotten conversation must leave no trace in the file's free pages.
    cursor.execute("PRAGMA secure_delete=ON")
    cursor.close()


class Database:
    """A database that is used from one worker thread, so that a slow disk never blocks the event loop."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite:///"):
            Path(url.removeprefix("sqlite:///")).parent.mkdir(parents=True, exist_ok=True)
            self.engine = sa.create_engine(url, connect_args={"check_same_thread": False})
            sa.event.listen(self.engine, "connect", _sqlite_pragmas)
        else:
            self.engine = sa.create_engine(url, pool_pre_ping=True)
        self.url = url
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._migrate()

    def _migrate(self) -> None:
        with self.engine.begin() as connection:
            metadata.create_all(connection)
            found = connection.execute(sa.select(meta.c.value).where(meta.c.name == "version")).scalar()
            if found is None:
                connection.execute(meta.insert().values(name="version", value=str(VERSION)))
                return
            if int(found) > VERSION:
                raise WaymarkError("store.version", file=self.url, found=found, known=VERSION)
            for step in MIGRATIONS[int(found) - 1 :]:
                step(connection)
            connection.execute(meta.update().where(meta.c.name == "version").values(value=str(VERSION)))

    def transact(self, work: Callable[[sa.engine.Connection], Answer]) -> Answer:
        """Runs `work` in one transaction, in this thread: all of it is kept or nothing."""
        with self.engine.begin() as connection:
            return work(connection)

    async def run(self, work: Callable[[sa.engine.Connection], Answer]) -> Answer:
        """Runs `work` in one transaction in the store's thread and waits for its answer."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.transact, work)

    def close(self) -> None:
        """Waits for running work and closes all connections."""
        self._thread.shutdown(wait=True)
        self.engine.dispose()
