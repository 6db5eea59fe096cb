"""What goes wrong between us and a staff group: nothing is lost, nothing is said twice, order is kept, staff are told."""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.telegram.bot_api import BotApi
from tests.telegram.staff_house import GROUP, SECOND_GROUP, StaffHouse, StaffPerson


@pytest.fixture
async def desk(tmp_path: Path, bot_api: BotApi) -> AsyncIterator[StaffHouse]:
    bot_api.add_group(GROUP)
    bot_api.add_group(SECOND_GROUP)
    async with StaffHouse(tmp_path, bot_api) as made:
        await made.mediator("Olena", 900, "de", "uk")  # speaks both: nothing is translated here
        yield made


def numbers(texts: list[str]) -> list[int]:
    """The numbers of "message 7" in texts, in order."""
    return [int(number) for text in texts for number in re.findall(r"message (\d+)\b", text)]


async def opened(desk: StaffHouse, chat: int = 7) -> tuple[StaffPerson, int]:
    person = desk.person(chat)
    case = await person.open_case("message 0")
    topic = await desk.topic(code=case.code)
    await desk.until(lambda: numbers(desk.said(topic)) == [0])
    return person, topic


async def test_two_updates_at_once_make_one_topic(desk: StaffHouse, bot_api: BotApi) -> None:
    person = desk.person(7)
    await person.open_case("message 0")
    for number in range(1, 6):
        person.say(f"message {number}")
    case = await desk.case()
    topic = await desk.topic()
    await desk.until(lambda: numbers(desk.said(topic)) == list(range(6)))
    assert len(bot_api.called("createForumTopic")) == 1 and bot_api.topic_named(GROUP, case.code) == [topic]


@pytest.mark.parametrize("how", [429, 500, 502, "drop"])
async def test_to_the_group_nothing_is_lost_and_nothing_doubled(desk: StaffHouse, bot_api: BotApi, how: int | str) -> None:
    person, topic = await opened(desk)
    for number in range(1, 9):
        if number % 2:
            bot_api.fail("sendMessage", how, chat_id=GROUP, times=2 if how != "drop" else 1)
        person.say(f"message {number}")
        await asyncio.sleep(0.02)
    await desk.until(lambda: numbers(desk.said(topic))[-1:] == [8], 40)
    assert numbers(desk.said(topic)) == list(range(9))


@pytest.mark.parametrize("how", [429, 500, "drop"])
async def test_to_the_person_nothing_is_lost_and_nothing_doubled(desk: StaffHouse, bot_api: BotApi, how: int | str) -> None:
    person, topic = await opened(desk)
    for number in range(1, 7):
        if number % 2:
            bot_api.fail("sendMessage", how, chat_id=7)
        bot_api.push_group_text(GROUP, topic, 900, f"message {number}")
    await desk.until(lambda: numbers(person.got)[-1:] == [6], 60)
    assert numbers(person.got) == list(range(1, 7))
    case = await desk.case()

    async def all_sent() -> bool:
        return {one.delivery for one in await desk.house.cases.entries(case.id) if one.author == "mediator"} == {"sent"}

    for _ in range(100):
        if await all_sent():
            break
        await asyncio.sleep(0.05)
    assert await all_sent(), "the mediator sees that it arrived"


