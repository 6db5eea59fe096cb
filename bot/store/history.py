"""What was said with the assistant before: for a mediator who takes over, once the person has agreed to it."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.secrets import Secrets
from bot.store.tables import outbox, trackers


class Said(NamedTuple):
    """One line: when (Unix seconds), by whom ("person" or "assistant"), what, in which language, and the records shown."""

    at: float
    author: str
    text: str
    language: str | None
    records: tuple[str, ...]


class Before(NamedTuple):
    """The last lines in order, and the assistant's subject: {"question", "town", "services", "shown"} or empty."""

    lines: list[Said]
    subject: dict[str, Any]


class History:
    """Reads the assistant's side of a conversation. The person's words stand in the tracker, the answers in the outbox."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    async def before(self, conversation_id: str, limit: int = 12) -> Before:
        """The last `limit` lines and the subject. Commands and presses carry no words and are left out."""
        kept = sa.select(trackers.c.body).where(trackers.c.conversation_id == conversation_id)
        said = (
            sa.select(outbox.c.body, outbox.c.created_at).where(outbox.c.conversation_id == conversation_id)
            .order_by(outbox.c.seq.desc()).limit(limit)
        )

        def work(connection: sa.engine.Connection) -> tuple[Any, Any]:
            return connection.execute(kept).scalar(), connection.execute(said).all()

        tracker, answers = await self._database.run(work)
        body = json.loads(self._secrets.open(tracker)) if tracker else {"slots": [], "events": []}
        lines = [self._answer(row) for row in answers]
        lines += [
            Said(float(event["timestamp"]), "person", event["text"].strip().strip("\u2060"), None, ())
            for event in body["events"]
            if event.get("event") == "user" and str(event.get("text") or "").strip().strip("\u2060")
        ]
        subject = next((slot["value"] for slot in body["slots"] if slot.get("name") == "subject"), None)
        # The assistant's time is in whole seconds: of the same second the question comes first.
        lines.sort(key=lambda line: (int(line.at), line.author != "person"))
        return Before(lines[-limit:], subject if isinstance(subject, dict) else {})

    def _answer(self, row: Any) -> Said:
        body = json.loads(self._secrets.open(row[0]))
        metadata = body["metadata"]
        records = tuple(card["id"] for card in metadata.get("cards") or [] if card.get("id"))
        return Said(float(row[1]), "assistant", metadata.get("lead") or body["text"], metadata.get("language"), records)
