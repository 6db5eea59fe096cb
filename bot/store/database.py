"""Opens the database, brings it to the present version, and runs queries off the event loop."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

import sqlalchemy as sa
from sqlalchemy.pool import QueuePool

from bot.errors import WaymarkError
from bot.store import (
    attachment_tables,
    case_tables,
    console_tables,
    feedback_tables,
    report_key_tables,
    report_tables,
    report_work_tables,
    sign_tables,
    staff_tables,
    tables,
    translation_tables,
)
from bot.store.migrations import MIGRATIONS
from bot.store.tables import meta

Answer = TypeVar("Answer")

# Every module that defines tables on the one MetaData; naming them here makes their tables exist.
TABLE_MODULES = (
    tables,
    attachment_tables,
    report_key_tables,
    report_tables,
    console_tables,
    case_tables,
    staff_tables,
    report_work_tables,
    sign_tables,
    translation_tables,
    feedback_tables,
)
VERSION = 1 + len(MIGRATIONS)


def _pragmas(synchronous: str) -> Callable[[Any, Any], None]:
    def on_connect(connection: Any, _: Any) -> None:
        cursor = connection.cursor()
        # WAL: readers do not wait for the writer.
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute(f"PRAGMA synchronous={synchronous}")
        cursor.execute("PRAGMA busy_timeout=5000")
        # A forgotten conversation must leave no trace in the file's free pages.
        cursor.execute("PRAGMA secure_delete=ON")
        cursor.close()

    return on_connect


def _sqlite_engine(url: str, synchronous: str) -> sa.engine.Engine:
    # SQLAlchemy's own choice for SQLite files opens a connection anew for each transaction: 6 ms of CPU a message.
    engine = sa.create_engine(url, connect_args={"check_same_thread": False}, poolclass=QueuePool, pool_size=4)
    sa.event.listen(engine, "connect", _pragmas(synchronous))
    return engine


class Database:
    """A database that is used from one worker thread, so that a slow disk never blocks the event loop."""

    def __init__(self, url: str) -> None:
        if url.startswith("sqlite:///"):
            file = Path(url.removeprefix("sqlite:///"))
            file.parent.mkdir(parents=True, exist_ok=True)
            # Made here, so that only its owner may read it: what is in it is sealed, but not who writes when.
            file.touch(mode=0o600, exist_ok=True)
            # FULL: what was acknowledged survives a power cut too, at the price of waiting for the disk. NORMAL survives
            # a crash of the process all the same; it serves what can be lost to a power cut without harm.
            self.engine = _sqlite_engine(url, "FULL")
            self._quick = _sqlite_engine(url, "NORMAL")
        else:
            self.engine = self._quick = sa.create_engine(url, pool_pre_ping=True)
        self.url = url
        # What was read a moment ago, by id; whoever deletes or changes such a thing drops it here.
        self.remembered: dict[str, tuple[float, Any]] = {}
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="store")
        self._migrate()

    def _migrate(self) -> None:
        with self.engine.begin() as connection:
            for module in TABLE_MODULES:
                module.metadata.create_all(connection)
            found = connection.execute(sa.select(meta.c.value).where(meta.c.name == "version")).scalar()
            if found is None:
                connection.execute(meta.insert().values(name="version", value=str(VERSION)))
                return
            if int(found) > VERSION:
                raise WaymarkError("store.version", file=self.url, found=found, known=VERSION)
            for step in MIGRATIONS[int(found) - 1 :]:
                step(connection)
            connection.execute(meta.update().where(meta.c.name == "version").values(value=str(VERSION)))

    def transact(self, work: Callable[[sa.engine.Connection], Answer], durable: bool = False) -> Answer:
        """Runs `work` in one transaction, in this thread: all of it is kept or nothing. `durable`: on the disk on return."""
        with (self.engine if durable else self._quick).begin() as connection:
            return work(connection)

    async def run(self, work: Callable[[sa.engine.Connection], Answer], durable: bool = False) -> Answer:
        """Runs `work` in one transaction in the store's thread and waits for its answer."""
        return await asyncio.get_running_loop().run_in_executor(self._thread, self.transact, work, durable)

    def close(self) -> None:
        """Waits for running work and closes all connections."""
        self._thread.shutdown(wait=True)
        self.engine.dispose()
        self._quick.dispose()
