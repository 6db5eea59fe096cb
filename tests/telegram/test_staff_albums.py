"""Albums and files under a mark: Telegram puts the words under one picture, and they count for all of them."""

from __future__ import annotations

import asyncio

from tests.telegram.bot_api import BotApi
from tests.telegram.staff_house import GROUP, StaffHouse, photo_with_place, talking

PHOTO = photo_with_place()


def send_album(
    bot_api: BotApi, topic: int, captions: tuple[str, ...], album: str = "a1", order: tuple[int, ...] = ()
) -> list[int]:
    """Photos sent together; `order`: in which their updates come. The messages' numbers."""
    first = bot_api.push_group(GROUP, None, 555, text="something before")
    for place in order or range(len(captions)):
        caption = {"caption": captions[place]} if captions[place] else {}
        bot_api.push_group(
            GROUP, topic, 900, number=first + 1 + place, media_group_id=album, **caption, **bot_api.file("photo", PHOTO)
        )
    for _ in captions:
        next(bot_api.groups[GROUP].numbers)
    return [first + 1 + place for place in range(len(captions))]


async def settled(desk: StaffHouse) -> None:
    """Everything that was written is done, and drawn."""
    while await desk.house.staff.undone():
        await asyncio.sleep(0.05)
    await desk.quiet()


async def received(desk: StaffHouse, bot_api: BotApi) -> None:
    await desk.until(lambda: not bot_api.pending)
    await asyncio.sleep(0.2)


async def entries(desk: StaffHouse, author: str) -> list[tuple[str, int]]:
    """The texts of an author with how many files each has."""
    case = await desk.case()
    return [(one.text, len(one.attachments)) for one in await desk.house.cases.entries(case.id) if one.author == author]


async def test_an_album_marked_as_a_note_stays_with_the_staff(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    send_album(bot_api, topic, ("// internal: her passport", "", ""))
    await received(desk, bot_api)
    await settled(desk)
    send_album(bot_api, topic, ("", "", "// and his"), "a2", order=(1, 0, 2))
    await received(desk, bot_api)
    await settled(desk)
    assert person.got[before:] == []
    assert await entries(desk, "note") == [("internal: her passport", 3), ("and his", 3)]


async def test_an_album_for_the_person_is_one_reply(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    send_album(bot_api, topic, ("", "Ihr Plan"))
    await desk.until(lambda: person.got.count("<photo>") == 2)
    await settled(desk)
    assert (await entries(desk, "mediator"))[-1] == ("Ihr Plan", 2)
    assert any("[uk] Ihr Plan" in one for one in person.got)


async def test_parts_that_come_late_go_where_the_others_went(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    numbers = send_album(bot_api, topic, ("// inside", ""))
    await received(desk, bot_api)
    await settled(desk)
    await desk.stop()
    await desk.start()
    bot_api.push_group(GROUP, topic, 900, number=numbers[-1] + 5, media_group_id="a1", **bot_api.file("photo", PHOTO))
    await received(desk, bot_api)
    await settled(desk)
    assert person.got[before:] == []
    assert await entries(desk, "note") == [("inside", 3)]
    numbers = send_album(bot_api, topic, ("Ihr Plan", ""), "a2")
    await desk.until(lambda: person.got.count("<photo>") == 2)
    bot_api.push_group(GROUP, topic, 900, number=numbers[-1] + 5, media_group_id="a2", **bot_api.file("photo", PHOTO))
    await desk.until(lambda: person.got.count("<photo>") == 3)


async def test_a_restart_in_the_middle_of_an_album(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    first = bot_api.push_group(GROUP, topic, 900, media_group_id="a1", **bot_api.file("photo", PHOTO))
    await received(desk, bot_api)
    await desk.stop()
    await desk.start()
    bot_api.push_group(
        GROUP, topic, 900, number=first + 1, media_group_id="a1", caption="// inside", **bot_api.file("photo", PHOTO)
    )
    await received(desk, bot_api)
    await settled(desk)
    assert person.got[before:] == []
    assert await entries(desk, "note") == [("inside", 2)]


async def test_a_part_without_its_album_waits_for_a_yes(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    bot_api.push_group(GROUP, topic, 900, media_group_id="a1", **bot_api.file("photo", PHOTO))
    await received(desk, bot_api)
    await settled(desk)
    assert person.got[before:] == []
    bot_api.press_in_group(bot_api.in_topic(GROUP, topic)[-1], "Send", 900)
    await desk.until(lambda: "<photo>" in person.got)


async def test_a_refused_album_is_refused_whole(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    big = bot_api.file("photo", PHOTO)
    big["photo"][0]["file_size"] = 21 * 2**20
    first = bot_api.push_group(GROUP, topic, 900, media_group_id="a1", caption="zwei", **bot_api.file("photo", PHOTO))
    bot_api.push_group(GROUP, topic, 900, media_group_id="a1", **big)
    await desk.until(lambda: any("20 MB" in one for one in desk.said(topic)))
    await settled(desk)
    bot_api.push_group(GROUP, topic, 900, number=first + 5, media_group_id="a1", **bot_api.file("photo", PHOTO))
    await received(desk, bot_api)
    await settled(desk)
    assert person.got[before:] == []


async def test_an_edit_made_while_the_album_is_collected_counts(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    photo = bot_api.file("photo", PHOTO)
    numbers = send_album(bot_api, topic, ("her passport", ""))
    bot_api.push_group(
        GROUP, topic, 900, kind="edited_message", number=numbers[0], media_group_id="a1", caption="// her passport", **photo
    )
    await received(desk, bot_api)
    await settled(desk)
    assert person.got[before:] == []
    assert await entries(desk, "note") == [("her passport", 2)]


async def test_a_file_under_a_mark_is_kept(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    bot_api.push_group(GROUP, topic, 900, caption="// copy of the letter", **bot_api.file("photo", PHOTO))
    bot_api.push_group(GROUP, topic, 900, caption="?? Ihr Plan", **bot_api.file("photo", PHOTO))
    await desk.until(lambda: any("📎" in one for one in desk.said(topic)))
    await settled(desk)
    assert person.got[before:] == []
    assert await entries(desk, "note") == [("copy of the letter", 1)]
    bot_api.press_in_group(bot_api.in_topic(GROUP, topic)[-1], "Send", 900)
    await desk.until(lambda: "<photo>" in person.got)
    assert any("[uk] Ihr Plan" in one for one in person.got)
    assert (await entries(desk, "mediator"))[-1] == ("Ihr Plan", 1)
