"""What staff say to each other stays inside, and what does not go to the person is never dropped in silence."""

from __future__ import annotations

from typing import Any

import pytest

from bot.channels.telegram.staff.written import Mark, marked
from tests.telegram.bot_api import BotApi
from tests.telegram.staff_house import GROUP, StaffHouse, photo_with_place, talking
from tests.telegram.test_staff_albums import entries, received, settled


@pytest.mark.parametrize(
    ("text", "mark", "words"),
    [
        ("// sie lügt", Mark.NOTE, "sie lügt"), ("  //x", Mark.NOTE, "x"), ("\u200f// خائفة", Mark.NOTE, "خائفة"),
        ("／／ x", Mark.NOTE, "x"), ("؟؟ غدا", Mark.DRAFT, "غدا"), ("??", Mark.DRAFT, ""), ("/close", Mark.COMMAND, "/close"),
        ("/ / x", Mark.COMMAND, "/ / x"), ("Wie geht es?? //", Mark.NONE, "Wie geht es?? //"), ("", Mark.NONE, ""),
        ("? x", Mark.NONE, "? x"), ("https://x.example", Mark.NONE, "https://x.example"),
    ],
)
def test_marks_on_every_keyboard(text: str, mark: Mark, words: str) -> None:
    assert marked(text) == (mark, words)


@pytest.mark.parametrize("text", ["// Ich glaube sie lügt", "?? Bitte warten Sie", "/close"])
async def test_an_edit_into_a_note_changes_nothing(desk: StaffHouse, bot_api: BotApi, text: str) -> None:
    person, topic = await talking(desk, bot_api)
    wrote = bot_api.push_group_text(GROUP, topic, 900, "Bitte warten")
    await desk.until(lambda: any("Bitte warten" in one for one in person.got))
    await settled(desk)
    before = list(person.got)
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text=text)
    await desk.until(lambda: any("Nothing was changed" in one for one in desk.said(topic)))
    await settled(desk)
    assert person.got == before
    assert (await entries(desk, "mediator"))[-1] == ("Bitte warten", 0)


async def test_an_edited_note_is_the_note(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    wrote = bot_api.push_group_text(GROUP, topic, 900, "// Notiz eins")
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text="// Notiz zwei")
    await received(desk, bot_api)
    await settled(desk)
    assert await entries(desk, "note") == [("Notiz zwei", 0)]
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text="Notiz drei")
    await desk.until(lambda: any("kept as a note" in one for one in desk.said(topic)))
    await settled(desk)
    assert await entries(desk, "note") == [("Notiz drei", 0)] and person.got == before


async def test_an_edit_of_what_was_refused_is_refused(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    wrote = bot_api.push_group_text(GROUP, topic, 900, "/ Guten Tag")
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text="Guten Tag")
    await desk.until(lambda: any("This change was not sent" in one for one in desk.said(topic)))
    assert person.got == before


async def test_a_caption_taken_away_or_a_picture_replaced(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    photo = bot_api.file("photo", photo_with_place())
    wrote = bot_api.push_group(GROUP, topic, 900, caption="Ihr Plan", **photo)
    await desk.until(lambda: "<photo>" in person.got)
    await settled(desk)
    before = list(person.got)
    for caption in ({}, {"caption": "Ihr Plan"}, {"caption": "// alt"}):
        bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, **caption, **photo)
    await desk.until(lambda: sum("Nothing was changed" in one for one in desk.said(topic)) == 3)
    await settled(desk)
    assert person.got == before
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, caption="Ihr neuer Plan", **photo)
    await desk.until(lambda: any("[uk] Ihr neuer Plan" in one for one in person.got))


