"""What many tests need: a house of their own with a database in a temporary folder, and the trained models of the checkout."""

from __future__ import annotations

import asyncio
import faulthandler
import os
from collections.abc import Iterator
from pathlib import Path

import aiogram  # noqa: F401
import pytest
from sanic import Sanic

from bot.logs import quiet_environment

quiet_environment()
# Sanic rewrites its own methods for each application; only so does it find the originals again for a second one.
Sanic.test_mode = True

from bot.container import Container, use  # noqa: E402
from bot.settings import ROOT, Settings  # noqa: E402

# Python's own event loop: aiogram, which one of Rasa's channels imports, sets uvloop's when it is first imported. uvloop starts
# a process (Playwright's, say) by a fork in which Python goes on for a moment; a collection there can meet an object of
# CTranslate2, whose threads live in the parent only, and both wait for ever. The real servers of the flows do run on uvloop,
# and start their processes without it (bot/translation/child_process.py).
asyncio.set_event_loop_policy(asyncio.DefaultEventLoopPolicy())

# Seconds for one test with its fixtures, above every limit a test sets itself; and for a process to end after its last test.
HANGING, ENDING = 1300.0, 300.0
_STDERR = pytest.StashKey[int]()


def pytest_configure(config: pytest.Config) -> None:
    """Keeps the real standard error for the watch: tests get another one."""
    config.stash[_STDERR] = os.dup(2)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_protocol(item: pytest.Item) -> Iterator[None]:
    """Ends a process that hangs where no signal reaches it (in a system call) and prints where each thread is.

    pytest-timeout's limit is a signal and waits until Python runs again; this watch is a thread of C. The test counts as failed.
    """
    faulthandler.dump_traceback_later(HANGING, exit=True, file=item.config.stash[_STDERR])
    try:
        return (yield)
    finally:
        faulthandler.cancel_dump_traceback_later()


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """Something left running must not keep the process for ever, either."""
    faulthandler.dump_traceback_later(ENDING, exit=True, file=session.config.stash[_STDERR])


def state_with_models(folder: Path) -> Path:
    """A state folder with its own database and key, and the checkout's models and caches."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("models", "cache"):
        (ROOT / "var" / part).mkdir(parents=True, exist_ok=True)
        if not (folder / part).exists():
            (folder / part).symlink_to(ROOT / "var" / part)
    return folder


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Container]:
    """A container with an empty database."""
    made = Container(Settings({"WAYMARK_STATE": str(state_with_models(tmp_path / "state"))}, file=tmp_path / "none.env"))
    use(made)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """One container for tests that only read; its indexes are built once."""
    folder = tmp_path_factory.mktemp("shared")
    made = Container(Settings({"WAYMARK_STATE": str(state_with_models(folder / "state"))}, file=folder / "none.env"))
    yield made
    made.database.close()
