"""The desk on a real database: one owner at a time, nothing doubled, nothing said to the wrong one."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.container import Container
from bot.errors import WaymarkError
from bot.store.conversations import Conversation
from bot.store.mediators import Mediator
from bot.store.messages import Inbound, Outbound

WHO = "b" * 32


class Talk:
    """One person's conversation at a desk with two mediators; what was delivered is in `sent`."""

    def __init__(self, house: Container) -> None:
        self.house = house
        self.desk = house.desk
        self.sent: list[Outbound] = []
        self.number = 0
        self.desk.deliver_with(self._deliver)

    async def _deliver(self, answers: list[Outbound]) -> None:
        self.sent += answers

    async def begin(self) -> tuple[Mediator, Mediator]:
        message = Inbound(WHO, "first", {"text": "hello"})
        await self.house.messages.receive(message, "web", None)
        await self.house.conversations.set_language(WHO, "ar", chosen=False)
        return (
            await self.house.mediators.add("Anna", ["de", "en"]), await self.house.mediators.add("Bilal", ["de", "ar"])
        )

    async def say(self, text: str, message_id: str | None = None, **more: Any) -> Any:
        self.number += 1
        conversation = await self.house.conversations.get(WHO)
        assert isinstance(conversation, Conversation)
        message = Inbound(WHO, message_id or f"m{self.number}", {"text": text, **more})
        return await self.desk.receive(message, conversation, "ar")


@pytest.fixture
def talk(house: Container) -> Talk:
    return Talk(house)


async def code_of(work: Any) -> str:
    with pytest.raises(WaymarkError) as refused:
        await work
    return refused.value.code


async def test_from_open_to_closed(talk: Talk) -> None:
    anna, _ = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    assert (case.state, case.language) == ("waiting", "ar")
    assert (await talk.house.conversations.get(WHO)).mode == "desk"  # type: ignore[union-attr]
    await talk.say("أحتاج مساعدة")
    assert (await talk.desk.take(case.id, anna.id)).state == "assigned"
    entry = await talk.desk.reply(case.id, anna.id, "Guten Tag", key="1", untranslated=True)
    assert (entry.number, entry.delivery, talk.sent[-1].body["text"]) == (3, "pending", "Guten Tag")
    assert (await talk.desk.close(case.id, anna.id, "solved")).outcome == "solved"
    assert (await talk.house.conversations.get(WHO)).mode == "assistant"  # type: ignore[union-attr]
    assert [entry.author for entry in await talk.house.cases.entries(case.id)] == ["person", "system", "mediator", "system"]


async def test_only_one_of_many_takes_it(talk: Talk) -> None:
    anna, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    results = await asyncio.gather(
        *(talk.desk.take(case.id, who.id) for who in (anna, bilal) * 5), return_exceptions=True
    )
    owner = (await talk.house.cases.get(case.id)).mediator_id  # type: ignore[union-attr]
    assert owner in (anna.id, bilal.id)
    assert [isinstance(one, WaymarkError) for one in results].count(True) == 5


async def test_the_same_message_and_the_same_reply_are_one(talk: Talk) -> None:
    anna, _ = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    assert (await talk.desk.open(WHO, reason="asked")).id == case.id
    for _ in range(2):
        await talk.say("once", "same")
    await talk.desk.take(case.id, anna.id)
    first, second = [await talk.desk.reply(case.id, anna.id, text, key="k") for text in ("one", "another")]
    assert first == second
    assert [one.body["metadata"].get("author") for one in talk.sent].count("mediator") == 1
    assert [entry.text for entry in await talk.house.cases.entries(case.id)] == ["once", "taken", "one"]


async def test_who_does_not_have_the_case_can_do_nothing_in_it(talk: Talk) -> None:
    anna, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    assert await code_of(talk.desk.reply(case.id, bilal.id, "x", key="1")) == "desk.not_taken"
    await talk.desk.take(case.id, anna.id)
    for refused in (
        talk.desk.reply(case.id, bilal.id, "x", key="1"), talk.desk.transcript(case.id, bilal.id),
        talk.desk.close(case.id, bilal.id, "solved"), talk.desk.note(case.id, bilal.id, "x", "1"),
        talk.desk.pass_on(case.id, bilal.id), talk.desk.wait_for(case.id, bilal.id, "person"),
        talk.desk.summary(case.id, bilal.id), talk.desk.draft(case.id, bilal.id, "x"), talk.desk.typing(case.id, bilal.id, True),
    ):
        assert await code_of(refused) == "desk.not_yours"
    assert await talk.desk.queue(bilal.id) == []
    await talk.desk.ask_second(case.id, anna.id, bilal.id)
    assert (await talk.desk.reply(case.id, bilal.id, "x", key="1")).author == "mediator"


