"""A step that another process was faster with begins anew."""

from __future__ import annotations

import asyncio
import secrets as random
from collections.abc import Callable
from typing import TypeVar

import sqlalchemy as sa

from bot.errors import WaymarkError
from bot.store.database import Database

# So often a step is tried.
TRIES = 8
Answer = TypeVar("Answer")


async def with_patience(database: Database, work: Callable[[sa.engine.Connection], Answer]) -> Answer:
    """Runs a step of a case: one transaction, on the disk on return. Its `decide` sees the case as the faster one has left it.

    WaymarkError "desk.changed" if others are faster again and again.
    """
    for tries in range(1, TRIES):
        try:
            return await database.run(work, durable=True)
        except WaymarkError as error:
            if error.code != "desk.changed":
                raise
        await asyncio.sleep(0.02 * tries * (1 + random.randbelow(100) / 100))
    return await database.run(work, durable=True)
