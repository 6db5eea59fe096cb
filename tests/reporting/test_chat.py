"""Reports told and looked at by chat, through the real gate, sealer and store."""

from __future__ import annotations

import re
from types import SimpleNamespace

import pytest
import sqlalchemy as sa

from bot.container import Container
from bot.errors import WaymarkError
from bot.reporting import keys, receipts
from bot.store.reports import RecordRow
from bot.store.tables import metadata
from tests.reporting.chat import Chatting, everything

STORY = "The heating in room 14 has been broken since the blue Tuesday"


async def test_a_report_from_the_menu_to_the_confirmed_code(chat: Chatting, readers: keys.Pair) -> None:
    told = await chat.say("/report")
    assert chat.text("who_chat_no_form") in told[0] and chat.text("protects") in told[0]
    assert "110" in told[1]
    await chat.press("report_button_begin")
    assert await chat.mode() == "report"
    assert await chat.press("report_kind_housing") == [chat.text("ask_what_housing")]
    assert await chat.say(STORY) == [chat.text("more_story")]
    assert await chat.say("the landlord does not answer my letters") == [chat.text("more_story")]
    assert await chat.press("report_button_done") == [chat.text("ask_where")]
    assert await chat.say("in Bobingen, behind the station") == [chat.text("ask_when")]
    await chat.press("report_choice_this_month")
    await chat.press("report_choice_yes")
    await chat.press("report_choice_yes")
    assert await chat.press("report_choice_yes") == [chat.text("ready")]
    code = await chat.send()
    assert await chat.say("0000" if not code.endswith("0000") else "1111") == [chat.text("code_wrong")]
    [noted] = await chat.say(code[-4:])
    assert await chat.mode() == "assistant" and "/report" in noted

    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    [report] = [one for one in await chat.house.reports.with_lookup(receipt.lookup) if one.verifier == receipt.verifier]
    assert (report.kind, report.district) == ("housing", "Bobingen")
    assert report.figures and report.contact and report.noted
    opened = await chat.house.ledger.readable(report.id, readers.private)
    assert [(record.about, content.text or content.values["choice"]) for record, content in opened] == [
        ("what", STORY), ("what", "the landlord does not answer my letters"), ("where", "in Bobingen, behind the station"),
        ("when", "this_month"), ("going_on", "yes"), ("contact", "yes"), ("figures", "yes"),
    ]


async def test_no_word_and_no_code_is_written_down_even_for_who_has_the_houses_key(chat: Chatting) -> None:
    code = await chat.tell("The crossing guard took my purple umbrella with the elephants")
    await chat.say(code[-4:])
    left = everything(chat.house)
    for secret in ("elephants", "umbrella", code, code.replace(" ", "")):
        assert secret.encode() not in left, secret
    assert chat.heard_by_assistant == []


async def test_nothing_leads_from_a_report_to_the_conversation(chat: Chatting) -> None:
    code = await chat.tell("a story of its own")
    await chat.say(code[-4:])
    assert await chat.house.interview.at(chat.id) is None
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    with chat.house.database.engine.begin() as connection:
        for table in metadata.sorted_tables:
            rows = [row for row in connection.execute(sa.select(table)) if report.id in map(str, row)]
            assert not rows or table.name.startswith("report"), table.name
            assert not any(chat.id in str(value) for row in rows for value in row)
    # What was asked is deleted as well: the kind of the report could be read from it.
    assert chat.text("ask_what_housing").encode() not in everything(chat.house)


