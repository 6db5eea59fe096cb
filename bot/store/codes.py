"""One-time codes: short enough to type on a phone, 15 minutes valid, used once, and not to be guessed.

Eight signs of 30 are 6.6 * 10**11 codes. Five wrong ones in a quarter of an hour close the door for one asker, and a thousand for
everybody together: with a thousand valid codes at once, one of all those guesses hits with less than two in a million.
"""

from __future__ import annotations

import secrets as random
import time
from collections.abc import Callable
from typing import Literal

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.store.database import Database
from bot.store.secrets import Secrets
from bot.store.staff_tables import code_attempts, one_time_codes

# Without signs that are taken for each other.
SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH = 8
VALID_SECONDS = 15 * 60
TRIES = 5
TRIES_OF_ALL = 1000
EVERYBODY = "everybody"
Purpose = Literal["move", "link"]


def spelled(text: str) -> str:
    """A typed code without blanks and hyphens, in capitals; digits of other scripts as ours."""
    plain = "".join(str(int(sign)) if sign.isdecimal() else sign for sign in text)
    return "".join(sign for sign in plain.upper() if sign.isalnum())


def is_like_a_code(text: str) -> bool:
    """Whether a message is a code and nothing else: four signs, a hyphen, four signs, a letter among them."""
    code, typed = spelled(text), text.strip()
    formed = len(typed) == LENGTH + 1 and typed[4] == "-" and len(code) == LENGTH and set(code) <= set(SIGNS)
    return formed and not code.isdigit()


class Codes:
    """Makes and takes codes. All methods are coroutines. Only keyed hashes of codes are kept."""

    def __init__(self, database: Database, secrets: Secrets, clock: Callable[[], float] = time.time) -> None:
        self._database = database
        self._secrets = secrets
        self._clock = clock

    async def make(self, purpose: Purpose, subject: str) -> str:
        """A new code such as "K7PX-2M4R"; the subject's earlier ones are void."""
        code = "2"
        while code.isdigit():  # figures alone could be a telephone number
            code = "".join(random.choice(SIGNS) for _ in range(LENGTH))
        row = {"code": self._hash(purpose, code), "purpose": purpose, "subject": subject,
               "expires_at": int(self._clock()) + VALID_SECONDS}

        def work(connection: sa.engine.Connection) -> None:
            now = int(self._clock())
            table = one_time_codes.c
            mine = sa.and_(table.purpose == purpose, table.subject == subject)
            connection.execute(one_time_codes.delete().where(sa.or_(table.expires_at < now, mine)))
            connection.execute(one_time_codes.insert().values(**row))

        await self._database.run(work, durable=True)
        return f"{code[:4]}-{code[4:]}"

    async def take(self, purpose: Purpose, typed: str, who: str) -> str:
        """The subject of a code, which is void from now on. `who` asks: a conversation, an account.

        WaymarkError "code.wrong" (also: used, too old), "code.wait" after too many wrong ones.
        """
        wanted = self._hash(purpose, spelled(typed))
        asker = self._secrets.pseudonym("code asker", who)

        def work(connection: sa.engine.Connection) -> str:
            now = int(self._clock())
            for one, limit in ((asker, TRIES), (EVERYBODY, TRIES_OF_ALL)):
                if self._count(connection, one, now) >= limit:
                    return ""
            table = one_time_codes.c
            where = (table.code == wanted, table.purpose == purpose, table.expires_at >= now)
            subject = connection.execute(sa.select(table.subject).where(*where)).scalar()
            # Deleting decides: of two who type it at once, one has it.
            if subject is None or not connection.execute(one_time_codes.delete().where(*where)).rowcount:
                for one in (asker, EVERYBODY):
                    connection.execute(code_attempts.update().where(code_attempts.c.who == one).values(
                        count=code_attempts.c.count + 1))
                return "-"
            return str(subject)

        found = await self._database.run(work, durable=True)
        if found in ("", "-"):
            raise WaymarkError("code.wrong" if found else "code.wait", minutes=VALID_SECONDS // 60)
        return found

    def _count(self, connection: sa.engine.Connection, who: str, now: int) -> int:
        """Wrong codes in the running window; a window that is over begins anew."""
        table = code_attempts.c
        row = connection.execute(sa.select(table.count, table.since).where(table.who == who)).first()
        if row is not None and row[1] > now - VALID_SECONDS:
            return int(row[0])
        connection.execute(code_attempts.delete().where(sa.or_(table.who == who, table.since <= now - VALID_SECONDS)))
        connection.execute(code_attempts.insert().values(who=who, count=0, since=now))
        return 0

    def _hash(self, purpose: str, code: str) -> str:
        return self._secrets.pseudonym(f"code {purpose}", code)
