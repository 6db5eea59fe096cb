"""Drafts: only who wrote one sends it, by a press or a better translation; what became of one is never a guess."""

from __future__ import annotations

from typing import Any

from tests.telegram.bot_api import BotApi
from tests.telegram.staff_house import GROUP, StaffHouse, StaffPerson, photo_with_place, talking
from tests.telegram.test_staff_albums import entries, received, settled


async def drafted(desk: StaffHouse, bot_api: BotApi) -> tuple[StaffPerson, int, Any, int]:
    """The person, the topic, the message that shows a draft, and the number of what it was made of."""
    person, topic = await talking(desk, bot_api)
    wrote = bot_api.push_group_text(GROUP, topic, 900, "?? Morgen um neun")
    await desk.until(lambda: any("[uk] Morgen um neun" in one for one in desk.said(topic)))
    await settled(desk)
    return person, topic, bot_api.in_topic(GROUP, topic)[-1], wrote


async def test_a_draft_outlives_a_restart(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, draft, _ = await drafted(desk, bot_api)
    before = len(person.got)
    await desk.stop()
    await desk.start()
    bot_api.push_group_text(GROUP, topic, 900, "Завтра о девʼятій", reply_to=draft.message_id)
    await desk.until(lambda: len(person.got) > before)
    await settled(desk)
    assert person.got[-1].endswith("Завтра о девʼятій") and len(person.got) == before + 1
    case = await desk.case()
    entry = (await desk.house.cases.entries(case.id))[-1]
    assert entry.text == "Morgen um neun" and entry.translation is not None and entry.translation.kind == "corrected"


async def test_a_colleague_neither_sends_nor_destroys_a_draft(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, draft, _ = await drafted(desk, bot_api)
    await desk.mediator("Amir", 901, "de")
    before = len(person.got)
    bot_api.push_group_text(GROUP, topic, 901, "passt", reply_to=draft.message_id)
    bot_api.press_in_group(draft, "Send", 901)
    bot_api.press_in_group(draft, "Cancel", 901)
    await received(desk, bot_api)
    await settled(desk)
    assert len(person.got) == before
    bot_api.press_in_group(draft, "Send", 900)
    await desk.until(lambda: any("[uk] Morgen um neun" in one for one in person.got))


async def test_an_answer_to_a_draft_that_is_gone_goes_nowhere(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, draft, _ = await drafted(desk, bot_api)
    before = len(person.got)
    bot_api.press_in_group(draft, "Cancel", 900)
    bot_api.push_group_text(GROUP, topic, 900, "Завтра", reply_to=draft.message_id)
    await desk.until(lambda: any("not here any more" in one for one in desk.said(topic)))
    await settled(desk)
    assert len(person.got) == before


async def test_a_draft_is_sent_once(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, draft, _ = await drafted(desk, bot_api)
    before = len(person.got)
    for _ in range(2):
        bot_api.press_in_group(draft, "Send", 900)
    bot_api.push_group_text(GROUP, topic, 900, "Завтра", reply_to=draft.message_id)
    await desk.until(lambda: any("not here any more" in one for one in desk.said(topic)))
    await settled(desk)
    assert len(person.got) == before + 1 and "[uk] Morgen um neun" in person.got[-1]


async def test_an_edit_changes_the_draft(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, draft, wrote = await drafted(desk, bot_api)
    before = len(person.got)
    for text, words in (("?? Morgen um zehn", "[uk] Morgen um zehn"), ("Morgen um elf", "[uk] Morgen um elf")):
        bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text=text)
        await received(desk, bot_api)
        await settled(desk)
        assert words in bot_api.texts[GROUP, draft.message_id]
    assert len(person.got) == before
    bot_api.press_in_group(draft, "Send", 900)
    await desk.until(lambda: any("[uk] Morgen um elf" in one for one in person.got))
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text="?? Morgen um zwölf")
    await desk.until(lambda: any("This change was not sent" in one for one in desk.said(topic)))


async def test_a_draft_that_becomes_a_note_is_not_sent(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, draft, wrote = await drafted(desk, bot_api)
    before = len(person.got)
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text="// Morgen um neun")
    await desk.until(lambda: any("This change was not sent" in one for one in desk.said(topic)))
    bot_api.press_in_group(draft, "Send", 900)
    await desk.until(lambda: any("not here any more" in one for one in desk.said(topic)))
    assert len(person.got) == before


async def test_a_better_translation_can_be_edited(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, draft, _ = await drafted(desk, bot_api)
    better = bot_api.push_group_text(GROUP, topic, 900, "Завтра о девʼятій", reply_to=draft.message_id)
    await desk.until(lambda: any("Завтра о девʼятій" in one for one in person.got))
    await settled(desk)
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=better, text="Завтра о десятій")
    await desk.until(lambda: person.got[-1].endswith("Завтра о десятій"))
    assert not any("[uk]" in one for one in person.got[-1:]), "it is in their language: no machine comes over it"


async def test_what_was_written_elsewhere_waits_for_a_yes(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    origin = {"type": "hidden_user", "date": 1, "sender_user_name": "Somebody"}
    bot_api.push_group(GROUP, topic, 900, text="Ihre Nachbarin sagt, sie trinkt", forward_origin=origin)
    bot_api.push_group(GROUP, topic, 900, forward_origin=origin, **bot_api.file("photo", photo_with_place()))
    await desk.until(lambda: any("📎" in one for one in desk.said(topic)))
    await settled(desk)
    assert len(person.got) == before
    bot_api.press_in_group(bot_api.in_topic(GROUP, topic)[-1], "Send", 900)
    await desk.until(lambda: person.got[-1] == "<photo>")
    assert (await entries(desk, "mediator"))[-1] == ("", 1)


async def test_a_draft_goes_with_its_conversation(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic, _, wrote = await drafted(desk, bot_api)
    assert await desk.house.staff.draft(GROUP, wrote)
    await desk.house.conversations.forget(await person.conversation())
    assert await desk.house.staff.draft(GROUP, wrote) is None


async def test_another_language_than_the_persons_waits_for_a_yes(desk: StaffHouse, bot_api: BotApi) -> None:
    await desk.mediator("Olena", 900, "de", "uk")
    person = desk.person(7)
    await person.open_case("Мені потрібен лікар")
    topic = await desk.topic()
    bot_api.push_group_text(GROUP, topic, 900, "Добрий день, чим можу допомогти?")
    await desk.until(lambda: any("Добрий день" in one for one in person.got))
    await settled(desk)
    before = len(person.got)
    asked = next(one for one in bot_api.in_topic(GROUP, topic) if "Мені потрібен" in one.plain)
    german = "Bitte kommen Sie morgen ins Rathaus"
    bot_api.push_group_text(GROUP, topic, 900, german, reply_to=asked.message_id)
    await desk.until(lambda: any("looks like German, and the person reads Ukrainian" in one for one in desk.said(topic)))
    assert len(person.got) == before
    draft = next(one for one in bot_api.in_topic(GROUP, topic) if f"[uk] {german}" in one.plain)
    bot_api.press_in_group(draft, "Send", 900)
    await desk.until(lambda: len(person.got) > before)
    assert f"[uk] {german}" in person.got[-1]
    case = await desk.case()
    entry = (await desk.house.cases.entries(case.id))[-1]
    assert entry.source_language == "de" and entry.reply_to is not None, "it still answers what it answered"
    await settled(desk)
    bot_api.push_group_text(GROUP, topic, 900, german + " 2")
    await desk.until(lambda: any(f"[uk] {german} 2" in one for one in desk.said(topic)))
    draft = next(one for one in bot_api.in_topic(GROUP, topic) if f"[uk] {german} 2" in one.plain)
    bot_api.press_in_group(draft, "Send without translation", 900)
    await desk.until(lambda: len(person.got) > before + 1)
    assert german + " 2" in person.got[-1] and "[uk]" not in person.got[-1]
