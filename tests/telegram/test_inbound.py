"""What people send arrives at the gate: once, in order, and only from private chats with people."""

from __future__ import annotations

import logging
from typing import Any

import pytest

from bot.channels.telegram.inbound import UNKNOWN_BUTTON
from tests.telegram.bot_api import BOT, BotApi
from tests.telegram.conftest import Start
from tests.telegram.stand_ins import StandInHouse

PHOTO: dict[str, Any] = {"photo": [{"file_id": "a", "file_unique_id": "b", "width": 1, "height": 1}]}
FILE = {"file_id": "a", "file_unique_id": "b"}


async def test_text_arrives_with_pseudonym_address_and_language(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    number = bot_api.push_text(77, "Де знайти лікаря?", "uk-UA")
    (said,) = await house.gate.wait_for(1)
    assert said["text"] == "Де знайти лікаря?"
    assert said["conversation_id"] == house.secrets.pseudonym("telegram", "77")
    assert said["conversation_id"] != "77" and said["address"] == "77"
    assert (said["channel"], said["message_id"], said["prior"]) == ("telegram", f"tg{number}", "uk")


async def test_each_chats_messages_come_in_order(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    for number in range(60):
        bot_api.push_text(number % 3, f"{number}")
    await start()
    said = await house.gate.wait_for(60)
    for chat in range(3):
        mine = [int(one["text"]) for one in said if one["address"] == str(chat)]
        assert mine == list(range(chat, 60, 3))


@pytest.mark.parametrize(
    ("typed", "press", "chosen"),
    [
        ("/start", "i:greet", None),
        ("/start de", "i:greet", "de"),
        ("/start uk-Poster_3", "i:greet", "uk"),
        ("/start poster", "i:greet", None),
        ("/Language", "i:change_language", None),
        ("/language fa", "i:change_language", "fa"),
        ("/help@waymark_test_bot", "i:press_help", None),
        ("/person", "i:request_human", None),
        ("/report ", "i:file_report", None),
        ("/privacy", "i:privacy_info", None),
        ("/forget", "i:forget_me", None),
    ],
)
async def test_commands_press(
    bot_api: BotApi, house: StandInHouse, start: Start, typed: str, press: str, chosen: str | None
) -> None:
    await start()
    bot_api.push_text(1, typed)
    (said,) = await house.gate.wait_for(1)
    assert (said["press"], said["chosen"], said["text"]) == (press, chosen, "")


@pytest.mark.parametrize(
    "typed",
    [
        "/restart", "/session_start", '/greet{"topic":"x"}', "/person he hits me", "/forget_me", "/", "//start",
        "/start a b", "/help me", " /back", "/startde",
    ],
)
async def test_any_other_slash_is_text(bot_api: BotApi, house: StandInHouse, start: Start, typed: str) -> None:
    await start()
    bot_api.push_text(1, typed)
    (said,) = await house.gate.wait_for(1)
    assert (said["press"], said["text"]) == (None, typed)


async def test_presses_are_confirmed_and_forged_ones_are_old_buttons(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    forged = ["i:forget_me", "/restart", "b:1", "b:1:2:3", "b:-1:0", "o:x", "b:١:٢", "b:1:0\n", "x" * 64]
    for data in forged:
        bot_api.push_callback(5, 1, data)
    bot_api.push_callback(5, 1, "b:12:3", "ar")
    bot_api.push_callback(5, 1, "o:12", "ar")
    said = await house.gate.wait_for(len(forged) + 2)
    assert [one["press"] for one in said] == [UNKNOWN_BUTTON] * len(forged) + ["b:12:3", "o:12"]
    assert {one["text"] for one in said} == {""}
    confirmed = await bot_api.wait_for_call("answerCallbackQuery", len(forged) + 2)
    assert {f"cb{values['callback_query_id']}" for values in confirmed} >= {one["message_id"] for one in said}


async def test_a_press_counts_though_its_confirmation_fails(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    bot_api.fail("answerCallbackQuery", 400)
    bot_api.push_callback(5, 1, "b:1:0")
    assert (await house.gate.wait_for(1))[0]["press"] == "b:1:0"


async def test_groups_channels_bots_and_service_notes_are_ignored(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    base = {"message_id": 1, "date": 1, "text": "x"}
    for kind in ("group", "supergroup", "channel"):
        bot_api.push({"message": {**base, "chat": {"id": -5, "type": kind}, "from": bot_api.person(5)}})
    bot_api.push({"message": {**base, "chat": {"id": 6, "type": "private"}, "from": {**BOT, "id": 6}}})
    bot_api.push({"message": {**base, "chat": {"id": 6, "type": "private"}, "from": bot_api.person(6), "via_bot": BOT}})
    bot_api.push({"channel_post": {**base, "chat": {"id": -7, "type": "channel"}}})
    group_press = {"id": "1", "from": bot_api.person(5), "chat_instance": "1", "data": "b:1:0",
                   "message": {**base, "chat": {"id": -5, "type": "group"}}}
    bot_api.push({"callback_query": group_press})
    bot_api.push_message(6, new_chat_title="x")
    bot_api.push_text(6, "  \n ")
    bot_api.push_text(6, "the last")
    said = await house.gate.wait_for(1)
    assert [one["text"] for one in said] == ["the last"]
    assert not bot_api.sent


@pytest.mark.parametrize(
    "content",
    [
        {"voice": {**FILE, "duration": 1}},
        PHOTO,
        {"document": FILE},
        {"sticker": {**FILE, "type": "regular", "width": 1, "height": 1, "is_animated": False, "is_video": False}},
        {"video": {**FILE, "width": 1, "height": 1, "duration": 1}},
        {"video_note": {**FILE, "length": 1, "duration": 1}},
        {"contact": {"phone_number": "1", "first_name": "x"}},
        {"dice": {"emoji": "x", "value": 1}},
    ],
)
async def test_media(bot_api: BotApi, house: StandInHouse, start: Start, content: dict[str, Any]) -> None:
    await start()
    bot_api.push_message(1, **content)
    (said,) = await house.gate.wait_for(1)
    assert said["media"] is True and said["text"] == ""


async def test_words_under_a_photo_go_along(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    bot_api.push_message(1, caption="He is not breathing", **PHOTO)
    (said,) = await house.gate.wait_for(1)
    assert said["media"] is True and said["text"] == "He is not breathing"


async def test_an_album_is_one_message(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    for _ in range(4):
        bot_api.push_message(1, media_group_id="g", **PHOTO)
    bot_api.push_text(1, "the last")
    said = await house.gate.wait_for(2)
    assert [(one["media"], one["text"]) for one in said] == [(True, ""), (False, "the last")]


async def test_place_and_venue(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    place = {"latitude": 48.25, "longitude": 10.75}
    bot_api.push_message(1, location=place)
    bot_api.push_message(1, venue={"location": place, "title": "x", "address": "x"}, location=place)
    bot_api.push_message(1, kind="edited_message", location=place)  # live: the same place again and again
    bot_api.push_text(1, "the last")
    said = await house.gate.wait_for(3)
    assert [one["location"] for one in said] == [(48.25, 10.75), (48.25, 10.75), None]


async def test_an_edited_message_is_a_new_one(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    await start()
    bot_api.push_text(1, "docter")
    second = bot_api.push_message(1, kind="edited_message", text="doctor")
    said = await house.gate.wait_for(2)
    assert [one["text"] for one in said] == ["docter", "doctor"]
    assert said[1]["message_id"] == f"tg{second}"


async def test_what_is_said_never_reaches_a_log(
    bot_api: BotApi, house: StandInHouse, start: Start, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    for name in ("bot", "telegram", "httpx", "httpcore"):
        caplog.set_level(logging.DEBUG, name)
    await start()
    house.gate.refuse = lambda said: house.gate.tries < 2
    bot_api.fail("sendMessage", 500)
    bot_api.fail("sendMessage", 400)
    bot_api.push_text(40414243, "a secret sentence")
    bot_api.push({"message": {"message_id": "another secret", "chat": 1}})
    await house.gate.wait_for(1)
    await bot_api.wait_until(lambda: not bot_api.pending)
    await house.deliver(house.answer(40414243, "a secret answer"))
    lines = [record.getMessage() + str(record.exc_info or "") for record in caplog.records
             if not record.name.startswith(("aiohttp", "asyncio", "sqlalchemy"))]
    assert lines, "nothing was logged: this test looks at nothing"
    for word in ("secret", "40414243", bot_api.token, house.conversation(40414243)):
        assert not [line for line in lines if word in line]
