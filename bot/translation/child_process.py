"""A child process with pipes to it and from it, started so that nothing of Python runs between fork and exec.

Why not asyncio.create_subprocess_exec: under uvloop (which Sanic sets) the forked child runs Python's own after-fork steps,
and a collection there can meet an object of CTranslate2 whose threads exist in the parent only. It then waits for them
for ever, and the parent for it, inside one system call that no time limit reaches: seen as a server that answers
nobody. The standard library's Popen uses vfork and executes at once.
"""

from __future__ import annotations

import asyncio
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class ChildProcess:
    """A running child. `lines` is what it writes (ends when it does), `write` puts bytes into its standard input."""

    def __init__(
        self,
        popen: subprocess.Popen[bytes],
        lines: asyncio.StreamReader,
        pipes: tuple[asyncio.ReadTransport, asyncio.WriteTransport],
    ) -> None:
        self._popen = popen
        self._out, self._into = pipes
        self.lines = lines

    @property
    def pid(self) -> int:
        """The process's number."""
        return self._popen.pid

    @property
    def running(self) -> bool:
        """Whether it has not ended yet."""
        return self._popen.poll() is None

    def write(self, data: bytes) -> None:
        """Queues bytes for its standard input. Raises BrokenPipeError when that is closed."""
        if self._into.is_closing():
            raise BrokenPipeError
        self._into.write(data)

    def kill(self) -> None:
        """Ends it at once; a second time does nothing."""
        if self.running:
            self._popen.kill()

    async def wait(self) -> int:
        """Waits until it has ended, closes the pipes and gives its exit status."""
        status = await asyncio.to_thread(self._popen.wait)
        self._into.close()
        self._out.close()
        return status


async def start_child(command: Sequence[str], folder: Path, environment: Mapping[str, str], longest_line: int) -> ChildProcess:
    """Starts `command` in `folder` with exactly this environment; what it writes to standard error is dropped.

    `longest_line` (bytes): a longer one makes reading a line fail with ValueError. Raises OSError if it cannot be started.
    """
    popen = await asyncio.to_thread(
        subprocess.Popen, list(command), cwd=folder, env=dict(environment), bufsize=0,
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        loop = asyncio.get_running_loop()
        lines = asyncio.StreamReader(limit=longest_line)
        out, _ = await loop.connect_read_pipe(lambda: asyncio.StreamReaderProtocol(lines), popen.stdout)
        into, _ = await loop.connect_write_pipe(asyncio.BaseProtocol, popen.stdin)
    except BaseException:
        popen.kill()
        raise
    return ChildProcess(popen, lines, (out, into))
