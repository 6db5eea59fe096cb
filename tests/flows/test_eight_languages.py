"""From greeting to a details card and on, in each language, over real Socket.IO and over Telegram's stand-in."""

from __future__ import annotations

import asyncio
from typing import Any, TypeVar

import pytest
import pytest_asyncio

from bot.container import Container
from bot.directory.card_rows import dial, shown
from bot.languages import BY_CODE, CODES, SOURCE_LANGUAGE
from bot.wording.bidi import without_isolates
from tests.flows.people import Answer, TelegramPerson
from tests.flows.server import RunningServer
from tests.flows.talks import TelegramTalk, WebTalk, telegram_talk, web_talk
from tests.telegram.bot_api import BotApi, Sent

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.parametrize("language", CODES)]
Talk = TypeVar("Talk")
CHAT = 81_000


def result(talks: dict[str, Talk | BaseException], language: str) -> Talk:
    talk = talks[language]
    if isinstance(talk, BaseException):
        raise talk
    return talk


# All at once: eight people talk to one server, and none gets what is another's.
@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def web_talks(server: RunningServer, shared_house: Container) -> dict[str, WebTalk | BaseException]:
    found = await asyncio.gather(
        *(web_talk(server.url, shared_house, language) for language in CODES), return_exceptions=True
    )
    return dict(zip(CODES, found, strict=True))


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def telegram_talks(
    server: RunningServer, bot_api: BotApi, shared_house: Container
) -> dict[str, TelegramTalk | BaseException]:
    people = [TelegramPerson(bot_api, CHAT + place, language) for place, language in enumerate(CODES)]
    found = await asyncio.gather(
        *(telegram_talk(person, shared_house, str(person.language_code)) for person in people), return_exceptions=True
    )
    return dict(zip(CODES, found, strict=True))


def facts(house: Container, service: str) -> dict[str, list[str]]:
    """What a full card must hold, in the record's own bytes."""
    record = house.directory.services[service]
    places = [house.directory.locations[place] for place in record.locations]
    return {
        "phones": [phone.number for phone in house.cards.phones(record)],
        "mail": [record.email] if record.email else [],
        "streets": [address.address_1 for place in places for address in place.addresses],
        "source": [record.source_url],
        "date": [f"{record.assured_date:%d.%m.%Y}"],
    }


def without_hours(card: dict[str, Any]) -> dict[str, Any]:
    # "Open now" may change between the answer and the look at it.
    return {**card, "rows": [row for row in card["rows"] if row["kind"] != "hours"]}


def check_card(house: Container, card: dict[str, Any], full: bool) -> None:
    """The facts of a card are the record's own."""
    known = facts(house, card["id"])
    hrefs = [row["href"] for row in card["rows"] if row["kind"] == "phone"]
    assert hrefs == [dial(number) for number in known["phones"]][: None if full else 2]
    values = "\n".join(row["value"] for row in card["rows"])
    for number in known["phones"][: None if full else 2]:
        assert shown(number) in values
    for fact in known["mail"] + (known["streets"] if full else known["streets"][:1]):
        assert fact in values
    assert card["source"]["href"] == known["source"][0]
    assert known["date"][0] in without_isolates(card["assured"])


def check_language(house: Container, answer: Answer, language: str) -> None:
    metadata = answer["metadata"]
    assert metadata["language"] == language
    assert metadata["direction"] == BY_CODE[language].direction
    unreviewed = [card["id"] for card in metadata["cards"] if not card["reviewed"]]
    if unreviewed:
        assert metadata["mark"] == "fuzzy"
    if metadata["mark"]:
        assert metadata["mark_text"] == house.wording.label("mark_fuzzy", language)
        assert metadata["original"]
    if language == SOURCE_LANGUAGE:
        assert metadata["mark"] is None


