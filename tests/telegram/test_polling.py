"""Nothing that was fetched is lost: not by a full disk, a bad network, an odd update, or kill -9."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from pathlib import Path

import pytest

from bot.channels.telegram.one_only import OneOnly
from bot.settings import ROOT
from bot.translation.child_process import ChildProcess, start_child
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Start
from tests.telegram.stand_ins import StandInHouse, until


async def test_an_update_is_acknowledged_only_when_it_is_safe(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    house.gate.refuse = lambda said: True
    number = bot_api.push_text(1, "keep me")
    await start()
    await until(lambda: house.gate.tries >= 2)
    assert [update["update_id"] for update in bot_api.pending] == [number]
    assert all((values.get("offset") or 0) <= number for values in bot_api.called("getUpdates"))
    house.gate.refuse = lambda said: False
    assert (await house.gate.wait_for(1))[0]["text"] == "keep me"
    await bot_api.wait_until(lambda: not bot_api.pending)


async def test_one_persons_failure_holds_only_that_person(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    house.gate.refuse = lambda said: said["address"] == "1" and house.gate.tries < 6
    for text in ("one", "two"):
        bot_api.push_text(1, text)
        bot_api.push_text(2, text)
    await start()
    said = await house.gate.wait_for(4)
    assert [(one["address"], one["text"]) for one in said] == [("2", "one"), ("2", "two"), ("1", "one"), ("1", "two")]
    await bot_api.wait_until(lambda: not bot_api.pending)


async def test_updates_that_come_twice_count_once(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    chat = {"id": 1, "type": "private"}
    message = {"message_id": 1, "date": 1, "text": "once", "from": bot_api.person(1), "chat": chat}
    for _ in range(3):
        bot_api.push({"update_id": 500, "message": message})
    bot_api.push_text(1, "the last")
    said = await house.gate.wait_for(2)
    assert [one["text"] for one in said] == ["once", "the last"]


async def test_an_update_that_cannot_be_parsed_is_passed_over(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    bot_api.push_text(1, "before")
    bot_api.push({"message": {"message_id": 1, "chat": 7, "date": "x"}})
    bot_api.push_text(1, "after")
    await start()
    said = await house.gate.wait_for(2)
    assert [one["text"] for one in said] == ["before", "after"]


@pytest.mark.parametrize("how", [500, 502, 429, 409, "drop"])
async def test_a_failing_network_is_outlived(
    bot_api: BotApi, house: StandInHouse, start: Start, how: int | str
) -> None:
    for method in ("getMe", "deleteWebhook", "getUpdates"):
        bot_api.fail(method, how)
    bot_api.push_text(1, "still here")
    await start()
    assert (await house.gate.wait_for(1, timeout=20))[0]["text"] == "still here"


async def test_a_webhook_left_over_is_taken_down(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    bot_api.webhook = {"url": "https://old.example"}
    bot_api.push({"update_id": 1})  # posted nowhere
    bot_api.webhook = {"url": "https://old.example"}
    await start()
    await bot_api.wait_for_call("getUpdates")
    assert bot_api.called("deleteWebhook")[0]["drop_pending_updates"] is False


async def test_of_two_workers_one_polls_and_the_other_takes_over(
    bot_api: BotApi, house: StandInHouse, start: Start, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.one_only.TRY_AGAIN", 0.05)
    monkeypatch.setattr(OneOnly.wait, "__defaults__", (0.05,))
    second = StandInHouse(tmp_path, bot_api.base_url, bot_api.token)
    first = await start()
    await bot_api.wait_for_call("getUpdates")
    await start(second)
    bot_api.push_text(1, "one")
    await house.gate.wait_for(1)
    await asyncio.sleep(0.3)
    assert not second.gate.accepted and len(bot_api.called("getMe")) == 1
    await second.deliver(second.answer(1, "every worker may send"))
    assert bot_api.sent[-1].plain == "every worker may send"
    await first.stop()
    bot_api.push_text(1, "two")
    assert (await second.gate.wait_for(1))[0]["text"] == "two"


async def _child(bot_api: BotApi, folder: Path, mode: str) -> ChildProcess:
    command = (sys.executable, "-m", "tests.telegram.poller", bot_api.base_url, bot_api.token, str(folder), mode)
    return await start_child(command, ROOT, {**os.environ, "PYTHONPATH": str(ROOT)}, 65536)


async def test_kill_between_fetching_and_writing_down_loses_nothing(
    bot_api: BotApi, house: StandInHouse, tmp_path: Path
) -> None:
    book = tmp_path / "book.txt"
    bot_api.push_text(1, "one")
    bot_api.push_text(1, "two")
    first = await _child(bot_api, tmp_path, "hang-at-two")
    await until((tmp_path / "hanging").exists, 60)
    os.kill(first.pid, signal.SIGKILL)  # "one" is written, "two" is fetched and not written
    await first.wait()
    assert book.read_text().split() == ["one"]
    bot_api.push_text(1, "three")
    second = await _child(bot_api, tmp_path, "write")
    try:
        await until(lambda: len(book.read_text().split()) >= 3, 60)
        await bot_api.wait_until(lambda: not bot_api.pending)
    finally:
        os.kill(second.pid, signal.SIGKILL)
        await second.wait()
    assert book.read_text().split() == ["one", "two", "three"]
