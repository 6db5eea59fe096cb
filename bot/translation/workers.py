"""The engine as the house uses it: a few worker processes, a queue with an end, a time limit for every text.

Processes, not threads, by measurement (docs/translation_engine.md): the server's own answers stay quick beside them, a text that
takes too long can be stopped, and all memory comes back when a worker goes.
"""

from __future__ import annotations

import asyncio
import logging
import time
from pathlib import Path

from bot.errors import SENTENCES, WaymarkError
from bot.translation.engine import check
from bot.translation.hypotheses import Hypothesis
from bot.translation.installed import Shelf
from bot.translation.worker_process import WorkerDied, WorkerProcess

logger = logging.getLogger(__name__)

# A worker that has given fewer answers is not replaced for its memory: its packages alone may need more than the limit, and it
# would be started anew for every text.
_FEWEST_ANSWERS = 200


class Workers:
    """Keeps hypotheses.Engine. `count` processes, started on demand; at most `waiting` texts in the queue; `seconds` for a text,
    its waiting included; a worker ends after `idle` seconds without work, and is replaced when it holds more than `memory` MB.
    """

    def __init__(
        self, packages: Path, home: Path, *, count: int = 1, waiting: int = 60, seconds: float = 20.0, idle: float = 600.0,
        memory: int = 1500,
    ) -> None:
        self._shelf = Shelf(packages)
        self._workers = [WorkerProcess(packages, home) for _ in range(max(1, count))]
        self._limit, self._seconds, self._idle, self._memory = waiting, seconds, idle, memory
        self._loop: asyncio.AbstractEventLoop | None = None
        self._free: asyncio.LifoQueue[WorkerProcess] = asyncio.LifoQueue()
        self._timers: dict[WorkerProcess, asyncio.TimerHandle] = {}
        self._jobs: set[asyncio.Task[Hypothesis]] = set()

    @property
    def running(self) -> list[int]:
        """The numbers of the worker processes that run now."""
        return [worker.pid for worker in self._workers if worker.pid is not None]

    @property
    def rss(self) -> int:
        """Resident memory of all workers after their last answers, in KiB."""
        return sum(worker.rss for worker in self._workers if worker.running)

    def can(self, source: str, target: str) -> bool:
        """Whether installed packages lead from one to the other."""
        return self._shelf.can(source, target)

    def _enter(self) -> None:
        """The queue belongs to one event loop; another one (a second run of a command or test) starts afresh."""
        loop = asyncio.get_running_loop()
        if loop is self._loop:
            return
        self._loop, self._free = loop, asyncio.LifoQueue()
        self._timers.clear()
        self._jobs.clear()
        for worker in self._workers:
            worker.kill()
            self._free.put_nowait(worker)

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        """See hypotheses.Engine. Returns or raises within `seconds`, and never blocks the event loop."""
        self._enter()
        self._shelf.route(source, target)
        check(text)
        if len(self._jobs) >= self._limit + len(self._workers):
            raise WaymarkError("translation.busy")
        job = asyncio.ensure_future(self._job({"text": text, "source": source, "target": target}))
        self._jobs.add(job)
        job.add_done_callback(self._forget)
        return await job

    def _forget(self, job: asyncio.Task[Hypothesis]) -> None:
        self._jobs.discard(job)

    async def _job(self, request: dict[str, str]) -> Hypothesis:
        deadline = time.monotonic() + self._seconds
        try:
            worker = await asyncio.wait_for(self._free.get(), self._seconds)
        except asyncio.TimeoutError:
            raise WaymarkError("translation.slow") from None
        timer = self._timers.pop(worker, None)
        if timer:
            timer.cancel()
        try:
            return await self._ask(worker, request, deadline)
        finally:
            self._release(worker)

    async def _ask(self, worker: WorkerProcess, request: dict[str, str], deadline: float) -> Hypothesis:
        for attempt in (1, 2):
            try:
                answer = await asyncio.wait_for(worker.ask(request), max(0.01, deadline - time.monotonic()))
            except asyncio.TimeoutError:
                logger.warning("A translation took longer than %s seconds; its worker was ended", self._seconds)
                raise WaymarkError("translation.slow") from None
            except WorkerDied:
                # It may have been ended while it was idle, for memory or by hand: a second, fresh one gets the text. No third.
                logger.warning("A translation worker ended without an answer (attempt %s)", attempt)
                continue
            if "error" in answer:
                code = answer["error"] if answer["error"] in SENTENCES else "translation.failed"
                raise WaymarkError(code, **answer["values"])
            return Hypothesis(answer["text"], answer["score"], answer["pivot"])
        raise WaymarkError("translation.failed")

    def _release(self, worker: WorkerProcess) -> None:
        if worker.rss > self._memory * 1024 and worker.answered >= _FEWEST_ANSWERS:
            logger.info("A translation worker holds %s MB and is replaced", worker.rss // 1024)
            worker.kill()
        if self._loop is not None and worker.running:
            self._timers[worker] = self._loop.call_later(self._idle, worker.kill)
        self._free.put_nowait(worker)

    async def stop(self) -> None:
        """Ends all workers; what waits is given up."""
        self._enter()
        for job in tuple(self._jobs):
            job.cancel()
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for worker in self._workers:
            await worker.stop()
