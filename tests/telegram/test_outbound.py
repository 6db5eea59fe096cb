"""What the house answers arrives: in order, within the flood limits, and not given up for a failure that passes."""

from __future__ import annotations

from typing import Any

import pytest
import sqlalchemy as sa

from bot.channels.delivery import Undeliverable
from bot.channels.telegram.limits import Pace
from bot.store.messages import Outbound
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Start
from tests.telegram.stand_ins import StandInHouse


async def test_order_in_each_chat(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    await house.deliver(*(house.answer(chat, f"{seq}", seq) for seq in range(1, 21) for chat in (1, 2, 3)))
    for chat in (1, 2, 3):
        assert [message.plain for message in bot_api.to(chat)] == [str(seq) for seq in range(1, 21)]


async def test_retry_after_is_honoured_and_order_kept(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start(pace=Pace(overall=1000, chat=1000))
    bot_api.fail("sendMessage", 429, retry_after=1, chat_id=1)
    await house.deliver(house.answer(1, "one", 1), house.answer(1, "two", 2), house.answer(2, "other", 1))
    assert [message.plain for message in bot_api.to(1)] == ["one", "two"]
    other = bot_api.to(2)[0]
    assert bot_api.to(1)[0].at - other.at >= 0.9, "the flooded chat waited a second, the other did not wait for it"
    assert len(bot_api.called("sendMessage")) == 4


async def test_two_flooded_chats_make_all_wait(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    pace = Pace(overall=1000, chat=1000)
    pace.pause(1, 30)
    assert pace.paused_for(2) <= 0
    pace.pause(2, 20)
    assert pace.paused_for(3) > 19


@pytest.mark.parametrize("how", [500, 502, 401])
async def test_a_failing_server_means_later(bot_api: BotApi, house: StandInHouse, start: Start, how: int) -> None:
    await start()
    bot_api.fail("sendMessage", how, times=2)
    assert house.gate.send is not None
    first = house.answer(1, "one", 1)
    assert await house.gate.send(first) is False
    await house.deliver(first, house.answer(1, "two", 2))
    assert [message.plain for message in bot_api.sent] == ["one", "two"]


async def test_a_message_whose_confirmation_was_lost_is_found_and_not_said_twice(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    bot_api.fail("sendMessage", "drop")
    await house.deliver(house.answer(1, "one", 1, buttons=[{"title": "More", "press": {}}]), house.answer(1, "two", 2))
    assert [message.plain for message in bot_api.sent] == ["one", "two"]
    assert not bot_api.edits, "it stood there already: nothing was changed"


async def test_after_kill_9_the_same(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    """Killed between Telegram's doing and our writing it down: the next start finds the message."""
    await start()
    await house.deliver(house.answer(1, "before", 1), house.answer(1, "sent", 2))
    conversation = house.conversation(1)

    def forget(connection: Any) -> None:
        connection.execute(sa.text("delete from arrivals where seq = 2"))

    await house.database.run(forget)
    await start()
    await house.deliver(house.answer(1, "sent", 2)._replace(attempts=1), house.answer(1, "never sent", 3)._replace(attempts=1))
    assert [message.plain for message in bot_api.sent] == ["before", "sent", "never sent"]
    assert [one.seq for seq in (1, 2, 3) for one in await house.arrivals.of_answer(conversation, seq)] == [1, 2, 3]


async def test_too_far_away_it_is_said_twice_rather_than_not_at_all(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    await house.deliver(house.answer(1, "before", 1))
    for _ in range(40):
        next(bot_api._messages)  # other people's messages, meanwhile
    bot_api.fail("sendMessage", "drop")
    await house.deliver(house.answer(1, "one", 2))
    assert [message.plain for message in bot_api.sent] == ["before", "one", "one"]


async def test_parts_that_arrived_are_not_repeated(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    text = "\n\n".join(letter * 3000 for letter in "abc")
    answer = house.answer(1, text, buttons=[{"title": "More", "press": {}}])
    assert house.gate.send is not None
    real = bot_api._do_sendMessage

    async def fail_at_second(values: dict[str, object]) -> object:
        if str(values["text"]).startswith("b") and not bot_api._failures.get("done"):
            bot_api._failures["done"].append({})
            bot_api.fail("sendMessage", 500)
        return await real(values)

    bot_api._do_sendMessage = fail_at_second  # type: ignore[method-assign]
    await house.deliver(answer)
    assert [message.plain[0] for message in bot_api.sent] == ["a", "b", "c"]
    assert [len(message.buttons) for message in bot_api.sent] == [0, 0, 1], "buttons stand under the last part"
    assert len(bot_api.called("sendMessage")) == 4


async def test_blocked_is_given_up_at_once_and_said_so(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    bot_api.fail("sendMessage", 403, chat_id=1)
    assert house.gate.send is not None
    with pytest.raises(Undeliverable):
        await house.gate.send(house.answer(1, "one", 1))
    assert not bot_api.sent and len(bot_api.called("sendMessage")) == 1


async def test_refused_forms_are_sent_plainer(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    bot_api.fail("sendMessage", 400)
    await house.deliver(house.answer(1, "1 < 2 & 3", buttons=[{"title": "More", "press": {}}]))
    assert bot_api.sent[0].text == "1 < 2 & 3" and bot_api.sent[0].flat_buttons
    bot_api.fail("sendMessage", 400, times=2)
    await house.deliver(house.answer(1, "two", 2, buttons=[{"title": "More", "press": {}}]))
    assert bot_api.sent[1].plain == "two" and not bot_api.sent[1].buttons
    bot_api.fail("sendMessage", 400, times=3)
    await house.deliver(house.answer(1, "nobody there", 3))
    assert len(bot_api.sent) == 2


async def test_after_forgetting_the_answer_still_finds_its_way(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    bot_api.push_text(9, "hello")
    (said,) = await house.gate.wait_for(1)
    body = {"text": "Deleted.", "buttons": [{"title": "x", "press": {}}], "metadata": {}}
    gone = said["conversation_id"]
    await house.deliver(Outbound(gone, 0, "telegram", body, 0))  # from memory
    await house.deliver(Outbound(gone, 0, "telegram", {**body, "address": "9"}, 0))
    await house.deliver(Outbound(gone, 0, "telegram", body, 0))  # nobody knows any more: dropped
    assert [message.chat_id for message in bot_api.sent] == [9, 9]
    assert not any(message.buttons for message in bot_api.sent), "a button that cannot be resolved is not shown"


async def test_an_answer_without_words_sends_nothing(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    await house.deliver(house.answer(1, " "))
    assert not bot_api.sent


async def test_typing_is_shown_only_while_an_answer_takes_long(
    bot_api: BotApi, house: StandInHouse, start: Start, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.channels.telegram.typing_notice.AGAIN_AFTER", 0.1)
    runner = await start()
    runner._notice._first_after = 0.05
    show = house.gate.show
    assert show is not None
    await show(house.conversation(1), True)
    await show(house.conversation(1), False)
    await show(house.conversation(2), True)
    actions = await bot_api.wait_for_call("sendChatAction", 2)
    await show(house.conversation(2), False)
    assert {values["chat_id"] for values in actions} == {2}
    assert actions[0]["action"] == "typing"


class Clock:
    """Time that passes only by sleeping."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.now += seconds


async def test_a_chat_gets_three_at_once_then_one_a_second() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    times = []
    for _ in range(6):
        await pace.turn(1)
        times.append(round(clock.now, 3))
    assert times == [0, 0, 0, 1, 2, 3]


async def test_all_chats_together_get_thirty_a_second() -> None:
    clock = Clock()
    pace = Pace(clock=clock, sleep=clock.sleep)
    for chat in range(120):
        await pace.turn(chat)
    assert 2.9 <= clock.now <= 3.1
    for chat in range(5000):
        await pace.turn(chat)
    assert len(pace._chats) <= 2001, "quiet chats are dropped"
