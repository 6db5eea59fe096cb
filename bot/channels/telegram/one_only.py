"""Of several worker processes on a machine, one speaks with Telegram's side of the line: who holds the lock file.

The operating system lets go of the lock when the process ends, however it ends, and another worker takes over.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
from pathlib import Path

TRY_AGAIN = 3.0


class OneOnly:
    """A lock on `file`. The file stays; only the lock on it counts."""

    def __init__(self, file: Path) -> None:
        self._file = file
        self._handle: int | None = None

    def take(self) -> bool:
        """Whether this process holds the lock now."""
        if self._handle is not None:
            return True
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    async def wait(self, pause: float = TRY_AGAIN) -> None:
        """Returns when this process holds the lock."""
        while not self.take():  # noqa: ASYNC110  there is no event to wait for: the other is a process of its own
            await asyncio.sleep(pause)

    def release(self) -> None:
        """Lets go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
