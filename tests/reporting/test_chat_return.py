"""Coming back to a report in the chat, by its code: what it opens, and what is never written down."""

from __future__ import annotations

from typing import Any

import sqlalchemy as sa

from bot.container import Container
from bot.reporting import keys, receipts
from bot.reporting.records import Content
from bot.store.messages import Inbound
from bot.store.report_tables import ALL
from bot.store.report_work_tables import report_alerts, report_links
from bot.store.tables import metadata
from tests.reporting.chat import Chatting, everything


async def test_return_by_code_after_a_restart_and_the_readers_answer(chat: Chatting, readers: keys.Pair) -> None:
    code = await chat.tell("something to come back to")
    await chat.say(code[-4:])
    chat.start_anew()
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    await chat.house.ledger.add(report, "reader", "answer", Content("We asked the owner of the house", "en"), key="a")

    await chat.say("/report")
    assert await chat.press("report_button_have_number") == [chat.text("ask_code")]
    shown = await chat.say(code)
    assert "We asked the owner of the house" in shown[0]
    assert b"We asked the owner" not in everything(chat.house)
    await chat.press("report_button_more")
    shown = await chat.say("one more lavender thing")
    assert shown[0] == chat.text("more_taken") and "one more lavender thing" in shown[1]
    assert b"lavender" not in everything(chat.house)
    assert (await chat.press("report_button_helpful"))[0] == chat.text("helpful_taken")

    await chat.press("report_button_since")
    await chat.press("report_button_other_reader")
    shown = await chat.say("they threatened me at the gate")
    # Nobody holds a key here: a person is not left to wait for a reader who does not exist, and reads it first of all.
    assert shown[0] == chat.text("since_unread")
    status, why = shown[1].split("\n\n")[:2]
    assert status.endswith(f"{chat.house.wording.label('report_state_unread', 'en')}.")
    assert why == chat.house.wording.label("report_step_readerless", "en") + "."
    assert (await chat.house.reports.get(report.id)).urgent  # type: ignore[union-attr]

    await chat.press("report_button_withdraw")
    assert await chat.press("report_button_withdraw_yes") == [chat.text("withdrawn")]
    assert await chat.house.reports.get(report.id) is None and await chat.house.reports.records(report.id) == []
    assert await chat.mode() == "assistant"


async def test_a_code_typed_to_the_assistant_opens_the_report_and_is_not_written_down(chat: Chatting) -> None:
    code = await chat.tell("typed without a menu")
    await chat.say(code[-4:])
    shown = await chat.say(f"Hello, my number is {code}, what became of it?")
    assert "housing" in shown[0] and chat.heard_by_assistant == []
    assert code.encode() not in everything(chat.house) and code.replace(" ", "").encode() not in everything(chat.house)


