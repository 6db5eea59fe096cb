"""Which of our answers, and which of a person's messages, has which number in their Telegram chat.

With it an answer that arrived is not sent again, a mediator's edit finds its message, and a person's reply its answer.
"""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.staff_tables import arrivals


class Arrival(NamedTuple):
    """A message in a chat. `seq` and `place`: our answer and its part; `key`: the inbox id of what the person wrote."""

    message_id: int
    seq: int | None
    place: int
    key: str | None


class Arrivals:
    """Reads and writes the table. All methods are coroutines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def note(
        self, conversation_id: str, message_id: int, *, seq: int | None = None, place: int = 0, key: str | None = None
    ) -> None:
        """Notes what a message is. On the disk when it returns: what it prevents is saying a thing twice."""
        values = {"seq": seq, "place": place, "key": key}
        where = (arrivals.c.conversation_id == conversation_id, arrivals.c.message_id == message_id)

        def work(connection: sa.engine.Connection) -> None:
            if not connection.execute(arrivals.update().where(*where).values(**values)).rowcount:
                connection.execute(
                    arrivals.insert().values(conversation_id=conversation_id, message_id=message_id, **values)
                )

        await self._database.run(work, durable=True)

    async def of_answer(self, conversation_id: str, seq: int) -> list[Arrival]:
        """The messages that carry an answer, in the order of its parts."""
        return await self._select(arrivals.c.conversation_id == conversation_id, arrivals.c.seq == seq)

    async def of_key(self, conversation_id: str, key: str) -> list[Arrival]:
        """The person's message with this inbox id."""
        return await self._select(arrivals.c.conversation_id == conversation_id, arrivals.c.key == key)

    async def of_message(self, conversation_id: str, message_id: int) -> Arrival | None:
        """What a message is, or None."""
        found = await self._select(
            arrivals.c.conversation_id == conversation_id, arrivals.c.message_id == message_id
        )
        return found[0] if found else None

    async def latest(self) -> int:
        """The highest number in any private chat; 0 if there is none."""
        query = sa.select(sa.func.max(arrivals.c.message_id))
        return await self._database.run(lambda connection: connection.execute(query).scalar()) or 0

    async def latest_of(self, conversation_id: str, seq: int) -> int:
        """The highest number in a conversation's chat of an answer before number `seq`, else of any chat; 0: none."""
        query = sa.select(sa.func.max(arrivals.c.message_id)).where(
            arrivals.c.conversation_id == conversation_id, arrivals.c.seq < seq
        )
        return await self._database.run(lambda connection: connection.execute(query).scalar()) or await self.latest()

    async def _select(self, *where: object) -> list[Arrival]:
        table = arrivals.c
        query = sa.select(table.message_id, table.seq, table.place, table.key).where(*where).order_by(table.place)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [Arrival(*row) for row in rows]
