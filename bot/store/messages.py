"""Inbox and outbox: what was acknowledged is processed once; what was answered is delivered in order.

A message is written to the inbox before it is acknowledged. Its answers and the note that it is done are written in one
transaction, so that a crash in between processes it again and never answers it twice.
"""

from __future__ import annotations

import json
import time
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store import statements
from bot.store.database import Database
from bot.store.secrets import Secrets
from bot.store.signs import explain_once
from bot.store.tables import conversations, inbox, outbox

# Answers kept for a reconnecting browser and for the buttons of earlier answers.
KEPT_ANSWERS = 60


class Inbound(NamedTuple):
    """One message from a person. `body` is JSON: {"text": str, "payload": str | None, "metadata": {...}}."""

    conversation_id: str
    message_id: str
    body: dict[str, Any]


class Outbound(NamedTuple):
    """One answer. `seq` counts up from 1 in a conversation. `body` is JSON as the channel's `send` takes it."""

    conversation_id: str
    seq: int
    channel: str
    body: dict[str, Any]
    attempts: int


def put_in_outbox(
    connection: sa.engine.Connection, conversation_id: str, channel: str, sealed: list[bytes], now: int,
    privacy_shown: bool = False,
) -> int:
    """Writes sealed answers behind the conversation's last one, inside the caller's transaction; the first one's `seq`.

    0 if there is nothing to write, or if the conversation was forgotten meanwhile: then nothing is kept.
    """
    if not sealed:
        return 0
    of_conversation = {"conversation": conversation_id}
    connection.execute(statements.COUNT_ANSWERS, of_conversation | {"count": len(sealed)})
    if privacy_shown:
        connection.execute(conversations.update().where(conversations.c.id == conversation_id).values(privacy_shown=True))
    last = connection.execute(statements.LAST_NUMBER, of_conversation).scalar()
    if last is None:
        return 0
    first = int(last) - len(sealed) + 1
    connection.execute(
        statements.ADD_ANSWERS,
        [
            {"conversation_id": conversation_id, "seq": first + place, "channel": channel, "body": body, "created_at": now}
            for place, body in enumerate(sealed)
        ],
    )
    if last > KEPT_ANSWERS:
        connection.execute(statements.DROP_OLD_ANSWERS, of_conversation | {"oldest": last - KEPT_ANSWERS})
    return first


