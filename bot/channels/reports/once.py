"""A form that is sent twice (a slow line, a second tap) is worked on once, and both get the same answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Generic, TypeVar

Answer = TypeVar("Answer")


class WrongSum(Exception):
    """The small task of a form was not solved, or was used before."""


class Once(Generic[Answer]):
    """Shares the answer to a key for some seconds. What fails is forgotten at once, so that it can be tried again."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._tasks: dict[str, asyncio.Task[Answer]] = {}

    async def do(self, key: str, work: Callable[[], Awaitable[Answer]]) -> Answer:
        """The answer of `work`, or of the same key's work that runs or has just been done."""
        task = self._tasks.get(key)
        if task is None:
            task = asyncio.ensure_future(self._run(work))
            self._tasks[key] = task
            task.add_done_callback(lambda done: self._settle(key, done))
        # Shielded: a reader who hangs up must not undo what the server is writing.
        return await asyncio.shield(task)

    async def _run(self, work: Callable[[], Awaitable[Answer]]) -> Answer:
        return await work()

    def _settle(self, key: str, done: asyncio.Task[Answer]) -> None:
        if done.cancelled() or done.exception() is not None:
            self._tasks.pop(key, None)
        else:
            asyncio.get_running_loop().call_later(self._seconds, self._tasks.pop, key, None)
