"""The gate on a real database: danger first, one after the other, language offered, nothing lost, silence never."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.channels.gate import Gate
from bot.channels.presses import TYPED_COMMANDS
from bot.container import Container
from bot.store.conversations import Conversation
from bot.store.messages import Inbound, Outbound

WHO = "a" * 32


class Person:
    """Sends messages and sees answers, through a real gate and a real store; the owner is a stand-in."""

    def __init__(self, house: Container) -> None:
        self.house = house
        self.gate = Gate(house)
        house.gate = self.gate
        self.seen: list[Outbound] = []
        self.last: list[Outbound] = []
        self.owner_got: list[str] = []
        self.gate.owned_by("assistant", self.answer)
        self.gate.deliver_with("web", self.deliver)
        self.number = 0

    async def answer(self, message: Inbound, _: Conversation, language: str) -> list[dict[str, Any]]:
        self.owner_got.append(message.body["text"])
        await asyncio.sleep(0.01)
        if message.body["text"] == "a question that breaks":
            raise RuntimeError("a bug")
        if message.body["text"] == "a question without answer":
            return []
        return [self.house.wording_messages.make("utter_topics", language)]

    async def deliver(self, answer: Outbound) -> bool:
        self.seen.append(answer)
        return True

    async def say(self, text: str, **how: Any) -> list[str]:
        """Sends and waits; the response texts' metadata leads that came back."""
        self.number += 1
        message_id = how.pop("message_id", f"m{self.number}")
        waiting = self.gate.expect(WHO, message_id)
        if not await self.gate.accept(channel="web", conversation_id=WHO, message_id=message_id, text=text, **how):
            self.gate.expect_no_more(WHO, message_id)
            return []
        self.last = await asyncio.wait_for(waiting, 20)
        return [answer.body["metadata"]["lead"] for answer in self.last]

    def lead(self, name: str, language: str = "en", **values: Any) -> str:
        return str(self.house.wording_messages.make(name, language, **values)["metadata"]["lead"])


@pytest.fixture
def person(house: Container) -> Person:
    return Person(house)


async def test_the_privacy_notice_comes_with_the_first_answer_and_once(person: Person) -> None:
    first = await person.say("hello there my friend", prior="en")
    assert first == [person.lead("utter_topics"), person.lead("utter_privacy_short")]
    assert await person.say("hello again my friend") == [person.lead("utter_topics")]


@pytest.mark.parametrize("command", sorted(TYPED_COMMANDS))
async def test_a_command_as_the_first_message_is_answered_in_the_language_that_the_box_shows(
    person: Person, command: str
) -> None:
    assert (await person.say(command, prior="uk"))[0] == person.lead("utter_topics", "uk")
    assert (await person.say("اريد طبيبا لابني من فضلكم", prior="uk"))[0] == person.lead("utter_topics", "ar"), "words decide"
    assert (await person.say(command, prior="uk"))[0] == person.lead("utter_topics", "ar"), "and stay"


@pytest.mark.parametrize("mode", ["assistant", "desk", "report"])
async def test_danger_is_answered_first_in_every_mode_before_anything_else(person: Person, mode: str) -> None:
    await person.say("hello")
    await person.house.conversations.set_mode(WHO, mode)
    answers = await person.say("help my husband is beating me now", prior="en")
    assert answers == [person.lead("utter_danger_violence"), person.lead("utter_danger_next")]
    cards = person.last[0].body["metadata"]["cards"]
    assert cards[0]["rows"][0]["href"] == "tel:110"


async def test_danger_as_the_very_first_message_needs_no_consent(person: Person) -> None:
    answers = await person.say("мой ребёнок не дышит помогите")
    assert answers[0] == person.lead("utter_danger_medical", "ru")


async def test_messages_of_one_person_are_answered_in_order(person: Person) -> None:
    for number in range(10):
        await person.gate.accept(channel="web", conversation_id=WHO, message_id=f"fast{number}", text=f"question {number}")
    while person.gate.waiting(WHO) or len(person.seen) < 11:
        await asyncio.sleep(0.02)
    assert person.owner_got == [f"question {number}" for number in range(10)]
    assert [answer.seq for answer in person.seen] == list(range(1, 12))


async def test_the_same_message_twice_is_answered_once(person: Person) -> None:
    assert await person.say("hello", message_id="same")
    assert await person.say("hello", message_id="same") == []
    assert person.owner_got == ["hello"]


@pytest.mark.parametrize("text", ["a question without answer", "a question that breaks"])
async def test_silence_and_errors_become_a_sentence(person: Person, text: str) -> None:
    assert person.lead("utter_failed") in await person.say(text, chosen="en")


async def test_what_was_acknowledged_is_answered_after_a_crash(person: Person) -> None:
    message = Inbound(WHO, "before-the-crash", {"text": "a question", "press": None})
    await person.house.messages.receive(message, "web", None)
    await person.gate.start()
    while not person.seen:
        await asyncio.sleep(0.02)
    assert person.owner_got == ["a question"]


async def test_a_switch_of_language_is_offered_and_not_imposed(person: Person) -> None:
    await person.say("i need a doctor for my child please", prior="en")
    answers = await person.say("ich suche eine wohnung für meine familie")
    assert answers[0] == person.lead("utter_topics", "en")
    assert answers[-1] == person.lead("utter_language_offer", "en", language_code="de")


async def test_a_chosen_language_holds(person: Person) -> None:
    await person.say("hello", chosen="ar")
    assert (await person.say("hello"))[0] == person.lead("utter_topics", "ar")


async def test_photos_and_overlong_messages_get_a_sentence(person: Person) -> None:
    assert (await person.say("", media=True, prior="en"))[0] == person.lead("utter_no_media")
    assert (await person.say("word " * 2000, prior="en"))[0] == person.lead("utter_too_long")


async def test_a_failing_channel_is_tried_again_in_order(person: Person) -> None:
    failures = iter([True, False, False])
    got: list[int] = []

    async def shaky(answer: Outbound) -> bool:
        if next(failures, False):
            raise ConnectionError
        got.append(answer.seq)
        return True

    person.gate.deliver_with("web", shaky)
    await person.say("hello", prior="en")
    await person.say("hello")
    for _ in range(300):
        if len(got) >= 3:
            break
        await asyncio.sleep(0.02)
    assert got == [1, 2, 3]
    assert await person.house.messages.undelivered("web") == []
