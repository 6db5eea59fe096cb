"""What brings an older database to the present version, one step after the other."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from bot.store.report_tables import report_draft_records, report_records


def _unlink_reports(connection: sa.engine.Connection) -> None:
    """Version 1 kept the channel's id of what a person wrote with the report: with the inbox it led to the conversation."""
    for table in (report_records, report_draft_records):
        connection.execute(table.update().where(table.c.key.isnot(None)).values(key=None))


# One callable a version step, from 1 to 2 and so on; each runs in one transaction with the new version's number.
MIGRATIONS: tuple[Callable[[sa.engine.Connection], None], ...] = (_unlink_reports,)
