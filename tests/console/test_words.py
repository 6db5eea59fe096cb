"""The page's words: each one that its scripts ask for exists, none is left over, and its blanks are known."""

from __future__ import annotations

import re

import pytest
import yaml

from bot.channels.console.pages import BLANKS, PAGE
from bot.languages import CODES
from bot.settings import ROOT
from bot.wording.wording import Wording, placeholders, source_texts

LABELS: dict[str, str] = yaml.safe_load((ROOT / "bot" / "wording" / "labels.yml").read_text(encoding="utf-8"))
WORDS = {name.removeprefix("console_"): text for name, text in LABELS.items() if name.startswith("console_")}
WORDING = Wording(ROOT / "domain")
SCRIPTS = "\n".join(file.read_text(encoding="utf-8") for file in sorted(PAGE.glob("*.js")))
# Names that are put together: t(`state_${...}`).
FAMILIES = re.findall(r"`(\w+_)\$\{", SCRIPTS)


def test_every_word_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r"\bt\('(\w+)'", SCRIPTS)) | {f"key_{name}" for name in re.findall(r"\['[^']+', '(\w+)'\]", SCRIPTS)
                                                          if f"key_{name}" in WORDS}
    assert len(asked) > 120
    assert asked - WORDS.keys() == set()


def test_no_word_is_left_over() -> None:
    assert len(WORDS) > 200 and len(FAMILIES) > 5
    unused = {
        name for name in WORDS
        if f"'{name}'" not in SCRIPTS and not any(name.startswith(family) for family in FAMILIES)
    }
    assert unused == set()


def test_blanks_are_filled_by_the_page() -> None:
    for name, text in WORDS.items():
        assert placeholders(text) <= BLANKS.keys(), name


def test_no_script_makes_markup_of_text() -> None:
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in SCRIPTS


# Pairs that are one word in English and two in other languages: what closes a window is not what ends a case, keyboard shortcuts
# are not the keys that open reports, the list of who waits is not the phrases that ask somebody to wait.
APART = (
    ("console_close_dialog", "console_act_close"),
    ("console_close_dialog", "staff_button_close"),
    ("console_keys_title", "report_desk_keys"),
    ("console_queue_waiting", "console_phrases_waiting"),
    ("button_forget_no", "report_button_withdraw_no"),
)
# Short texts that stand in two places and were found to mean the same in both, in all languages. A text has one translation
# for all its places: add one here only after reading it in each of them.
SHARED = frozenset((
    "A woman, please", "About", "Assistant", "Back to the assistant", "Case", "Close the report", "Colleague",
    "Correct the translation", "Danger", "Decide", "I do not know", "Keep", "Language", "Mediator", "No",
    "Not decided in time", "Note", "Notes", "Pass on", "Person", "Phrases", "Reader", "Report a wrong", "Reports",
    "Search the directory", "Second mediator", "Send", "Shown before", "Solved", "State", "Talk to a person", "Topic", "Town",
    "Translated back, to check", "Waymark desk", "What happens next", "What was done", "Yes", "You", "Your number", "changed",
    "closed", "taken", "waiting", "waiting for the person",
))
SHORT = 4


@pytest.mark.parametrize("language", CODES)
def test_words_that_are_one_in_english_alone_are_said_apart(language: str) -> None:
    for one, other in APART:
        assert WORDING.label(one, language) != WORDING.label(other, language), (one, other)


def test_no_short_text_serves_two_places_unlooked_at() -> None:
    places: dict[str, list[str]] = {}
    for name, text in source_texts(ROOT / "domain").items():
        if len(text.split()) <= SHORT:
            places.setdefault(text, []).append(name)
    shared = {text: names for text, names in places.items() if len(names) > 1}
    assert {text: names for text, names in shared.items() if text not in SHARED} == {}
    assert shared.keys() >= SHARED, "a text in the list is not shared any more"


def test_the_button_that_closes_a_window_says_so() -> None:
    assert WORDING.label("console_close_dialog", "de") == "Fenster schließen"
    assert WORDING.label("console_keys_title", "de") == "Alle Tastenkürzel"