async def test_wrong_codes_open_nothing_and_slow_down(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_have_number")
    for _ in range(3):
        assert (await chat.say("1234 5678 9012 3456"))[0] == chat.text("code_unknown")
    assert chat.house.returning._wrong.pause(chat.id) >= 0.5
    assert (await chat.say("hello"))[0] == chat.text("code_unknown")


async def test_after_a_restart_an_open_report_asks_for_the_code_again(chat: Chatting) -> None:
    code = await chat.tell("closed by a restart")
    await chat.say(code[-4:])
    await chat.say(code)
    await chat.press("report_button_more")
    chat.start_anew()
    assert (await chat.say("words for nobody"))[0] == chat.text("code_unknown")
    assert b"words for nobody" not in everything(chat.house)
    assert "housing" in (await chat.say(code))[0]


async def test_a_new_code_replaces_one_that_was_not_seen(chat: Chatting) -> None:
    code = await chat.tell("seen too late")
    shown = await chat.press("report_button_new_number")
    assert code not in shown[0]
    assert await chat.house.returning.enter(code) is None
    assert await chat.say(code[-4:]) == [chat.text("code_wrong")]


def shared_with_reports(house: Container) -> set[object]:
    """Values that stand in a table of reports and in another table: whoever has the database could join the two by them."""
    of_reports = {table.name for table in (*ALL, report_alerts, report_links)}
    here: set[object] = set()
    elsewhere: set[object] = set()
    with house.database.engine.begin() as connection:
        for table in metadata.sorted_tables:
            found = here if table.name in of_reports else elsewhere
            for row in connection.execute(sa.select(table)):
                found |= {value for value in row if isinstance(value, str | bytes) and len(value) >= 12}
    assert here and elsewhere
    return here & elsewhere


async def test_nothing_in_a_report_leads_to_the_conversation_that_came_back_to_it(
    chat: Chatting, readers: keys.Pair, photo: bytes
) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_housing")
    await chat.desk.sealing.take_file(chat.id, "upload-of-a-photo", "image/jpeg", photo)
    await chat.say("half a story", message_id="first-message-id")
    assert shared_with_reports(chat.house) == set(), "while it is told"

    teller = Chatting(chat.house)
    code = await teller.tell("a whole story")
    await teller.say(code[-4:])
    await teller.stop()
    later = Chatting(chat.house, channel="telegram")
    later.files["photo"] = photo
    await later.say(code)
    for button, reader in (("more", None), ("complain", None), ("since", "other_reader")):
        await later.press(f"report_button_{button}")
        if reader:
            await later.press(f"report_button_{reader}")
        message_id = f"message-of-{button}"
        # A channel may bring a message twice, the first time just before a crash.
        await later.desk.sealing.seal(later.id, Inbound(later.id, message_id, {"text": "words"}))
        await later.say("words", message_id=message_id)
    await later.press("report_button_more")
    await later.say("", message_id="message-with-a-photo", files=[{"id": "photo", "mime": "image/jpeg", "size": len(photo)}])
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    told = [(record.about, record.key) for record in await chat.house.reports.records(report.id)]
    assert [about for about, _ in told] == ["what", "message", "complaint", "since", "file"], "each once"
    assert all(key for _, key in told[1:])
    assert shared_with_reports(chat.house) == set()
    await later.stop()


async def test_a_code_typed_while_a_mediator_has_the_chat_is_sealed_there_too(chat: Chatting) -> None:
    code = await chat.tell("not for the mediator")
    await chat.say(code[-4:])
    heard: list[str] = []

    async def mediator(message: Inbound, *_: object) -> list[dict[str, Any]]:
        heard.append(message.body["text"])
        return [chat.house.wording_messages.make("utter_desk_busy", "en")]

    chat.gate.owned_by("desk", mediator)
    await chat.house.conversations.set_mode(chat.id, "desk")
    for typed in (code, f"my number is {code} please look", f"Nummer: {code.replace(' ', '')}"):
        assert await chat.say(typed) == [chat.text("desk_code_no_form")]
    assert heard == [] and await chat.mode() == "desk"
    left = everything(chat.house)
    assert code.encode() not in left and code.replace(" ", "").encode() not in left and b"please look" not in left
    chat.danger = True
    said = await chat.say(f"my husband is beating me now, help, {code}")
    assert "110" in said[0] and said[-1] == chat.text("desk_code_no_form")
    chat.danger = False
    await chat.say("a word for the mediator")
    assert heard == ["a word for the mediator"]
    await chat.house.conversations.set_mode(chat.id, "assistant")
    assert "housing" in (await chat.say(code))[0], "it opens the report afterwards"


async def test_an_answer_that_was_not_translated_says_so(chat: Chatting) -> None:
    code = await chat.tell("to be answered")
    await chat.say(code[-4:])
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    answer = Content("Bitte kommen Sie", "de", {"mark": "untranslated"})
    await chat.house.ledger.add(report, "reader", "answer", answer, key="a")
    shown = "\n".join(await chat.say(code))
    assert f"Bitte kommen Sie\n{chat.text('untranslated', language_name='German')}" in shown


async def test_what_is_longer_than_one_message_becomes_several(chat: Chatting, readers: keys.Pair) -> None:
    code = await chat.tell("short")
    await chat.say(code[-4:])
    await chat.say(code)
    await chat.press("report_button_more")
    assert (await chat.say("word " * 4500 + "the end"))[0] == chat.text("more_taken")
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    said = [content.text for record, content in await chat.house.ledger.readable(report.id, readers.private)
            if record.about == "message"]
    assert len(said) == 2 and said[-1].endswith("the end")
