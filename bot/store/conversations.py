"""Conversations: who owns one now, in which language, and forgetting it."""

from __future__ import annotations

import time
from typing import NamedTuple

import sqlalchemy as sa

from bot.store.database import Database
from bot.store.forgotten_cases import note_forgotten_cases, with_case
from bot.store.report_drafts import delete_drafts, draft_id
from bot.store.secrets import Secrets
from bot.store.statements import READ_CONVERSATION
from bot.store.tables import conversations, metadata


class Conversation(NamedTuple):
    """What is known of a conversation. `language` is a launch code or None; `mode` is who owns it now."""

    id: str
    channel: str
    mode: str
    language: str | None
    language_chosen: bool
    privacy_shown: bool


def _read(connection: sa.engine.Connection, identifier: str) -> Conversation | None:
    row = connection.execute(READ_CONVERSATION, {"conversation": identifier}).first()
    return Conversation(*row) if row else None


class Conversations:
    """Reads and writes the table of conversations. All methods are coroutines; SQL runs in the store's thread."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    async def get(self, identifier: str) -> Conversation | None:
        """The conversation, or None if it is unknown or was forgotten."""
        return await self._database.run(lambda connection: _read(connection, identifier))

    async def address(self, identifier: str) -> str | None:
        """The channel's own address (a Telegram chat id), or None."""
        query = sa.select(conversations.c.address).where(conversations.c.id == identifier)
        sealed = await self._database.run(lambda connection: connection.execute(query).scalar())
        return self._secrets.open(sealed) if sealed else None

    async def set_language(self, identifier: str, language: str, chosen: bool) -> None:
        """Sets the language. A guess (`chosen` False) never replaces a choice."""
        statement = conversations.update().where(conversations.c.id == identifier)
        if not chosen:
            statement = statement.where(conversations.c.language_chosen.is_(False))
        await self._database.run(
            lambda connection: connection.execute(statement.values(language=language, language_chosen=chosen))
        )

    async def set_mode(self, identifier: str, mode: str) -> None:
        """Says who owns the conversation from now on: assistant, desk or report."""
        statement = conversations.update().where(conversations.c.id == identifier).values(mode=mode)
        await self._database.run(lambda connection: connection.execute(statement))

    async def forget(self, identifier: str) -> None:
        """Deletes everything that is kept of this conversation, in one transaction."""
        await self._database.run(lambda connection: self._delete(connection, [identifier]), durable=True)
        self._database.remembered.clear()

    async def purge(self, days: int) -> int:
        """Deletes conversations with no message for `days` days; how many they were.

        Not those with a case, open or closed: a case goes with a notice before (the desk's rounds), the conversation after it.
        """
        limit = int(time.time()) - days * 86400

        def work(connection: sa.engine.Connection) -> int:
            query = sa.select(conversations.c.id).where(
                conversations.c.last_seen_at < limit, conversations.c.id.notin_(with_case())
            )
            old = [row[0] for row in connection.execute(query)]
            self._delete(connection, old)
            return len(old)

        count = await self._database.run(work)
        self._database.remembered.clear()
        return count

    def _delete(self, connection: sa.engine.Connection, identifiers: list[str]) -> None:
        _delete(connection, identifiers)
        # A half told report is kept under a hash of the conversation's id, not the id.
        delete_drafts(connection, [draft_id(self._secrets, identifier) for identifier in identifiers])


def _delete(connection: sa.engine.Connection, identifiers: list[str]) -> None:
    # Every table that names a conversation, whoever made it: what is kept of a conversation goes with it.
    tables = [table for table in metadata.sorted_tables if "conversation_id" in table.c]
    for identifier in identifiers:
        note_forgotten_cases(connection, identifier)
        for table in tables:
            connection.execute(table.delete().where(table.c.conversation_id == identifier))
        connection.execute(conversations.delete().where(conversations.c.id == identifier))
