"""The engine as the house uses it: a few worker processes, a queue with an end, a time limit for every text.

Processes, not threads: measured (docs/translation_engine.md), both are about equally fast and equally light on the answers beside
them, but a text that takes too long can be stopped only in a process, and only from it does all memory come back.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from pathlib import Path
from typing import Any

from bot.ending import end
from bot.errors import SENTENCES, WaymarkError
from bot.translation.engine import check
from bot.translation.hypotheses import Hypothesis
from bot.translation.installed import Shelf
from bot.translation.worker_process import WorkerDied, WorkerProcess

logger = logging.getLogger(__name__)

# A worker that has given fewer answers is not replaced for its memory: its packages alone may need more than the limit, and it
# would be started anew for every text.
_FEWEST_ANSWERS = 200
# Texts of one pair that wait go to a worker together: four at once cost half of what they cost one by one. Not more signs than
# this together, so that no short text waits for long ones.
_TOGETHER, _SIGNS_TOGETHER = 8, 2000
_TRIES = 2
_IN_HAND = 2
# A text with less than this share of its time left is given up where it waits. Handed out, it would come too late and take the
# time of those that could still be answered.
_LEAST_LEFT = 0.25


class _Job:
    """A text that waits for its answer. `alone`: it was in a worker's hands when that died or hung, and goes by itself now."""

    def __init__(self, text: str, source: str, target: str, deadline: float, answer: asyncio.Future[Hypothesis]) -> None:
        self.text, self.pair, self.deadline, self.answer = text, (source, target), deadline, answer
        self.tries = 0

    @property
    def alone(self) -> bool:
        return self.tries > 0

    def fail(self, error: WaymarkError) -> None:
        if not self.answer.done():
            self.answer.set_exception(error)


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
        self._waiting: deque[_Job] = deque()
        # Requests in each worker's hands: a second one waits in its pipe, so that it has no pause between two.
        self._given: dict[WorkerProcess, int] = {}
        self._serving: set[asyncio.Task[None]] = set()
        self._timers: dict[WorkerProcess, asyncio.TimerHandle] = {}

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

    def way(self, source: str, target: str) -> str:
        """Names the packages a text goes through now (see installed.Shelf.way)."""
        return self._shelf.way(source, target)

    def _enter(self) -> None:
        """The queue belongs to one event loop; another one (a second run of a command or test) starts afresh."""
        loop = asyncio.get_running_loop()
        if loop is self._loop:
            return
        self._loop = loop
        self._waiting.clear()
        self._serving.clear()
        self._timers.clear()
        for worker in self._workers:
            worker.kill()
            worker.renew()
            self._given[worker] = 0

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        """See hypotheses.Engine. Returns or raises within `seconds`, and never blocks the event loop."""
        self._enter()
        self._shelf.route(source, target)
        check(text)
        if len(self._waiting) >= self._limit and self._free() is None:
            raise WaymarkError("translation.busy")
        answer: asyncio.Future[Hypothesis] = asyncio.get_running_loop().create_future()
        job = _Job(text, source.strip().lower(), target.strip().lower(), time.monotonic() + self._seconds, answer)
        self._waiting.append(job)
        self._hand_out()
        try:
            return await asyncio.wait_for(answer, self._seconds)
        except asyncio.TimeoutError:
            raise WaymarkError("translation.slow") from None
        finally:
            if job in self._waiting:
                self._waiting.remove(job)

    def _is_swollen(self, worker: WorkerProcess) -> bool:
        return worker.rss > self._memory * 1024 and worker.answered >= _FEWEST_ANSWERS

    def _free(self, room: int = 1) -> WorkerProcess | None:
        """Who has least in hand, running ones first: their models are loaded. None when nobody has so much room."""
        given = self._given
        able = [w for w in self._workers if given[w] + room <= _IN_HAND and not (given[w] and self._is_swollen(w))]
        return min(able, key=lambda worker: (given[worker], not worker.running)) if able else None

    def _hand_out(self) -> None:
        """Gives what waits to who is free."""
        while self._hopeful():
            # A text that was there when a worker was lost has a worker for itself.
            room = _IN_HAND if self._waiting[0].alone else 1
            worker = self._free(room)
            if worker is None:
                return
            self._given[worker] += room
            timer = self._timers.pop(worker, None)
            if timer:
                timer.cancel()
            task = asyncio.ensure_future(self._serve(worker, self._next(), room))
            self._serving.add(task)
            task.add_done_callback(self._serving.discard)

    def _hopeful(self) -> bool:
        """Gives up what waited too long; whether anything still waits. The oldest stand in front."""
        latest = time.monotonic() + _LEAST_LEFT * self._seconds
        while self._waiting and (self._waiting[0].answer.done() or self._waiting[0].deadline < latest):
            self._waiting.popleft().fail(WaymarkError("translation.slow"))
        return bool(self._waiting)

    def _next(self) -> list[_Job]:
        """The job that waits longest, and some more of its pair."""
        first = self._waiting.popleft()
        jobs, signs = [first], len(first.text)
        for job in () if first.alone else tuple(self._waiting):
            if len(jobs) < _TOGETHER and job.pair == first.pair and not job.alone and signs + len(job.text) <= _SIGNS_TOGETHER:
                self._waiting.remove(job)
                jobs.append(job)
                signs += len(job.text)
        return jobs

    async def _serve(self, worker: WorkerProcess, jobs: list[_Job], room: int) -> None:
        source, target = jobs[0].pair
        request = {"texts": [job.text for job in jobs], "source": source, "target": target}
        try:
            answers = (await worker.ask(request, self._seconds))["answers"]
            for job, answer in zip(jobs, answers, strict=True):
                self._deliver(job, answer)
        except asyncio.TimeoutError:
            logger.warning("A worker had a translation in hand for more than %s seconds and was ended", self._seconds)
            self._again([job for job in jobs if job.deadline > time.monotonic()], "translation.slow")
        except (WorkerDied, KeyError, ValueError):
            # It may have been ended while it was idle, for memory or by hand: a fresh one gets the text once more.
            logger.warning("A translation worker ended without an answer")
            self._again(jobs, "translation.failed")
        finally:
            self._release(worker, room)

    def _deliver(self, job: _Job, answer: dict[str, Any]) -> None:
        if "error" in answer:
            code = answer["error"] if answer["error"] in SENTENCES else "translation.failed"
            job.fail(WaymarkError(code, **answer["values"]))
        elif not job.answer.done():
            job.answer.set_result(Hypothesis(answer["text"], answer["score"], answer["pivot"]))

    def _again(self, jobs: list[_Job], code: str) -> None:
        """Puts texts whose worker was lost in front of the queue, each alone: one that breaks a worker takes no other with it."""
        for job in reversed(jobs):
            job.tries += 1
            if job.tries >= _TRIES:
                job.fail(WaymarkError(code))
            elif not job.answer.done():
                self._waiting.appendleft(job)

    def _release(self, worker: WorkerProcess, room: int) -> None:
        self._given[worker] -= room
        if self._given[worker] == 0 and self._is_swollen(worker):
            logger.info("A translation worker holds %s MB and is replaced", worker.rss // 1024)
            worker.kill()
        if self._loop is not None and worker.running and self._given[worker] == 0:
            self._timers[worker] = self._loop.call_later(self._idle, worker.kill)
        self._hand_out()

    async def stop(self) -> None:
        """Ends all workers; what waits is given up."""
        self._enter()
        for job in self._waiting:
            job.fail(WaymarkError("translation.failed"))
        self._waiting.clear()
        await end(self._serving)
        for timer in self._timers.values():
            timer.cancel()
        self._timers.clear()
        for worker in self._workers:
            await worker.stop()
