"""A child started beside a server: pipes, end, and that nothing of Python runs between fork and exec."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from bot.translation.child_process import start_child

ECHO = (sys.executable, "-c", "import sys\nfor line in sys.stdin: print(line.strip()[::-1], flush=True)")

# An object in a cycle that hangs when it is collected in a process other than its own, as CTranslate2's thread pools do;
# and a collection at every step.
UNDER_UVLOOP = """
import asyncio, gc, os, sys, time
import uvloop
from bot.translation.child_process import start_child
class Threads:
    def __init__(self): self.itself, self.owner = self, os.getpid()
    def __del__(self):
        while os.getpid() != self.owner: time.sleep(1)
async def main():
    gc.disable()
    Threads()
    gc.set_threshold(1)
    os.register_at_fork(after_in_child=gc.collect)
    child = await start_child((sys.executable, "-c", "print('here')"), __import__("pathlib").Path("."), os.environ, 100)
    print((await child.lines.readline()).decode().strip(), await child.wait())
uvloop.install()
asyncio.run(main())
"""


async def test_lines_go_in_and_come_out(tmp_path: Path) -> None:
    child = await start_child(ECHO, tmp_path, os.environ, 1000)
    child.write(b"abc\n")
    assert await child.lines.readline() == b"cba\n"
    assert child.running
    child.kill()
    child.kill()
    assert await child.wait() == -9
    assert not child.running
    assert await child.lines.readline() == b""


async def test_writing_to_one_that_ended_is_told(tmp_path: Path) -> None:
    child = await start_child((sys.executable, "-c", ""), tmp_path, os.environ, 1000)
    assert await child.wait() == 0
    with pytest.raises(BrokenPipeError):
        child.write(b"abc\n")


async def test_only_the_environment_given_is_passed_on(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_SECRET", "secret")
    child = await start_child((sys.executable, "-c", "import os; print(sorted(os.environ))"), tmp_path, {"LANG": "C"}, 1000)
    assert b"SECRET" not in await child.lines.readline()
    await child.wait()


async def test_what_cannot_be_started_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OSError):
        await start_child((str(tmp_path / "none"),), tmp_path, {}, 1000)


async def test_it_serves_a_loop_of_uvloops() -> None:
    """Under uvloop's own way of starting a process this hangs in a system call: hence a process of its own with a limit."""
    done = await asyncio.to_thread(
        subprocess.run, (sys.executable, "-c", UNDER_UVLOOP), cwd=ROOT, capture_output=True, text=True, timeout=60
    )
    assert done.stdout.split() == ["here", "0"], done.stderr


def test_nothing_starts_a_process_by_the_loop() -> None:
    files = [path for room in ("bot", "actions") for path in (ROOT / room).rglob("*.py")]
    assert len(files) > 100
    starting = re.compile(r"create_subprocess_(exec|shell)\(|\.subprocess_exec\(")
    assert not [path.name for path in files if starting.search(path.read_text())]


async def test_these_tests_run_on_pythons_own_loop() -> None:
    """Playwright starts its driver by the loop: tests/conftest.py takes uvloop's policy away."""
    import bot.channels.server  # noqa: F401  # imports all that the server imports

    assert isinstance(asyncio.get_event_loop_policy(), asyncio.DefaultEventLoopPolicy)
    assert isinstance(asyncio.get_running_loop(), asyncio.SelectorEventLoop)
