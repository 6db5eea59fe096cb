"""In which language a report told by chat is read and answered: the one that was chosen, else the one it is told in."""

from __future__ import annotations

import pytest

from bot.reporting import keys, receipts
from bot.store.reports import ReportRow
from tests.reporting.chat import Chatting

ARABIC = "المصباح في غرفتي مكسور منذ شهر ولا أحد يصلحه وقد كتبت لهم مرات كثيرة"
GERMAN = "Sehr geehrte Damen und Herren, hiermit teilen wir Ihnen mit, dass die Miete ab Januar erhöht wird."


async def begin(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_housing")


async def finish(chat: Chatting, readers: keys.Pair) -> tuple[ReportRow, list[tuple[str, str]]]:
    """The report, and the language of each text in it."""
    await chat.press("report_button_done")
    while chat.house.wording.label("report_button_skip", chat.language) in chat.buttons():
        await chat.press("report_button_skip")
    code = await chat.send()
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    told = await chat.house.ledger.readable(report.id, readers.private)
    return report, [(content.text, content.language) for _, content in told if content.text]


async def choose_arabic(chat: Chatting) -> None:
    chat.checked = False
    await chat.say("/language")
    await chat.say(press=chat.buttons()["العربية"])
    chat.language, chat.checked = "ar", True


async def test_who_chooses_a_language_in_the_middle_is_read_and_answered_in_it(chat: Chatting, readers: keys.Pair) -> None:
    await begin(chat)
    await chat.say("The lamp in my room is broken")
    await choose_arabic(chat)
    await chat.say(ARABIC)
    report, told = await finish(chat, readers)
    assert report.language == "ar" and told == [("The lamp in my room is broken", "en"), (ARABIC, "ar")]


async def test_a_language_chosen_while_a_half_was_kept_counts_when_it_goes_on(chat: Chatting, readers: keys.Pair) -> None:
    await begin(chat)
    await chat.say("hello")
    await chat.press("report_button_stop")
    await chat.press("report_button_keep")
    await chat.house.conversations.set_language(chat.id, "ar", chosen=True)
    chat.language = "ar"
    await chat.say("/report")
    await chat.press("report_button_go_on")
    await chat.say("المصباح مكسور")
    report, told = await finish(chat, readers)
    assert report.language == "ar" and told[-1] == ("المصباح مكسور", "ar")


async def test_who_types_another_language_is_read_and_answered_in_it_and_offered_it(chat: Chatting, readers: keys.Pair) -> None:
    await begin(chat)
    said = await chat.say("hello")
    assert said == [chat.text("more_story")], "one word tells nothing"
    said = await chat.say(ARABIC)
    assert said == [chat.text("more_story")] and "العربية" in chat.buttons()
    await chat.say(GERMAN)
    assert "Deutsch" not in chat.buttons(), "a letter that is copied does not turn the talk around"
    report, told = await finish(chat, readers)
    assert report.language == "ar" and [language for _, language in told] == ["en", "ar", "de"]


async def test_the_offer_changes_the_talk(chat: Chatting, readers: keys.Pair) -> None:
    await begin(chat)
    await chat.say(ARABIC)
    await chat.say(press=chat.buttons()["العربية"])
    chat.language = "ar"
    assert [answer.body["text"] for answer in chat.last] == [chat.text("ask_what_housing"), chat.text("story_kept")]
    report, _ = await finish(chat, readers)
    assert report.language == "ar"


async def test_who_chose_a_language_is_answered_in_it_whatever_they_copy(chat: Chatting, readers: keys.Pair) -> None:
    await begin(chat)
    await choose_arabic(chat)
    await chat.say(GERMAN)
    report, told = await finish(chat, readers)
    assert report.language == "ar" and told == [(GERMAN, "de")]


@pytest.mark.parametrize("language", ["ar", "uk"])
async def test_a_report_begun_by_a_typed_command_is_in_the_language_that_the_chat_box_shows(
    chat: Chatting, readers: keys.Pair, language: str
) -> None:
    chat.language = language
    await chat.say("/report")
    assert [answer.body["metadata"]["language"] for answer in chat.last] == [language] * len(chat.last)
    await chat.press("report_button_begin")
    await chat.press("report_kind_housing")
    assert chat.last[-1].body["text"] == chat.text("ask_what_housing")
    assert await chat.say("123") == [chat.text("more_story")]
    report, _ = await finish(chat, readers)
    assert report.language == language


async def test_what_is_said_later_is_in_the_language_it_is_written_in(chat: Chatting, readers: keys.Pair) -> None:
    chat.language = "ar"
    code = await chat.tell(ARABIC)
    await chat.say(code[-4:])
    later = Chatting(chat.house, language="uk")
    await later.say("/report")
    await later.press("report_button_have_number")
    await later.say(code)
    await later.press("report_button_more")
    await later.say("Лампа в кімнаті досі не працює, і ніхто не прийшов до нас")
    await later.press("report_button_more")
    await later.say("ні")
    await later.stop()
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    told = await chat.house.ledger.readable(report.id, readers.private)
    assert [content.language for _, content in told if content.text] == ["ar", "uk", "uk"]
