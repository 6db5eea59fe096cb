"""The outbox's way out: order, patience, giving up, waiting for who is not there; what became of it is told."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest

from bot.channels import delivery as module
from bot.channels.delivery import Delivery, Undeliverable
from bot.container import Container
from bot.store.messages import Inbound, Outbound

WHO = "a" * 32


class Channel:
    """A channel whose next outcomes are given; afterwards everything arrives."""

    def __init__(self, house: Container, monkeypatch: pytest.MonkeyPatch) -> None:
        self.house = house
        self.delivery = Delivery(house)
        self.delivery.senders["web"] = self.send
        self.delivery.outcome_with(self.heard)
        self.plan: list[bool | None | Exception] = []
        self.tried: list[tuple[int, int]] = []
        self.outcomes: list[tuple[int, str]] = []
        sleep = asyncio.sleep

        async def short(seconds: float) -> None:
            await sleep(min(seconds, 0.01))

        monkeypatch.setattr(module.asyncio, "sleep", short)

    async def send(self, answer: Outbound) -> bool | None:
        self.tried.append((answer.seq, answer.attempts))
        outcome = self.plan.pop(0) if self.plan else True
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    async def heard(self, conversation_id: str, seq: int, outcome: str) -> None:
        assert conversation_id == WHO
        self.outcomes.append((seq, outcome))

    async def written(self, count: int) -> list[Outbound]:
        await self.house.messages.receive(Inbound(WHO, f"m{count}", {"text": "x"}), "web", None)
        bodies = [{"text": str(number), "buttons": [], "metadata": {}} for number in range(count)]
        return await self.house.messages.answer(None, WHO, "web", bodies)

    async def idle(self) -> None:
        async def wait() -> None:
            while self.delivery._workers:
                await asyncio.sleep(0)

        await asyncio.wait_for(wait(), 10)


@pytest.fixture
def channel(house: Container, monkeypatch: pytest.MonkeyPatch) -> Channel:
    return Channel(house, monkeypatch)


async def test_order_is_kept_through_failures_and_each_try_is_counted(channel: Channel) -> None:
    channel.plan = [False, OSError("network"), True, True]
    await channel.delivery.deliver_followed(await channel.written(3))
    await channel.idle()
    assert channel.tried == [(1, 0), (1, 1), (1, 2), (2, 0), (3, 0)]
    assert channel.outcomes == [(1, "sent"), (2, "sent"), (3, "sent")]
    assert await channel.house.messages.undelivered("web") == []


async def test_what_can_never_arrive_is_given_up_and_told_and_does_not_hold_the_rest(channel: Channel) -> None:
    channel.plan = [Undeliverable(), True]
    await channel.delivery.deliver_followed(await channel.written(2))
    await channel.idle()
    assert channel.tried == [(1, 0), (2, 0)] and channel.outcomes == [(1, "failed"), (2, "sent")]
    assert await channel.house.messages.undelivered("web") == []


async def test_who_is_not_there_gets_it_later(channel: Channel) -> None:
    channel.plan = [None, None]
    await channel.delivery.deliver_followed(await channel.written(2))
    await channel.idle()
    assert channel.outcomes == [] and len(await channel.house.messages.undelivered("web")) == 2
    await channel.delivery.arrived(WHO, "web", 1)
    assert channel.outcomes == [(1, "sent")], "the second came into being too late for this client"
    await channel.delivery.arrived(WHO, "web", 2)
    assert channel.outcomes == [(1, "sent"), (2, "sent")]
    assert await channel.house.messages.undelivered("web") == []


async def test_who_stays_away_for_a_day_is_told_to_the_mediator(channel: Channel, monkeypatch: pytest.MonkeyPatch) -> None:
    channel.plan = [None]
    await channel.delivery.deliver_followed(await channel.written(1))
    await channel.idle()
    monkeypatch.setattr(module, "WIDGET_PATIENCE", -10)
    channel.plan = [None]
    await channel.delivery.start()
    await settled(lambda: channel.outcomes == [(1, "failed")])
    await channel.delivery.arrived(WHO, "web", 1)
    assert channel.outcomes[-1] == (1, "sent"), "they came back after all"
    await channel.delivery.stop()


async def test_after_a_restart_it_is_not_known_whether_it_left(channel: Channel) -> None:
    await channel.written(1)
    await channel.delivery.start()
    await channel.idle()
    assert channel.tried == [(1, 1)], "a try before this one cannot be ruled out"
    await channel.delivery.stop()


async def test_what_goes_out_elsewhere_is_tried_here_no_more(channel: Channel) -> None:
    channel.plan = [False] * 1000
    await channel.delivery.deliver_followed(await channel.written(1))
    await settled(lambda: len(channel.tried) > 2)
    channel.delivery.withdraw(WHO, [1])
    await channel.idle()
    assert channel.outcomes == []


async def test_telling_that_fails_stops_nothing(channel: Channel) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("a bug")

    channel.delivery.outcome_with(broken)
    await channel.delivery.deliver_followed(await channel.written(2))
    await channel.idle()
    assert [seq for seq, _ in channel.tried] == [1, 2]


async def settled(true: Callable[[], bool]) -> None:
    async def wait() -> None:
        while not true():
            await asyncio.sleep(0)

    await asyncio.wait_for(wait(), 10)
