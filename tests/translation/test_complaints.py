"""What users of Argos Translate complain about in public, each as a test: with an engine that does just that, and with ours.

The first engine of each pair does exactly what the complaint says, to whatever it is given. The second is the real one:
argostranslate over the small packages in tests/translation/packages.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable

import pytest

from bot.translation.engine import LocalEngine
from bot.translation.glossary import Glossary
from bot.translation.hypotheses import Engine, Hypothesis
from bot.translation.masks import PLACEHOLDER
from bot.translation.spans import Names, same_facts
from bot.translation.splitter import sentences
from bot.translation.translator import HouseTranslator
from bot.translation.wordbook import Wordbook
from tests.translation.fixture_packages import SENTENCES


class Doing:
    """An engine with one bad habit; besides, it writes words backwards, so that something changes."""

    def __init__(self, habit: Callable[[str], str]) -> None:
        self.habit = habit
        self.asked: list[str] = []

    def can(self, source: str, target: str) -> bool:
        return True

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        self.asked.append(text)
        turned = " ".join(word if PLACEHOLDER.search(word) or not word.isalpha() else word[::-1] for word in text.split())
        return Hypothesis(self.habit(turned), -0.2, False)


class Real:
    """The engine of the house in this process, off the event loop."""

    def __init__(self, engine: LocalEngine) -> None:
        self.engine = engine

    def can(self, source: str, target: str) -> bool:
        return self.engine.can(source, target)

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        return await asyncio.to_thread(self.engine.translate, text, source, target)


def house_with(engine: Engine) -> HouseTranslator:
    return HouseTranslator(engine, Wordbook(list, dict), Glossary({}), lambda: Names(()), sentences, 30.0)


@pytest.fixture
def real(engine: LocalEngine) -> HouseTranslator:
    return house_with(Real(engine))


HABITS: tuple[tuple[str, str, Callable[[str], str], tuple[str, ...]], ...] = (
    ("telephone plus signs dropped", "Please call +49 821 3242880 before you come to us.", lambda text: text.replace("+", ""),
     ("+49 821 3242880",)),
    ("e-mails cut", "Please write to max.muster@mail.example.org before you come to us.",
     lambda text: re.sub(r"\S+@", "", text),
     ("max.muster@mail.example.org",)),
    ("EUR to USD", "The fee for all of it is EUR 30 or 30 EUR or 30 €.",
     lambda text: text.replace("EUR", "USD").replace("€", "$"),
     ("EUR 30", "30 EUR", "30 €")),
    ("words of money changed", "The fee is Euro 30 or 30 eur or ¥300 for your case AZ-2024/17.",
     lambda text: text.replace("Euro", "Dollar").replace("eur", "dollar").replace("¥", "$").replace("AZ", "OF"),
     ("Euro 30", "30 eur", "¥300", "AZ-2024/17")),
    ("19:30 to 7:30", "The evening class begins here at 19:30 on Monday.",
     lambda text: text.replace("19:30", "7:30"), ("19:30",)),
    ("links broken", "You can read about it on https://www.example.org/a_b/C?d=1 today.",
     lambda text: text.replace("/", " / "),
     ("https://www.example.org/a_b/C?d=1",)),
    ("underscores become blanks", "Please write it as max_muster_1 in the long form.", lambda text: text.replace("_", " "),
     ("max_muster_1",)),
    ("signs normalised", "The big room has about 50 m² and ½ of it is ours.",
     lambda text: text.replace("²", "2").replace("½", "1/2"),
     ("²", "½")),
    ("names translated", "You must go to Tür an Tür with all your papers.",
     lambda text: text.replace("Tür", "Door"), ("Tür an Tür",)),
    ("streets translated", "You must go to the Bahnhofstr. 18 or Am Katzenstadel 18 with all your papers.",
     lambda text: text.replace("Bahnhofstr.", "Station Road").replace("Katzenstadel", "Cat Barn"),
     ("Bahnhofstr. 18", "Am Katzenstadel 18")),
    ("placeholders eaten", "Please call 110 for police and 112 for fire at once.", lambda text: PLACEHOLDER.sub("", text),
     ("110", "112")),
    ("numbers exchanged", "Please call 110 for police and 112 for fire at once.",
     lambda text: text.translate({0xE000: 0xE001, 0xE001: 0xE000}), ("110", "112")),
)


@pytest.mark.parametrize(("name", "text", "habit", "values"), HABITS, ids=[name for name, *_ in HABITS])
async def test_an_engine_with_this_habit_changes_nothing(
    name: str, text: str, habit: Callable[[str], str], values: tuple[str, ...]
) -> None:
    translator = HouseTranslator(
        Doing(habit), Wordbook(list, dict), Glossary({}), lambda: Names(["Tür an Tür"]), sentences, 30.0)
    made = await translator.translate(text, "en", "de")
    reached = 0
    for value in values:  # there, whole, and in the same order
        reached = made.text.index(value, reached) + len(value)
    assert same_facts(text, made.text)


@pytest.mark.parametrize(("name", "text", "habit", "values"), HABITS, ids=[name for name, *_ in HABITS])
async def test_the_real_engine_changes_nothing_either(
    name: str, text: str, habit: Callable[[str], str], values: tuple[str, ...], real: HouseTranslator
) -> None:
    for target in ("de", "ar", "es"):
        made = await real.translate(text, "en", target)
        assert all(value in made.text for value in values if value != "Tür an Tür")
        assert same_facts(text, re.sub("[\u2066-\u2069]", "", made.text))


async def test_the_real_engine_loses_no_german_street(real: HouseTranslator) -> None:
    made = await real.translate("Bitte kommen Sie in die Bahnhofstr. 18.", "de", "en")
    assert "Bahnhofstr. 18" in made.text


KNOWN = ("I need a doctor.", "I cannot pay the rent.", "The office is closed today.")


async def test_what_the_real_engine_knows_comes_out_right_beside_numbers_and_links(real: HouseTranslator) -> None:
    text = "\n".join([KNOWN[0], "+49 821 3242880", KNOWN[1], "https://example.org/a_b", "19:30", "30 EUR", KNOWN[2]])
    made = await real.translate(text, "en", "de")
    expected = [SENTENCES["en-de"][one] for one in KNOWN]
    assert made.text.split("\n") == [
        expected[0], "+49 821 3242880", expected[1], "https://example.org/a_b", "19:30", "30 EUR", expected[2]]
    assert (made.kind, made.mark) == ("machine", "good")


@pytest.mark.parametrize("text", ["Facebook", "share", "Menu", "OK", "Send now", "Log in", "on Facebook"])
async def test_single_words_and_labels_are_not_turned_into_nonsense(text: str, real: HouseTranslator) -> None:
    asked = Doing(lambda words: "Nonsense")
    for translator in (real, house_with(asked)):
        made = await translator.translate(text, "en", "de")
        known = {"OK": "In Ordnung"}.get(text)
        assert made.text == (known or text) and made.mark == ("good" if known else "none")
    assert not asked.asked


async def test_share_on_facebook_is_not_shown_as_a_translation(real: HouseTranslator) -> None:
    """Three words may go to the engine; what it makes of words it does not know is caught by its own doubt."""
    made = await real.translate("share on Facebook", "en", "de")
    assert made.mark == "failed" and made.text == "share on Facebook" and "score" in made.reasons


async def test_a_sentence_silently_dropped_is_noticed() -> None:
    """An engine that ends in the middle: what is missing is told, and the original is shown when it is much."""
    text = "You must bring your passport. You must not sign this paper today. We will help you with all of it."
    half = await house_with(Doing(lambda words: "" if "ton" in words else words)).translate(text, "en", "tr")
    assert half.mark == "doubtful" and "engine" in half.reasons
    assert "You must not sign this paper today." in half.text
    nothing = await house_with(Doing(lambda words: "")).translate(text, "en", "tr")
    assert nothing.mark == "failed" and nothing.text == text
    one_word = await house_with(Doing(lambda words: words.split()[0])).translate(text, "en", "tr")
    assert one_word.mark != "good" and "length" in one_word.reasons


async def test_capitals_are_translated(real: HouseTranslator) -> None:
    for text in KNOWN:
        made = await real.translate(text.upper(), "en", "ar")
        assert made.text == SENTENCES["en-ar"][text], text
        assert made.mark == "good"


async def test_a_loop_of_words_is_noticed() -> None:
    looping = house_with(Doing(lambda words: "bitte " * 30))
    made = await looping.translate("Please come to the office with your papers.", "en", "de")
    assert made.mark == "failed" and "repetition" in made.reasons


@pytest.mark.parametrize("pair", [
    "en-de", "de-en", "en-ar", "ar-en", "en-es", "es-en", "de-en-ar", "ar-en-de", "es-en-de", "de-en-es",
])  # fmt: skip
async def test_right_translations_are_called_good(pair: str, real: HouseTranslator) -> None:
    """Over all sentences of the fixture, in both directions and over the pivot: what is right is hardly ever called bad."""
    source, target = pair.split("-")[0], pair.split("-")[-1]
    known = {text: came for text, came in SENTENCES[pair].items() if len(text.split()) >= 3}
    assert len(known) > 100
    marks = []
    for text, expected in list(known.items())[::3]:
        made = await real.translate(text, source, target, personal=True)
        marks.append(made.mark)
        if made.mark not in ("failed", "none"):
            # Everyday phrases come from the phrase table; everything else is the engine's own sentence.
            assert made.text == expected or made.score is None, text
    assert marks.count("good") >= 0.95 * len(marks), {mark: marks.count(mark) for mark in marks}
    assert marks.count("failed") <= 0.02 * len(marks)
