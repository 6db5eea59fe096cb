"""Reports that are being told by chat: which question is next, and the answers, sealed for the readers already.

The link between a conversation and what is told exists here alone, as a keyed hash, and only while the telling runs.
"""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.report_tables import report_draft_records, report_drafts
from bot.store.secrets import Secrets
from bot.store.tables import outbox


class Draft(NamedTuple):
    """`id`: the keyed hash of the conversation. `state`: JSON, see bot/reporting/interview.py. `until`: Unix seconds."""

    id: str
    state: dict[str, Any]
    until: int
    district: str | None


class Piece(NamedTuple):
    """One sealed answer of a draft."""

    number: int
    about: str
    sealed: bytes


def draft_id(secrets: Secrets, conversation_id: str) -> str:
    """The id of a conversation's draft."""
    return secrets.pseudonym("report draft", conversation_id)


def _once(secrets: Secrets, identifier: str, key: str) -> str:
    # The channel's own id of a message lies in the inbox, beside the conversation: here it would lead there.
    return secrets.pseudonym(f"report draft {identifier}", key)


def delete_drafts(connection: sa.engine.Connection, identifiers: list[str]) -> None:
    """Deletes drafts with all their answers, inside the caller's transaction."""
    for identifier in identifiers:
        connection.execute(report_draft_records.delete().where(report_draft_records.c.draft_id == identifier))
        connection.execute(report_drafts.delete().where(report_drafts.c.id == identifier))


class ReportDrafts:
    """The two tables. All methods are coroutines and take the conversation's id; it is never written down."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database, self._secrets = database, secrets

    async def get(self, conversation_id: str) -> Draft | None:
        """The draft, or None if there is none or its time is over."""
        identifier = draft_id(self._secrets, conversation_id)
        query = sa.select(report_drafts).where(report_drafts.c.id == identifier, report_drafts.c.until > int(time.time()))
        row = await self._database.run(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        district = self._secrets.open(row.district) if row.district else None
        return Draft(identifier, json.loads(self._secrets.open(row.state)), row.until, district)

    async def save(self, conversation_id: str, state: dict[str, Any], until: int) -> None:
        """Writes where the telling stands."""
        identifier = draft_id(self._secrets, conversation_id)
        values = {"state": self._secrets.seal(json.dumps(state)), "until": until}

        def work(connection: sa.engine.Connection) -> None:
            if not connection.execute(report_drafts.update().where(report_drafts.c.id == identifier).values(**values)).rowcount:
                connection.execute(report_drafts.insert().values(id=identifier, **values))

        await self._database.run(work, durable=True)

    async def set_district(self, conversation_id: str, district: str | None) -> None:
        """Remembers which known town was named, or that none was."""
        where = report_drafts.c.id == draft_id(self._secrets, conversation_id)
        sealed = self._secrets.seal(district) if district else None
        await self._database.run(lambda c: c.execute(report_drafts.update().where(where).values(district=sealed)))

    async def last_answer(self, conversation_id: str) -> int:
        """The number of the conversation's last answer in the outbox, 0 if it has none."""
        query = sa.select(sa.func.max(outbox.c.seq)).where(outbox.c.conversation_id == conversation_id)
        return int(await self._database.run(lambda connection: connection.execute(query).scalar()) or 0)

    async def last_number(self, conversation_id: str) -> int:
        """The number of the last answer, 0 if there is none."""
        where = report_draft_records.c.draft_id == draft_id(self._secrets, conversation_id)
        query = sa.select(sa.func.max(report_draft_records.c.number)).where(where)
        return int(await self._database.run(lambda connection: connection.execute(query).scalar()) or 0)

    async def add(self, conversation_id: str, piece: Piece, key: str | None) -> str:
        """"added", "known" (this `key` is there already) or "taken" (another has this number: seal again with the next)."""
        identifier = draft_id(self._secrets, conversation_id)
        table, own = report_draft_records.c, _once(self._secrets, identifier, key) if key else None

        def work(connection: sa.engine.Connection) -> str:
            of_this = table.draft_id == identifier
            if own and connection.execute(sa.select(table.number).where(of_this, table.key == own)).first():
                return "known"
            if connection.execute(sa.select(table.number).where(of_this, table.number == piece.number)).first():
                return "taken"
            connection.execute(report_draft_records.insert().values(draft_id=identifier, key=own, **piece._asdict()))
            return "added"

        return await self._database.run(work, durable=True)

    async def pieces(self, conversation_id: str) -> list[Piece]:
        """All answers, in order."""
        table = report_draft_records.c
        where = table.draft_id == draft_id(self._secrets, conversation_id)
        query = sa.select(table.number, table.about, table.sealed).where(where).order_by(table.number)
        return [Piece(*row) for row in await self._database.run(lambda connection: connection.execute(query).all())]

    async def drop(self, conversation_id: str, about: tuple[str, ...], but: str | None = None) -> None:
        """Deletes the answers to some questions, so that they can be given anew; all but the one with key `but`."""
        table, identifier = report_draft_records.c, draft_id(self._secrets, conversation_id)
        where = [table.draft_id == identifier, table.about.in_(about)]
        if but is not None:
            where.append(sa.or_(table.key.is_(None), table.key != _once(self._secrets, identifier, but)))
        statement = report_draft_records.delete().where(*where)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def end(self, conversation_id: str, after: int | None = None) -> None:
        """Deletes the draft, and the questions that were asked since answer number `after`, where they were delivered."""
        identifier = draft_id(self._secrets, conversation_id)

        def work(connection: sa.engine.Connection) -> None:
            delete_drafts(connection, [identifier])
            if after is not None:
                last = connection.execute(
                    sa.select(sa.func.max(outbox.c.seq)).where(outbox.c.conversation_id == conversation_id)
                ).scalar() or 0
                # The last one stays: a browser that comes back compares its own count with it.
                connection.execute(
                    outbox.delete().where(
                        outbox.c.conversation_id == conversation_id, outbox.c.seq > after, outbox.c.seq < last,
                        outbox.c.delivered.is_(True),
                    )
                )

        await self._database.run(work, durable=True)

    async def keep_only(self, conversation_id: str, state: dict[str, Any], until: int) -> None:
        """Deletes the answers, which lie in a report now, and keeps where the telling stands until the code was noted."""
        identifier = draft_id(self._secrets, conversation_id)
        sealed = self._secrets.seal(json.dumps(state))

        def work(connection: sa.engine.Connection) -> None:
            connection.execute(report_draft_records.delete().where(report_draft_records.c.draft_id == identifier))
            where = report_drafts.c.id == identifier
            connection.execute(report_drafts.update().where(where).values(state=sealed, until=until, district=None))

        await self._database.run(work, durable=True)

    async def purge(self) -> int:
        """Deletes drafts whose time is over; how many they were."""
        now = int(time.time())

        def work(connection: sa.engine.Connection) -> int:
            query = sa.select(report_drafts.c.id).where(report_drafts.c.until <= now)
            old = [row[0] for row in connection.execute(query)]
            delete_drafts(connection, old)
            return len(old)

        return await self._database.run(work)
