"""Visit feedback in the chat: from the button under a card's details to the card that says what visitors told."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.feedback import PRESS, VisitTalk
from bot.container import Container
from bot.languages import CODES
from bot.reporting.feedback import QUESTIONS
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

SERVICE = "labour-inspection-swabia"


def person(name: str) -> Conversation:
    return Conversation(name, "web", "assistant", "en", True, True)


async def pressed(house: Container, who: str, press: dict[str, Any], language: str = "en") -> dict[str, Any]:
    message = Inbound(who, "m", {"text": ""})
    (answer,) = await VisitTalk(house)(message, person(who), language, press)
    return answer


def choose(answer: dict[str, Any], place: int) -> dict[str, Any]:
    press: dict[str, Any] = answer["buttons"][place]["press"]
    return press


@pytest.mark.parametrize("language", CODES)
async def test_five_questions_by_button_in_every_language(house: Container, language: str) -> None:
    shown = house.wording_messages.make("utter_details", language, services=[SERVICE], full=True)
    press = next(one["press"] for one in shown["buttons"] if one["press"]["intent"] == PRESS)
    asked = []
    for _ in QUESTIONS:
        answer = await pressed(house, "someone", press, language)
        asked.append(answer["text"])
        ours = [one for one in answer["buttons"] if one["press"].get("intent") == PRESS]
        assert len(ours) == 3 and all(len(one["title"]) <= 40 for one in ours)
        press = choose(answer, 0)
    thanks = await pressed(house, "someone", press, language)
    assert len(set(asked)) == 5 and house.cards.name(SERVICE, language) in asked[0]
    assert [one["press"]["intent"] for one in thanks["buttons"]][:3] == ["press_topics", "request_human", "file_report"]
    again = await pressed(house, "someone", press, language)
    assert again["text"] == house.wording_messages.make("utter_feedback_twice", language)["text"], "a second press counts nothing"


async def test_three_who_were_turned_away_change_the_card(house: Container) -> None:
    for who in ("one", "two", "three"):
        assert "turned away" not in str(house.cards.service(SERVICE, "en"))
        answers = {"open": "yes", "interpreter": "no", "papers": "no", "turned_away": "yes", "helped": "no"}
        await pressed(house, who, {"intent": PRESS, "record": SERVICE, "answers": answers})
    rows = house.cards.service(SERVICE, "en")["rows"]
    (told,) = [row for row in rows if row["label"] == house.wording.label("card_trust", "en")]
    assert told["value"] == house.wording.label("card_trust_doubted_turned_away", "en") and told["kind"] == "alert"
    assert [one.record for one in house.visit_feedback.opinions()] == [SERVICE]


@pytest.mark.parametrize("press", [{}, {"record": "gone"}, {"record": ["x"]}, {"record": SERVICE, "answers": {"staff": "Mr X"}}])
async def test_buttons_of_yesterday_and_forged_ones_do_no_harm(house: Container, press: dict[str, Any]) -> None:
    answer = await pressed(house, "someone", {"intent": PRESS, **press})
    assert answer["text"] and house.visit_feedback.opinions() == []


async def test_a_list_of_cards_or_a_guide_has_no_such_button(house: Container) -> None:
    for values in ({"services": [SERVICE]}, {"services": [SERVICE, "petition-german-parliament"], "full": True}):
        shown = house.wording_messages.make("utter_details", "en", **values)
        assert not [one for one in shown["buttons"] if one["press"]["intent"] == PRESS]
