"""Which language a talk settles on, and how the assistant answers beyond the eight, with a translator that stands in."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from bot.channels.beyond import Beyond
from bot.channels.spoken import Spoken, offer_of
from bot.container import Container
from bot.contracts import Translation
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

WHO = "c" * 32
SPANISH = "necesito un médico que hable español para mi hijo"
PASHTO = "زه داسې ډاکټر ته اړتیا لرم چې پښتو وايي"


class Spaniard:
    """Stands in for the translator: it knows Spanish, says what it is told, and notes what was asked."""

    def __init__(self) -> None:
        self.says: dict[str, str] = {}
        self.mark = "good"
        self.asked: list[tuple[str, str, str, bool]] = []
        self.breaks = False

    def can(self, source: str, target: str) -> bool:
        return {source, target} == {"es", "en"}

    async def translate(
        self, text: str, source: str, target: str, *, context: str = "", personal: bool = False
    ) -> Translation:
        self.asked.append((text, source, target, personal))
        if self.breaks:
            raise RuntimeError("a bug")
        shown = text if self.mark in ("failed", "none") else self.says.get(text, f"[{target}] {text}")
        return Translation(shown, text, source, target, "machine", self.mark)  # type: ignore[arg-type]


@pytest.fixture
def translator(house: Container) -> Iterator[Spaniard]:
    made = Spaniard()
    house.__dict__["translator"] = made
    yield made


def talk(language: str | None = None, chosen: bool = False) -> Conversation:
    return Conversation(WHO, "web", "assistant", language, chosen, False)


def message(text: str, **body: Any) -> Inbound:
    return Inbound(WHO, "m", {"text": text, "press": None, **body})


@pytest.mark.parametrize(
    ("text", "body", "present", "settled", "offered"),
    [
        # The first words decide.
        (SPANISH, {}, None, "es", None),
        (PASHTO, {}, None, "ps", None),
        (SPANISH, {"prior": "en"}, None, "es", None),
        ("i need a doctor for my son", {"prior": "es"}, None, "en", None),
        # One or two words prove little against what is known beforehand; with it they are enough.
        ("ok", {"prior": "de"}, None, "de", None),
        ("ok", {"prior": "es-MX"}, None, "es", None),
        ("hola", {"prior": "es"}, None, "es", None),
        # Later a switch is only offered.
        (SPANISH, {}, "en", "en", "es"),
        (PASHTO, {}, "fa", "fa", "ps"),
        ("i need a doctor for my son", {}, "es", "es", "en"),
        ("gracias", {}, "en", "en", None),
        # A choice wins; a language nobody knows is no choice.
        ("hello there my friend", {"chosen": "so"}, "en", "so", None),
        ("hello there my friend", {"chosen": "xx"}, "en", "en", None),
        # A press has no words.
        ("", {"press": "i:greet", "prior": "so"}, None, "so", None),
    ],
)
async def test_settling(
    house: Container, text: str, body: dict[str, Any], present: str | None, settled: str, offered: str | None
) -> None:
    await house.messages.receive(Inbound(WHO, "before", {"text": "x"}), "web", None)
    said = message(text, **body)
    assert await Spoken(house).settle(said, talk(present)) == settled
    assert said.body.get("offer") == offered
    if text and present is None:
        conversation = await house.conversations.get(WHO)
        assert conversation is not None and conversation.language == settled


async def test_a_chosen_language_is_kept(house: Container) -> None:
    said = message(SPANISH)
    assert await Spoken(house).settle(said, talk("tr", chosen=True)) == "tr"


async def test_danger_is_found_in_the_translation(house: Container, translator: Spaniard) -> None:
    words = "texto que nadie aquí conoce"
    translator.says[words] = "help my husband is beating me now"
    said = message(words)
    assert await Spoken(house).danger(said, "es") == "violence"
    # In whatever language the talk is, if the words seem to be Spanish.
    other = message(words, heard="es")
    assert await Spoken(house).danger(other, "en") == "violence"


@pytest.mark.parametrize("trouble", ["breaks", "failed", "none"])
async def test_a_translator_in_trouble_hides_no_danger(house: Container, translator: Spaniard, trouble: str) -> None:
    translator.breaks, translator.mark = trouble == "breaks", trouble if trouble != "breaks" else "good"
    assert await Spoken(house).danger(message("my father is not breathing"), "es") == "medical"
    assert await Spoken(house).danger(message("una pregunta cualquiera"), "es") is None


async def test_what_a_person_wrote_is_translated_as_personal(house: Container, translator: Spaniard) -> None:
    assert await Spoken(house).english(SPANISH, "es") == f"[en] {SPANISH}"
    assert translator.asked == [(SPANISH, "es", "en", True)]
    assert await Spoken(house).english("أحتاج طبيب", "ar") is None  # one of the eight: understood as it is
    assert await Spoken(house).english(PASHTO, "ps") is None  # no package


class Heard:
    """Stands in for the assistant: notes what it is handed."""

    def __init__(self) -> None:
        self.got: list[tuple[str, str]] = []

    async def __call__(self, message: Inbound, conversation: Conversation, language: str) -> list[dict[str, Any]] | None:
        self.got.append((message.body["text"], language))
        return []


async def test_the_assistant_gets_english_words_and_the_persons_language(house: Container, translator: Spaniard) -> None:
    assistant = Heard()
    await Beyond(house, assistant)(message(SPANISH), talk("es"), "es")
    assert assistant.got == [(f"[en] {SPANISH}", "es")]


async def test_a_press_and_the_eight_are_left_alone(house: Container, translator: Spaniard) -> None:
    assistant = Heard()
    beyond = Beyond(house, assistant)
    await beyond(message("", press="i:greet"), talk("es"), "es")
    await beyond(message("/help"), talk("es"), "es")
    await beyond(message("i need a doctor"), talk("en"), "en")
    assert assistant.got == [("", "es"), ("/help", "es"), ("i need a doctor", "en")]
    assert translator.asked == []


async def test_danger_that_a_late_translation_shows_is_answered(house: Container, translator: Spaniard) -> None:
    translator.says[SPANISH] = "help my husband is beating me now"
    assistant = Heard()
    answers = await Beyond(house, assistant)(message(SPANISH), talk("es"), "es")
    assert answers is not None and answers[0]["metadata"]["kind"] == "danger"
    assert assistant.got == []


@pytest.mark.parametrize("mark", ["failed", "none"])
async def test_what_cannot_be_translated_is_said_with_a_person_offered(
    house: Container, translator: Spaniard, mark: str
) -> None:
    translator.mark = mark
    assistant = Heard()
    (answer,) = await Beyond(house, assistant)(message(SPANISH), talk("es"), "es") or []
    assert "español" in answer["text"] and "112" in answer["text"]
    assert "request_human" in [button["press"]["intent"] for button in answer["buttons"]]
    assert assistant.got == []


async def test_an_answer_waits_for_the_machine_and_is_marked(house: Container, translator: Spaniard) -> None:
    message_now = house.wording_messages.make("utter_thank", "es")
    assert message_now["metadata"]["mark"] == "untranslated"
    made = await house.wording_messages.made("utter_thank", "es")
    metadata = made["metadata"]
    assert metadata["mark"] == "machine" and made["text"].startswith("[es] ")
    assert metadata["original"] == house.wording_messages.make("utter_thank", "en")["text"]
    # The eight never wait.
    before = len(translator.asked)
    await house.wording_messages.made("utter_thank", "fr")
    assert len(translator.asked) == before


async def test_a_machine_that_loses_a_name_in_braces_is_not_shown(house: Container, translator: Spaniard) -> None:
    name = "utter_out_of_scope"
    source = house.wording._sources[name]
    translator.says[source] = "sin nada"
    made = await house.wording_messages.made(name, "fi")  # no package: the original
    assert made["metadata"]["mark"] == "untranslated"
    house.prepared.get(source, "es", "wording")
    await house.prepared.ready("es", 5)
    prepared = house.prepared.get(source, "es", "wording")
    assert prepared is not None and prepared.mark == "failed" and prepared.text == source


async def test_a_record_that_nobody_translated_goes_to_the_machine_and_says_so(
    house: Container, translator: Spaniard
) -> None:
    service = next(iter(house.directory.services))
    first = house.cards.service(service, "es")
    assert first["mark"] == "untranslated"
    assert await house.prepared.ready("es", 20)
    card = house.cards.service(service, "es")
    assert card["mark"] == "machine" and card["description"].startswith("[es] ")
    english = house.cards.service(service, "en")
    assert [row["href"] for row in card["rows"]] == [row["href"] for row in english["rows"]]
    assert english["description"] in card["original"]


async def test_which_offer(house: Container, translator: Spaniard) -> None:
    assert offer_of(house, "tr") == offer_of(house, "es") == "utter_language_offer"
    assert offer_of(house, "ps") == "utter_beyond_offer"
    offer = house.wording_messages.make("utter_beyond_offer", "de", language_code="ps")
    assert "Paschtu" in offer["text"] and "پښتو" in offer["text"]
