"""Danger as the very first message, in every language: the numbers at once, before anything else."""

from __future__ import annotations

import re

import pytest

from bot.container import Container
from tests.flows.people import TelegramPerson, WebPerson, rest
from tests.flows.phrases import DANGER
from tests.flows.server import RunningServer
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]


@pytest.mark.parametrize(("language", "words", "number"), DANGER)
async def test_the_numbers_come_first_over_rest(
    server: RunningServer, shared_house: Container, language: str, words: str, number: str
) -> None:
    first, following, notice = await rest(server.url, f"in danger: {words}", words)
    metadata = first["custom"]
    assert metadata["kind"] == "danger"
    assert f"tel:{number}" in [link["href"] for link in metadata["links"]]
    assert {"tel:110", "tel:112"} & {link["href"] for link in metadata["links"]}
    assert {"110", "112"} & set(re.findall(r"\d+", first["custom"]["lead"]))
    assert metadata["language"] == language
    make = shared_house.wording_messages.make
    assert following["text"] == make("utter_danger_next", language)["text"]
    assert notice["text"] == make("utter_privacy_short", language)["text"]
    people = await rest(server.url, f"in danger: {words}", following["buttons"][0]["payload"])
    assert people[0]["custom"]["cards"], "a person is offered, and the button leads to one"


async def test_on_the_web_and_on_telegram(server: RunningServer, bot_api: BotApi) -> None:
    language, words, number = DANGER[2]
    web = await WebPerson(server.url).connect()
    first = (await web.say(words, answers=3))[0]
    assert f"tel:{number}" in [link["href"] for link in first["metadata"]["links"]]
    await web.leave()
    chat = TelegramPerson(bot_api, 83_000, language)
    chat.api.push_text(chat.chat, words, language)
    assert number in (await chat.expect(3))[0].plain


@pytest.mark.parametrize("words", ["/help my husband is beating me now", "Hello. " * 40 + "My husband is beating me now."])
async def test_nothing_around_it_hides_it(server: RunningServer, words: str) -> None:
    first = (await rest(server.url, f"hidden {len(words)}", words))[0]
    assert first["custom"]["kind"] == "danger"


@pytest.mark.parametrize("words", ["how do i call an ambulance in germany", "was ist die nummer der polizei"])
async def test_a_question_about_emergency_services_is_no_emergency(server: RunningServer, words: str) -> None:
    assert all(answer["custom"]["kind"] != "danger" for answer in await rest(server.url, f"asks: {words}", words))