async def test_a_deleted_topic_is_made_again_with_all_that_was_said(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await opened(desk)
    bot_api.push_group_text(GROUP, topic, 900, "message 1")
    await desk.until(lambda: numbers(person.got) == [1])
    await desk.quiet()
    bot_api.delete_topic(GROUP, topic)
    person.say("message 2")
    again = await desk.topic()
    assert again != topic
    await desk.until(lambda: numbers(desk.said(again)) == [0, 1, 2])
    bot_api.push_group_text(GROUP, again, 900, "message 3")
    await desk.until(lambda: numbers(person.got) == [1, 3])


async def test_a_closed_topic_is_opened_again(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await opened(desk)
    bot_api.close_topic(GROUP, topic)
    person.say("message 1")
    await desk.until(lambda: numbers(desk.said(topic)) == [0, 1])
    assert not bot_api.groups[GROUP].topics[topic].closed


async def test_a_group_that_becomes_a_supergroup(tmp_path: Path, bot_api: BotApi) -> None:
    """A plain group has no topics; after its upgrade it has another number, with and without our being told."""
    plain = bot_api.add_group(-4500)
    for told in (True, False):
        bot_api.groups.pop(plain, None)
        bot_api.add_group(plain)
        present = -1002220000000 - told
        async with StaffHouse(tmp_path / str(told), bot_api, groups=(plain,)) as desk:
            await desk.mediator("Olena", 900, "de", "uk")
            bot_api.upgrade(plain, present, told=told)
            person = desk.person(70 + told)
            case = await person.open_case("message 0")
            topic = await desk.topic(present, case.code)
            await desk.until(lambda topic=topic, present=present, desk=desk: numbers(desk.said(topic, present)) == [0])
            bot_api.push_group_text(present, topic, 900, "message 1")
            await desk.until(lambda person=person: numbers(person.got) == [1])
            await desk.stop()
            await desk.start()  # the settings still have the old number
            person.say("message 2")
            await desk.until(lambda topic=topic, present=present, desk=desk: numbers(desk.said(topic, present))[-1] == 2)


@pytest.mark.parametrize("told", [True, False])
async def test_thrown_out_of_a_group_its_cases_go_on_in_another(tmp_path: Path, bot_api: BotApi, told: bool) -> None:
    bot_api.add_group(GROUP)
    bot_api.add_group(SECOND_GROUP)
    async with StaffHouse(tmp_path, bot_api, groups=(GROUP, SECOND_GROUP)) as desk:
        await desk.mediator("Olena", 900, "de", "uk")
        await desk.mediator("Lead", 990, "de", lead=True)
        person = desk.person(7)
        case = await person.open_case("message 0")
        first = next(group for group in (GROUP, SECOND_GROUP) if bot_api.topic_named(group, case.code) or True)
        await desk.until(lambda: any(bot_api.topic_named(group, case.code) for group in (GROUP, SECOND_GROUP)))
        first = next(group for group in (GROUP, SECOND_GROUP) if bot_api.topic_named(group, case.code))
        other = SECOND_GROUP if first == GROUP else GROUP
        await desk.quiet()
        if told:
            bot_api.kick(first)
        else:
            bot_api.groups[first].kicked = True
        person.say("message 1")
        topic = await desk.topic(other, case.code)
        await desk.until(lambda: numbers(desk.said(topic, other)) == [0, 1])
        assert any("put out" in text for text in bot_api.shown(other)), "the other group is told"
        await bot_api.wait_for(1, chat_id=990)  # and the lead
        assert [line.what for line in await desk.house.audit.lines()].count("staff.group_lost") == 1
        bot_api.push_group_text(other, topic, 900, "message 2")
        await desk.until(lambda: numbers(person.got) == [2])


async def test_thrown_out_of_the_only_group_nothing_is_lost(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await opened(desk)
    bot_api.kick(GROUP)
    await desk.until(lambda: not desk._runner._staff.board.lanes)  # type: ignore[union-attr]
    person.say("message 1")
    case = await desk.case()
    for _ in range(100):
        if (await desk.house.cases.get(case.id)).seq > case.seq:  # type: ignore[union-attr]
            break
        await asyncio.sleep(0.02)
    bot_api.groups[GROUP].kicked = False
    bot = {"user": {"id": 123456, "is_bot": True, "first_name": "Waymark"}}
    bot_api.push({"my_chat_member": {
        "chat": {"id": GROUP, "type": "supergroup", "title": "Desk"}, "from": bot_api.member(1), "date": 1,
        "old_chat_member": {**bot, "status": "kicked", "until_date": 0}, "new_chat_member": {**bot, "status": "member"},
    }})
    await desk.until(lambda: numbers(desk.said(topic)) == [0, 1])


async def test_back_in_the_group_while_we_were_down(desk: StaffHouse, bot_api: BotApi) -> None:
    """Telegram keeps what it has to tell for a day only: the bot looks for itself."""
    person, topic = await opened(desk)
    bot_api.kick(GROUP)
    await desk.until(lambda: not desk._runner._staff.board.lanes)  # type: ignore[union-attr]
    await desk.stop()
    bot_api.groups[GROUP].kicked = False
    person.say("message 1")
    await desk.start()
    await desk.until(lambda: numbers(desk.said(topic)) == [0, 1])


async def test_several_groups_share_the_load(tmp_path: Path, bot_api: BotApi) -> None:
    bot_api.add_group(GROUP)
    bot_api.add_group(SECOND_GROUP)
    async with StaffHouse(tmp_path, bot_api, groups=(GROUP, SECOND_GROUP)) as desk:
        await desk.mediator("Olena", 900, "de", "uk")
        for chat in range(20, 26):
            await desk.person(chat).open_case("message 0")
            await desk.quiet()
        await desk.until(lambda: sum(len(bot_api.groups[group].topics) for group in (GROUP, SECOND_GROUP)) == 6)
        assert [len(bot_api.groups[group].topics) for group in (GROUP, SECOND_GROUP)] == [3, 3]


async def test_the_groups_limit_is_kept_by_sending_more_in_one_message(tmp_path: Path, bot_api: BotApi) -> None:
    """Twenty calls a minute, here in four seconds: 60 messages of six people all arrive, and Telegram never has to refuse."""
    window = 4.0
    bot_api.add_group(GROUP, limit=20, window=window)
    async with StaffHouse(tmp_path, bot_api, calls=18, window=window) as desk:
        await desk.mediator("Olena", 900, "de", "uk")
        people = [desk.person(chat) for chat in range(30, 36)]
        cases = [await person.open_case("message 0") for person in people]
        for number in range(1, 10):
            for person in people:
                person.say(f"message {number}")
        topics = [await desk.topic(code=case.code) for case in cases]
        await desk.until(lambda: all(numbers(desk.said(topic))[-1:] == [9] for topic in topics), 60)
        assert all(numbers(desk.said(topic)) == list(range(10)) for topic in topics)
        assert bot_api._told_limits[GROUP] == 0, "the queue waits before Telegram has to say so"
        sent = [one for one in bot_api.sent if one.chat_id == GROUP]
        assert len(sent) < 60, "what gathers while the group has to wait goes out together"


async def test_blocked_by_the_person_is_shown_to_the_mediator(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await opened(desk)
    bot_api.push_group_text(GROUP, topic, 900, "message 9")
    await desk.until(lambda: numbers(person.got) == [9])
    bot_api.fail("sendMessage", 403, chat_id=7)
    bot_api.push_group_text(GROUP, topic, 900, "message 1")
    await desk.until(lambda: any("did not arrive" in one for one in desk.said(topic)))
    case = await desk.case()
    (_, entry) = [one for one in await desk.house.cases.entries(case.id) if one.author == "mediator"]
    assert entry.delivery == "failed", entry
    bot_api.fail("sendMessage", 400, chat_id=7, description="Bad Request: chat not found")
    bot_api.push_group_text(GROUP, topic, 900, "message 2")
    await desk.until(lambda: sum("did not arrive" in one for one in desk.said(topic)) == 2)
    bot_api.push_group_text(GROUP, topic, 900, "message 3")
    await desk.until(lambda: numbers(person.got) == [9, 3])


async def test_stopped_and_started_between_any_two_steps(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await opened(desk)
    for number in range(1, 7):
        if number % 2:
            person.say(f"message {number}")
        else:
            bot_api.push_group_text(GROUP, topic, 900, f"message {number}")
        await asyncio.sleep(0.01 * number)
        await desk.stop()
        await desk.start()
    await desk.until(lambda: numbers(person.got) == [2, 4, 6])
    await desk.until(lambda: {0, 1, 3, 5} <= set(numbers(desk.said(topic))))
    await desk.quiet()
    assert [one for one in numbers(desk.said(topic)) if one % 2] == [1, 3, 5]


async def test_a_message_to_the_group_that_was_sent_before_a_crash_is_found(desk: StaffHouse, bot_api: BotApi) -> None:
    """Killed after Telegram did the work and before we wrote it down: the intent is there, the message is found."""
    person, topic = await opened(desk)
    staff = desk.house.staff
    noted = staff.posted
    lost = asyncio.Event()

    async def crash(*given: object, **more: object) -> None:
        lost.set()
        await asyncio.sleep(3600)

    staff.posted = crash  # type: ignore[method-assign]
    person.say("message 1")
    await asyncio.wait_for(lost.wait(), 10)
    await desk.stop()
    staff.posted = noted  # type: ignore[method-assign]
    person.say("message 2")
    await desk.start()
    await desk.until(lambda: numbers(desk.said(topic))[-1:] == [2])
    assert numbers(desk.said(topic)) == [0, 1, 2]


async def test_a_flood_does_not_hold_the_others(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await opened(desk)
    bot_api.fail("sendMessage", 429, chat_id=7, retry_after=5)
    bot_api.push_group_text(GROUP, topic, 900, "message 1")
    other, theirs = await opened(desk, 8)
    started = time.monotonic()
    bot_api.push_group_text(GROUP, theirs, 900, "message 1")
    await desk.until(lambda: numbers(other.got) == [1])
    assert time.monotonic() - started < 4
    await desk.until(lambda: numbers(person.got) == [1])
