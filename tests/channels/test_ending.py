"""Background tasks end for certain, also if one loses a cancellation."""

from __future__ import annotations

import asyncio

import pytest

from bot import ending
from bot.ending import end


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ending, "AGAIN_AFTER", 0.05)


async def loses(count: int) -> None:
    """Goes on after so many cancellations, as a task does whose library swallows them."""
    for _ in range(count):
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            continue
    await asyncio.sleep(60)


@pytest.mark.parametrize("count", [0, 1, 3])
async def test_a_lost_cancellation_is_said_again(count: int) -> None:
    task = asyncio.create_task(loses(count))
    await asyncio.sleep(0)
    await asyncio.wait_for(end([task]), 5)
    assert task.cancelled()


async def test_the_race_that_loses_one_is_survived() -> None:
    """Python 3.10: what wait_for waits for is there in the moment of the cancellation."""
    found: asyncio.Future[int] = asyncio.get_running_loop().create_future()

    async def listen() -> None:
        while True:
            await asyncio.wait_for(asyncio.shield(found), 60)
            await asyncio.sleep(60)

    task = asyncio.create_task(listen())
    await asyncio.sleep(0)
    found.set_result(1)
    await asyncio.wait_for(end([task]), 5)
    assert task.cancelled()


async def test_errors_and_what_has_ended_are_no_matter(caplog: pytest.LogCaptureFixture) -> None:
    async def breaks() -> None:
        try:
            await asyncio.sleep(60)
        finally:
            raise ValueError("while ending")

    done = asyncio.create_task(asyncio.sleep(0))
    await done
    task = asyncio.create_task(breaks())
    await asyncio.sleep(0)
    await asyncio.wait_for(end([done, task]), 5)
    await end([])
    assert task.done() and not caplog.records
