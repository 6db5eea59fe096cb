"""Files that persons and mediators send each other: without metadata, sealed, deleted with their conversation."""

from __future__ import annotations

import asyncio
import time
import unicodedata
import uuid
from collections.abc import Sequence
from pathlib import PurePosixPath
from typing import NamedTuple, Protocol

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.store.attachment_tables import attachments
from bot.store.database import Database
from bot.store.secrets import Secrets

# Bytes. The Bot API lets a bot fetch no larger file, and one limit everywhere is one that can be explained.
SIZE_LIMIT = 20 * 1024 * 1024
# Bytes of all files of one conversation: nobody may fill the disk.
TOTAL_LIMIT = 200 * 1024 * 1024
NAME_LIMIT = 120


class Cleaned(NamedTuple):
    """A file without metadata. `mime` is what it really is; `state` is "cleaned" or "unchanged" (of an unknown kind)."""

    data: bytes
    mime: str
    state: str


class Clean(Protocol):
    """Takes the metadata out; runs in a thread. Raises WaymarkError "attachment.broken" or "attachment.bomb"."""

    def __call__(self, name: str, mime: str, data: bytes, /) -> Cleaned: ...


class Attachment(NamedTuple):
    """What is known of a file. `size` in bytes; `state` as in Cleaned."""

    id: str
    conversation_id: str
    name: str
    mime: str
    size: int
    state: str


class Attachments:
    """Keeps files. Ids are unguessable, but an id alone opens nothing: who may see a file is for the caller to check."""

    def __init__(self, database: Database, secrets: Secrets, clean: Clean) -> None:
        self._database = database
        self._secrets = secrets
        self._clean = clean
        # Two at a time: a large picture takes a quarter of a gigabyte while it is open.
        self._turns = asyncio.Semaphore(2)

    async def put(self, conversation_id: str, name: str, mime: str, data: bytes, *, key: str | None = None) -> str:
        """Cleans and keeps a file; its id. With a `key` the same file sent again is kept once.

        Raises WaymarkError "attachment.empty", ".large", ".full", ".broken" or ".bomb": nothing is kept then.
        """
        identifier = self._secrets.pseudonym("attachment", f"{conversation_id}\0{key}") if key else uuid.uuid4().hex
        if key and await self.about(identifier) is not None:
            return identifier
        if not data:
            raise WaymarkError("attachment.empty")
        if len(data) > SIZE_LIMIT:
            raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
        async with self._turns:
            cleaned = await asyncio.to_thread(self._clean, name, mime, data)
            sealed = await asyncio.to_thread(self._secrets.seal_bytes, cleaned.data)
        size = len(cleaned.data)
        row = {
            "id": identifier, "conversation_id": conversation_id, "name": self._secrets.seal(tidy(name)),
            "kind": cleaned.mime[:100], "size": size, "state": cleaned.state, "body": sealed,
            "created_at": int(time.time()),
        }

        def work(connection: sa.engine.Connection) -> bool:
            if connection.execute(sa.select(attachments.c.id).where(attachments.c.id == identifier)).first():
                return True
            total = connection.execute(
                sa.select(sa.func.sum(attachments.c.size)).where(attachments.c.conversation_id == conversation_id)
            ).scalar()
            if (total or 0) + size > TOTAL_LIMIT:
                return False
            connection.execute(attachments.insert().values(**row))
            return True

        if not await self._database.run(work, durable=True):
            raise WaymarkError("attachment.full", limit=TOTAL_LIMIT // 2**20)
        return identifier

    async def about(self, identifier: str) -> Attachment | None:
        """What is known of a file, without its content; None if there is none (any more)."""
        found = await self.list([identifier])
        return found[0] if found else None

    async def list(self, identifiers: Sequence[str]) -> list[Attachment]:
        """What is known of several files, in the order asked for; those that are gone are left out."""
        table = attachments.c
        query = sa.select(table.id, table.conversation_id, table.name, table.kind, table.size, table.state).where(
            table.id.in_(list(identifiers))
        )
        rows = await self._database.run(lambda connection: connection.execute(query).all())
        known = {row[0]: Attachment(row[0], row[1], self._secrets.open(row[2]), *row[3:]) for row in rows}
        return [known[identifier] for identifier in identifiers if identifier in known]

    async def get(self, identifier: str) -> tuple[Attachment, bytes] | None:
        """A file with its content, or None."""
        about = await self.about(identifier)
        query = sa.select(attachments.c.body).where(attachments.c.id == identifier)
        sealed = await self._database.run(lambda connection: connection.execute(query).scalar())
        if about is None or sealed is None:
            return None
        return about, await asyncio.to_thread(self._secrets.open_bytes, sealed)

    async def delete(self, identifiers: Sequence[str]) -> None:
        """Deletes files, such as those of a case whose time is over."""
        statement = attachments.delete().where(attachments.c.id.in_(list(identifiers)))
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def forget(self, conversation_id: str) -> None:
        """Deletes all files of a conversation."""
        statement = attachments.delete().where(attachments.c.conversation_id == conversation_id)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    def ticket(self, attachment: Attachment) -> str:
        """A part of an address that opens this one file, for its person's own browser; nobody else can make it."""
        return self._secrets.pseudonym("attachment ticket", f"{attachment.id}\0{attachment.conversation_id}")


def tidy(name: str) -> str:
    """A file name that is only a name: no folders, no control or direction signs, at most 120 letters, its ending kept."""
    plain = PurePosixPath(name.replace("\\", "/")).name
    # Cf holds the signs that turn the direction around: "photo<RLO>gpj.exe" would read as "photoexe.jpg".
    plain = "".join(sign for sign in plain if unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Zl", "Zp"})
    plain = "".join("_" if sign in '<>:"|?*/' else sign for sign in plain).strip(" .") or "file"
    if len(plain) <= NAME_LIMIT:
        return plain
    stem, dot, ending = plain.rpartition(".")
    return stem[: NAME_LIMIT - len(ending) - 1] + dot + ending if dot and len(ending) <= 10 else plain[:NAME_LIMIT]