async def test_who_stepped_back_never_gets_it_again(talk: Talk) -> None:
    anna, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, anna.id)
    assert (await talk.desk.recuse(case.id, anna.id)).state == "waiting"
    assert await code_of(talk.desk.take(case.id, anna.id)) == "desk.excluded"
    assert await code_of(talk.desk.transcript(case.id, anna.id)) == "desk.not_yours"
    assert await talk.desk.queue(anna.id) == []
    assert (await talk.desk.take(case.id, bilal.id)).mediator_id == bilal.id


async def test_a_disabled_mediator_is_nobody(talk: Talk) -> None:
    anna, _ = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.house.mediators.disable(anna.id)
    assert await code_of(talk.desk.take(case.id, anna.id)) == "desk.nobody"


async def test_forgetting_deletes_the_case_and_leaves_a_line_without_content(talk: Talk) -> None:
    await talk.begin()
    case = await talk.desk.open(WHO, reason="asked", town="Bobingen")
    await talk.say("secret words")
    await talk.house.conversations.forget(WHO)
    assert await talk.house.cases.get(case.id) is None
    assert await talk.house.cases.entries(case.id) == []
    (line, *_) = await talk.house.audit.lines(subject=case.code)
    assert (line.what, line.who) == ("case.forgotten", None)


async def test_what_an_edit_says_counts_as_if_it_were_new(talk: Talk) -> None:
    anna, _ = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.say("helo", "first words")
    await talk.desk.take(case.id, anna.id)
    await talk.desk.reply(case.id, anna.id, "Hallo", key="1", untranslated=True)
    assert await talk.say("hello", edit_of="first words") is None
    mended = await talk.house.cases.open_of(WHO)
    assert mended is not None and mended.waiting_since is None, "nobody waits for a slip that is mended"
    answer = await talk.say("he has a knife, court tomorrow", danger="violence", edit_of="first words")
    assert [one["metadata"]["lead"] for one in answer] == [
        talk.house.wording_messages.make("utter_desk_danger", "ar")["metadata"]["lead"]
    ]
    found = await talk.house.cases.open_of(WHO)
    assert found is not None and (found.danger, found.deadline, found.priority) == ("violence", "tomorrow", 120)
    assert found.waiting_since is not None
    (entry,) = [one for one in await talk.house.cases.entries(case.id) if one.author == "person"]
    assert (entry.text, entry.edited) == ("he has a knife, court tomorrow", True)


async def test_an_edit_that_is_cut_off_is_done_wholly_or_not_at_all(talk: Talk, monkeypatch: pytest.MonkeyPatch) -> None:
    anna, _ = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, anna.id)
    entry = await talk.desk.reply(case.id, anna.id, "Come at 9", key="1", untranslated=True)
    writes: list[int] = []
    run = talk.house.database.run

    async def counted(work: Any, durable: bool = False) -> Any:
        writes.append(durable)
        return await run(work, durable)

    monkeypatch.setattr(talk.house.database, "run", counted)
    await talk.desk.edit(case.id, anna.id, entry.number, "Come at 10", "2")
    assert sum(writes) == 1, "one transaction"
    kept = await talk.house.cases.entry(case.id, entry.number)
    assert kept is not None and (kept.text, kept.edited) == ("Come at 10", True)


async def test_two_processes_on_one_case_lose_nothing(talk: Talk) -> None:
    anna, _ = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, anna.id)
    other = Container(talk.house.settings)
    try:
        for number in range(25):
            await asyncio.gather(
                talk.say(f"p{number}"), other.desk.reply(case.id, anna.id, f"r{number}", key=f"{number}", untranslated=True)
            )
    finally:
        other.database.close()
    entries = await talk.house.cases.entries(case.id)
    said = {entry.text for entry in entries}
    assert {f"{who}{number}" for who in "pr" for number in range(25)} <= said
    assert [entry.number for entry in entries] == list(range(1, len(entries) + 1))


