"""Counts how often a text of the house is shown in a language without having been reviewed: hashes and numbers, no text."""

from __future__ import annotations

import asyncio
import hashlib
import threading
import time
from collections import Counter

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.translation_tables import translation_shown as table

# Written together, so that showing a text costs no write.
WRITE_AFTER = 200
WRITE_AFTER_SECONDS = 60.0


def text_hash(text: str) -> str:
    """The name of a text of the house in the counts: 16 hex digits. These texts are public."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


class ShownCounts:
    """The counter; may be used from any thread."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._waiting: Counter[tuple[str, str]] = Counter()
        self._lock = threading.Lock()
        self._written_at = time.monotonic()
        self._tasks: set[asyncio.Task[None]] = set()

    def count(self, text: str, language: str) -> None:
        """One more showing. Written later, off the event loop."""
        with self._lock:
            self._waiting[language, text_hash(text)] += 1
            now = time.monotonic()
            full = self._waiting.total() >= WRITE_AFTER or now - self._written_at > WRITE_AFTER_SECONDS
            if full:
                self._written_at = now
        if full:
            try:
                loop = asyncio.get_running_loop()
            except RuntimeError:
                self._database.transact(self._write)
            else:
                task = loop.create_task(self._database.run(self._write))
                self._tasks.add(task)
                task.add_done_callback(self._tasks.discard)

    def _write(self, connection: sa.engine.Connection) -> None:
        with self._lock:
            waiting, self._waiting = self._waiting, Counter()
        for (language, name), number in waiting.items():
            where = sa.and_(table.c.language == language, table.c.hash == name)
            changed = connection.execute(table.update().where(where).values(count=table.c.count + number))
            if not changed.rowcount:
                connection.execute(table.insert().values(language=language, hash=name, count=number))

    def flush(self) -> None:
        """Writes what waits, now, in this thread."""
        self._database.transact(self._write)

    def counts(self, language: str) -> dict[str, int]:
        """text_hash -> how often it was shown in `language`."""
        query = sa.select(table.c.hash, table.c.count).where(table.c.language == language)
        return self._database.transact(lambda connection: {row[0]: row[1] for row in connection.execute(query)})
