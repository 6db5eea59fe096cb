"""The Bot API stand-in and a channel that runs against it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import Any

import pytest

from bot.channels.telegram.limits import Pace
from bot.channels.telegram.runner import Runner
from bot.channels.telegram.waits import Backoff
from tests.telegram.bot_api import BotApi
from tests.telegram.staff_house import GROUP, StaffHouse
from tests.telegram.stand_ins import StandInHouse

Start = Callable[..., Awaitable[Runner]]


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pauses after a failure are short here."""
    monkeypatch.setattr(Backoff.__init__, "__defaults__", (0.1, 0.4))


@pytest.fixture
async def bot_api() -> AsyncIterator[BotApi]:
    """The stand-in, listening."""
    async with BotApi() as api:
        yield api


@pytest.fixture
def house(bot_api: BotApi, tmp_path: Path) -> StandInHouse:
    """A house whose Telegram is the stand-in."""
    return StandInHouse(tmp_path, bot_api.base_url, bot_api.token)


@pytest.fixture
async def start(house: StandInHouse) -> AsyncIterator[Start]:
    """Starts the channel; the test's end stops it. Unhurried limits must be asked for: start(pace=Pace())."""
    running: list[Runner] = []

    async def run(other: Any = None, pace: Pace | None = None) -> Runner:
        runner = Runner(other or house, hold=1, pace=pace or Pace(overall=1000, chat=1000))
        runner.connect()
        runner.start()
        running.append(runner)
        return runner

    yield run
    for runner in running:
        await runner.stop()


@pytest.fixture
async def desk(tmp_path: Path, bot_api: BotApi) -> AsyncIterator[StaffHouse]:
    """A whole house with a staff group."""
    bot_api.add_group(GROUP)
    async with StaffHouse(tmp_path, bot_api) as made:
        yield made
