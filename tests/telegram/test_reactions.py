"""A thumb down under an answer counts as "this did not help"; other reactions, or one under a mediator's words, say nothing."""

from __future__ import annotations

from typing import Any

import pytest

from tests.telegram.bot_api import BOT, BotApi
from tests.telegram.conftest import Start
from tests.telegram.stand_ins import StandInHouse

CHAT = 91


@pytest.fixture
def talking(house: StandInHouse) -> str:
    """The conversation of a chat that the assistant has."""
    identifier = house.conversation(CHAT)
    house.conversations.modes[identifier] = "assistant"
    return identifier


async def only_the_last(bot_api: BotApi, house: StandInHouse) -> list[dict[str, Any]]:
    """What reached the gate before a message sent now."""
    bot_api.push_text(CHAT, "the last")
    await bot_api.wait_until(lambda: any(one["text"] == "the last" for one in house.gate.accepted))
    return house.gate.accepted[:-1]


@pytest.mark.parametrize("emoji", ["👎", "😡", "💩"])
async def test_it_presses_the_button(bot_api: BotApi, house: StandInHouse, start: Start, talking: str, emoji: str) -> None:
    await start()
    number = bot_api.push_reaction(CHAT, emoji)
    (said,) = await only_the_last(bot_api, house)
    assert (said["press"], said["conversation_id"], said["address"]) == ("i:press_not_helpful", talking, str(CHAT))
    assert said["message_id"] == f"tg{number}" and said["text"] == ""


async def test_it_counts_when_it_is_new(bot_api: BotApi, house: StandInHouse, start: Start, talking: str) -> None:
    await start()
    for before, after in (("👎", None), ("👎", "👎"), (None, None)):
        bot_api.push_reaction(CHAT, after, before)
    assert not await only_the_last(bot_api, house)
    bot_api.push_reaction(CHAT, "👎", "👍")
    bot_api.push_text(CHAT, "after it")
    said = await house.gate.wait_for(3)
    assert [one["press"] for one in said] == [None, "i:press_not_helpful", None]


@pytest.mark.parametrize("emoji", ["👍", "❤", "😢", "💔", "😱"])
async def test_joy_and_sorrow_are_no_complaint(
    bot_api: BotApi, house: StandInHouse, start: Start, talking: str, emoji: str
) -> None:
    await start()
    bot_api.push_reaction(CHAT, emoji)
    assert not await only_the_last(bot_api, house)


@pytest.mark.parametrize("mode", ["desk", "report", None])
async def test_elsewhere_it_says_nothing(
    bot_api: BotApi, house: StandInHouse, start: Start, talking: str, mode: str | None
) -> None:
    if mode:
        house.conversations.modes[talking] = mode
    else:
        del house.conversations.modes[talking]
    await start()
    bot_api.push_reaction(CHAT, "👎")
    assert not await only_the_last(bot_api, house)


async def test_groups_bots_and_odd_updates_are_passed_over(
    bot_api: BotApi, house: StandInHouse, start: Start, talking: str
) -> None:
    await start()
    bot_api.push_reaction(-100_5, "👎", kind="supergroup")
    bot_api.push_reaction(CHAT, "👎", user=BOT)
    bot_api.push_reaction(CHAT, "👎", user=None, actor_chat={"id": -100_5, "type": "channel"})
    bot_api.push_reaction(CHAT, None, new_reaction=[{"type": "custom_emoji", "custom_emoji_id": "5"}, {"type": "paid"}])
    bot_api.push({"message_reaction": {"chat": {"id": CHAT, "type": "private"}}})
    assert not await only_the_last(bot_api, house)
