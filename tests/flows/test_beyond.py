"""Languages beyond the eight with the real server: Spanish by real packages, Pashto, Somali and Tigrinya without any."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from bot.container import Container
from bot.wording.bidi import without_isolates
from tests.flows.people import Answer, TelegramPerson, WebPerson, rest
from tests.flows.server import RunningServer
from tests.telegram.bot_api import BotApi
from tests.translation.fixture_packages import lay_out

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(300)]
# Seconds for an answer whose texts a machine translates meanwhile, on a machine that is busy with other tests.
TRANSLATED = 120.0


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def polyglot_api() -> AsyncIterator[BotApi]:
    """The Bot API's stand-in for the server with packages."""
    async with BotApi() as api:
        yield api


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def polyglot(polyglot_api: BotApi, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServer]:
    """A server with the small packages of tests/translation: Spanish works through them."""
    folder = tmp_path_factory.mktemp("polyglot")
    running = RunningServer(folder, TELEGRAM_TOKEN=polyglot_api.token, TELEGRAM_API=polyglot_api.base_url,
                            TRANSLATION_PACKAGES=str(lay_out(folder / "packages")))
    await running.start()
    # An engine that was just started on a busy machine takes longer than a person in a test waits.
    await rest(running.url, "warm", "¿Dónde puedo aprender alemán?")
    yield running
    running.kill()


def digits(text: str) -> list[str]:
    return re.findall(r"\d+", without_isolates(text))


def check_marked(answers: list[Answer], key: str = "metadata") -> None:
    """Nothing that no person has reviewed goes unmarked."""
    for answer in answers:
        assert answer[key]["mark"], answer["text"]
        assert answer[key]["mark_text"]


async def test_spanish_is_answered_by_translation(polyglot: RunningServer, shared_house: Container) -> None:
    person = await WebPerson(polyglot.url).connect()
    await person.send("¿Dónde puedo aprender alemán?")
    await person.until(lambda: len(person.said) >= 2, TRANSLATED)
    answer, notice = person.said
    metadata = answer["metadata"]
    assert metadata["language"] == "es" and metadata["direction"] == "ltr"
    # Understood as the question about courses, and answered from the directory.
    cards = metadata["cards"]
    found = [card["id"] for card in cards if card["kind"] == "service"]
    assert any("language" in term for one in found for term in shared_house.directory.services[one].taxonomy_terms)
    # What the record says in numbers and addresses is untouched.
    for card in cards:
        if card["kind"] == "service":
            source = shared_house.cards.service(card["id"], "en")
            own = {row["href"] for row in source["rows"] if row["href"]}
            assert {row["href"] for row in card["rows"] if row["href"]} == own
            for row in card["rows"]:
                if row["kind"] == "phone":
                    assert row["value"] in [one["value"] for one in source["rows"]]
    check_marked([answer, notice])
    assert metadata["original"], "the original is one tap away"
    assert "encrypted" in notice["metadata"]["original"] and "cifrados" in notice["text"]
    await person.leave()


async def test_the_original_is_one_tap_away_on_telegram(polyglot: RunningServer, polyglot_api: BotApi) -> None:
    person = TelegramPerson(polyglot_api, 84_000, "es")
    polyglot_api.push_text(person.chat, "¿Dónde puedo aprender alemán?", "es")
    await polyglot_api.wait_until(lambda: any(message.buttons for message in person.got), TRANSLATED)
    first = next(message for message in person.got if message.buttons)
    assert "Mostrar el texto original" in [button["text"] for button in first.flat_buttons]
    title = "How can I learn German at home?"
    assert title not in first.plain and "aprender alemán en casa" in first.plain
    polyglot_api.press(first, "Mostrar el texto original", "es")
    await polyglot_api.wait_until(lambda: any(title in message.plain for message in person.got), TRANSLATED)


