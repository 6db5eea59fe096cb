"""Queries about who holds keys to the reports. What only a circle itself may do asks for proof: its own private key.

The rules that no role on the console can talk its way around stand here, in the same transaction as the change: nobody belongs
to both circles, a member is removed only with that circle's own key (so readers cannot remove oversight), and the last member
of the oversight stays.
"""

from __future__ import annotations

import hmac
import time
from collections.abc import Mapping
from typing import NamedTuple

import sqlalchemy as sa
from nacl.public import PrivateKey

from bot.errors import WaymarkError
from bot.store.database import Database
from bot.store.report_key_tables import report_holders, report_keys, report_shares

# The holder that is a printed sheet of paper.
RECOVERY = "recovery"


class Holder(NamedTuple):
    """A member, by mediator id, or the recovery key. `wrapped` is None for paper, `vouched` until they are admitted."""

    id: str
    circle: str
    public: bytes
    wrapped: bytes | None
    vouched: bytes | None
    created_at: int


class CircleKey(NamedTuple):
    """The public half of a circle's key pair, and its number (1 and up)."""

    circle: str
    number: int
    public: bytes


class Rotation(NamedTuple):
    """A circle's next key. `shares`: by holder id, the public key they are for, the sealed share, the new mark."""

    number: int
    public: bytes
    shares: Mapping[str, tuple[bytes, bytes, bytes]]


def _current(connection: sa.engine.Connection, circle: str) -> CircleKey | None:
    table = report_keys.c
    query = sa.select(table.circle, table.number, table.public).where(table.circle == circle).order_by(table.number.desc())
    row = connection.execute(query.limit(1)).first()
    return CircleKey(*row) if row else None


def _proven(connection: sa.engine.Connection, circle: str, proof: bytes) -> CircleKey:
    """The circle's present key, if `proof` is its private half; else WaymarkError "reports.proof"."""
    key = _current(connection, circle)
    if key is None:
        raise WaymarkError("reports.no_keys")
    if len(proof) != 32 or not hmac.compare_digest(bytes(PrivateKey(proof).public_key), key.public):
        raise WaymarkError("reports.proof", circle=circle)
    return key


def _holder(connection: sa.engine.Connection, identifier: str, circle: str) -> Holder | None:
    table = report_holders.c
    row = connection.execute(sa.select(report_holders).where(table.id == identifier, table.circle == circle)).first()
    return Holder(*row) if row else None


def _put_shares(connection: sa.engine.Connection, identifier: str, circle: str, shares: Mapping[int, bytes]) -> None:
    table = report_shares.c
    connection.execute(report_shares.delete().where(table.holder_id == identifier, table.circle == circle))
    for number, sealed in shares.items():
        connection.execute(report_shares.insert().values(holder_id=identifier, circle=circle, number=number, sealed=sealed))


def _rotate(connection: sa.engine.Connection, circle: str, to: Rotation, proof: bytes) -> None:
    before = _proven(connection, circle, proof)
    table = report_holders.c
    query = sa.select(table.id, table.public).where(table.circle == circle, table.vouched.isnot(None))
    present = {row[0]: bytes(row[1]) for row in connection.execute(query)}
    if to.number != before.number + 1 or present != {holder: public for holder, (public, _, _) in to.shares.items()}:
        raise WaymarkError("reports.key")
    connection.execute(
        report_keys.insert().values(circle=circle, number=to.number, public=to.public, created_at=int(time.time()))
    )
    for holder, (_, sealed, vouched) in to.shares.items():
        connection.execute(
            report_shares.insert().values(holder_id=holder, circle=circle, number=to.number, sealed=sealed)
        )
        connection.execute(report_holders.update().where(table.id == holder, table.circle == circle).values(vouched=vouched))


