"""What a mediator signs in with, sealed: the password's hash and the secret of the one-time codes."""

from __future__ import annotations

from typing import NamedTuple

import sqlalchemy as sa

from bot.store.console_tables import console_credentials
from bot.store.database import Database
from bot.store.secrets import Secrets


class Credentials(NamedTuple):
    """`password_hash` is argon2id in PHC form. `starting`: still the start password, good until `start_ends_at`."""

    mediator_id: str
    password_hash: str
    starting: bool
    start_ends_at: int
    totp_secret: str | None


class ConsoleCredentials:
    """Keeps credentials. Nothing here compares; see bot.handover.sign_in."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets

    async def of(self, mediator_id: str) -> Credentials | None:
        """The credentials of a mediator, or None."""
        query = sa.select(console_credentials).where(console_credentials.c.mediator_id == mediator_id)
        row = await self._database.run(lambda connection: connection.execute(query).first())
        if row is None:
            return None
        secret = self._secrets.open(row.totp_secret) if row.totp_secret is not None else None
        return Credentials(mediator_id, self._secrets.open(row.password), bool(row.starting), row.start_ends_at, secret)

    async def begin(self, mediator_id: str, password_hash: str, ends_at: int) -> None:
        """Sets a start password; an earlier password and the codes' secret are gone."""
        values = {
            "password": self._secrets.seal(password_hash), "starting": True, "start_ends_at": ends_at,
            "totp_secret": None, "totp_step": 0,
        }

        def work(connection: sa.engine.Connection) -> None:
            where = console_credentials.c.mediator_id == mediator_id
            if not connection.execute(console_credentials.update().where(where).values(**values)).rowcount:
                connection.execute(console_credentials.insert().values(mediator_id=mediator_id, **values))

        await self._database.run(work, durable=True)

    async def propose_secret(self, mediator_id: str, secret: str) -> str:
        """Keeps a secret for the codes until it is confirmed; the one proposed before, if there is one, stays."""
        table = console_credentials.c

        def work(connection: sa.engine.Connection) -> bytes | None:
            where = (table.mediator_id == mediator_id, table.starting.is_(True))
            unset = console_credentials.update().where(*where, table.totp_secret.is_(None))
            connection.execute(unset.values(totp_secret=self._secrets.seal(secret)))
            found: bytes | None = connection.execute(sa.select(table.totp_secret).where(*where)).scalar()
            return found

        sealed = await self._database.run(work, durable=True)
        return self._secrets.open(sealed) if sealed is not None else ""

    async def take_step(self, mediator_id: str, step: int) -> bool:
        """Uses up the code of a time step; False if it, or a later one, was used before."""
        table = console_credentials.c
        statement = console_credentials.update().where(table.mediator_id == mediator_id, table.totp_step < step)
        taken = await self._database.run(
            lambda connection: connection.execute(statement.values(totp_step=step)).rowcount, durable=True
        )
        return bool(taken)

    async def finish(self, mediator_id: str, password_hash: str) -> bool:
        """Puts the mediator's own password in the place of the start password; False if that was done before."""
        table = console_credentials.c
        statement = console_credentials.update().where(table.mediator_id == mediator_id, table.starting.is_(True))
        values = {"password": self._secrets.seal(password_hash), "starting": False, "start_ends_at": 0}
        changed = await self._database.run(
            lambda connection: connection.execute(statement.values(**values)).rowcount, durable=True
        )
        return bool(changed)

    async def forget(self, mediator_id: str) -> None:
        """Deletes the credentials: nobody signs in as this mediator until a new start password is made."""
        statement = console_credentials.delete().where(console_credentials.c.mediator_id == mediator_id)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)
