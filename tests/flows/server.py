"""The real server as a process of its own, with its own state folder; it can be killed and started again."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import aiohttp

from bot.settings import ROOT
from tests.conftest import state_with_models
from tests.ports import free_port

# Seconds. A start takes about ten; training, if no model matches, minutes.
START_LIMIT = 280.0
COMMAND = (sys.executable, "-c", "from bot.cli.main import app; app()", "run")


class RunningServer:
    """`waymark run` on a free port. `settings` are WAYMARK_ settings without the prefix."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.state = state_with_models(folder / "state")
        self._output = folder / "output.txt"
        own = {"STATE": str(self.state), "PORT": str(self.port), "LOG_LEVEL": "DEBUG"} | settings
        clean = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
        self._environment = clean | {f"WAYMARK_{name}": value for name, value in own.items()}
        self._process: subprocess.Popen[bytes] | None = None

    @property
    def output(self) -> str:
        """Everything the server has written to stdout and stderr, over all its starts."""
        return self._output.read_text(encoding="utf-8", errors="replace")

    async def start(self) -> None:
        """Starts it and waits until it is ready. RuntimeError with its last words if it ends before."""
        with self._output.open("ab") as output:
            self._process = subprocess.Popen(
                COMMAND, cwd=ROOT, env=self._environment, stdout=output, stderr=subprocess.STDOUT
            )
        deadline = time.monotonic() + START_LIMIT
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as session:
            while not await self._is_ready(session):
                if self._process.poll() is not None or time.monotonic() > deadline:
                    self.kill()
                    raise RuntimeError("The server did not start: " + self.output[-600:])
                await asyncio.sleep(0.2)

    async def _is_ready(self, session: aiohttp.ClientSession) -> bool:
        try:
            async with session.get(self.url + "/health") as answer:
                return answer.status == 200
        except (aiohttp.ClientError, asyncio.TimeoutError):
            return False

    def kill(self) -> None:
        """kill -9."""
        if self._process is not None:
            self._process.kill()
            self._process.wait(20)

    def stop(self) -> int:
        """Stops it as Ctrl-C does; the exit status."""
        assert self._process is not None
        self._process.send_signal(2)
        try:
            return self._process.wait(30)
        except subprocess.TimeoutExpired:
            self.kill()
            return -9