async def test_danger_comes_first_while_telling(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_violence")
    chat.danger = True
    told = await chat.say("my husband is beating me now, help")
    assert "110" in told[0] and told[-1] == chat.text("more_story")


async def test_all_but_the_first_question_can_be_left_out_and_the_first_cannot(chat: Chatting, readers: keys.Pair) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_other")
    assert "report_button_skip" not in chat.buttons()
    await chat.say(STORY)
    await chat.press("report_button_done")
    for name in ("when", "going_on", "contact", "figures", None):
        asked = await chat.press("report_button_skip")
        assert asked == [chat.text(f"ask_{name}") if name else chat.text("ready")]
    code = await chat.send()
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    assert not report.figures and report.district is None and report.contact


async def test_stop_deletes_unless_the_person_asks_to_keep_it(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_work")
    await chat.say("half a story")
    assert await chat.press("report_button_stop") == [chat.text("stop_ask", days=7)]
    assert await chat.press("report_button_delete") == [chat.text("stopped")]
    assert await chat.mode() == "assistant" and await chat.house.interview.at(chat.id) is None

    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_work")
    await chat.say("half a story")
    await chat.press("report_button_stop")
    await chat.press("report_button_keep")
    assert await chat.mode() == "assistant"
    chat.start_anew()
    assert await chat.say("/report") == [chat.text("go_on")]
    assert (await chat.press("report_button_go_on"))[-2:] == [chat.text("ask_what_work"), chat.text("story_kept")]
    await chat.press("report_button_stop")
    await chat.press("report_button_delete")


@pytest.mark.parametrize("command", ["/start", "/person"])
async def test_the_way_back_to_the_assistant_exists(chat: Chatting, command: str) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_work")
    await chat.say(command)
    assert await chat.mode() == "assistant"


async def test_forget_deletes_the_half_report_too(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_work")
    await chat.say("half a story")
    await chat.say("/forget")
    await chat.press("button_forget_yes")
    assert await chat.mode() == "forgotten" and await chat.house.interview.drafts.pieces(chat.id) == []


async def test_a_photo_is_cleaned_and_sealed_and_never_an_attachment_of_the_house(
    chat: Chatting, readers: keys.Pair, photo: bytes
) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_housing")
    chat.files["f1"] = photo
    assert b"Planted camera" in photo
    file = {"id": "f1", "name": "me at home.jpg", "mime": "image/jpeg", "size": len(photo)}
    assert await chat.say(media=True, files=[file]) == [chat.text("more_story")]
    assert await chat.say(media=True, files=[{**file, "id": "gone"}]) == [chat.text("file_bad")]
    standing = await chat.house.interview.at(chat.id)
    assert standing is not None and standing.files == 1
    with chat.house.database.engine.begin() as connection:
        assert connection.execute(sa.text("select count(*) from attachments")).scalar() == 0
    await chat.press("report_button_done")
    while chat.house.wording.label("report_button_skip", "en") in chat.buttons():
        await chat.press("report_button_skip")
    await chat.send()
    [(record, content)] = await chat.house.ledger.readable(standing.report, readers.private)
    assert record.about == "file" and content.mime == "image/jpeg" and b"Planted camera" not in content.data
    assert "me at home" not in content.name


async def test_a_file_that_cannot_be_cleaned_is_not_taken(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_housing")
    chat.files["f1"] = b"PK\x03\x04 a text document that names its author"
    assert await chat.say(media=True, files=[{"id": "f1", "mime": "application/msword", "size": 40}]) == [chat.text("file_bad")]


async def test_a_language_beyond_the_eight_is_served_in_english(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.house.conversations.set_language(chat.id, "so", chosen=True)
    code = await chat.tell("a story in another language")
    assert "/report" in (await chat.say(code[-4:]))[0]


async def test_a_message_that_comes_twice_is_told_once(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_work")
    for _ in range(2):
        await chat.gate.accept(channel="web", conversation_id=chat.id, message_id="same", text="once only")
    assert len(await chat.house.interview.drafts.pieces(chat.id)) == 1


async def test_a_site_without_keys_names_the_bodies(house: Container) -> None:
    chat = Chatting(house)
    told = (await chat.say("/report"))[0]
    assert told.startswith(chat.text("closed")) and await chat.mode() == "assistant"


async def test_no_more_than_three_an_hour_from_one_conversation(chat: Chatting) -> None:
    for number in range(3):
        code = await chat.tell(f"story {number}")
        await chat.say(code[-4:])
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_other")
    await chat.say("one too many")
    await chat.press("report_button_done")
    while chat.house.wording.label("report_button_skip", "en") in chat.buttons():
        await chat.press("report_button_skip")
    [asked] = await chat.press("report_button_send")
    told = await chat.say(str(sum(int(number) for number in re.findall(r"\d+", asked))))
    assert told == [chat.text("limit", hours=chat.house.interview.hours)]
    assert len(await chat.house.interview.drafts.pieces(chat.id)) == 1


async def test_a_file_from_the_chat_box_is_sealed_before_its_message_and_only_when_one_is_asked_for(
    chat: Chatting, photo: bytes
) -> None:
    await chat.say("/report")
    with pytest.raises(WaymarkError) as refused:
        await chat.desk.sealing.take_file(chat.id, "m1", "image/jpeg", photo)
    assert refused.value.code == "attachment.not_now"
    await chat.press("report_button_begin")
    await chat.press("report_kind_housing")
    for _ in range(2):
        await chat.desk.sealing.take_file(chat.id, "m1", "image/jpeg", photo)
    assert await chat.say(media=True, message_id="m1") == [chat.text("more_story")]
    standing = await chat.house.interview.at(chat.id)
    assert standing is not None and standing.files == 1
    with pytest.raises(WaymarkError) as refused:
        await chat.desk.sealing.take_file(chat.id, "m2", "image/jpeg", b"\xff\xd8\xff broken")
    assert refused.value.code.startswith("attachment.")
    await chat.press("report_button_done")
    while chat.house.wording.label("report_button_skip", "en") in chat.buttons():
        await chat.press("report_button_skip")
    code = await chat.send()
    await chat.say(code[-4:])
    await chat.say(code)
    await chat.press("report_button_more")
    await chat.desk.sealing.take_file(chat.id, "m3", "image/jpeg", photo)
    assert (await chat.say(media=True, message_id="m3"))[0] == chat.text("more_taken")
    receipt = await chat.house.intake.derive(receipts.read_code(code) or "")
    report = next(r for r in await chat.house.reports.with_lookup(receipt.lookup) if r.verifier == receipt.verifier)
    assert [record.about for record in await chat.house.reports.records(report.id)] == ["file", "file"]


async def test_the_chat_box_is_told_what_to_keep_and_who_answers(chat: Chatting) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    assert {answer.body["metadata"]["owner"] for answer in chat.last} == {"report"}
    await chat.press("report_button_stop")
    code = await chat.tell("for the chat box")
    assert [answer.body["metadata"].get("fleeting", False) for answer in chat.last] == [True, False]
    await chat.say(code[-4:])
    assert {answer.body["metadata"]["owner"] for answer in chat.last} == {"assistant"}


async def test_a_shared_place_becomes_its_town_and_nothing_more(chat: Chatting, readers: keys.Pair) -> None:
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_other")
    await chat.say(STORY)
    await chat.press("report_button_done")
    assert await chat.say(location=(48.2709, 10.8339)) == [chat.text("ask_when")]
    standing = await chat.house.interview.at(chat.id)
    [_, (place, content)] = [
        (record, await chat.house.ledger.opened(RecordRow(standing.report, record.number, "person", record.about,
                                                          chat.house.ledger.day(), record.sealed), readers.private))
        for record in await chat.house.interview.drafts.pieces(chat.id)
    ] if standing else []
    assert place.about == "where" and content.text == "Bobingen"
    assert b"48.27" not in everything(chat.house)


async def test_the_emergency_number_alone_is_answered_as_danger_and_a_sum_is_not(
    chat: Chatting, monkeypatch: pytest.MonkeyPatch
) -> None:
    chat.danger = True
    await chat.say("/report")
    await chat.press("report_button_begin")
    await chat.press("report_kind_other")
    looked = []

    def look(text: str, *_: object, **__: object) -> SimpleNamespace:
        looked.append(text)
        return SimpleNamespace(kind="violence")

    monkeypatch.setattr(chat.house.danger, "look", look)
    assert "110" in (await chat.say("112"))[0]
    assert (await chat.say("12")) == [chat.text("more_story")]
    assert looked == ["112", "12"]