@pytest.mark.parametrize("words", ["Mi marido me pega.", "¡ayuda! mi esposo me está pegando ahora"])
async def test_danger_in_spanish_comes_first(polyglot: RunningServer, words: str) -> None:
    first, *rest_of_it = await rest(polyglot.url, f"peligro: {words}", words)
    assert first["custom"]["kind"] == "danger"
    assert "tel:110" in [link["href"] for link in first["custom"]["links"]]
    assert "110" in digits(first["custom"]["lead"])
    assert rest_of_it[0]["buttons"], "a person is offered"


NO_PACKAGES = (
    ("ps", "زه داسې ډاکټر ته اړتیا لرم چې پښتو وايي", "پښتو", "روغتیا"),
    ("so", "waxaan u baahanahay dhakhtar ku hadla af soomaali", "Soomaali", "Caafimaad"),
    ("ti", "ንወደይ ትግርኛ ዝዛረብ ሓኪም የድልየኒ ኣሎ", "ትግርኛ", "ጥዕና"),
    ("ku", "ji kurê min re doktorekî ku kurdî dizane lazim e", "Kurmancî", "Tenduristî"),
)


@pytest.mark.parametrize(("code", "words", "name", "health"), NO_PACKAGES)
async def test_without_packages_there_is_a_menu_numbers_consent_and_a_person(
    polyglot: RunningServer, code: str, words: str, name: str, health: str
) -> None:
    answer, notice = await rest(polyglot.url, f"no packages {code}", words)
    metadata = answer["custom"]
    assert metadata["language"] == code
    assert metadata["direction"] == ("rtl" if code == "ps" else "ltr")
    # It says which language it seems to be, and the number for danger.
    assert name in answer["text"] and "112" in digits(answer["text"])
    titles = [button["title"] for button in answer["buttons"]]
    assert health in titles and len(titles) == 14  # twelve topics, a person, another language
    check_marked([answer, notice], "custom")
    assert "30" in digits(notice["text"]) and "/forget" in notice["text"]
    # The topic works: records in the original, said so, with a person offered.
    topic = answer["buttons"][titles.index(health)]["payload"]
    (shown,) = await rest(polyglot.url, f"no packages {code}", topic)
    assert shown["custom"]["cards"] and shown["custom"]["mark"] == "untranslated"
    assert len([one for one in shown["buttons"] if one["title"] == titles[12]]) == 1
    # The person's button leads on, whoever is there.
    assert await rest(polyglot.url, f"no packages {code}", answer["buttons"][12]["payload"])


async def test_a_greeting_in_the_telegram_language(polyglot: RunningServer, polyglot_api: BotApi) -> None:
    person = TelegramPerson(polyglot_api, 84_001, "so")
    got = await person.say("/start")
    assert "Waymark" in got[0].plain and "Salaan" in got[0].plain
    assert "Guri" in [button["text"] for button in got[-1].flat_buttons]


async def test_another_language_is_offered_and_taken(polyglot: RunningServer) -> None:
    who = "offers"
    await rest(polyglot.url, who, "where can i learn german", language="en")
    answers = await rest(polyglot.url, who, "necesito un médico que hable español para mi hijo")
    offer = answers[-1]
    assert "español" in offer["text"]
    taken = await rest(polyglot.url, who, offer["buttons"][0]["payload"])
    assert taken[0]["custom"]["language"] == "es"
    again = await rest(polyglot.url, who, "¿Dónde puedo aprender alemán?")
    assert again[0]["custom"]["language"] == "es" and again[0]["custom"]["cards"]


async def test_a_language_nobody_prepared_for_is_named(polyglot: RunningServer) -> None:
    answer, _ = await rest(polyglot.url, "igbo", "kedu ka m ga-esi debanye aha nwa m nwanyị na ụlọ akwụkwọ")
    assert answer["custom"]["language"] == "ig" and "Igbo" in answer["text"]
    assert answer["custom"]["mark"] == "untranslated"


async def test_no_words_are_in_the_log(polyglot: RunningServer) -> None:
    for words in ("aprender alemán", "dhakhtar", "ډاکټر"):
        assert words not in polyglot.output
