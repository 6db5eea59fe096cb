"""The engine on threads of the server's own process: what `workers` decided against, measured beside it."""

from __future__ import annotations

import asyncio
import os
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from bot.translation.engine import LocalEngine
from bot.translation.hypotheses import Hypothesis
from bot.translation.worker import NICENESS


class Threads:
    """As many threads, each with its own loaded packages."""

    def __init__(self, packages: Path, home: Path, count: int) -> None:
        self._packages, self._home = packages, home
        self._own = threading.local()
        # On Linux a thread has a priority of its own: the one that our worker processes have.
        self._pool = ThreadPoolExecutor(count, initializer=os.nice, initargs=(NICENESS,))

    def _translate(self, text: str, source: str, target: str) -> Hypothesis:
        engine: LocalEngine | None = getattr(self._own, "engine", None)
        if engine is None:
            engine = self._own.engine = LocalEngine(self._packages, self._home)
        return engine.translate(text, source, target)

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        """As Workers, without its limits."""
        return await asyncio.get_running_loop().run_in_executor(self._pool, self._translate, text, source, target)

    def stop(self) -> None:
        """Ends the threads."""
        self._pool.shutdown(cancel_futures=True)
