"""A person and a mediator talk through the staff group: words, notes, edits, replies, files, buttons."""

from __future__ import annotations

import asyncio
import io
from pathlib import Path

from PIL import Image

from bot.channels.moving import MovingChannel
from bot.handover.rounds import Rounds
from bot.store.messages import Outbound
from tests.telegram.bot_api import BotApi
from tests.telegram.staff_house import GROUP, StaffHouse, photo_with_place, talking

VOICE = Path(__file__).with_name("voice.ogg")


async def test_there_and_back(desk: StaffHouse, bot_api: BotApi) -> None:
    await desk.mediator("Olena", 900, "de")
    person = desk.person(7)
    case = await person.open_case("Мені потрібен лікар")
    topic = await desk.topic()
    assert [one.name for one in bot_api.groups[GROUP].topics.values()] == [case.code]
    await desk.until(lambda: len(desk.said(topic)) == 2)
    card, said = desk.said(topic)
    assert case.code in card and "waiting" in card
    assert "Мені потрібен лікар" in said
    bot_api.push_group_text(GROUP, topic, 900, "Guten Tag, ich helfe Ihnen.")
    await desk.until(lambda: "Guten Tag" in person.got[-1])
    mediator = desk.house.wording.label("desk_mediator", "uk")
    assert person.got[-1].startswith(mediator) and "[uk] Guten Tag, ich helfe Ihnen." in person.got[-1]
    await desk.until(lambda: "Olena" in desk.said(topic)[0])
    await desk.until(lambda: "[de] Мені потрібен лікар" in desk.said(topic)[1])
    assert "Мені потрібен лікар\n" in desk.said(topic)[1], "the original stays beside the translation"
    person.say("Дякую")
    await desk.until(lambda: any("Дякую" in one for one in desk.said(topic)))
    # Nobody's number, name or chat is in the group; nothing was forwarded.
    everything = " ".join(desk.said(topic)) + " ".join(one.name for one in bot_api.groups[GROUP].topics.values())
    assert "7" not in everything.replace(case.code, "") and not bot_api.called("forwardMessage")


