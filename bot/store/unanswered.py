"""Counts questions that found no answer: by week, topic and language, without any text."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.tables import unanswered


class Unanswered:
    """The counter. Curators read it with `waymark directory stats`. `today`: the day where the house stands."""

    def __init__(self, database: Database, today: Callable[[], dt.date]) -> None:
        self._database = database
        self._today = today

    def count(self, topic: str, language: str) -> None:
        """Adds one to this week's count; runs in the caller's thread."""
        year, week, _ = self._today().isocalendar()
        key = {"week": f"{year}-W{week:02}", "topic": topic, "language": language}
        where = sa.and_(*(unanswered.c[name] == value for name, value in key.items()))

        def work(connection: sa.engine.Connection) -> None:
            changed = connection.execute(unanswered.update().where(where).values(count=unanswered.c.count + 1))
            if not changed.rowcount:
                connection.execute(unanswered.insert().values(**key, count=1))

        self._database.transact(work)

    def counts(self) -> list[tuple[str, str, str, int]]:
        """(week, topic, language, count), newest week first."""
        query = sa.select(unanswered).order_by(unanswered.c.week.desc(), unanswered.c.count.desc())
        return self._database.transact(lambda connection: [tuple(row) for row in connection.execute(query)])
