"""Coming back to a report in the chat, by its code: what it opens, and what is never written down."""

from __future__ import annotations

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
    assert shown[0] == chat.text("since_taken")
    # Nobody holds a key here: a person is not left to wait for a reader who does not exist.
    assert chat.house.wording.label("report_step_readerless", "en") in shown[1]
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
