"""Who uses the state folder: all share it, a change of keys wants it alone. The lock ends with its process, however that ends."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path


class InUse:
    """A lock on `waymark.lock` in the state folder."""

    def __init__(self, folder: Path) -> None:
        self._file = folder / "waymark.lock"
        self._handle: int | None = None

    def take(self, alone: bool) -> bool:
        """Takes the lock; False if somebody uses the folder in a way that forbids it."""
        self._file.parent.mkdir(parents=True, exist_ok=True)
        handle = os.open(self._file, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, (fcntl.LOCK_EX if alone else fcntl.LOCK_SH) | fcntl.LOCK_NB)
        except OSError:
            os.close(handle)
            return False
        self._handle = handle
        return True

    def release(self) -> None:
        """Lets go."""
        if self._handle is not None:
            os.close(self._handle)
            self._handle = None
