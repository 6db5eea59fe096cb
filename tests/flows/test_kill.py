"""kill -9 in mid-conversation (and Ctrl-C), and a new start with the same state.

Nothing acknowledged is lost, nothing is said twice, the subject is kept, and buttons shown before still work.
"""

from __future__ import annotations

import asyncio
import itertools

import pytest

from bot.container import Container
from tests.flows.people import TelegramPerson, WebPerson
from tests.flows.phrases import PHRASES
from tests.flows.server import RunningServer
from tests.flows.talks import details_button
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(240)]
CHATS = itertools.count(91_000)
WORDS = PHRASES["en"]
# Said one after the other without waiting for answers; the first asks about what was shown before the kill.
IN_FLIGHT = (WORDS.cost, "are you a robot", WORDS.thanks, "goodbye")
ANSWERS = ("utter_bot_challenge", "utter_thank", "utter_goodbye")


async def web_begins(server: RunningServer, house: Container) -> tuple[WebPerson, str]:
    person = await WebPerson(server.url).connect()
    await person.say(WORDS.greeting, answers=2)
    (found,) = await person.say(WORDS.question)
    title, record = details_button(house, "en", [one["title"] for one in found["quick_replies"]])
    await person.press(found, title)
    return person, record


async def telegram_begins(api: BotApi, house: Container) -> tuple[TelegramPerson, str]:
    person = TelegramPerson(api, next(CHATS))
    await person.say(WORDS.greeting)
    await person.expect(2)
    found = await person.say(WORDS.question)
    title, record = details_button(house, "en", [one["text"] for one in found[-1].flat_buttons])
    await person.press(found[-1], title)
    return person, record


def end(server: RunningServer, how: str) -> None:
    if how == "kill":
        server.kill()
        return
    assert server.stop() == 0
    last_words = server.output.rpartition("Ctrl-C stops it.")[2]
    assert last_words.rstrip().endswith("Stopped.") and "Traceback" not in last_words


@pytest.mark.parametrize(("moment", "how"), [(0.0, "kill"), (0.1, "kill"), (0.03, "Ctrl-C")])
async def test_nothing_is_lost_and_nothing_said_twice(
    mortal: RunningServer, second_api: BotApi, shared_house: Container, moment: float, how: str
) -> None:
    (web, web_record), (chat, chat_record) = await asyncio.gather(
        web_begins(mortal, shared_house), telegram_begins(second_api, shared_house)
    )
    answers_before, messages_before = len(web.said), len(chat.got)
    for text in IN_FLIGHT:
        second_api.push_text(chat.chat, text)
    for number, text in enumerate(IN_FLIGHT):
        assert await web.send(text, f"in-flight-{number}") == {"accepted": True, "message_id": f"in-flight-{number}"}
    # Telegram counts as acknowledged what it need not offer again.
    await second_api.wait_until(lambda: not second_api.pending)
    await asyncio.sleep(moment)
    await asyncio.to_thread(end, mortal, how)
    messages_at_kill = len(chat.got)
    await web.lost()
    await mortal.start()
    await web.connect()
    # A client that has not heard the acknowledgements sends again what it has sent.
    for number, text in enumerate(IN_FLIGHT):
        await web.send(text, f"in-flight-{number}")
    await web.until(lambda: len(web.said) >= answers_before + len(IN_FLIGHT))
    (last,) = await web.say(WORDS.hours)
    answers = sorted(web.said, key=lambda answer: int(answer["seq"]))
    assert [answer["seq"] for answer in answers] == list(range(1, len(answers) + 1))
    assert all(again in web.said for again in web.doubled), "the same number, the same answer"
    assert answers[-1] == last
    in_flight, make = answers[answers_before:-1], shared_house.wording_messages.make
    assert [[card["id"] for card in answer["metadata"]["cards"]] for answer in (in_flight[0], last)] == [[web_record]] * 2
    assert [answer["text"] for answer in in_flight[1:]] == [make(name, "en")["text"] for name in ANSWERS]
    assert web.sessions[-1] == web.sessions[0]
    (details,) = await web.press(web.said[2], "Details")
    assert details["metadata"]["cards"][0]["id"] == web_record
    await web.leave()

    goodbye = make("utter_goodbye", "en")["text"]
    await second_api.wait_until(lambda: any(goodbye in message.plain for message in chat.got), 30)
    last_words = await chat.say(WORDS.hours)
    texts = [message.plain for message in chat.got]
    # Only the message whose arrival was not yet written down when the server died may come again.
    if texts[messages_at_kill] == texts[messages_at_kill - 1]:
        texts.pop(messages_at_kill)
    name = shared_house.cards.name(chat_record, "en")
    said = texts[messages_before:-len(last_words)]
    assert name in said[0] and name in last_words[0].plain
    assert said[1:] == [make(answer, "en")["text"] for answer in ANSWERS]
    found = next(one for one in chat.got if any(button["text"].startswith("Details") for button in one.flat_buttons))
    assert name in (await chat.press(found, "Details"))[-1].plain
