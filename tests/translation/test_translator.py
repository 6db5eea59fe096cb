"""The order (reviewed, memory, glossary, phrase table, engine), the marks, the time limit, and what never reaches an engine."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from bot.catalogs import Translated
from bot.contracts import Translator
from bot.errors import WaymarkError
from bot.translation.glossary import Glossary, Term
from bot.translation.hostile import HOSTILE, HostileEngine, Rewrite
from bot.translation.hypotheses import Hypothesis
from bot.translation.spans import Names, same_facts
from bot.translation.splitter import sentences
from bot.translation.translator import LONGEST_TEXT, Held, HouseTranslator
from bot.translation.wordbook import Wordbook


class Scripted:
    """An engine that knows some sentences, and writes down what it was asked."""

    def __init__(self, known: dict[str, str] | None = None, error: Exception | None = None, seconds: float = 0.0) -> None:
        self.known, self.error, self.seconds = known or {}, error, seconds
        self.asked: list[str] = []

    def can(self, source: str, target: str) -> bool:
        return True

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        self.asked.append(text)
        await asyncio.sleep(self.seconds)
        if self.error:
            raise self.error
        return Hypothesis(self.known.get(text, text[::-1]), -0.1, False)


class Book:
    """A catalog with one text: reviewed or not, stale or not."""

    def __init__(self, source: str, text: str, reviewed: bool, stale: bool = False) -> None:
        self.source, self.text, self.reviewed, self.stale = source, text, reviewed, stale

    def get(self, source: str) -> Translated:
        if source == self.source:
            return Translated(self.text, self.reviewed)
        return Translated(source, True, missing=True)

    def is_stale(self, source: str) -> bool:
        return self.stale


class Remembering:
    """A memory in a dictionary."""

    def __init__(self) -> None:
        self.kept: dict[str, Held] = {}

    async def find(self, masked: str, source: str, target: str, context: str) -> Held | None:
        return self.kept.get(masked)

    async def keep(self, masked: str, text: str, source: str, target: str, context: str, way: str = "") -> None:
        self.kept[masked] = Held(text, "machine", way)


TERM = Term("Duldung", (), "tolerated stay", "for now", (), False)
GLOSSARY = Glossary({"de": {"Duldung": TERM}, "en": {"Duldung": TERM}, "ar": {"Duldung": TERM}})


def make(engine: object, books: Sequence[Book] = (), memory: object = None, seconds: float = 5.0) -> HouseTranslator:
    wordbook = Wordbook(lambda: [book.source for book in books], lambda: {"de": list(books)})
    return HouseTranslator(  # type: ignore[arg-type]
        engine, wordbook, GLOSSARY, lambda: Names(["Tür an Tür"]), sentences, seconds, memory)


def test_it_keeps_the_contract() -> None:
    promised: Translator = make(Scripted())
    assert promised.can("en", "de") and promised.can("en", "en")


async def test_reviewed_text_comes_first() -> None:
    engine, memory = Scripted(), Remembering()
    memory.kept["Please wait here a moment."] = Held("Gedächtnis", "corrected")
    reviewed = Book("Please wait here a moment.", "Bitte warten Sie hier.", True)
    made = await make(engine, [reviewed], memory).translate("Please wait here a moment.", "en", "de")
    assert (made.text, made.kind, made.mark) == ("Bitte warten Sie hier.", "reviewed", "reviewed")
    assert not engine.asked


async def test_the_memory_comes_before_unreviewed_text_and_that_before_the_engine() -> None:
    engine, memory = Scripted(), Remembering()
    fuzzy = Book("Please wait here a moment.", "Bitte hier warten.", False)
    translator = make(engine, [fuzzy], memory)
    made = await translator.translate("Please wait here a moment.", "en", "de")
    assert (made.text, made.kind, made.mark) == ("Bitte hier warten.", "machine", "good")
    memory.kept["Please wait here a moment."] = Held("Von Hand.", "corrected")
    translator.forget()
    made = await translator.translate("Please wait here a moment.", "en", "de")
    assert (made.text, made.kind) == ("Von Hand.", "corrected")
    assert not engine.asked


async def test_text_translated_before_its_source_changed_is_not_used() -> None:
    engine = Scripted({"Please wait here a moment.": "Bitte warten Sie hier einen Moment."})
    stale = Book("Please wait here a moment.", "Bitte gehen Sie weiter.", False, stale=True)
    made = await make(engine, [stale]).translate("Please wait here a moment.", "en", "de")
    assert made.text == "Bitte warten Sie hier einen Moment."


async def test_reviewed_text_is_found_the_other_way_round() -> None:
    translator = make(Scripted(), [Book("Please wait here.", "Bitte hier warten.", True)])
    made = await translator.translate("Bitte hier warten.", "de", "en")
    assert (made.text, made.mark) == ("Please wait here.", "reviewed")


async def test_unreviewed_text_with_another_number_is_doubtful() -> None:
    made = await make(Scripted(), [Book("Call 110 in danger please.", "Rufen Sie in Gefahr 112.", False)]).translate(
        "Call 110 in danger please.", "en", "de")
    assert (made.mark, made.reasons, made.original) == ("doubtful", ("spans",), "Call 110 in danger please.")


async def test_a_glossary_term_is_kept_in_both_forms() -> None:
    engine = Scripted({"Sie haben eine \ue000 bekommen.": "You have got a \ue000 today."})
    made = await make(engine).translate("Sie haben eine Duldung bekommen.", "de", "en")
    assert made.text == "You have got a Duldung (tolerated stay: for now) today."
    alone = await make(Scripted(error=AssertionError())).translate("Duldung", "de", "en")
    assert alone.text == "Duldung (tolerated stay: for now)"


@pytest.mark.parametrize(("text", "shown", "mark"), [
    ("Danke!", "Thank you!", "good"), ("Montag", "Monday", "reviewed"), ("112", "112", "reviewed"),
    ("+49 821 3242880", "+49 821 3242880", "reviewed"), ("https://example.org", "https://example.org", "reviewed"),
    ("Tür an Tür", "Tür an Tür", "reviewed"), ("👍", "👍", "reviewed"), ("Montag 9:00", "Monday 9:00", "good"),
    ("Schrankwand", "Schrankwand", "none"), ("auf Facebook", "auf Facebook", "none"), ("Tel. 110", "Tel. 110", "none"),
])  # fmt: skip
async def test_short_texts_never_reach_the_engine(text: str, shown: str, mark: str) -> None:
    engine = Scripted()
    made = await make(engine).translate(text, "de", "en")
    assert (made.text, made.mark) == (shown, mark)
    assert not engine.asked
    if mark == "none":
        assert made.reasons == ("short",)


async def test_a_short_sentence_in_a_longer_text_does_not_either() -> None:
    engine = Scripted({"Ich komme morgen zum Amt.": "I will come to the office tomorrow."})
    made = await make(engine).translate("Danke. Ich komme morgen zum Amt.", "de", "en")
    assert made.text == "Thank you. I will come to the office tomorrow."
    assert engine.asked == ["Ich komme morgen zum Amt."]


@pytest.mark.parametrize(("code", "mark", "reason"), [
    ("translation.pair", "none", "package"), ("translation.slow", "none", "time"), ("translation.busy", "none", "busy"),
    ("translation.failed", "failed", "engine"), ("translation.text", "failed", "engine"),
])  # fmt: skip
async def test_it_never_raises(code: str, mark: str, reason: str) -> None:
    error = WaymarkError(code, source="de", target="en", seconds=1, limit=1)
    made = await make(Scripted(error=error)).translate("Ich komme morgen zum Amt.", "de", "en")
    assert (made.text, made.mark) == ("Ich komme morgen zum Amt.", mark) and reason in made.reasons
    made = await make(Scripted(error=MemoryError())).translate("Ich komme morgen zum Amt.", "de", "en")
    assert (made.text, made.mark) == ("Ich komme morgen zum Amt.", "failed")


async def test_no_text_waits_longer_than_the_limit() -> None:
    loop = asyncio.get_running_loop()
    translator = make(Scripted(seconds=30.0), seconds=0.5)
    await translator.prepare()
    begun = loop.time()
    made = await translator.translate("Ich komme morgen zum Amt. " * 20, "de", "en")
    assert (made.mark, made.reasons) == ("none", ("time",)) and loop.time() - begun < 1.5


async def test_a_text_of_the_house_is_remembered_and_a_personal_one_never() -> None:
    engine, memory = Scripted({"Ich komme morgen zum Amt.": "I will come to the office tomorrow."}), Remembering()
    translator = make(engine, memory=memory)
    await translator.translate("Ich komme morgen zum Amt.", "de", "en", personal=True)
    await translator.translate("Ich komme morgen zum Amt.", "de", "en", personal=True)
    assert len(engine.asked) == 2 and not memory.kept and not translator._recent
    await translator.translate("Ich komme morgen zum Amt.", "de", "en")
    assert list(memory.kept) == ["Ich komme morgen zum Amt."]
    await translator.translate("Ich komme morgen zum Amt.", "de", "en")
    assert len(engine.asked) == 3


async def test_templates_are_translated_then_filled_and_no_value_is_remembered() -> None:
    engine = Scripted({"Hallo \ue000, Ihr Termin ist da.": "Hello \ue000, your appointment is here."})
    memory = Remembering()
    translator = make(engine, memory=memory)
    made = await translator.translate_template("Hallo {name}, Ihr Termin ist da.", {"name": "Samira"}, "de", "en")
    assert made.text == "Hello Samira, your appointment is here." and made.original == "Hallo Samira, Ihr Termin ist da."
    assert "Samira" not in str(memory.kept) + str(engine.asked) + str(translator._recent)
    assert memory.kept["Hallo \ue000, Ihr Termin ist da."].text == "Hello \ue000, your appointment is here."


async def test_one_memory_entry_serves_every_number() -> None:
    engine = Scripted({"Rufen Sie bitte \ue000 an.": "Please call \ue000 now."})
    translator = make(engine, memory=Remembering())
    first = await translator.translate("Rufen Sie bitte 110 an.", "de", "en")
    second = await translator.translate("Rufen Sie bitte +49 821 3242880 an.", "de", "en")
    assert (first.text, second.text) == ("Please call 110 now.", "Please call +49 821 3242880 now.")
    assert len(engine.asked) == 1


async def test_what_other_packages_made_is_not_used_any_more() -> None:
    """A running server uses a new package from its next text on; what people wrote stays."""
    engine, memory, way = Scripted(), Remembering(), ["first"]
    translator = HouseTranslator(
        engine, Wordbook(list, dict, None), Glossary({}), lambda: Names(()), sentences, 5.0, memory, lambda *_: way[0])
    engine.known["Ich komme morgen zum Amt."] = "I come to the office."
    await translator.translate("Ich komme morgen zum Amt.", "de", "en")
    assert memory.kept["Ich komme morgen zum Amt."].way == "first"
    engine.known["Ich komme morgen zum Amt."] = "I will come to the office tomorrow."
    assert (await translator.translate("Ich komme morgen zum Amt.", "de", "en")).text == "I come to the office."
    way[0] = "second"
    assert (await translator.translate("Ich komme morgen zum Amt.", "de", "en")).text == "I will come to the office tomorrow."
    assert memory.kept["Ich komme morgen zum Amt."].way == "second" and len(engine.asked) == 2
    memory.kept["Ich komme morgen zum Amt."] = Held("By hand.", "corrected")
    way[0] = "third"
    assert (await translator.translate("Ich komme morgen zum Amt.", "de", "en")).text == "By hand."


@pytest.mark.parametrize("text", ["", "   ", "\n"])
async def test_nothing_stays_nothing(text: str) -> None:
    assert (await make(Scripted()).translate(text, "de", "en")).text == text


async def test_very_long_text_is_refused_not_lost() -> None:
    text = "Ich komme morgen. " * (LONGEST_TEXT // 10)
    made = await make(Scripted()).translate(text, "de", "en")
    assert (made.text, made.mark, made.reasons) == (text, "failed", ("long",))


@pytest.mark.parametrize("rewrite", HOSTILE, ids=[rewrite.__name__ for rewrite in HOSTILE])
async def test_what_is_shown_holds_the_originals_numbers_whatever_the_engine_does(rewrite: Rewrite) -> None:
    text = ("Bitte rufen Sie +49 821 3242880 vor 19:30 Uhr an. Es kostet 30 EUR im Monat.\n"
            "Mail: a.b@example.org oder §60a AufenthG.")
    translator = make(HostileEngine(rewrite))
    made = await translator.translate(text, "de", "en")
    assert same_facts(text, made.text)
    assert made.original == text
    arabic = await translator.translate(text, "de", "ar")
    assert all(value in arabic.text for value in ("+49 821 3242880", "19:30 Uhr", "30 EUR", "a.b@example.org", "§60a AufenthG"))


async def test_invisible_signs_of_direction_do_no_harm() -> None:
    engine = Scripted({"Rufen Sie bitte \ue000 an.": "Please call \ue000 now."})
    made = await make(engine).translate("Rufen Sie bitte \u2066110\u2069 an.", "de", "en")
    assert made.text == "Please call 110 now."


async def test_the_houses_translator_knows_its_own_wording(shared_house: object) -> None:
    from bot.container import Container

    assert isinstance(shared_house, Container)
    made = await shared_house.translator.translate("Talk to a person", "en", "de")
    assert made.text == "Mit einem Menschen sprechen" and made.kind in ("machine", "reviewed")
    back = await shared_house.translator.translate(made.text, "de", "en")
    assert back.text == "Talk to a person"


def test_the_phrase_table_has_every_phrase_in_every_language() -> None:
    import yaml

    from bot.languages import CODES
    from bot.translation.wordbook import PHRASES

    rows = yaml.safe_load(Path(PHRASES).read_text(encoding="utf-8"))
    assert len(rows) > 40
    for row in rows:
        assert set(row) == set(CODES), row
        assert all(isinstance(way, str) and way for ways in row.values() for way in ways), row


# Everyday words with two meanings, and the one they are understood as.
TWO_MEANINGS = {("uk", "прошу"): "You are welcome", ("ru", "пожалуйста"): "Please", ("fr", "bonjour"): "Hello"}


def test_words_of_two_meanings_are_settled() -> None:
    import yaml

    from bot.languages import CODES
    from bot.translation.wordbook import PHRASES, folded

    meanings: dict[tuple[str, str], list[str]] = {}
    for row in yaml.safe_load(Path(PHRASES).read_text(encoding="utf-8")):
        for code in CODES:
            for way in {folded(way) for way in row[code]}:
                meanings.setdefault((code, way), []).append(row["en"][0])
    assert {key for key, rows in meanings.items() if len(rows) > 1} <= set(TWO_MEANINGS)
    book = Wordbook(list, dict)
    shown = {key: book.phrase(key[1].capitalize() + "!", key[0], "en") for key in TWO_MEANINGS}
    assert {key: found and found.text for key, found in shown.items()} == TWO_MEANINGS
    assert (book.phrase("Будь ласка", "uk", "en") or ("",))[0] == "Please"


def test_turkish_is_found_however_its_i_is_typed() -> None:
    book = Wordbook(list, dict)
    for typed in ("İyi akşamlar", "iyi akşamlar", "IYI AKŞAMLAR", "İYİ AKŞAMLAR"):
        found = book.phrase(typed, "tr", "en")
        assert found is not None and found.text == "Good evening", typed
    assert (book.phrase("YARIN", "tr", "de") or ("",))[0] == "Morgen"


def test_a_reviewed_text_goes_before_everyday_words_nobody_has_reviewed() -> None:
    book = Wordbook(lambda: ["Police"], lambda: {"de": [Book("Police", "Die Polizei", True)]})
    assert book.find("Police", "en", "de") == book.phrase("police!", "en", "de") == ("Die Polizei", True)
    fuzzy = Wordbook(lambda: ["Police"], lambda: {"de": [Book("Police", "Die Polizei", False)]})
    assert fuzzy.find("Police", "en", "de") == ("Polizei", False)
    assert book.find("Police", "en", "ar") == ("الشرطة", False)


def test_chrf_is_what_its_author_says() -> None:
    from bot.translation.quality import chrf

    assert chrf("Das Amt ist zu.", "Das Amt ist zu.") == 100.0
    assert chrf("Das Amt ist zu.", "") == 0.0 and chrf("", "x") == 0.0 and chrf("abc", "xyz") == 0.0
    assert chrf("Das Amt ist heute zu.", "Das Amt ist zu.") > chrf("Das Amt ist heute zu.", "Die Schule ist offen.")
    # By hand: "abcd" against "abce": 1-grams 3/4, 2-grams 2/3, 3-grams 1/2, 4-grams 0/1, precision and recall alike.
    assert round(chrf("abcd", "abce"), 4) == round(100 * (3 / 4 + 2 / 3 + 1 / 2 + 0) / 4, 4)


async def test_a_pair_can_be_measured() -> None:
    from bot.translation.quality import quality

    engine = Scripted({"Ich komme morgen zum Amt.": "I will come to the office tomorrow."})
    pairs = [("Ich komme morgen zum Amt.", "I will come to the office tomorrow."), ("Das ist heute ganz anders.", "Not at all.")]
    measured = await quality(make(engine), pairs, "de", "en")
    assert (measured.texts, measured.good + measured.doubtful + measured.failed) == (2, 2) and measured.chrf > 40
