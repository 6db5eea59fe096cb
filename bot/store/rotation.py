"""Changes the key of everything that is sealed: `waymark keys rotate`.

The order makes a kill at any moment harmless, and the next run goes on where it was:
1. the identity is written down, then the new key in front of the old one: both open everything;
2. every sealed column of every table is sealed anew, in small transactions;
3. when nothing is left that only the old key opens, the old key is taken away.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot.errors import WaymarkError
from bot.store import key_ring
from bot.store.database import Database
from bot.store.secrets import Secrets
from bot.store.tables import metadata

BATCH = 100
# Every Fernet token begins so; columns of text may hold tokens as well.
_BEGINNING = "gAAAA"


class Rotated(NamedTuple):
    """How many values were sealed anew, and whether the old key is gone (from WAYMARK_SECRET only its owner can take it)."""

    values: int
    finished: bool


def rotate(
    database: Database, secret: str, folder: Path, told: Callable[[str, int], None] = lambda _table, _count: None
) -> Rotated:
    """Rotates. Nothing else may use the store meanwhile. WaymarkError "keys.environment", "keys.left"."""
    ring = key_ring.load_ring(secret, folder)
    if len(ring.keys) == 1:
        if secret:
            raise WaymarkError("keys.environment")
        ring = ring._replace(keys=(Fernet.generate_key(), *ring.keys))
    if not (folder / key_ring.IDENTITY_FILE).is_file():
        # Sealed so that the old key alone opens it too: the key file is still the old one if we are killed here.
        key_ring.write_identity(folder, ring._replace(keys=ring.keys[1:]))
    if not secret:
        key_ring.write_keys(folder, ring.keys)
    secrets = Secrets(ring)
    count = sum(_reseal(database, table, secrets, told) for table in metadata.sorted_tables)
    key_ring.write_identity(folder, ring)
    left = sum(_reseal(database, table, secrets, told) for table in metadata.sorted_tables)
    if left:
        raise WaymarkError("keys.left", count=left)
    _checkpoint(database)
    if not secret:
        key_ring.write_keys(folder, ring.keys[:1])
    return Rotated(count, not secret)


def _reseal(database: Database, table: sa.Table, secrets: Secrets, told: Callable[[str, int], None]) -> int:
    """Seals a table's values anew that are not under the newest key; how many they were."""
    keys = list(table.primary_key.columns)
    columns = [column for column in table.c if isinstance(column.type, (sa.LargeBinary, sa.String)) and column not in keys]
    binary = [column for column in columns if isinstance(column.type, sa.LargeBinary)]
    wanted = sa.or_(
        *(column.isnot(None) for column in binary),
        *(column.like(_BEGINNING + "%") for column in columns if column not in binary),
    )
    if not columns or not keys:
        return 0
    total, last = 0, None
    while True:
        query = sa.select(*keys, *columns).where(wanted).order_by(*keys).limit(BATCH)
        if last is not None:
            query = query.where(sa.tuple_(*keys) > sa.tuple_(*(sa.literal(value) for value in last)))

        def work(connection: sa.engine.Connection, query: Any = query) -> tuple[int, Any]:
            rows = connection.execute(query).mappings().all()
            changed = 0
            for row in rows:
                values = {column.name: fresh for column in columns if (fresh := _fresh(row[column.name], secrets)) is not None}
                if values:
                    where = [key == row[key.name] for key in keys]
                    connection.execute(table.update().where(*where).values(**values))
                    changed += len(values)
            return changed, tuple(rows[-1][key.name] for key in keys) if len(rows) == BATCH else None

        changed, last = database.transact(work, durable=True)
        total += changed
        if changed:
            told(table.name, changed)
        if last is None:
            return total


def _fresh(value: Any, secrets: Secrets) -> Any:
    """The value under the newest key; None if it is already, or is nothing of ours."""
    if isinstance(value, str):
        fresh = secrets.resealed(value.encode()) if value.startswith(_BEGINNING) else None
        return fresh.decode() if fresh is not None else None
    return secrets.resealed(bytes(value)) if isinstance(value, (bytes, memoryview)) else None


def _checkpoint(database: Database) -> None:
    if not database.url.startswith("sqlite"):
        return
    # The write-ahead log still holds pages with the old ciphertext.
    with database.engine.connect() as connection:
        connection.execute(sa.text("PRAGMA wal_checkpoint(TRUNCATE)"))
