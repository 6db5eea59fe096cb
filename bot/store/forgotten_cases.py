"""What a conversation's deletion must know of cases, without the rest of them."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.store.audit import note
from bot.store.case_tables import cases


def with_case() -> Any:
    """A query of the conversations that have a case, open or closed."""
    return sa.select(cases.c.conversation_id)


def note_forgotten_cases(connection: sa.engine.Connection, conversation_id: str) -> None:
    """Leaves a line without content for each case that is about to be deleted with its conversation."""
    for code, who in connection.execute(
        sa.select(cases.c.code, cases.c.mediator_id).where(cases.c.conversation_id == conversation_id)
    ).all():
        note(connection, "case.forgotten", who, code)
