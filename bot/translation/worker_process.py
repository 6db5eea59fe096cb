"""One worker process seen from the server: started on demand, asked one request at a time, killed when it takes too long."""

from __future__ import annotations

import asyncio
import json
import logging
import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

from bot.settings import ROOT
from bot.translation.child_process import ChildProcess, start_child

logger = logging.getLogger(__name__)

# The worker sees none of the server's secrets.
_PASSED_ON = ("PATH", "LANG", "LC_ALL", "TZ", "LD_LIBRARY_PATH", "PYTHONPATH", "CT2_FORCE_CPU_ISA", "SYSTEMROOT")
_LONGEST_ANSWER = 8 * 1024 * 1024
# A fresh process may take so many seconds for its first answer, loading included.
_FIRST_SECONDS = 30.0


class WorkerDied(Exception):
    """The process ended without an answer."""


class WorkerProcess:
    """At most one running process. `rss`: its resident memory in KiB after its last answer; `answered`: how many requests;
    `in_flight`: how many are under way."""

    def __init__(self, packages: Path, home: Path) -> None:
        self._arguments = (str(packages), str(home))
        self._process: ChildProcess | None = None
        self._ending: set[asyncio.Task[int]] = set()
        self.renew()
        self.rss = 0
        self.answered = 0

    def renew(self) -> None:
        """Belongs to no event loop any more; what was under way is forgotten."""
        self.in_flight = 0
        self._writing, self._reading = asyncio.Lock(), asyncio.Lock()

    @property
    def running(self) -> bool:
        """Whether there is a process."""
        return self._process is not None and self._process.running

    @property
    def pid(self) -> int | None:
        """The process's number while it runs."""
        return self._process.pid if self._process and self.running else None

    async def _start(self) -> ChildProcess:
        environment = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        # One thread each: a second collapses CTranslate2's speed on small machines.
        environment |= {"OMP_NUM_THREADS": "1", "PYTHONUTF8": "1"}
        command = (sys.executable, "-W", "ignore", "-m", "bot.translation.worker", *self._arguments)
        self._process = await start_child(command, ROOT, environment, _LONGEST_ANSWER)
        self.rss = self.answered = 0
        return self._process

    async def ask(self, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        """The answer to a request. Raises WorkerDied, or asyncio.TimeoutError when the process has had it in hand for more than
        `seconds`: waiting behind another request does not count. Then, and when cancelled, the process is killed: it is in the
        middle of a text.

        A second request may be put in while the first is worked on: the worker then has no pause between them. Answers come in
        the order of the requests; whoever asked first reads first (asyncio's locks are fair).
        """
        self.in_flight += 1
        process: ChildProcess | None = None
        try:
            async with self._writing:
                process = self._process if self.running and self._process else await asyncio.wait_for(self._start(), seconds)
                # No waiting for the pipe to drain: another request must not come between writing and queueing to read.
                process.write(json.dumps(request).encode() + b"\n")
            async with self._reading:
                limit = seconds if self.answered else max(seconds, _FIRST_SECONDS)
                line = await asyncio.wait_for(process.lines.readline(), limit)
            if not line.endswith(b"\n"):
                raise WorkerDied
            answer: dict[str, Any] = json.loads(line)
        except asyncio.TimeoutError:
            self.kill(process)
            raise
        except (OSError, ValueError) as error:
            self.kill(process)
            raise WorkerDied from error
        except BaseException:
            self.kill(process)
            raise
        finally:
            self.in_flight -= 1
        self.rss = int(answer.pop("rss", 0))
        self.answered += 1
        return answer

    def kill(self, process: ChildProcess | None = None) -> None:
        """Ends the process at once, whatever it does; only `process`, if one is given: a fresh one may have taken its place."""
        process = process or self._process
        if process is self._process:
            self._process = None
        if process is not None:
            process.kill()
            with suppress(RuntimeError):  # its loop, or any, has ended: there is nobody left to wait
                ending = asyncio.get_running_loop().create_task(process.wait())
                self._ending.add(ending)
                ending.add_done_callback(self._ended)

    def _ended(self, ending: asyncio.Task[int]) -> None:
        self._ending.discard(ending)
        if not ending.cancelled():
            ending.exception()  # of a process that belonged to another loop

    async def stop(self) -> None:
        """Ends the process and waits until it is gone."""
        self.kill()
        if self._ending:
            await asyncio.wait(tuple(self._ending), timeout=5)