async def test_every_answer_is_in_the_persons_language(
    web_talks: dict[str, WebTalk | BaseException], shared_house: Container, language: str
) -> None:
    talk = result(web_talks, language)
    for answer in talk.all:
        check_language(shared_house, answer, language)
    greeting = shared_house.wording_messages.make("utter_greet", language)
    assert talk.greeting[0]["metadata"]["lead"] == greeting["metadata"]["lead"]
    assert talk.greeting[0]["metadata"]["mark"] == greeting["metadata"]["mark"]
    assert talk.thanks["metadata"]["lead"] == shared_house.wording_messages.make("utter_thank", language)["text"]


async def test_the_privacy_notice_came_once_with_the_first_answer(
    web_talks: dict[str, WebTalk | BaseException], shared_house: Container, language: str
) -> None:
    talk = result(web_talks, language)
    notice = shared_house.wording_messages.make("utter_privacy_short", language)["text"]
    assert [place for place, answer in enumerate(talk.all) if answer["text"] == notice] == [1]


async def test_cards_are_in_the_language_and_their_facts_the_records_own(
    web_talks: dict[str, WebTalk | BaseException], shared_house: Container, language: str
) -> None:
    talk, house = result(web_talks, language), shared_house
    for answer, full in ((talk.found, False), (talk.people, False), (talk.details, True)):
        services = [card for card in answer["metadata"]["cards"] if card["kind"] == "service"]
        assert services
        for card in services:
            assert without_hours(card) == without_hours(house.cards.service(card["id"], language, full))
            check_card(house, card, full)
    assert any(row["kind"] == "phone" for card in talk.people["metadata"]["cards"] for row in card["rows"])
    assert [card["id"] for card in talk.details["metadata"]["cards"]] == [talk.pressed]


async def test_follow_up_questions_keep_the_subject(
    web_talks: dict[str, WebTalk | BaseException], language: str
) -> None:
    talk = result(web_talks, language)
    assert [[card["id"] for card in answer["metadata"]["cards"]] for answer in talk.follow_ups] == [[talk.pressed]] * 3


async def test_answers_are_numbered_and_a_second_look_shows_each_once(
    web_talks: dict[str, WebTalk | BaseException], language: str
) -> None:
    talk = result(web_talks, language)
    assert [answer["seq"] for answer in talk.all] == list(range(1, len(talk.all) + 1))
    assert talk.kept == talk.all


def plain(messages: list[Sent]) -> str:
    return without_isolates("\n".join(message.plain for message in messages))


async def test_telegram_greets_once_with_the_privacy_notice(
    telegram_talks: dict[str, TelegramTalk | BaseException], shared_house: Container, language: str
) -> None:
    talk, make = result(telegram_talks, language), shared_house.wording_messages.make
    for name, message in zip(("utter_greet", "utter_privacy_short"), talk.greeting, strict=True):
        wanted = make(name, language)
        assert without_isolates(wanted["text"]) in plain([message])
        assert (wanted["metadata"]["mark_text"] or "") in message.plain
    notice = without_isolates(make("utter_privacy_short", language)["text"])
    assert sum(notice in plain([message]) for message in talk.all) == 1
    assert without_isolates(make("utter_thank", language)["text"]) in plain(talk.thanks)


async def test_telegram_shows_the_records_own_facts(
    telegram_talks: dict[str, TelegramTalk | BaseException], shared_house: Container, language: str
) -> None:
    talk, house = result(telegram_talks, language), shared_house
    text, known = plain(talk.details), facts(house, talk.pressed)
    assert without_isolates(house.cards.name(talk.pressed, language)) in text
    for fact in [*map(shown, known["phones"]), *known["mail"], *known["streets"], *known["date"]]:
        assert fact in text
    assert known["source"][0] in [link for message in talk.details for link in message.links]
    if not house.cards.service(talk.pressed, language, True)["reviewed"]:
        assert house.wording.label("mark_fuzzy", language) in text
        original = house.wording.label("mark_original", language)
        assert original in [button["text"] for button in talk.details[-1].flat_buttons]


async def test_telegram_keeps_the_subject(
    telegram_talks: dict[str, TelegramTalk | BaseException], shared_house: Container, language: str
) -> None:
    talk = result(telegram_talks, language)
    name = without_isolates(shared_house.cards.name(talk.pressed, language))
    for answer in talk.follow_ups:
        assert name in plain(answer)
