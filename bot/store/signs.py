"""What a sign of a translation means is said once in a conversation."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.store.sign_tables import signs_explained
from bot.store.tables import conversations

# The sign of a doubtful text is the machine's sign.
_SIGN = {"fuzzy": "fuzzy", "machine": "machine", "doubtful": "machine"}


def explain_once(connection: sa.engine.Connection, conversation_id: str, bodies: list[dict[str, Any]]) -> None:
    """Leaves "mark_explained" in the conversation's first message that carries a sign, and removes it from all others.

    Inside the transaction that writes the messages: what was not said does not count as said.
    """
    explained = [body["metadata"] for body in bodies if (body.get("metadata") or {}).get("mark_explained")]
    if not explained:
        return
    query = sa.select(signs_explained.c.sign).where(signs_explained.c.conversation_id == conversation_id)
    known = {row[0] for row in connection.execute(query)}
    for metadata in explained:
        sign = _SIGN.get(metadata.get("mark") or "")
        # In danger nobody reads about signs: it is explained with the next one.
        if sign is None or sign in known or metadata.get("kind") == "danger":
            del metadata["mark_explained"]
        else:
            known.add(sign)
            # A conversation that was forgotten meanwhile leaves nothing behind.
            here = sa.select(conversations.c.id, sa.literal(sign)).where(conversations.c.id == conversation_id)
            connection.execute(signs_explained.insert().from_select(["conversation_id", "sign"], here))