class Messages:
    """The two boxes. All methods are coroutines; SQL runs in the store's thread."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    async def receive(self, message: Inbound, channel: str, address: str | None) -> bool:
        """Writes a message down; False if this message id was received before."""
        sealed = self._secrets.seal(json.dumps(message.body))
        sealed_address = self._secrets.seal(address) if address is not None else None
        now = int(time.time())

        def work(connection: sa.engine.Connection) -> bool:
            of_message = {"conversation": message.conversation_id, "message": message.message_id}
            touched = connection.execute(
                statements.TOUCH_CONVERSATION, {"conversation": message.conversation_id, "last_seen_at": now}
            )
            if not touched.rowcount:
                row = {"id": message.conversation_id, "channel": channel, "address": sealed_address, "last_seen_at": now}
                connection.execute(statements.ADD_CONVERSATION, row)
            elif connection.execute(statements.FIND_MESSAGE, of_message).first():
                return False
            connection.execute(
                statements.ADD_MESSAGE,
                {"conversation_id": message.conversation_id, "message_id": message.message_id, "body": sealed,
                 "received_at": now},
            )
            return True

        return await self._database.run(work, durable=True)

    async def undone(self) -> list[tuple[Inbound, str]]:
        """Messages that were acknowledged and not yet processed, oldest first, each with its channel."""
        query = (
            sa.select(inbox.c.conversation_id, inbox.c.message_id, inbox.c.body, conversations.c.channel)
            .join(conversations, conversations.c.id == inbox.c.conversation_id)
            .where(inbox.c.done.is_(False))
            .order_by(inbox.c.number)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [(Inbound(row[0], row[1], json.loads(self._secrets.open(row[2]))), row[3]) for row in rows]

    async def answer(
        self, message: Inbound | None, conversation_id: str, channel: str, bodies: list[dict[str, Any]],
        privacy_shown: bool = False,
    ) -> list[Outbound]:
        """Writes answers to the outbox and marks `message` (if given) done, in one transaction.

        `privacy_shown`: the privacy notice is among the answers; that it was given is noted in the same transaction. Answers
        of a conversation that was forgotten meanwhile are not kept; their `seq` is 0.
        """
        now = int(time.time())

        def work(connection: sa.engine.Connection) -> int:
            if message is not None:
                connection.execute(
                    statements.DONE_WITH_MESSAGE, {"conversation": conversation_id, "message": message.message_id}
                )
            explain_once(connection, conversation_id, bodies)
            sealed = [self._secrets.seal(json.dumps(body)) for body in bodies]
            return put_in_outbox(connection, conversation_id, channel, sealed, now, privacy_shown)

        # Without answers only the note that it is done is written: lost in a power cut, the message is taken up again, and
        # whoever answered with silence (the desk) knows it by its id.
        first = await self._database.run(work, durable=bool(bodies))
        return [
            Outbound(conversation_id, first + place if first else 0, channel, body, 0) for place, body in enumerate(bodies)
        ]

    async def since(self, conversation_id: str, seq: int) -> list[Outbound]:
        """The kept answers of a conversation after number `seq`, in order."""
        return await self._select(outbox.c.conversation_id == conversation_id, outbox.c.seq > seq)

    async def one(self, conversation_id: str, seq: int) -> Outbound | None:
        """One kept answer, or None."""
        found = await self._select(outbox.c.conversation_id == conversation_id, outbox.c.seq == seq)
        return found[0] if found else None

    async def latest(self, conversation_id: str, count: int) -> list[dict[str, Any]]:
        """The bodies of the last `count` kept answers, the newest first."""
        query = (
            sa.select(outbox.c.body).where(outbox.c.conversation_id == conversation_id).order_by(outbox.c.seq.desc())
        )
        rows = await self._database.run(lambda connection: connection.execute(query.limit(count)).all())
        return [json.loads(self._secrets.open(row[0])) for row in rows]

    async def undelivered(self, channel: str) -> list[Outbound]:
        """Answers of a channel that were not delivered yet, in order within each conversation."""
        return await self._select(outbox.c.delivered.is_(False), outbox.c.channel == channel)

    async def undelivered_of(self, conversation_id: str, channel: str) -> list[Outbound]:
        """Answers of one conversation that were not delivered yet, in order."""
        where = (outbox.c.conversation_id == conversation_id, outbox.c.delivered.is_(False), outbox.c.channel == channel)
        return await self._select(*where)

    async def waiting_since(self, channel: str, seconds: float) -> list[tuple[str, int]]:
        """(conversation id, number) of answers that have waited longer than so many seconds to be called for."""
        table = outbox.c
        query = sa.select(table.conversation_id, table.seq).where(
            table.delivered.is_(False), table.channel == channel, table.created_at < int(time.time() - seconds)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [(row[0], row[1]) for row in rows]

    async def _select(self, *where: Any) -> list[Outbound]:
        table = outbox.c
        query = (
            sa.select(table.conversation_id, table.seq, table.channel, table.body, table.attempts)
            .where(*where)
            .order_by(table.conversation_id, table.seq)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [Outbound(row[0], row[1], row[2], json.loads(self._secrets.open(row[3])), row[4]) for row in rows]

    async def delivered(self, conversation_id: str, seqs: list[int]) -> None:
        """Marks answers delivered."""
        told = {"conversation": conversation_id, "numbers": seqs}
        await self._database.run(lambda connection: connection.execute(statements.DELIVERED, told))

    async def failed(self, conversation_id: str, seq: int) -> None:
        """Counts one failed attempt to deliver."""
        statement = outbox.update().where(outbox.c.conversation_id == conversation_id, outbox.c.seq == seq)
        await self._database.run(
            lambda connection: connection.execute(statement.values(attempts=outbox.c.attempts + 1))
        )