async def test_a_note_stays_with_the_staff(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    bot_api.push_group_text(GROUP, topic, 900, "// she sounds afraid")
    bot_api.push_group_text(GROUP, topic, 900, "/close")
    bot_api.push_group_text(GROUP, topic, 900, "Wie geht es Ihnen?")
    await desk.until(lambda: any("Wie geht es" in one for one in person.got))
    assert len(person.got) == before + 1
    case = await desk.case()
    assert [entry.text for entry in await desk.house.cases.entries(case.id) if entry.author == "note"] == ["she sounds afraid"]
    assert any("slash" in one for one in desk.said(topic)), "a command is not sent, and that is said"


async def test_edits_pass_both_ways(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    wrote = bot_api.push_group_text(GROUP, topic, 900, "Kommen Sie um 9")
    await desk.until(lambda: any("um 9" in one for one in person.got))
    before = len(person.got)
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text="Kommen Sie um 10")
    await desk.until(lambda: any("um 10" in one for one in person.got))
    assert len(person.got) == before and not any("um 9" in one for one in person.got), "changed in place, not said anew"
    bot_api.push_group(GROUP, topic, 900, kind="edited_message", number=wrote, text="Kommen Sie um 11")
    await desk.until(lambda: any("um 11" in one for one in person.got))
    assert len(person.got) == before
    number = person.say("Я прийду завтр")
    await desk.until(lambda: any("завтр" in one for one in desk.said(topic)))
    bot_api.push({"edited_message": {
        "message_id": number, "date": 1, "edit_date": 2, "chat": {"id": 7, "type": "private"}, "from": bot_api.person(7, "uk"),
        "text": "Я прийду завтра",
    }})
    await desk.until(lambda: any("завтра" in one and "changed" in one for one in desk.said(topic)))


async def test_replies_pass_both_ways(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    number = person.say("Перше питання")
    await desk.until(lambda: any("Перше питання" in one for one in desk.said(topic)))
    await desk.quiet()
    post = next(one for one in bot_api.in_topic(GROUP, topic) if "Перше питання" in one.plain)
    bot_api.push_group_text(GROUP, topic, 900, "Antwort darauf", reply_to=post.message_id)
    await desk.until(lambda: any("Antwort darauf" in one for one in person.got))
    sent = bot_api.to(7)[-1]
    assert sent.values["reply_parameters"]["message_id"] == number
    bot_api.push_message(7, "uk", text="Не зрозуміло", reply_to_message={
        "message_id": sent.message_id, "date": 1, "chat": {"id": 7, "type": "private"}, "text": "..."})
    await desk.until(lambda: any("Не зрозуміло" in one for one in desk.said(topic)))
    case = await desk.case()
    entries = {entry.text: entry for entry in await desk.house.cases.entries(case.id)}
    assert entries["Не зрозуміло"].reply_to == entries["Antwort darauf"].number
    assert entries["Antwort darauf"].reply_to == entries["Перше питання"].number


async def test_files_pass_both_ways_without_what_they_tell(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    photo = photo_with_place()
    assert b"CameraMaker" in photo
    bot_api.push_message(7, "uk", caption="мій лист", **bot_api.file("photo", photo))
    await desk.until(lambda: "<photo>" in desk.said(topic))
    arrived = next(one for one in bot_api.in_topic(GROUP, topic) if one.kind == "photo")
    shown = bot_api.uploads[GROUP, arrived.message_id]
    assert b"CameraMaker" not in shown and Image.open(io.BytesIO(shown)).getexif() == {}
    assert any("мій лист" in one for one in desk.said(topic))
    # The same picture sent as a file keeps its place on Telegram: not here.
    bot_api.push_message(7, "uk", **bot_api.file("document", photo, "лист.jpg", "image/jpeg"))
    await desk.until(lambda: desk.said(topic).count("<photo>") == 2)
    assert all(b"CameraMaker" not in data for data in bot_api.uploads.values())
    voice = b"OggS" + bytes(60)
    bot_api.push_group(GROUP, topic, 900, **bot_api.file("document", b"Formular", "Formular.txt", "text/plain"))
    await desk.until(lambda: "<document>" in person.got)
    sent = next(one for one in bot_api.to(7) if one.kind == "document")
    assert bot_api.uploads[7, sent.message_id] == b"Formular"
    # A broken voice message is not taken, and that is said to who sent it.
    before = len(desk.said(topic))
    bot_api.push_message(7, "uk", **bot_api.file("voice", voice))
    await desk.until(lambda: desk.house.wording.label("button_person", "uk") or True)
    sorry = desk.house.wording_messages.make("utter_file_broken", "uk")["metadata"]["lead"]
    await desk.until(lambda: any(sorry in one for one in person.got))
    assert len(desk.said(topic)) == before
    assert not bot_api.called("forwardMessage") and not bot_api.called("copyMessage")


async def test_a_voice_message_arrives_as_sound(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    bot_api.push_message(7, "uk", **bot_api.file("voice", VOICE.read_bytes()))
    await desk.until(lambda: "<voice>" in desk.said(topic))
    bot_api.push_group(GROUP, topic, 900, **bot_api.file("voice", VOICE.read_bytes()))
    await desk.until(lambda: "<voice>" in person.got)


async def test_a_file_that_is_too_large_is_refused_with_a_sentence(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    big = bot_api.file("document", b"x", "big.pdf", "application/pdf")
    big["document"]["file_size"] = 21 * 2**20
    bot_api.push_message(7, "uk", **big)
    sorry = desk.house.wording_messages.make("utter_file_large", "uk", fill={"limit": 20})["metadata"]["lead"]
    await desk.until(lambda: any(sorry in one for one in person.got))
    bot_api.push_group(GROUP, topic, 900, **big)
    await desk.until(lambda: any("20 MB" in one for one in desk.said(topic)))
    assert not bot_api.called("getFile")


async def test_to_the_assistant_a_photo_is_still_nothing(desk: StaffHouse, bot_api: BotApi) -> None:
    person = desk.person(8, "en")
    for _ in range(3):
        bot_api.push_message(8, "en", media_group_id="g", **bot_api.file("photo", photo_with_place()))
    sorry = desk.house.wording_messages.make("utter_no_media", "en")["metadata"]["lead"]
    await desk.until(lambda: any(sorry in one for one in person.got))
    assert not bot_api.called("getFile")
    assert sum(sorry in one for one in person.got) == 1


async def test_buttons_take_pass_on_recuse_close(desk: StaffHouse, bot_api: BotApi) -> None:
    await desk.mediator("Olena", 900, "de")
    second = await desk.mediator("Amir", 901, "de")
    person = desk.person(7)
    await person.open_case("Мені потрібна порада")
    topic = await desk.topic()
    card = bot_api.in_topic(GROUP, topic)[0]

    async def pressed(message: object, title: str, user: int) -> None:
        before = len(bot_api.called("answerCallbackQuery"))
        bot_api.press_in_group(message, title, user)
        await desk.until(lambda: len(bot_api.called("answerCallbackQuery")) > before)
        await desk.quiet()

    await pressed(card, "Take", 900)
    assert (await desk.case()).mediator_id is not None and "Olena" in desk.said(topic)[0]
    await pressed(card, "Pass on", 901)  # not his
    assert "text" in bot_api.called("answerCallbackQuery")[-1]
    await pressed(card, "Pass on", 900)
    await pressed(bot_api.in_topic(GROUP, topic)[-1], "Amir", 900)
    assert (await desk.case()).mediator_id == second.id
    await pressed(card, "I am biased", 901)
    assert (await desk.case()).mediator_id is None
    await pressed(card, "Take", 901)  # never again
    assert (await desk.case()).mediator_id is None
    await pressed(card, "Take", 900)
    await pressed(card, "Close the case", 900)
    await pressed(bot_api.in_topic(GROUP, topic)[-1], "Solved", 900)
    assert not await desk.house.cases.all_open()
    closed = desk.house.wording_messages.make("utter_desk_closed", "uk")["metadata"]["lead"]
    await desk.until(lambda: any(closed in one for one in person.got))
    await desk.until(lambda: bot_api.groups[GROUP].topics[topic].closed)
    assert "Solved" in desk.said(topic)[0] and not card.buttons
    person.say("Де лікар?")
    topics = desk.house.wording_messages.make("utter_topics", "uk")["metadata"]["lead"]
    await desk.until(lambda: topics in person.got[-1])


async def test_the_translation_can_be_corrected(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    shown = next(one for one in bot_api.in_topic(GROUP, topic) if "[uk] Hallo" in one.plain)
    assert "← Deutsch (de):\nHallo" in shown.plain or "Hallo" in shown.plain
    bot_api.press_in_group(shown, "Correct", 900)
    await desk.until(lambda: any("right translation" in one for one in desk.said(topic)))
    prompt = bot_api.in_topic(GROUP, topic)[-1]
    bot_api.push_group_text(GROUP, topic, 900, "Добрий день", reply_to=prompt.message_id)
    await desk.until(lambda: any("Добрий день" in one for one in person.got))
    assert not any("[uk] Hallo" in one for one in person.got), "the person's message was changed"


async def test_a_draft_is_shown_before_it_is_sent(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    bot_api.push_group_text(GROUP, topic, 900, "?? Bitte rufen Sie an")
    await desk.until(lambda: any("[uk] Bitte rufen Sie an" in one for one in desk.said(topic)))
    assert len(person.got) == before
    bot_api.press_in_group(bot_api.in_topic(GROUP, topic)[-1], "Send", 900)
    await desk.until(lambda: any("[uk] Bitte rufen Sie an" in one for one in person.got))
    bot_api.push_group_text(GROUP, topic, 900, "?? Morgen")
    await desk.until(lambda: any("[uk] Morgen" in one for one in desk.said(topic)))
    draft = bot_api.in_topic(GROUP, topic)[-1]
    bot_api.push_group_text(GROUP, topic, 900, "Завтра", reply_to=draft.message_id)
    await desk.until(lambda: any("Завтра" in one for one in person.got))


async def test_only_listed_mediators_count_and_others_are_told_once(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    before = len(person.got)
    for text in ("I am a stranger", "// a stranger's note", "again"):
        bot_api.push_group_text(GROUP, topic, 666, text)
    bot_api.press_in_group(bot_api.in_topic(GROUP, topic)[0], "Close the case", 666)
    bot_api.push_group_text(GROUP, topic, 900, "Zum Schluss")
    await desk.until(lambda: any("Zum Schluss" in one for one in person.got))
    await desk.quiet()
    assert len(person.got) == before + 1
    assert sum("Only mediators" in one for one in desk.said(topic)) == 1
    assert (await desk.case()).state != "closed"
    texts = [entry.text for entry in await desk.house.cases.entries((await desk.case()).id)]
    assert not any("stranger" in text for text in texts)


async def test_a_mediator_who_was_disabled_counts_no_more(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    olena = await desk.house.mediators.by_name("Olena")
    assert olena is not None
    await desk.house.mediators.disable(olena.id)
    before = len(person.got)
    bot_api.push_group_text(GROUP, topic, 900, "still here?")
    await desk.until(lambda: any("Only mediators" in one for one in desk.said(topic)))
    assert len(person.got) == before


async def test_a_colleague_cannot_write_in_a_case_that_another_has(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    await desk.mediator("Amir", 901, "de")
    before = len(person.got)
    bot_api.push_group_text(GROUP, topic, 901, "Let me answer")
    await desk.until(lambda: any("⚠" in one for one in desk.said(topic)))
    assert len(person.got) == before


async def test_console_and_group_work_on_the_same_case(desk: StaffHouse, bot_api: BotApi) -> None:
    """What is done elsewhere at the desk is shown in the topic, and whoever takes first has it."""
    person, topic = await talking(desk, bot_api)
    case = await desk.case()
    assert case.mediator_id is not None
    await desk.house.desk.reply(case.id, case.mediator_id, "Von der Konsole", key="console-1")
    await desk.house.desk.note(case.id, case.mediator_id, "eine Notiz", key="console-2")
    await desk.until(lambda: any("eine Notiz" in one for one in desk.said(topic)))
    assert any("Von der Konsole" in one and "Olena" in one for one in desk.said(topic))
    assert any("[uk] Von der Konsole" in one for one in person.got)


async def test_a_topic_only_after_a_real_message(desk: StaffHouse, bot_api: BotApi) -> None:
    await desk.mediator("Olena", 900, "de")
    person = desk.person(7)
    person.say("/start")
    await desk.until(lambda: person.got)
    case = await desk.house.desk.open(await person.conversation(), reason="asked")
    await desk.quiet()
    assert not bot_api.called("createForumTopic")
    person.say("Допоможіть")
    assert await desk.topic(code=case.code)


async def test_a_deleted_conversation_is_deleted_in_the_group_too(desk: StaffHouse, bot_api: BotApi) -> None:
    person, topic = await talking(desk, bot_api)
    await desk.gate.forget(await person.conversation())
    await desk.until(lambda: bot_api.groups[GROUP].topics[topic].deleted)
    assert not await desk.house.staff.topics() and not await desk.house.staff.posts("x")


async def test_an_account_is_tied_by_a_code_that_works_once(desk: StaffHouse, bot_api: BotApi) -> None:
    olena = await desk.mediator("Olena", None, "de")
    code = await desk.house.codes.make("link", olena.id)
    bot_api.push_text(900, "/link 2222-2222", "de")
    await bot_api.wait_for(1, chat_id=900)
    bot_api.push_text(900, f"/link {code.lower()}", "de")
    await bot_api.wait_for(2, chat_id=900)
    linked = await desk.house.mediators.by_telegram(900)
    assert linked is not None and linked.id == olena.id and "Olena" in bot_api.to(900)[-1].plain
    bot_api.push_text(901, f"/link {code}", "de")
    await bot_api.wait_for(1, chat_id=901)
    assert await desk.house.mediators.by_telegram(901) is None


async def test_the_groups_number_is_told_who_sets_it_up(desk: StaffHouse, bot_api: BotApi) -> None:
    other = bot_api.add_group(-1005550000000)
    bot_api.push_group_text(other, None, 900, "/id")
    await desk.until(lambda: any(str(other) in one for one in bot_api.shown(other)))


async def test_a_lead_is_told_in_their_own_chat_that_nobody_has_answered_for_a_day(desk: StaffHouse, bot_api: BotApi) -> None:
    await desk.mediator("Olena", 900, "de")
    await desk.mediator("Lea", 990, "de", lead=True)
    case = await desk.person(7).open_case("Мені потрібна допомога")
    await desk.house.database.run(
        lambda connection: connection.exec_driver_sql("UPDATE cases SET waiting_since = waiting_since - 86500")
    )
    rounds = Rounds(desk.house.desk, 30)
    await rounds.once()
    await rounds.once()
    (told,) = await bot_api.wait_for(1, chat_id=990)
    assert told.text == f"{case.code}: Nobody has answered for 24 hours."
    topic = await desk.topic()
    await desk.until(lambda: any("Nobody has answered for 24 hours." in one for one in desk.said(topic)))
    await desk.quiet()
    assert len(bot_api.to(990)) == 1 and bot_api.to(900) == []


async def test_a_file_that_comes_while_the_case_is_closed_is_not_kept_and_its_words_are_answered(
    desk: StaffHouse, bot_api: BotApi
) -> None:
    person, topic = await talking(desk, bot_api)
    case = await desk.case()
    assert case.mediator_id is not None
    fetch = desk.gate.files._fetchers["telegram"]

    async def while_it_is_closed(identifier: str) -> bytes:
        await desk.house.desk.close(case.id, str(case.mediator_id), "solved")
        return await fetch(identifier)

    desk.gate.files._fetchers["telegram"] = while_it_is_closed
    before = len(person.got)
    bot_api.push_message(7, "uk", caption="Лист від суду, завтра!", **bot_api.file("photo", photo_with_place()))
    await desk.until(lambda: len(person.got) >= before + 3)
    said = [str(desk.house.wording_messages.make(name, "uk")["metadata"]["lead"])
            for name in ("utter_desk_closed", "utter_no_media", "utter_topics")]
    assert all(lead in got for lead, got in zip(said, person.got[before:], strict=True))
    kept = await desk.house.database.run(lambda connection: connection.exec_driver_sql("SELECT id FROM attachments").all())
    assert kept == []


async def test_a_reply_that_is_being_sent_while_the_person_moves_arrives_once(desk: StaffHouse, bot_api: BotApi) -> None:
    MovingChannel(desk.house).register()
    person, _ = await talking(desk, bot_api)
    case, other = await desk.case(), desk.person(8)
    other.say("/start")
    await desk.until(lambda: other.got)
    old = await person.conversation()
    code = await desk.house.codes.make("move", old)
    delivery = desk.gate.delivery
    send, sent_off, arrives = delivery.senders["telegram"], asyncio.Event(), asyncio.Event()

    async def slowly(answer: Outbound) -> bool | None:
        if answer.conversation_id == old and "morgen" in answer.body["text"]:
            sent_off.set()
            await arrives.wait()
        return await send(answer)

    delivery.senders["telegram"] = slowly
    await desk.house.desk.reply(case.id, str(case.mediator_id), "Kommen Sie morgen", key="1")
    await desk.house.desk.reply(case.id, str(case.mediator_id), "Und bringen Sie den Brief mit", key="2")
    await sent_off.wait()
    other.say(code)
    await asyncio.sleep(0.5)
    arrives.set()
    await desk.until(lambda: any("Brief" in one for one in other.got))
    await desk.until(lambda: not delivery._workers)
    for text, at_the_old, at_the_new in (("morgen", 1, 0), ("Brief", 0, 1)):
        assert [sum(text in one for one in who.got) for who in (person, other)] == [at_the_old, at_the_new], text
    assert not delivery._withdrawn and not delivery._held and not delivery._sending
