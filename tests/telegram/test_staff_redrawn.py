"""What changes after it was posted reaches the staff: long messages, old ones, deleted ones, and files Telegram refuses."""

from __future__ import annotations

from typing import Any

from tests.telegram.bot_api import BotApi
from tests.telegram.staff_house import GROUP, StaffHouse, StaffPerson, photo_with_place, talking
from tests.telegram.test_staff_albums import settled

LONG = "слово " * 660


def edit(bot_api: BotApi, number: int, text: str) -> None:
    """The person edits."""
    bot_api.push({"edited_message": {
        "message_id": number, "date": 1, "edit_date": 2, "chat": {"id": 7, "type": "private"}, "from": bot_api.person(7, "uk"),
        "text": text,
    }})


async def said(desk: StaffHouse, person: StaffPerson, topic: int, text: str) -> int:
    """The person writes, and it is shown with its translation."""
    number = person.say(text)
    await desk.until(lambda: f"[de] {text[:40]}" in " ".join(desk.said(topic)))
    await settled(desk)
    return number


def posts(bot_api: BotApi, topic: int, words: str) -> list[Any]:
    """The bot's messages in the topic that hold these words now."""
    return [one for one in bot_api.in_topic(GROUP, topic) if words in bot_api.texts[GROUP, one.message_id]]


async def test_a_long_message_gets_its_translation(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    text = "Початок. " + LONG + "кінець."
    person.say(text)
    await desk.until(lambda: f"[de] {text}"[:60] in " ".join(desk.said(topic)))
    await settled(desk)
    everything = " ".join(desk.said(topic))
    assert everything.count("Початок.") == 2 and everything.count("кінець.") == 2, "original and translation, each once"


async def test_an_edit_of_a_long_message_is_shown(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    number = await said(desk, person, topic, "А " + LONG + "адреса Хауптштрассе 1.")
    edit(bot_api, number, "А " + LONG + "адреса Хауптштрассе 99.")
    await desk.until(lambda: " ".join(desk.said(topic)).count("Хауптштрассе 99.") == 2)
    await settled(desk)
    assert not posts(bot_api, topic, "Хауптштрассе 1."), "nothing of the wrong address is left"
    edit(bot_api, number, "Хауптштрассе 7.")
    await desk.until(lambda: " ".join(desk.said(topic)).count("Хауптштрассе 7.") == 2)
    await settled(desk)
    assert not posts(bot_api, topic, "Хауптштрассе 99.") and not posts(bot_api, topic, "слово")


async def test_an_edit_far_up_is_said_again(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    number = await said(desk, person, topic, "Суд 5 травня")
    for place in range(22):
        await said(desk, person, topic, f"рядок {place}.")
    edit(bot_api, number, "Суд 15 травня")
    await desk.until(lambda: bot_api.in_topic(GROUP, topic)[-1].message_id in [
        one.message_id for one in posts(bot_api, topic, "[de] Суд 15 травня")])
    await settled(desk)
    shown = posts(bot_api, topic, "Суд 15 травня")
    assert len(shown) == 2 and not posts(bot_api, topic, "Суд 5 травня")
    assert shown[1].values["reply_parameters"]["message_id"] == shown[0].message_id
    assert "changed" in bot_api.texts[GROUP, shown[1].message_id]
    # The next edit changes both, and says nothing once more.
    edit(bot_api, number, "Суд 25 травня")
    await desk.until(lambda: len(posts(bot_api, topic, "[de] Суд 25 травня")) == 2)
    await settled(desk)
    assert len(posts(bot_api, topic, "Суд")) == 2


async def test_an_edit_of_what_was_deleted_in_the_group_is_said_anew(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    number = await said(desk, person, topic, "Суд 5 травня")
    post = posts(bot_api, topic, "Суд 5 травня")[0]
    gone = "Bad Request: message to edit not found"
    bot_api.fail("editMessageText", 400, chat_id=GROUP, description=gone)
    edit(bot_api, number, "Суд 15 травня")
    await desk.until(lambda: posts(bot_api, topic, "[de] Суд 15 травня"))
    await settled(desk)
    await said(desk, person, topic, "Дякую")
    shown = posts(bot_api, topic, "Суд 15 травня")
    assert len(shown) == 1 and shown[0].message_id != post.message_id


async def test_a_file_that_telegram_refuses_is_told(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    bot_api.fail("sendPhoto", 400, times=3, chat_id=GROUP)
    bot_api.push_message(7, "uk", caption="мій лист", **bot_api.file("photo", photo_with_place()))
    await desk.until(lambda: any("could not be shown" in one for one in desk.said(topic)))
    await settled(desk)
    assert sum("could not be shown" in one for one in desk.said(topic)) == 1
