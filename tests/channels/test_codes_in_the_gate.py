"""A one-time code goes to who reads codes, whatever its signs happen to spell: no emergency numbers, no other language."""

from __future__ import annotations

from typing import Any

import pytest

from bot.container import Container
from bot.store.codes import is_like_a_code
from bot.store.conversations import Conversation
from bot.store.messages import Inbound
from tests.channels.test_gate import WHO, Person

# Taken for danger to life (a child, a suicide, a fire, an injury) and for Arabic by what is learnt from sentences.
SPELLING = ("t9e4-myaj", "79VA-ZYV6", "3W2E-GCF3", "j9f3-9b8d", "5HAR-84H8", "D7TR-KZSP")


@pytest.fixture
def person(house: Container) -> Person:
    made = Person(house)

    async def enter(_: Inbound, __: Conversation, language: str) -> list[dict[str, Any]]:
        return [house.wording_messages.make("utter_move_left", language)]

    made.gate.read_by(is_like_a_code, enter)
    return made


@pytest.mark.parametrize("code", SPELLING)
async def test_a_code_is_read_as_a_code(person: Person, code: str) -> None:
    answers = await person.say(code, prior="de")
    assert answers == [person.lead("utter_move_left", "de"), person.lead("utter_privacy_short", "de")]
    assert not person.owner_got


async def test_the_words_after_a_code_settle_the_language(person: Person) -> None:
    await person.say("5HAR-84H8")
    assert (await person.say("я шукаю квартиру для моєї родини"))[0] == person.lead("utter_topics", "uk")


async def test_words_around_a_code_are_looked_at(person: Person) -> None:
    answers = await person.say("K7PX-2M4R help my husband is beating me now", prior="en")
    assert answers[0] == person.lead("utter_danger_violence")


async def test_somebody_who_is_reporting_has_no_codes_to_enter(person: Person) -> None:
    await person.say("hello", prior="en")
    person.gate.owned_by("report", person.answer)
    await person.house.conversations.set_mode(WHO, "report")
    assert await person.say("K7PX-2M4R", prior="en") == [person.lead("utter_topics")]
