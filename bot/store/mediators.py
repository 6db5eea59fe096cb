"""Who works at the desk. Passwords and sessions are the console's own matter, not this table's."""

from __future__ import annotations

import secrets as random
import time
import unicodedata
from collections.abc import Iterable
from typing import Any, NamedTuple

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.languages import is_language
from bot.store.audit import note
from bot.store.case_tables import mediators
from bot.store.database import Database
from bot.store.report_key_tables import report_holders
from bot.store.secrets import Secrets

# mediator: takes cases. lead: sees all cases, is alerted. reader, oversight: reports. curator: wording. admin: people.
# Seconds for which the list is kept in memory: every message asks who has the case.
FRESH = 0.5
GENDERS = ("woman", "man")
ROLES = ("mediator", "lead", "reader", "oversight", "curator", "admin")


class Mediator(NamedTuple):
    """One who works at the desk. The first of `languages` is the one they read and write in here.

    `topics`: directory topics they know (none: all). `telegram_id`: the account in the staff group, or None.
    """

    id: str
    name: str
    languages: tuple[str, ...]
    topics: tuple[str, ...]
    gender: str | None
    roles: frozenset[str]
    team: str
    telegram_id: int | None
    active: bool


class Mediators:
    """Reads and writes the table. All methods are coroutines."""

    def __init__(self, database: Database, secrets: Secrets) -> None:
        self._database = database
        self._secrets = secrets
        self._known: tuple[float, list[Mediator]] | None = None

    async def add(
        self, name: str, languages: Iterable[str], *, topics: Iterable[str] = (), gender: str | None = None,
        roles: Iterable[str] = ("mediator",), team: str = "main", telegram_id: int | None = None,
    ) -> Mediator:
        """A new mediator.

        WaymarkError "mediators.name", ".taken", ".alike", ".roles", ".both", ".languages", ".gender", ".telegram".
        """
        name = " ".join(name.split())
        # In small letters: a case's language is compared with them.
        languages, wanted = tuple(dict.fromkeys(code.lower() for code in languages)), frozenset(roles)
        if not 1 <= len(name) <= 80 or not name.isprintable():
            raise WaymarkError("mediators.name", name="".join(sign if sign.isprintable() else "?" for sign in name[:80]))
        if not languages or not all(is_language(code) for code in languages):
            raise WaymarkError("mediators.languages", languages=" ".join(languages))
        if gender not in (None, *GENDERS):
            raise WaymarkError("mediators.gender", gender=gender, known=" ".join(GENDERS))
        if telegram_id is not None and telegram_id <= 0:
            raise WaymarkError("mediators.telegram", number=telegram_id)
        _must_fit(wanted)
        row: dict[str, Any] = {
            "id": random.token_hex(8), "name": name, "languages": " ".join(languages), "topics": " ".join(topics),
            "gender": gender, "roles": " ".join(sorted(wanted)), "team": team, "active": True,
            "created_at": int(time.time()), **self._telegram(telegram_id),
        }

        def work(connection: sa.engine.Connection) -> None:
            same = mediators.c.name == name
            if row["telegram_key"]:
                same = sa.or_(same, mediators.c.telegram_key == row["telegram_key"])
            if connection.execute(sa.select(mediators.c.id).where(same)).first():
                raise WaymarkError("mediators.taken", name=name)
            for (known,) in connection.execute(sa.select(mediators.c.name)):
                if _bare(known) == _bare(name):
                    raise WaymarkError("mediators.alike", name=name, known=known)
            connection.execute(mediators.insert().values(**row))
            note(connection, "mediator.added", None, row["id"])

        await self._database.run(work, durable=True)
        self._known = None
        return self._read(row)

    async def get(self, identifier: str) -> Mediator | None:
        """By id. As `list`: at most half a second old, if another process changed it."""
        return next((one for one in await self.list() if one.id == identifier), None)

    async def by_name(self, name: str) -> Mediator | None:
        """By the exact name."""
        return await self._one(mediators.c.name == " ".join(name.split()))

    async def by_telegram(self, telegram_id: int) -> Mediator | None:
        """By the Telegram account."""
        return await self._one(mediators.c.telegram_key == self._secrets.pseudonym("staff", str(telegram_id)))

    async def list(self, active: bool = False) -> list[Mediator]:
        """All, or all who are active, by name; at most half a second old, if another process changed them."""
        known = self._known
        if known is None or time.monotonic() - known[0] > FRESH:
            query = sa.select(mediators).order_by(mediators.c.name)
            rows = await self._database.run(lambda connection: connection.execute(query).mappings().all())
            known = self._known = (time.monotonic(), [self._read(dict(row)) for row in rows])
        return [one for one in known[1] if one.active or not active]

    async def change(self, identifier: str, **values: Any) -> Mediator:
        """Changes languages, topics, gender, roles, team, telegram_id or active.

        WaymarkError "mediators.unknown", ".roles", ".both", "reports.oversight".
        """
        row: dict[str, Any] = {}
        for name, value in values.items():
            if name == "telegram_id":
                row |= self._telegram(value)
            elif name in ("languages", "topics"):
                row[name] = " ".join(value)
            elif name == "roles":
                row[name] = " ".join(sorted(value))
            elif name in ("gender", "team", "active"):
                row[name] = value
            else:
                raise ValueError(name)

        def work(connection: sa.engine.Connection) -> None:
            if not row.get("active", True) or "oversight" not in row.get("roles", "oversight"):
                _must_not_oversee(connection, identifier)
            if "roles" in row:
                _must_fit(frozenset(row["roles"].split()))
            if not connection.execute(mediators.update().where(mediators.c.id == identifier).values(**row)).rowcount:
                raise WaymarkError("mediators.unknown", name=identifier)
            note(connection, "mediator.changed", None, identifier)

        await self._database.run(work, durable=True)
        self._known = None
        found = await self.get(identifier)
        assert found is not None
        return found

    async def disable(self, identifier: str) -> Mediator:
        """Lets them in no more. Their cases stay theirs until someone else takes them."""
        return await self.change(identifier, active=False)

    def _telegram(self, telegram_id: int | None) -> dict[str, Any]:
        if telegram_id is None:
            return {"telegram_id": None, "telegram_key": None}
        text = str(telegram_id)
        return {"telegram_id": self._secrets.seal(text), "telegram_key": self._secrets.pseudonym("staff", text)}

    async def _one(self, where: Any) -> Mediator | None:
        query = sa.select(mediators).where(where)
        row = await self._database.run(lambda connection: connection.execute(query).mappings().first())
        return self._read(dict(row)) if row else None

    def _read(self, row: dict[str, Any]) -> Mediator:
        sealed = row["telegram_id"]
        return Mediator(
            row["id"], row["name"], tuple(row["languages"].split()), tuple(row["topics"].split()), row["gender"],
            frozenset(row["roles"].split()), row["team"], int(self._secrets.open(sealed)) if sealed else None, row["active"],
        )


def _must_fit(roles: frozenset[str]) -> None:
    """WaymarkError "mediators.roles", or "mediators.both" for a reader who would oversee readers."""
    if not roles or roles - set(ROLES):
        raise WaymarkError("mediators.roles", roles=" ".join(sorted(roles)), known=" ".join(ROLES))
    if roles >= {"reader", "oversight"}:
        raise WaymarkError("mediators.both")


def _bare(name: str) -> str:
    """A name without what the eye passes over: "Anna B" and "annab" are the same."""
    return "".join(unicodedata.normalize("NFKC", name).casefold().split())


def _must_not_oversee(connection: sa.engine.Connection, identifier: str) -> None:
    """WaymarkError "reports.oversight" for an admitted member of the oversight: their own circle takes the key away first.

    Else whoever manages people, a reader perhaps, could rid themselves of the oversight over their work.
    """
    table = report_holders.c
    held = sa.select(table.id).where(table.id == identifier, table.circle == "oversight", table.vouched.isnot(None))
    if connection.execute(held).first():
        raise WaymarkError("reports.oversight")