async def test_who_is_passed_on_is_told_and_the_mediators_see_a_line(talk: Talk) -> None:
    anna, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, anna.id)
    say = talk.desk.speech.say
    for who, to, name, values in (
        (anna, bilal, "utter_desk_taken", {"name": "Bilal"}),
        (bilal, None, "utter_desk_recused", await talk.desk.wait_values("ar")),
    ):
        await talk.desk.pass_on(case.id, who.id, to.id if to else None)
        said = await say(name, "ar", **values)
        assert talk.sent[-1].body["metadata"]["lead"] == said["metadata"]["lead"]
    assert [one.text for one in await talk.house.cases.entries(case.id)] == ["taken", "passed_on", "passed_back"]


async def test_a_colleague_without_the_language_is_told_of_as_such(talk: Talk) -> None:
    _, bilal = await talk.begin()
    carla = await talk.house.mediators.add("Carla", ["ti"])
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, bilal.id)
    await talk.desk.pass_on(case.id, bilal.id, carla.id)
    said = await talk.desk.speech.say("utter_desk_no_translation", "ar")
    assert talk.sent[-1].body["metadata"]["lead"] == said["metadata"]["lead"]


async def test_waits_and_a_second_mediator_leave_one_line_each_and_say_nothing_to_the_person(talk: Talk) -> None:
    anna, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, anna.id)
    before = len(talk.sent)
    for _ in range(2):
        await talk.desk.wait_for(case.id, anna.id, "person")
    await talk.desk.wait_for(case.id, anna.id, "third_party")
    for _ in range(2):
        await talk.desk.ask_second(case.id, anna.id, bilal.id)
    lines = [one.text for one in await talk.house.cases.entries(case.id) if one.author == "system"]
    assert lines == ["taken", "waiting_person", "waiting_third_party", "second"]
    assert len(talk.sent) == before


async def test_another_language_than_the_persons_is_not_sent_without_a_question(talk: Talk) -> None:
    _, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, bilal.id)
    german, before = "Bitte kommen Sie morgen ins Rathaus.", len(talk.sent)
    with pytest.raises(WaymarkError) as refused:
        await talk.desk.reply(case.id, bilal.id, german, key="1")
    assert (refused.value.code, refused.value.values) == ("desk.language", {"language": "de", "reads": "ar"})
    assert len(talk.sent) == before
    assert (await talk.desk.draft(case.id, bilal.id, german)).translation.source == "de"
    asked = await talk.desk.reply(case.id, bilal.id, german, key="2", language="de")
    assert asked.translation is not None
    assert (asked.translation.source, asked.translation.target) == ("de", "ar")
    plain = await talk.desk.reply(case.id, bilal.id, german, key="3", untranslated=True)
    assert (plain.source_language, talk.sent[-1].body["metadata"]["language"]) == ("de", "de")
    for key, text in (("4", "أهلا بك، كيف أساعدك اليوم؟"), ("5", "Rathaus, 9 Uhr"), ("6", "OK")):
        assert (await talk.desk.reply(case.id, bilal.id, text, key=key)).source_language == "ar", text


async def test_an_edit_stays_in_the_language_of_the_reply(talk: Talk) -> None:
    _, bilal = await talk.begin()
    case = await talk.desk.open(WHO, reason="asked")
    await talk.desk.take(case.id, bilal.id)
    sent = await talk.desk.reply(case.id, bilal.id, "Bis morgen", key="1", language="de", translation="إلى الغد")
    await talk.desk.edit(case.id, bilal.id, sent.number, "Bis heute", "2")
    kept = await talk.house.cases.entry(case.id, sent.number)
    assert kept is not None and kept.translation is not None
    assert (kept.source_language, kept.translation.source) == ("de", "de")
    await talk.desk.edit(case.id, bilal.id, sent.number, "أراك غداً في البلدية", "3")
    kept = await talk.house.cases.entry(case.id, sent.number)
    assert kept is not None and kept.source_language == "ar"
