"""What the staff groups on Telegram show: topics of cases, messages of entries, and what became of the groups."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.secrets import Secrets
from bot.store.staff_tables import (
    staff_drafts,
    staff_groups,
    staff_inbox,
    staff_posts,
    staff_sending,
    staff_told,
    staff_topics,
)


class Topic(NamedTuple):
    """A case's topic. `topic_id` None: to be made (again). `posted`: the last entry that stands in it."""

    case_id: str
    group_id: int
    topic_id: int | None
    card_id: int | None
    card: str | None
    posted: int
    closed: bool


class Post(NamedTuple):
    """A message in a group that shows entry `number` of a case (0: none)."""

    group_id: int
    message_id: int
    case_id: str
    number: int
    place: int
    ours: bool
    shown: str


_TOPIC = tuple(staff_topics.c[name] for name in Topic._fields)
_POST = tuple(staff_posts.c[name] for name in Post._fields)


class Staff:
    """Reads and writes the tables. All methods are coroutines."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    async def topic(self, case_id: str) -> Topic | None:
        """A case's topic."""
        return await self._topic(staff_topics.c.case_id == case_id)

    async def topic_at(self, group_id: int, topic_id: int) -> Topic | None:
        """The case that a topic is for."""
        return await self._topic(staff_topics.c.group_id == group_id, staff_topics.c.topic_id == topic_id)

    async def topics(self) -> list[Topic]:
        """All topics."""
        rows = await self._database.run(lambda connection: connection.execute(sa.select(*_TOPIC)).all())
        return [Topic(*row) for row in rows]

    async def loads(self) -> dict[int, int]:
        """Group -> open topics in it."""
        query = (
            sa.select(staff_topics.c.group_id, sa.func.count()).where(staff_topics.c.closed.is_(False))
            .group_by(staff_topics.c.group_id)
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return {row[0]: row[1] for row in rows}

    async def claim(self, case_id: str, group_id: int) -> Topic:
        """The case's row, made if there is none: of two at once, one makes it."""

        def work(connection: sa.engine.Connection) -> Topic:
            where = staff_topics.c.case_id == case_id
            row = connection.execute(sa.select(*_TOPIC).where(where)).first()
            if row is None:
                connection.execute(staff_topics.insert().values(case_id=case_id, group_id=group_id))
                row = connection.execute(sa.select(*_TOPIC).where(where)).first()
            return Topic(*row)

        return await self._database.run(work, durable=True)

    async def change(self, case_id: str, **values: Any) -> None:
        """Changes columns of a case's topic."""
        statement = staff_topics.update().where(staff_topics.c.case_id == case_id).values(**values)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def lost(self, case_id: str, group_id: int | None = None) -> None:
        """The topic is gone with all that stood in it: it is to be made again, in another group if one is named."""

        def work(connection: sa.engine.Connection) -> None:
            for table in (staff_posts, staff_drafts):
                connection.execute(table.delete().where(table.c.case_id == case_id))
            values: dict[str, Any] = {"topic_id": None, "card_id": None, "card": None, "posted": 0, "closed": False}
            if group_id is not None:
                values["group_id"] = group_id
            connection.execute(staff_topics.update().where(staff_topics.c.case_id == case_id).values(**values))

        await self._database.run(work, durable=True)

    async def posted(
        self, group_id: int, message_id: int, case_id: str, numbers: Sequence[int], *, place: int = 0, ours: bool = True,
        shown: str = "", **changes: Any,
    ) -> None:
        """Notes which entries a message shows, that nothing is on its way any more, and `changes` of the topic: all at once."""
        rows = [
            {"group_id": group_id, "message_id": message_id, "number": number, "case_id": case_id, "place": place,
             "ours": ours, "shown": shown}
            for number in numbers
        ]

        def work(connection: sa.engine.Connection) -> None:
            connection.execute(staff_posts.delete().where(
                staff_posts.c.group_id == group_id, staff_posts.c.message_id == message_id))
            if rows:
                connection.execute(staff_posts.insert(), rows)
            if ours:
                connection.execute(staff_sending.delete().where(staff_sending.c.group_id == group_id))
            if changes:
                connection.execute(staff_topics.update().where(staff_topics.c.case_id == case_id).values(**changes))

        await self._database.run(work, durable=True)

    async def sending(self, group_id: int, body: dict[str, Any] | None) -> None:
        """Notes what is about to be sent to a group; None: nothing is on its way."""
        sealed = self._secrets.seal(json.dumps(body)) if body is not None else None

        def work(connection: sa.engine.Connection) -> None:
            connection.execute(staff_sending.delete().where(staff_sending.c.group_id == group_id))
            if sealed is not None:
                connection.execute(staff_sending.insert().values(group_id=group_id, body=sealed))

        await self._database.run(work, durable=True)

    async def on_its_way(self, group_id: int) -> dict[str, Any] | None:
        """What was being sent to a group when we last stopped."""
        query = sa.select(staff_sending.c.body).where(staff_sending.c.group_id == group_id)
        sealed = await self._database.run(lambda connection: connection.execute(query).scalar())
        found: dict[str, Any] | None = json.loads(self._secrets.open(sealed)) if sealed else None
        return found

    async def receive(self, update_id: int, body: str) -> bool:
        """Writes down what was written or pressed in a group (an update as JSON); False if it is there already."""
        sealed = self._secrets.seal(body)

        def work(connection: sa.engine.Connection) -> bool:
            if connection.execute(sa.select(staff_inbox.c.update_id).where(staff_inbox.c.update_id == update_id)).first():
                return False
            connection.execute(staff_inbox.insert().values(update_id=update_id, body=sealed))
            return True

        return await self._database.run(work, durable=True)

    async def undone(self) -> list[str]:
        """Updates that were written down and are not done, oldest first."""
        query = sa.select(staff_inbox.c.body).order_by(staff_inbox.c.update_id)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [self._secrets.open(row[0]) for row in rows]

    async def done(self, *update_ids: int) -> None:
        """Updates are done, all at once: nothing of them is kept."""
        statement = staff_inbox.delete().where(staff_inbox.c.update_id.in_(update_ids))
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def keep_draft(
        self, group_id: int, message_id: int, case_id: str, conversation_id: str, body: dict[str, Any] | None
    ) -> None:
        """Keeps a reply that waits to be sent, instead of an earlier one of this message. None: it was sent."""
        sealed = self._secrets.seal(json.dumps(body)) if body is not None else None
        key = {"group_id": group_id, "message_id": message_id}

        def work(connection: sa.engine.Connection) -> None:
            connection.execute(staff_drafts.delete().filter_by(**key))
            connection.execute(
                staff_drafts.insert().values(**key, case_id=case_id, conversation_id=conversation_id, body=sealed)
            )

        await self._database.run(work, durable=True)

    async def draft(self, group_id: int, message_id: int) -> dict[str, Any] | None:
        """A reply that waits to be sent; {} if it was sent, None if there is none (any more)."""
        query = sa.select(staff_drafts.c.body).filter_by(group_id=group_id, message_id=message_id)
        row = await self._database.run(lambda connection: connection.execute(query).first())
        if row is None or row[0] is None:
            return None if row is None else {}
        found: dict[str, Any] = json.loads(self._secrets.open(row[0]))
        return found

    async def drop_draft(self, group_id: int, message_id: int) -> None:
        """A reply is not to be sent."""
        statement = staff_drafts.delete().filter_by(group_id=group_id, message_id=message_id)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def drop(self, case_id: str) -> None:
        """Nothing of the case stands in a group any more."""

        def work(connection: sa.engine.Connection) -> None:
            for table in (staff_posts, staff_drafts, staff_topics):
                connection.execute(table.delete().where(table.c.case_id == case_id))

        await self._database.run(work, durable=True)

    async def post(self, group_id: int, message_id: int) -> Post | None:
        """What a message shows (of several entries the last), or None."""
        found = await self._posts(staff_posts.c.group_id == group_id, staff_posts.c.message_id == message_id)
        return found[-1] if found else None

    async def posts(self, case_id: str, number: int | None = None) -> list[Post]:
        """The messages of a case (of one entry), in the order they were sent."""
        where = [staff_posts.c.case_id == case_id] + ([] if number is None else [staff_posts.c.number == number])
        return await self._posts(*where)

    async def latest(self, group_id: int) -> int:
        """The highest message number known in a group; 0 if there is none."""
        query = sa.select(sa.func.max(staff_posts.c.message_id)).where(staff_posts.c.group_id == group_id)
        cards = sa.select(sa.func.max(staff_topics.c.card_id), sa.func.max(staff_topics.c.topic_id)).where(
            staff_topics.c.group_id == group_id
        )

        def work(connection: sa.engine.Connection) -> int:
            numbers = [connection.execute(query).scalar(), *(connection.execute(cards).first() or ())]
            return max(number or 0 for number in numbers)

        return await self._database.run(work)

    async def told(self, group_id: int, user: int) -> bool:
        """Notes that somebody was told; whether it was for the first time."""
        key = {"group_id": group_id, "who": self._secrets.pseudonym("staff", str(user))}
        where = sa.and_(*(staff_told.c[name] == value for name, value in key.items()))

        def work(connection: sa.engine.Connection) -> bool:
            if connection.execute(sa.select(staff_told.c.who).where(where)).first():
                return False
            connection.execute(staff_told.insert().values(**key))
            return True

        return await self._database.run(work)

    async def groups(self, wanted: tuple[int, ...]) -> dict[int, bool]:
        """The groups of the settings as they are called now -> whether the bot was thrown out."""
        query = sa.select(staff_groups.c.group_id, staff_groups.c.present_id, staff_groups.c.gone)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        known = {row[0]: (row[1], row[2]) for row in rows}
        found: dict[int, bool] = {}
        for group in wanted:
            present, gone = known.get(group, (group, False))
            found[present] = gone
        return found

    async def upgraded(self, group_id: int, present_id: int) -> None:
        """A group has become a supergroup: its topics, if it had any, have to be made again there."""

        def work(connection: sa.engine.Connection) -> None:
            self._set_group(connection, group_id, present_id=present_id, gone=False)
            for table in (staff_posts, staff_drafts):
                connection.execute(table.delete().where(table.c.group_id == group_id))
            connection.execute(staff_topics.update().where(staff_topics.c.group_id == group_id).values(
                group_id=present_id, topic_id=None, card_id=None, card=None, posted=0))

        await self._database.run(work, durable=True)

    async def set_gone(self, group_id: int, gone: bool) -> bool:
        """Notes that the bot was thrown out of a group or is back; whether that is news."""
        return await self._database.run(
            lambda connection: self._set_group(connection, group_id, gone=gone), durable=True
        )

    def _set_group(self, connection: sa.engine.Connection, group_id: int, **values: Any) -> bool:
        table = staff_groups.c
        where = sa.or_(table.group_id == group_id, table.present_id == group_id)
        row = connection.execute(sa.select(table.present_id, table.gone).where(where)).first()
        before = {"present_id": row[0], "gone": row[1]} if row else {"present_id": group_id, "gone": False}
        if row is None:
            connection.execute(staff_groups.insert().values(group_id=group_id, **{**before, **values}))
        else:
            connection.execute(staff_groups.update().where(where).values(**values))
        return before != {**before, **values}

    async def _topic(self, *where: Any) -> Topic | None:
        row = await self._database.run(lambda connection: connection.execute(sa.select(*_TOPIC).where(*where)).first())
        return Topic(*row) if row else None

    async def _posts(self, *where: Any) -> list[Post]:
        query = sa.select(*_POST).where(*where).order_by(staff_posts.c.message_id, staff_posts.c.number)
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        return [Post(*row) for row in rows]
