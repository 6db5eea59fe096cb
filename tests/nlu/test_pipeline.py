"""The trained model: intents in every language, what its parse carries, and messages of all sorts."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rasa.core.agent import Agent

from bot.cli.train import ensure_model
from bot.container import Container, use
from bot.nlu.smoke import smoke_test

pytestmark = pytest.mark.asyncio


@pytest.fixture(scope="module")
def agent(shared_house: Container) -> Iterator[Agent]:
    use(shared_house)
    yield Agent.load(str(ensure_model(shared_house)))


async def parse(agent: Agent, text: str) -> dict[str, Any]:
    return dict(await agent.parse_message(text))


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("i need a flat for my family", "ask_housing"),
        ("ich brauche eine wohnung für meine familie", "ask_housing"),
        ("بدي بيت لعيلتي", "ask_housing"),
        ("برای خانواده ام خانه میخواهم", "ask_housing"),
        ("мені потрібна квартира для родини", "ask_housing"),
        ("мне нужна квартира для семьи", "ask_housing"),
        ("ailem için ev lazım", "ask_housing"),
        ("il me faut un logement pour ma famille", "ask_housing"),
        ("where can my son see a doctor", "ask_health"),
        ("де знайти дитячого лікаря", "ask_health"),
        ("almanca kursu arıyorum", "ask_language_course"),
        ("دنبال کورس زبان آلمانی هستم", "ask_language_course"),
        ("je veux parler à une vraie personne", "request_human"),
        ("хочу поговорить с живым человеком", "request_human"),
        ("lösche alles was ich geschrieben habe", "forget_me"),
        ("امسح كل شي كتبته", "forget_me"),
        ("are you a robot?", "bot_challenge"),
        ("merhaba", "greet"),
        ("مساعدة", "greet"),
        ("Hilfe", "greet"),
        ("کمک", "greet"),
        ("допоможіть", "greet"),
        ("بنتي عندها حرارة", "ask_health"),
        ("we are homeless", "ask_housing"),
        ("ما عندي مكان نام فيه", "ask_housing"),
        ("acıktım", "ask_everyday"),
        ("I am hungry", "ask_everyday"),
        ("ما معي مصاري", "ask_money"),
        ("mon patron me paye pas depuis 2 mois", "ask_reporting"),
        ("i want to report my landlord racist", "ask_reporting"),
        ("спасибо", "thank"),
        ("так", "affirm"),
        ("نه", "deny"),
    ],
)
async def test_intents(agent: Agent, text: str, intent: str) -> None:
    assert (await parse(agent, text))["intent"]["name"] == intent


async def test_the_parse_carries_what_was_understood(agent: Agent) -> None:
    parsed = await parse(agent, "шукаю лікаря в Аугсбурзі")
    assert parsed["language"]["code"] == "uk"
    assert parsed["danger"]["kind"] is None
    assert [(one["entity"], one["value"]) for one in parsed["entities"]] == [("place", "Augsburg")]
    assert 0.0 < parsed["intent"]["confidence"] <= 1.0
    assert (await parse(agent, "he is not breathing help"))["danger"]["kind"] == "medical"


@pytest.mark.parametrize("text", ["", " ", "😀", "?!", "12345", "asdfgh qwrtz", "дa wohnung كيف", "word " * 800, "\u200f"])
async def test_any_message_gets_an_intent(agent: Agent, text: str) -> None:
    assert (await parse(agent, text))["intent"]["name"]


async def test_noise_is_not_understood(agent: Agent) -> None:
    assert (await parse(agent, "xqzt vvkk prrl wnnm"))["intent"]["name"] in {"nlu_fallback", "out_of_scope"}


async def test_smoke(agent: Agent) -> None:
    assert await smoke_test(agent) is None
