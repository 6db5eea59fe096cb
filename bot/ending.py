"""Ends background tasks for certain."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable
from typing import Any

# Seconds; long enough for what a task still has to put in order.
AGAIN_AFTER = 2.0


async def end(tasks: Iterable[asyncio.Task[Any]]) -> None:
    """Cancels the tasks and waits until all have ended; what they raise is dropped.

    One cancellation can get lost: asyncio.wait_for of Python 3.10 swallows it if what it waits for ends in the same moment, and
    so may a library's clean-up. The task then goes on, and who waits for its end waits for ever. So it is cancelled again.
    """
    waiting = set(tasks)
    while waiting:
        for task in waiting:
            task.cancel()
        ended, waiting = await asyncio.wait(waiting, timeout=AGAIN_AFTER)
        for task in ended:
            if not task.cancelled():
                task.exception()  # Seen: asyncio does not complain of it.