class ReportKeys:
    """Reads and writes the three tables of keys. All methods are coroutines."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def current(self, circle: str) -> CircleKey | None:
        """The key that is sealed to now; None before `waymark reports keygen`."""
        return await self._database.run(lambda connection: _current(connection, circle))

    async def found(self, circle: str, public: bytes, recovery: bytes, share: bytes, vouched: bytes) -> None:
        """Writes a circle's first key with its recovery holder. WaymarkError "reports.keys_exist" the second time."""
        now = int(time.time())

        def work(connection: sa.engine.Connection) -> None:
            if _current(connection, circle) is not None:
                raise WaymarkError("reports.keys_exist")
            connection.execute(report_keys.insert().values(circle=circle, number=1, public=public, created_at=now))
            connection.execute(
                report_holders.insert().values(id=RECOVERY, circle=circle, public=recovery, vouched=vouched, created_at=now)
            )
            _put_shares(connection, RECOVERY, circle, {1: share})

        await self._database.run(work, durable=True)

    async def holders(self, circle: str) -> list[Holder]:
        """Everybody with a key of the circle, the recovery key too, oldest first."""
        query = sa.select(report_holders).where(report_holders.c.circle == circle)
        query = query.order_by(report_holders.c.created_at, report_holders.c.id)
        return await self._database.run(lambda connection: [Holder(*row) for row in connection.execute(query)])

    async def holder(self, identifier: str, circle: str) -> Holder | None:
        """One holder, or None."""
        return await self._database.run(lambda connection: _holder(connection, identifier, circle))

    async def shares(self, identifier: str, circle: str) -> dict[int, bytes]:
        """By key number, what was sealed to this holder."""
        table = report_shares.c
        query = sa.select(table.number, table.sealed).where(table.holder_id == identifier, table.circle == circle)
        return await self._database.run(lambda connection: {int(row[0]): bytes(row[1]) for row in connection.execute(query)})

    async def enrol(self, identifier: str, circle: str, public: bytes, wrapped: bytes) -> None:
        """Writes down a person's own key pair. It opens nothing before somebody of the circle admits them.

        WaymarkError "reports.both" for a member of the other circle, "reports.enrolled" for one who was admitted before.
        """

        def work(connection: sa.engine.Connection) -> None:
            table = report_holders.c
            for known in connection.execute(sa.select(table.circle, table.vouched).where(table.id == identifier)).all():
                if known[0] != circle:
                    raise WaymarkError("reports.both")
                if known[1] is not None:
                    raise WaymarkError("reports.enrolled")
            connection.execute(report_holders.delete().where(table.id == identifier, table.circle == circle))
            connection.execute(
                report_holders.insert().values(
                    id=identifier, circle=circle, public=public, wrapped=wrapped, created_at=int(time.time())
                )
            )

        await self._database.run(work, durable=True)

    async def admit(self, identifier: str, circle: str, public: bytes, shares: Mapping[int, bytes], vouched: bytes,
                    proof: bytes) -> None:
        """Admits an enrolled person: from now on they can open what `shares` hold. `public`: the key the shares are for."""

        def work(connection: sa.engine.Connection) -> None:
            _proven(connection, circle, proof)
            holder = _holder(connection, identifier, circle)
            if holder is None or not hmac.compare_digest(holder.public, public):
                raise WaymarkError("reports.not_enrolled")
            _put_shares(connection, identifier, circle, shares)
            where = sa.and_(report_holders.c.id == identifier, report_holders.c.circle == circle)
            connection.execute(report_holders.update().where(where).values(vouched=vouched))

        await self._database.run(work, durable=True)

    async def rewrap(self, identifier: str, circle: str, before: bytes, wrapped: bytes) -> None:
        """A new passphrase: replaces `before`, the old wrapping, unless it was replaced meanwhile ("reports.key")."""
        where = sa.and_(
            report_holders.c.id == identifier, report_holders.c.circle == circle, report_holders.c.wrapped == before
        )

        def work(connection: sa.engine.Connection) -> None:
            if not connection.execute(report_holders.update().where(where).values(wrapped=wrapped)).rowcount:
                raise WaymarkError("reports.key")

        await self._database.run(work, durable=True)

    async def renew(self, identifier: str, circle: str, public: bytes, wrapped: bytes, shares: Mapping[int, bytes],
                    vouched: bytes, proof: bytes) -> None:
        """A member's new key pair with its shares, after the old passphrase was lost."""

        def work(connection: sa.engine.Connection) -> None:
            _proven(connection, circle, proof)
            if identifier == RECOVERY or _holder(connection, identifier, circle) is None:
                raise WaymarkError("reports.not_enrolled")
            where = sa.and_(report_holders.c.id == identifier, report_holders.c.circle == circle)
            connection.execute(
                report_holders.update().where(where).values(public=public, wrapped=wrapped, vouched=vouched)
            )
            _put_shares(connection, identifier, circle, shares)

        await self._database.run(work, durable=True)

    async def remove(self, identifier: str, circle: str, proof: bytes, then: Rotation | None = None) -> None:
        """Takes a member's key away and writes the circle's next key, if given, in the same transaction.

        `proof`: the private key of *that member's* circle, so readers cannot remove oversight. WaymarkError "reports.proof"
        without it, "reports.last" for the last admitted member of the oversight.
        """

        def work(connection: sa.engine.Connection) -> None:
            _proven(connection, circle, proof)
            table = report_holders.c
            if identifier == RECOVERY or _holder(connection, identifier, circle) is None:
                raise WaymarkError("reports.not_enrolled")
            others = connection.execute(
                sa.select(sa.func.count()).where(
                    table.circle == circle, table.vouched.isnot(None), table.id.notin_([identifier, RECOVERY])
                )
            ).scalar()
            if circle == "oversight" and not others:
                raise WaymarkError("reports.last")
            for keys in (report_shares.c.holder_id, report_holders.c.id):
                connection.execute(keys.table.delete().where(keys == identifier, keys.table.c.circle == circle))
            if then is not None:
                _rotate(connection, circle, then, proof)

        await self._database.run(work, durable=True)

    async def rotate(self, circle: str, to: Rotation, proof: bytes) -> None:
        """Writes a circle's next key.

        All admitted holders must be among its shares with the keys they have now, else WaymarkError "reports.key": nobody is
        left out because they were admitted meanwhile.
        """
        await self._database.run(lambda connection: _rotate(connection, circle, to, proof), durable=True)

    async def retire(self, circle: str, before: int) -> None:
        """Deletes the shares of keys with a number under `before`: nothing is sealed to them any more."""
        table = report_shares.c
        statement = report_shares.delete().where(table.circle == circle, table.number < before)
        await self._database.run(lambda connection: connection.execute(statement), durable=True)
