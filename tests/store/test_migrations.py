"""Older databases are brought to the present version when they are opened."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import sqlalchemy as sa

from bot.store.audit import note
from bot.store.case_tables import audit
from bot.store.database import VERSION, Database
from bot.store.report_tables import report_draft_records, report_records
from bot.store.tables import meta

DAY = dt.date(2026, 6, 16)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where the database is."""
    return tmp_path / "waymark.db"


def opened(file: Path) -> Database:
    return Database(f"sqlite:///{file}")


def version_1(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.execute(meta.update().where(meta.c.name == "version").values(value="1"))
    database.close()


def version(database: Database) -> int:
    with database.engine.begin() as connection:
        return int(connection.execute(sa.select(meta.c.value).where(meta.c.name == "version")).scalar() or 0)


def test_what_led_from_a_report_to_its_conversation_is_gone(file: Path) -> None:
    old = opened(file)
    with old.engine.begin() as connection:
        for number, key in enumerate(("id-of-the-message-1", "id-of-the-message-2", None), start=1):
            connection.execute(report_records.insert().values(
                report_id="r", number=number, author="person", about="message", day=DAY, sealed=b"sealed", key=key
            ))
            connection.execute(report_draft_records.insert().values(
                draft_id="d", number=number, about="what", sealed=b"sealed", key=key
            ))
        for what, who, subject in (("reports.urgent", None, "abc123"), ("reports.opened", "anna", "ABC123"),
                                   ("reports.removed", None, "0123456789abcdef"), ("case.closed", None, "KLM234")):
            note(connection, what, who, subject)
    version_1(old)

    new = opened(file)
    with new.engine.begin() as connection:
        for table in (report_records, report_draft_records):
            assert connection.execute(sa.select(table.c.key, table.c.sealed)).all() == [(None, b"sealed")] * 3
        left = [row[0] for row in connection.execute(sa.select(audit.c.what).order_by(audit.c.number))]
        assert left == ["reports.opened", "reports.removed", "case.closed"], "what was written a minute after the person acted"
    assert version(new) == VERSION
    new.close()
    assert not [part for part in file.parent.iterdir() if b"id-of-the-message" in part.read_bytes()]
    again = opened(file)
    assert version(again) == VERSION
    again.close()
