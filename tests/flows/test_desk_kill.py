"""kill -9 at every step of taking, replying and closing: nothing acknowledged is lost, nothing is doubled, the order is kept.

Twenty rounds against a small process with the store and the desk (which holds every transaction of a case), killed after a
random short time while commands are in flight, and sent again after the next start, as a console and a widget do.
"""

from __future__ import annotations

import asyncio
import os
import random
import sys
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from bot.container import Container
from bot.settings import ROOT, Settings
from bot.store.messages import Inbound
from bot.translation.child_process import ChildProcess, start_child

WHO = "f" * 32
ROUNDS = 20
PATIENCE = 60.0
pytestmark = pytest.mark.timeout(280)


class Killable:
    """The process, its acknowledgements, and what must be done again after a kill."""

    def __init__(self, state: Path) -> None:
        self.state = state
        self.acknowledged: set[str] = set()
        self.process: ChildProcess | None = None

    async def start(self) -> None:
        command = (sys.executable, "-m", "tests.flows.desk_worker", str(self.state))
        self.process = await start_child(command, ROOT, os.environ, 65536)
        assert await self.line() == "ready"

    async def line(self) -> str:
        assert self.process is not None
        line = await asyncio.wait_for(self.process.lines.readline(), PATIENCE)
        return line.decode().strip()

    async def send(self, *commands: str) -> None:
        assert self.process is not None
        self.process.write("".join(command + "\n" for command in commands).encode())

    async def until(self, *commands: str) -> None:
        """Reads acknowledgements until all these have come; "no" fails."""
        missing = {f"ok {command}" for command in commands} - self.acknowledged
        while missing:
            line = await self.line()
            assert line, "the process ended by itself"
            assert not line.startswith("no "), line
            self.acknowledged.add(line)
            missing.discard(line)

    async def kill(self) -> None:
        """Kills it, and takes in what it had acknowledged before it died."""
        assert self.process is not None
        self.process.kill()
        rest = (await self.process.lines.read()).decode().splitlines(keepends=True)
        self.acknowledged |= {line.strip() for line in rest if line.startswith("ok") and line.endswith("\n")}
        await self.process.wait()


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[tuple[Killable, Container]]:
    house = Container(Settings({"WAYMARK_STATE": str(tmp_path)}, file=tmp_path / "none.env"))
    await house.messages.receive(Inbound(WHO, "first", {"text": "hello"}), "web", None)
    await house.messages.answer(Inbound(WHO, "first", {}), WHO, "web", [])
    await house.mediators.add("Anna", ["en"])
    process = Killable(tmp_path)
    yield process, house
    if process.process is not None and process.process.running:
        process.process.kill()
        await process.process.wait()
    house.database.close()


async def test_twenty_rounds_of_killing(site: tuple[Killable, Container]) -> None:
    process, house = site
    chance = random.Random(7)
    shown_order: list[str] = []
    cases: list[str] = []
    for number in range(ROUNDS):
        words = [f"say r{number}s{index}" for index in range(3)]
        replies = [f"reply r{number}a{index}" for index in range(3)]
        commands = [words[0], "take ", replies[0], words[1], replies[1], words[2], replies[2], "close "]
        process.acknowledged -= {"ok take", "ok close"}
        if process.process is None or not process.process.running:
            await process.start()
        opened = await house.desk.open(WHO, reason="asked")
        cases.append(opened.id)
        # The step at which the kill comes goes round with the rounds; within the step the moment is left to chance.
        step = number % len(commands)
        if step:
            await process.send(*commands[:step])
            await process.until(*(command.strip() for command in commands[:step]))
        await process.send(*commands[step : step + 2])
        await asyncio.sleep(chance.uniform(0.0, 0.03))
        await process.kill()
        await process.start()
        # Who has heard no acknowledgement sends again, with the same key and in the same order.
        rest = [command for command in commands if f"ok {command.strip()}" not in process.acknowledged]
        if (await house.cases.get(opened.id)).state == "closed":  # type: ignore[union-attr]
            rest = [command for command in rest if command.startswith("say")]
        await process.send(*rest)
        await process.until(*(command.strip() for command in rest))
        shown_order += [reply.split()[1] for reply in replies]

    entries = [entry for case_id in cases for entry in await house.cases.entries(case_id)]
    said = [entry.text for entry in entries if entry.author == "person" and entry.kind == "text"]
    replied = [entry.text for entry in entries if entry.author == "mediator"]
    acknowledged = {line.split()[2] for line in process.acknowledged if line.startswith(("ok say", "ok reply"))}
    assert len(acknowledged) == ROUNDS * 6
    assert sorted(said + replied) == sorted(acknowledged), "nothing lost, nothing doubled"
    assert said == sorted(said, key=lambda key: (int(key[1:].split("s")[0]), key))
    assert replied == shown_order
    for case_id in cases:
        mine = await house.cases.entries(case_id)
        assert [entry.number for entry in mine] == list(range(1, len(mine) + 1))
        kinds = [entry.text for entry in mine if entry.author == "system"]
        assert kinds == ["taken", "closed:solved"]
    # On the screen the same answer may come again with its own number, by which a client tells it; never under another number.
    shown: dict[int, str] = {}
    for line in (process.state / "shown.txt").read_text(encoding="utf-8").splitlines():
        seq, _, text = line.partition(" ")
        assert shown.setdefault(int(seq), text) == text
    assert list(shown.values()) == shown_order
    assert list(shown) == sorted(shown)
