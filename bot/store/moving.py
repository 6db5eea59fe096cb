"""Takes a conversation elsewhere: its case and files, the assistant's subject, the language, and what had not arrived yet."""

from __future__ import annotations

from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.store.attachment_tables import attachments
from bot.store.case_tables import case_entries, case_exclusions, cases
from bot.store.database import Database
from bot.store.messages import put_in_outbox
from bot.store.staff_tables import staff_drafts
from bot.store.tables import conversations, outbox, trackers


class Moved(NamedTuple):
    """What was done. `withdrawn`: answers that go out in the new place and no more in the old. `case_ids`: cases taken along."""

    old_id: str
    old_channel: str
    new_id: str
    language: str | None
    withdrawn: list[int]
    case_ids: list[str]


class Moves:
    """One transaction: a conversation is in one place or in the other."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def move(self, old_id: str, new_id: str) -> Moved:
        """Takes everything from one conversation to another. The old one stays, empty, with the assistant.

        WaymarkError "move.same", "move.gone" (forgotten meanwhile), "move.busy" (the new place has a case of its own).
        """
        if old_id == new_id:
            raise WaymarkError("move.same")

        def work(connection: sa.engine.Connection) -> Moved:
            old, new = _conversation(connection, old_id), _conversation(connection, new_id)
            if old is None or new is None:
                raise WaymarkError("move.gone")
            open_here = sa.select(cases.c.id).where(cases.c.conversation_id == new_id, cases.c.state != "closed")
            if new["mode"] != "assistant" or connection.execute(open_here).first():
                raise WaymarkError("move.busy")
            taken = [row[0] for row in connection.execute(sa.select(cases.c.id).where(cases.c.conversation_id == old_id))]
            withdrawn = self._answers(connection, old_id, new)
            for table in (cases, case_entries, case_exclusions, attachments, staff_drafts):
                connection.execute(table.update().where(table.c.conversation_id == old_id).values(conversation_id=new_id))
            subject = sa.select(trackers.c.conversation_id).where(trackers.c.conversation_id == old_id)
            if connection.execute(subject).first():
                connection.execute(trackers.delete().where(trackers.c.conversation_id == new_id))
                connection.execute(
                    trackers.update().where(trackers.c.conversation_id == old_id).values(conversation_id=new_id)
                )
            with_desk = old["mode"] == "desk"
            connection.execute(conversations.update().where(conversations.c.id == new_id).values(
                mode="desk" if with_desk else new["mode"], language=old["language"] or new["language"],
                language_chosen=old["language_chosen"] or new["language_chosen"],
                privacy_shown=old["privacy_shown"] or new["privacy_shown"],
            ))
            if with_desk:
                connection.execute(conversations.update().where(conversations.c.id == old_id).values(mode="assistant"))
            return Moved(old_id, old["channel"], new_id, old["language"] or new["language"], withdrawn, taken)

        return await self._database.run(work, durable=True)

    def _answers(self, connection: sa.engine.Connection, old_id: str, new: Any) -> list[int]:
        """What had not arrived goes to the new place, under new numbers; the numbers of the rest mean nothing there."""
        table = outbox.c
        waiting = connection.execute(
            sa.select(table.seq, table.body).where(table.conversation_id == old_id, table.delivered.is_(False))
            .order_by(table.seq)
        ).all()
        first = put_in_outbox(connection, new["id"], new["channel"], [row[1] for row in waiting], new["last_seen_at"])
        numbers = {row[0]: first + place for place, row in enumerate(waiting)}
        entries = connection.execute(
            sa.select(case_entries.c.case_id, case_entries.c.number, case_entries.c.seq).where(
                case_entries.c.conversation_id == old_id, case_entries.c.seq.isnot(None))
        ).all()
        for case_id, number, seq in entries:
            where = (case_entries.c.case_id == case_id, case_entries.c.number == number)
            connection.execute(case_entries.update().where(*where).values(seq=numbers.get(seq)))
        connection.execute(outbox.delete().where(table.conversation_id == old_id, table.seq.in_(list(numbers))))
        return sorted(numbers)


def _conversation(connection: sa.engine.Connection, identifier: str) -> Any:
    return connection.execute(sa.select(conversations).where(conversations.c.id == identifier)).mappings().first()
