"""Sessions of the desk, kept on the server: what the cookie holds is only found here by its hash, and ends here."""

from __future__ import annotations

import hashlib
import secrets as random
import time
from collections.abc import Callable
from typing import NamedTuple

import sqlalchemy as sa

from bot.store.console_tables import console_sessions
from bot.store.database import Database

# A request notes that the session is in use at most this often, in seconds: not every request is a write.
NOTED_EVERY = 60
# Between a right password and the code or the new password, in seconds.
HALF_WAY_LIMIT = 600


class Session(NamedTuple):
    """An open session. `token_hash` names it inside the house; the token itself is only in the browser."""

    token_hash: str
    mediator_id: str
    stage: str
    created_at: int
    seen_at: int


def hashed(token: str) -> str:
    """The name under which a token's session is kept."""
    return hashlib.sha256(token.encode("utf-8", "replace")).hexdigest()


class ConsoleSessions:
    """Opens, finds and ends sessions. `idle` and `longest` are seconds; `now` gives the seconds of the clock."""

    def __init__(self, database: Database, idle: int, longest: int, now: Callable[[], float] = time.time) -> None:
        self._database = database
        self._idle = idle
        self._longest = longest
        self._now = now

    async def open(self, mediator_id: str, stage: str, instead_of: str | None = None) -> str:
        """Opens a session and gives its token, new at every stage. `instead_of`: the hash of the session that ends."""
        token, now = random.token_urlsafe(32), int(self._now())
        row = {"token_hash": hashed(token), "mediator_id": mediator_id, "stage": stage, "created_at": now, "seen_at": now}

        def work(connection: sa.engine.Connection) -> None:
            connection.execute(console_sessions.delete().where(console_sessions.c.created_at < now - self._longest))
            if instead_of is not None:
                connection.execute(console_sessions.delete().where(console_sessions.c.token_hash == instead_of))
            connection.execute(console_sessions.insert().values(**row))

        await self._database.run(work, durable=True)
        return token

    async def find(self, token: str) -> Session | None:
        """The session of a token if it is still open; notes that it is in use."""
        return await self._find(hashed(token), note=True)

    async def still_open(self, token_hash: str) -> bool:
        """Whether a session is still open, without counting as use: for a stream that stays open by itself."""
        return await self._find(token_hash, note=False) is not None

    async def _find(self, token_hash: str, note: bool) -> Session | None:
        now = int(self._now())
        where = console_sessions.c.token_hash == token_hash

        def work(connection: sa.engine.Connection) -> Session | None:
            row = connection.execute(sa.select(console_sessions).where(where)).first()
            if row is None:
                return None
            found = Session(row.token_hash, row.mediator_id, row.stage, row.created_at, row.seen_at)
            limit = HALF_WAY_LIMIT if found.stage != "full" else self._longest
            if found.created_at < now - limit or found.seen_at < now - self._idle:
                connection.execute(console_sessions.delete().where(where))
                return None
            if note and found.seen_at < now - NOTED_EVERY:
                connection.execute(console_sessions.update().where(where).values(seen_at=now))
            return found

        return await self._database.run(work)

    async def end(self, token_hash: str) -> None:
        """Ends one session for good."""
        statement = console_sessions.delete().where(console_sessions.c.token_hash == token_hash)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)

    async def end_all(self, mediator_id: str) -> list[str]:
        """Ends every session of a mediator; the hashes of those that were open."""

        def work(connection: sa.engine.Connection) -> list[str]:
            where = console_sessions.c.mediator_id == mediator_id
            open_ones = [row[0] for row in connection.execute(sa.select(console_sessions.c.token_hash).where(where))]
            connection.execute(console_sessions.delete().where(where))
            return open_ones

        return await self._database.run(work, durable=True)
