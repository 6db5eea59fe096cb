"""The wording beyond the eight: the same numbers and names as in English, marked, and the fitting sentence in each place."""

from __future__ import annotations

import re
from collections.abc import Callable

import polib
import pytest

from bot.catalogs import AidedCatalog, Catalog
from bot.contracts import Translation
from bot.languages import BEYOND, CODES, is_right_to_left, known_code, language_name, own_name
from bot.settings import ROOT
from bot.wording.beyond import FOLDER, PLAINER, beyond_catalog, beyond_languages, beyond_texts
from bot.wording.bidi import without_isolates
from bot.wording.wording import Wording, placeholders, source_texts

LANGUAGES = beyond_languages()
WORDING = Wording(ROOT / "domain")
VALUES = {"place": "Augsburg", "days": 30, "language": "x", "operator": "y"}


def test_the_most_needed_languages_are_there() -> None:
    assert {"ps", "so", "ti", "ku", "ckb", "am", "ur", "es", "pl", "ro", "bg", "sq", "sr", "hr", "vi", "it"} <= set(LANGUAGES)
    assert set(LANGUAGES) <= set(BEYOND)


@pytest.mark.parametrize("code", LANGUAGES)
def test_every_sentence_is_there_with_its_numbers_and_marked(code: str) -> None:
    entries = {entry.msgid: entry for entry in polib.pofile(str(FOLDER / f"{code}.po"))}
    assert set(beyond_texts().values()) <= set(entries)
    for source, entry in entries.items():
        assert entry.msgstr and entry.fuzzy, source  # who reviews one takes the flag away, and names the language here
        assert placeholders(entry.msgstr) == placeholders(source)
        assert sorted(re.findall(r"\d+|/forget", entry.msgstr)) == sorted(re.findall(r"\d+|/forget", source))


@pytest.mark.parametrize("code", LANGUAGES)
@pytest.mark.parametrize("kind", ["violence", "medical", "suicide", "fire", "child"])
def test_danger_names_the_numbers(code: str, kind: str) -> None:
    rendered = WORDING.render(f"utter_danger_{kind}", code, **VALUES)
    assert rendered.mark == "fuzzy"
    assert {"110", "112"} & set(re.findall(r"\d+", without_isolates(rendered.text)))
    assert ("\u2066" in rendered.text or "\u2068" in rendered.text) == is_right_to_left(code)


def test_what_stands_in_for_what_exists() -> None:
    known = source_texts(ROOT / "domain") | beyond_texts()
    assert set(PLAINER) <= set(known) and set(PLAINER.values()) <= set(known)


def test_a_language_without_wording_gets_english_and_says_so() -> None:
    rendered = WORDING.render("utter_greet", "ig", **VALUES)
    assert rendered.mark == "untranslated" and rendered.text == rendered.source


@pytest.mark.parametrize("code", BEYOND)
def test_every_language_has_a_name_in_its_own_words_and_in_the_eight(code: str) -> None:
    assert own_name(code) and own_name(code) != code
    for language in CODES:
        assert language_name(code, language) not in ("", code)
    assert known_code(code) == code


@pytest.mark.parametrize(
    ("tag", "code"), [("es-MX", "es"), ("nb_NO", "no"), ("kmr", "ku"), ("prs", "fa"), ("xx", None), ("", None)]
)
def test_tags(tag: str, code: str | None) -> None:
    assert known_code(tag) == code


class Prepared:
    """Stands in for the machine: one mark for everything."""

    def __init__(self, mark: str) -> None:
        self.mark = mark
        self.asked: list[str] = []

    def get(self, text: str, target: str, context: str) -> Translation | None:
        self.asked.append(text)
        if self.mark == "waiting":
            return None
        shown = text if self.mark in ("failed", "none") else "MACHINE"
        return Translation(shown, text, "en", target, "machine", self.mark)  # type: ignore[arg-type]


def aided(mark: str) -> tuple[Prepared, Callable[[str], AidedCatalog]]:
    made = Prepared(mark)
    return made, lambda code: AidedCatalog(beyond_catalog(code), lambda: made, "wording")


@pytest.mark.parametrize(
    ("mark", "shown", "expected"),
    [("good", "MACHINE", "machine"), ("doubtful", "MACHINE", "doubtful"), ("failed", "A text of ours.", "failed"),
     ("none", "A text of ours.", "untranslated"), ("waiting", "A text of ours.", "untranslated"),
     ("reviewed", "MACHINE", None)],
)  # fmt: skip
def test_marks_of_what_a_machine_made(mark: str, shown: str, expected: str | None) -> None:
    _, catalog = aided(mark)
    found = catalog("es").get("A text of ours.")
    assert (found.text, found.mark) == (shown, expected)


def test_what_a_person_wrote_is_never_asked_of_a_machine() -> None:
    machine, catalog = aided("good")
    assert catalog("es").get("Housing").mark == "fuzzy"
    assert machine.asked == []


def test_labels_never_go_to_a_machine() -> None:
    machine = Prepared("good")
    wording = Wording(ROOT / "domain", aid=lambda one: AidedCatalog(one, lambda: machine, "wording"))
    assert wording.label("mark_doubtful", "fi") == source_texts(ROOT / "domain")["mark_doubtful"]
    assert machine.asked == []
    assert wording.render("utter_thank", "fi").mark == "machine"


def test_a_stale_translation_goes_to_the_machine_and_a_wrong_number_is_never_shown(tmp_path: object) -> None:
    file = polib.POFile()
    file.append(polib.POEntry(msgid="Call 112 now.", msgstr="Rufen Sie 110 an.", previous_msgid="Call 110 now.", flags=["fuzzy"]))
    file.append(polib.POEntry(msgid="Come in.", msgstr="Kommen Sie.", previous_msgid="Come.", flags=["fuzzy"]))
    path = ROOT.__class__(str(tmp_path)) / "de.po"
    file.save(str(path))
    plain = Catalog("de", path)
    assert plain.get("Call 112 now.") == ("Call 112 now.", True, True, None)
    assert plain.get("Come in.").text == "Kommen Sie." and plain.is_stale("Come in.")
    waiting = AidedCatalog(plain, lambda: Prepared("waiting"), "directory")
    assert waiting.get("Come in.").text == "Kommen Sie."
    ready = AidedCatalog(plain, lambda: Prepared("good"), "directory")
    assert (ready.get("Come in.").text, ready.get("Come in.").mark) == ("MACHINE", "machine")
    assert ready.get("Call 112 now.").mark == "machine"
