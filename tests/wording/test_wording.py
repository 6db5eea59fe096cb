"""Every response in every language, with the same placeholders; isolates in right-to-left text."""

from __future__ import annotations

import polib
import pytest

from bot.languages import CODES
from bot.settings import ROOT
from bot.wording.bidi import LEFT_TO_RIGHT, POP, isolate, isolate_numbers, without_isolates
from bot.wording.wording import HERE, Wording, placeholders, source_texts

SOURCES = source_texts(ROOT / "domain")
WORDING = Wording(ROOT / "domain")
OTHERS = [code for code in CODES if code != "en"]


def test_there_is_wording() -> None:
    assert len(SOURCES) > 100


@pytest.mark.parametrize("language", OTHERS)
def test_every_text_is_translated_and_marked_unreviewed(language: str) -> None:
    file = polib.pofile(str(HERE / "locales" / language / "responses.po"))
    entries = {entry.msgid: entry for entry in file if not entry.obsolete}
    missing = [name for name, text in SOURCES.items() if text not in entries or not entries[text].msgstr]
    assert not missing
    for text in SOURCES.values():
        assert placeholders(entries[text].msgstr) == placeholders(text), text


@pytest.mark.parametrize("language", OTHERS)
@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("utter_danger")])
def test_emergency_numbers_stand_in_every_language(name: str, language: str) -> None:
    values = {"place": "x", "operator": "y", "days": 30}
    source = WORDING.render(name, "en", **values).text
    text = without_isolates(WORDING.render(name, language, **values).text)
    for number in ("110", "112", "116 016", "116 123", "116 111"):
        assert (number in source) == (number in text), number


def test_names_and_numbers_are_isolated_in_right_to_left_text_only() -> None:
    arabic = WORDING.render("utter_language_set", "ar", language="Deutsch").text
    assert "\u2068Deutsch\u2069" in arabic
    assert "\u2068" not in WORDING.render("utter_language_set", "de", language="Deutsch").text
    assert isolate_numbers("اتصل 116 016 الآن", "ar") == f"اتصل {LEFT_TO_RIGHT}116 016{POP} الآن"
    assert isolate_numbers("call 116 016 now", "en") == "call 116 016 now"
    assert isolate(isolate("a", "fa"), "fa") == isolate("a", "fa")


def test_an_unknown_language_gets_english_marked() -> None:
    rendered = WORDING.render("utter_goodbye", "so")
    assert rendered.text == SOURCES["utter_goodbye"] and not rendered.reviewed


def test_an_unknown_name_is_an_error() -> None:
    with pytest.raises(KeyError):
        WORDING.render("utter_nothing_of_the_kind", "en")


# Sentences that are parts of others: the report desk puts its own buttons under them (tests/reporting/chat.py asserts for every
# message there that it leads somewhere) or they stand on its form; phrases are said by a mediator; a visit's questions come with
# buttons of their own (tests/channels/test_visit_talk.py).
PARTS = ("utter_report_", "utter_phrase_", "utter_feedback_")


@pytest.mark.parametrize("name", [name for name in SOURCES if name.startswith("utter_") and not name.startswith(PARTS)])
def test_every_response_says_what_happens_next_or_has_buttons(name: str) -> None:
    from bot.wording.messages import BUTTONS

    ends_open = any(word in SOURCES[name].lower() for word in (
        "write", "press", "choose", "call", "ask", "you can", "send", "what ", "shall", "below", "here ", "clear", "wait"))
    assert ends_open or BUTTONS.get(name), name


@pytest.mark.parametrize("language", OTHERS)
def test_a_title_inside_a_sentence_stands_in_quotes(language: str) -> None:
    # Titles are not declined: after "about" in Ukrainian the bare title is wrong grammar.
    file = polib.pofile(str(HERE / "locales" / language / "responses.po"))
    said = next(entry.msgstr for entry in file if entry.msgid == SOURCES["utter_detail_unknown"])
    before, _, after = said.partition("{name}")
    assert before.rstrip()[-1] in "«„“" and after.lstrip()[0] in "»“”", said


def test_a_value_that_ends_in_a_point_and_the_end_of_a_sentence_share_it() -> None:
    told = WORDING.render("utter_report_next_date", "uk", date="26 листопада 2026 р.")
    assert told.text.endswith("2026 р.")
    # Inside a sentence it stays.
    assert "2026 р. " in WORDING.render("utter_report_form_noted", "uk", date="26 листопада 2026 р.").text