async def test_an_answer_to_a_note_is_a_note(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    wrote = bot_api.push_group_text(GROUP, topic, 900, "// she sounds afraid")
    bot_api.push_group_text(GROUP, topic, 900, "ask the youth office", reply_to=wrote)
    await desk.until(lambda: any("kept as a note" in one for one in desk.said(topic)))
    case = await desk.case()
    assert case.mediator_id is not None
    await desk.house.desk.note(case.id, case.mediator_id, "from the console", key="k1")
    await desk.until(lambda: any("from the console" in one for one in desk.said(topic)))
    shown = next(one for one in bot_api.in_topic(GROUP, topic) if "from the console" in one.plain)
    bot_api.push_group_text(GROUP, topic, 900, "yes, she lies", reply_to=shown.message_id)
    await received(desk, bot_api)
    await settled(desk)
    assert [text for text, _ in await entries(desk, "note")] == [
        "she sounds afraid", "ask the youth office", "from the console", "yes, she lies"
    ]
    assert person.got == before


async def test_an_answer_to_the_question_after_a_note_is_the_note(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    bot_api.press_in_group(bot_api.in_topic(GROUP, topic)[0], "Note", 900)
    await desk.until(lambda: any("Write your note" in one for one in desk.said(topic)))
    prompt = bot_api.in_topic(GROUP, topic)[-1]
    bot_api.push_group_text(GROUP, topic, 900, "she sounds afraid", reply_to=prompt.message_id)
    await received(desk, bot_api)
    await settled(desk)
    assert await entries(desk, "note") == [("she sounds afraid", 0)] and person.got == before


async def test_an_answer_to_what_stands_only_in_the_group_goes_nowhere(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    stranger = bot_api.push_group_text(GROUP, topic, 555, "Does she lie?")
    bot_api.push_group_text(GROUP, topic, 900, "/x")
    await desk.until(lambda: any("slash" in one for one in desk.said(topic)))
    own = next(one for one in bot_api.in_topic(GROUP, topic) if "slash" in one.plain)
    translation = next(one for one in bot_api.in_topic(GROUP, topic) if "[uk] Hallo" in one.plain)
    before = list(person.got)
    for answered in (stranger, own.message_id, translation.message_id):
        bot_api.push_group_text(GROUP, topic, 900, "I think so", reply_to=answered)
    await desk.until(lambda: sum("does not see the message" in one for one in desk.said(topic)) == 3)
    await settled(desk)
    assert person.got == before


async def test_an_answer_to_the_card_goes_to_the_person(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    card = bot_api.in_topic(GROUP, topic)[0]
    bot_api.push_group_text(GROUP, topic, 900, "Ich helfe Ihnen", reply_to=card.message_id)
    await desk.until(lambda: any("Ich helfe Ihnen" in one for one in person.got))


async def test_a_correction_is_words_only(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    shown = next(one for one in bot_api.in_topic(GROUP, topic) if "[uk] Hallo" in one.plain)
    bot_api.press_in_group(shown, "Correct", 900)
    await desk.until(lambda: any("right translation" in one for one in desk.said(topic)))
    prompt = bot_api.in_topic(GROUP, topic)[-1]
    before = list(person.got)
    bot_api.push_group(
        GROUP, topic, 900, caption="Добрий день", reply_to=prompt.message_id, **bot_api.file("photo", photo_with_place())
    )
    await desk.until(lambda: any("does not see the message" in one for one in desk.said(topic)))
    bot_api.push_group_text(GROUP, topic, 900, "// is that right?", reply_to=prompt.message_id)
    await received(desk, bot_api)
    await settled(desk)
    assert person.got == before and await entries(desk, "note") == [("is that right?", 0)]


KINDS: list[dict[str, Any]] = [
    {"sticker": {"file_id": "s", "file_unique_id": "s", "type": "regular", "width": 1, "height": 1, "is_animated": False,
                 "is_video": False}},
    {"location": {"latitude": 48.0, "longitude": 9.0}},
    {"contact": {"phone_number": "+491", "first_name": "A"}},
    {"poll": {"id": "1", "question": "Wann?", "options": [], "total_voter_count": 0, "is_closed": False, "is_anonymous": False,
              "type": "regular", "allows_multiple_answers": False, "allows_revoting": False, "members_only": False}},
    {"dice": {"emoji": "🎲", "value": 1}},
]


@pytest.mark.parametrize("content", KINDS, ids=lambda content: next(iter(content)))
async def test_what_cannot_go_out_is_said_and_takes_no_case(desk: StaffHouse, bot_api: BotApi, content: dict[str, Any]) -> None:
    await desk.mediator("Olena", 900, "de")
    person = desk.person(7)
    await person.open_case("Мені потрібен лікар")
    topic = await desk.topic()
    before = list(person.got)
    wrote = bot_api.push_group(GROUP, topic, 900, **content)
    await desk.until(lambda: any("only words, photos" in one for one in desk.said(topic)))
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, **content)
    await received(desk, bot_api)
    await settled(desk)
    assert (await desk.case()).mediator_id is None and person.got == before
    assert sum("⚠" in one for one in desk.said(topic)) == 1, "a place that is shared live moves on every few seconds"


async def test_a_note_takes_no_case(desk: StaffHouse, bot_api: BotApi) -> None:
    """The person would be told who has it now: perhaps of somebody who notes that they must not."""
    await desk.mediator("Olena", 900, "de")
    person = desk.person(7)
    await person.open_case("Мені потрібен лікар")
    topic = await desk.topic()
    before = list(person.got)
    bot_api.push_group_text(GROUP, topic, 900, "// I know the family")
    await desk.until(lambda: any("Take it first" in one for one in desk.said(topic)))
    await settled(desk)
    assert (await desk.case()).mediator_id is None and person.got == before


async def test_who_writes_as_the_group_is_told(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    group = {"id": GROUP, "type": "supergroup", "title": "Desk", "is_forum": True}
    anonymous = {"id": 1087968824, "is_bot": True, "first_name": "Group", "username": "GroupAnonymousBot"}
    for where in (topic, None):
        bot_api.push({"message": {
            "message_id": next(bot_api.groups[GROUP].numbers), "date": 1, "chat": group, "from": anonymous, "sender_chat": group,
            **({"message_thread_id": where, "is_topic_message": True} if where else {}), "text": "Guten Tag",
        }})
    await desk.until(lambda: any("Remain anonymous" in one for one in desk.said(topic)))
    await settled(desk)
    assert person.got == before
    assert sum("Remain anonymous" in one for one in bot_api.shown(GROUP)) == 1


async def test_the_general_topic_is_nobodys_case(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before, said = list(person.got), list(bot_api.shown(GROUP))
    bot_api.push_group_text(GROUP, None, 900, "Lunch?")
    await received(desk, bot_api)
    await settled(desk)
    assert person.got == before and bot_api.shown(GROUP) == said


async def test_the_rest_of_a_long_note_is_a_note(desk: StaffHouse, bot_api: BotApi) -> None:
    """Telegram's apps cut what is longer than 4,096 letters, and only the first message has the mark."""
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    bot_api.push_group_text(GROUP, topic, 900, "// " + "Vermutung " * 400)
    bot_api.push_group_text(GROUP, topic, 900, "sie lügt.")
    await desk.until(lambda: any("kept as a note" in one for one in desk.said(topic)))
    await settled(desk)
    assert [text for text, _ in await entries(desk, "note")][1:] == ["sie lügt."] and person.got == before


async def test_the_rest_of_a_long_draft_is_the_draft(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    bot_api.push_group_text(GROUP, topic, 900, "?? " + "Hilfe " * 600 + "A.")
    bot_api.push_group_text(GROUP, topic, 900, "Ende.")
    await received(desk, bot_api)
    await settled(desk)
    assert person.got == before
    assert sum(one.count("Ende.") for one in desk.said(topic)) >= 2, "all of it is shown before it is sent"
    draft = next(one for one in bot_api.in_topic(GROUP, topic) if any(key["text"] == "Send" for key in one.flat_buttons))
    assert "Ende." in bot_api.texts[GROUP, draft.message_id]
    bot_api.press_in_group(draft, "Send", 900)
    await desk.until(lambda: len(person.got) > len(before))
    await settled(desk)
    text, _ = (await entries(desk, "mediator"))[-1]
    assert text.startswith("Hilfe") and text.endswith("A.\nEnde.")


async def test_an_answer_to_a_message_of_another_topic_goes_nowhere(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = list(person.got)
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
    bot_api.push_group_text(GROUP, topic, 900, "the same family?", external_reply={"origin": origin, "message_id": 3})
    await desk.until(lambda: any("does not see the message" in one for one in desk.said(topic)))
    assert person.got == before
