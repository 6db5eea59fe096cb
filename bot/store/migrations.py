"""What brings an older database to the present version, one step after the other."""

from __future__ import annotations

from collections.abc import Callable

import sqlalchemy as sa

from bot.store.case_tables import audit
from bot.store.report_tables import report_draft_records, report_records

# Characters of a report's short name, the subject of an alert in the audit.
SHORT = 6


def _unlink_reports(connection: sa.engine.Connection) -> None:
    """Version 1 kept what led from a report to the conversation of who told it.

    With the report the channel's id of a message, which the inbox has too; in the audit the second of an alert, within a
    minute of what the person did, also of reports that were withdrawn. Today's round writes lines without the hour anew
    (bot/store/report_work.py).
    """
    for table in (report_records, report_draft_records):
        connection.execute(table.update().where(table.c.key.isnot(None)).values(key=None))
    lines = sa.and_(audit.c.who.is_(None), sa.func.length(audit.c.subject) == SHORT, audit.c.what.like("reports.%"))
    connection.execute(audit.delete().where(lines))


# One callable a version step, from 1 to 2 and so on; each runs in one transaction with the new version's number.
MIGRATIONS: tuple[Callable[[sa.engine.Connection], None], ...] = (_unlink_reports,)
