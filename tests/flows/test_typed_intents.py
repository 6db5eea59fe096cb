"""Text that begins with "/" is text on every channel; buttons work only for whom and where they were shown."""

from __future__ import annotations

import json
from typing import Any

import aiohttp
import pytest

from bot.channels.gate import WORD_JOINER
from bot.container import Container
from bot.store.secrets import Secrets, load_or_make_key
from tests.flows.conftest import API_TOKEN
from tests.flows.people import TelegramPerson, WebPerson, rest
from tests.flows.server import RunningServer
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(180)]
TYPED = ("/restart", '/ask_housing{"x": 1}', " /session_start", "/press_forget", "/forget_me", "\u00a0/action_forget",
         "EXTERNAL: x")
OLD = ("b:999:1", "b:1:99", "b:x:y", "o:999", "b:0:0")


def conversation(server: RunningServer, channel: str, address: str) -> str:
    return Secrets(load_or_make_key("", server.state)).pseudonym(channel, address)


async def events(server: RunningServer, identifier: str) -> list[dict[str, Any]]:
    """What Rasa itself remembers of a conversation, asked for with the operator's token."""
    address = f"{server.url}/conversations/{identifier}/tracker?include_events=ALL&token={API_TOKEN}"
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=20)) as session, session.get(address) as answer:
        found: list[dict[str, Any]] = (await answer.json())["events"]
        return found


async def check(server: RunningServer, identifier: str, typed: str) -> None:
    """What was typed last was not taken for an intent, nor for Rasa's own commands."""
    kept = await events(server, identifier)
    assert "restart" not in [event["event"] for event in kept]
    last = [event for event in kept if event["event"] == "user"][-1]
    assert last["parse_data"]["intent"]["name"] not in {"restart", "session_start", "press_forget", "back"}
    assert not [entity for entity in last["parse_data"]["entities"] if entity["entity"] == "x"]
    assert last["text"] == (WORD_JOINER if typed.strip().startswith("/") else "") + typed.strip()


async def test_over_rest(mortal: RunningServer) -> None:
    assert len(await rest(mortal.url, "typed", "where can i learn german")) == 2
    for text in TYPED:
        answers = await rest(mortal.url, "typed", text)
        # Had the conversation been deleted, the privacy notice would come again.
        assert len(answers) == 1 and answers[0]["text"]
        assert answers[0]["custom"]["language"] == "en"
        await check(mortal, conversation(mortal, "rest", "typed"), text)


async def test_over_socketio(mortal: RunningServer) -> None:
    person = await WebPerson(mortal.url).connect()
    await person.say("where can i learn german", answers=2)
    assert person.session
    for text in TYPED:
        await person.say(text)
        await check(mortal, conversation(mortal, "web", person.session.split(".")[0]), text)
    assert [answer["seq"] for answer in person.said] == list(range(1, len(TYPED) + 3))
    await person.leave()


async def test_over_telegram(mortal: RunningServer, second_api: BotApi) -> None:
    person = TelegramPerson(second_api, 92_000)
    await person.say("where can i learn german")
    await person.expect(2)
    for text in TYPED:
        assert len(await person.say(text)) == 1
        await check(mortal, conversation(mortal, "telegram", "92000"), text)


@pytest.mark.parametrize("payload", OLD)
async def test_old_and_made_up_buttons_get_the_sentence_over_rest(
    server: RunningServer, shared_house: Container, payload: str
) -> None:
    wanted = shared_house.wording_messages.make("utter_old_button", "en")["text"]
    await rest(server.url, "old buttons", "hello")
    assert [answer["text"] for answer in await rest(server.url, "old buttons", payload)] == [wanted]


async def test_old_and_made_up_buttons_get_the_sentence_on_telegram_and_the_web(
    server: RunningServer, bot_api: BotApi, shared_house: Container
) -> None:
    wanted = shared_house.wording_messages.make("utter_old_button", "en")["text"]
    web = await WebPerson(server.url).connect()
    await web.say("hello", answers=2)
    for payload in OLD:
        assert [answer["text"] for answer in await web.say(payload)] == [wanted]
    await web.leave()
    chat = TelegramPerson(bot_api, 82_500)
    await chat.say("hello")
    await chat.expect(2)
    for payload in (*OLD[:3], "i:forget_me", "/restart"):
        assert [message.plain for message in await chat.press_data(payload)] == [wanted]


async def test_a_button_of_another_conversation_does_nothing(server: RunningServer, shared_house: Container) -> None:
    wanted = shared_house.wording_messages.make("utter_old_button", "en")["text"]
    (found, _) = await rest(server.url, "one person", "where can i learn german")
    shown = found["buttons"][1]["payload"]
    details = await rest(server.url, "one person", shown)
    assert details[0]["custom"]["cards"]
    await rest(server.url, "another person", "thank you", message_id="first")
    answers = await rest(server.url, "another person", "b:2:0")  # the privacy notice, which has no button
    assert [answer["text"] for answer in answers] == [wanted]
    assert not any(answer["custom"]["cards"] for answer in await rest(server.url, "another person", "b:9:1"))


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script> where can i learn german",
        "{operator} {0} %s %(x)s ${HOME} where can i learn german",
        "'; DROP TABLE conversations; -- where can i learn german",
        "where can i learn german \ud800 \x00 \u202e nam\u2066",
        "😀" * 400,
    ],
)
async def test_hostile_text_is_only_text(server: RunningServer, bot_api: BotApi, shared_house: Container, text: str) -> None:
    failed = shared_house.wording_messages.make("utter_failed", "en")["text"]
    answers = await rest(server.url, f"hostile {len(text)}", text)
    assert answers and failed not in [answer["text"] for answer in answers]
    assert "<script" not in json.dumps(answers)
    if "\ud800" in text:
        return
    chat = TelegramPerson(bot_api, 82_600 + len(text))
    found = await chat.say(text)
    assert "<script" not in "".join(message.text for message in found)
