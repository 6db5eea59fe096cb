"""The desk behind the real gate: offered and never forced, nothing without a yes, the assistant silent, the way back open."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.channels.desk import DeskChannel
from bot.channels.gate import Gate
from bot.container import Container
from bot.store.case_records import Case
from bot.store.conversations import Conversation
from bot.store.mediators import Mediator
from bot.store.messages import Inbound, Outbound

WHO = "c" * 32


class Person:
    """Writes and presses through a real gate; the assistant is a stand-in that answers with topics, or fails on demand."""

    def __init__(self, house: Container) -> None:
        self.house = house
        self.gate = Gate(house)
        house.gate = self.gate
        self.got: list[Outbound] = []
        self.assistant_heard: list[str] = []
        self.number = 0
        self.gate.owned_by("assistant", self._assistant)
        self.gate.deliver_with("web", self._deliver)
        DeskChannel(house, self._assistant).register()

    async def _assistant(self, message: Inbound, _: Conversation, language: str) -> list[dict[str, Any]]:
        self.assistant_heard.append(message.body["text"] or str(message.body["press"]))
        name = "utter_default" if "xyzzy" in message.body["text"] else "utter_topics"
        return [self.house.wording_messages.make(name, language)]

    async def _deliver(self, answer: Outbound) -> bool:
        self.got.append(answer)
        return True

    async def say(self, text: str = "", **how: Any) -> list[Outbound]:
        self.number += 1
        waiting = self.gate.expect(WHO, f"m{self.number}")
        await self.gate.accept(
            channel="web", conversation_id=WHO, message_id=f"m{self.number}", text=text, **{"prior": "en", **how}
        )
        return await asyncio.wait_for(waiting, 20)

    async def press(self, intent: str, within: int = 12) -> list[Outbound]:
        """Presses the newest button that means `intent`."""
        for answer in reversed((await self.house.messages.since(WHO, 0))[-within:]):
            for index, button in enumerate(answer.body["buttons"]):
                if button["press"]["intent"] == intent:
                    return await self.say(press=f"b:{answer.seq}:{index}")
        raise AssertionError(f"no button {intent}")

    async def case(self) -> Case:
        found = await self.house.cases.open_of(WHO)
        assert found is not None
        return found

    async def mode(self) -> str:
        conversation = await self.house.conversations.get(WHO)
        assert conversation is not None
        return conversation.mode

    def lead(self, name: str, /, **values: Any) -> str:
        return str(self.house.wording_messages.make(name, "en", **values)["metadata"]["lead"])


def leads(answers: list[Outbound]) -> list[str]:
    return [answer.body["metadata"]["lead"] for answer in answers]


def intents(answer: Outbound) -> list[str]:
    return [button["press"]["intent"] for button in answer.body["buttons"]]


@pytest.fixture
async def person(house: Container) -> Person:
    made = Person(house)
    await made.say("hello there")
    return made


@pytest.fixture
async def anna(person: Person) -> Mediator:
    return await person.house.mediators.add("Anna", ["en", "de"], roles=["mediator", "lead"])


async def opened(person: Person) -> Case:
    await person.say("/person")
    await person.press("press_desk_yes")
    return await person.case()


async def test_without_mediators_the_assistant_answers_as_ever(person: Person) -> None:
    await person.say("/person")
    assert person.assistant_heard[-1] == "/person"
    assert await person.mode() == "assistant"


async def test_before_it_starts_the_person_hears_who_reads_along_and_says_yes(person: Person, anna: Mediator) -> None:
    (offer,) = await person.say("/person")
    assert "they read what you write here" in offer.body["text"]
    assert intents(offer) == ["press_desk_yes", "press_desk_who", "press_desk_centres", "press_desk_no"]
    assert await person.mode() == "assistant"
    assert await person.house.cases.all_open() == []
    (who,) = await person.press("press_desk_who")
    assert "These people can see it" in who.body["text"]
    await person.press("press_desk_no")
    assert await person.house.cases.all_open() == []
    case = await opened(person)
    assert (case.state, await person.mode()) == ("waiting", "desk")


async def test_the_assistant_is_silent_until_the_way_back(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    heard = list(person.assistant_heard)
    (received,) = await person.say("my landlord wants me out")
    assert received.body["metadata"]["lead"].startswith("The mediators have your message now.")
    assert await person.say("we have a second question") == []
    await person.house.desk.take(case.id, anna.id)
    await person.house.desk.reply(case.id, anna.id, "Hello, I am reading.", key="1")
    assert await person.say("thank you") == []
    assert person.assistant_heard == heard
    texts = [entry.text for entry in await person.house.desk.transcript(case.id, anna.id) if entry.kind == "text"]
    assert texts == [
        "my landlord wants me out", "we have a second question", "taken", "Hello, I am reading.", "thank you"
    ]
    await person.press("press_desk_back")
    assert await person.mode() == "assistant"
    await person.say("where is the library")
    assert person.assistant_heard[-1] == "where is the library"


@pytest.mark.parametrize("words", ["Back to the assistant!", "zurück zum Assistenten", "العودة إلى المساعد", "назад к боту"])
async def test_words_lead_back_too(person: Person, anna: Mediator, words: str) -> None:
    await opened(person)
    await person.say(words)
    assert await person.mode() == "assistant"
    assert await person.house.cases.open_of(WHO) is None


async def test_danger_gets_the_numbers_and_reaches_the_desk_first(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    answers = await person.say("help my husband is beating me now")
    assert leads(answers) == [person.lead("utter_danger_violence"), person.lead("utter_desk_danger")]
    case = await person.case()
    assert (case.danger, case.priority) == ("violence", 100)
    entries = await person.house.cases.entries(case.id)
    assert entries[-1].text == "help my husband is beating me now"


async def test_commands_work_in_a_case(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    (status,) = await person.say("/person")
    assert {"press_desk_back", "forget_me"} <= set(intents(status))
    await person.say("/language")
    assert person.assistant_heard[-1] == "/language"
    assert await person.mode() == "desk"
    await person.gate.forget(WHO)
    assert await person.house.cases.get(case.id) is None
    (last, *_) = await person.house.audit.lines(subject=case.code)
    assert last.what == "case.forgotten"


def while_it_is_on_its_way(monkeypatch: pytest.MonkeyPatch, part: Any, name: str, work: Callable[[], Awaitable[object]]) -> None:
    """Does `work` once, after the next call of a part's method has its answer: before what comes after it."""
    real = getattr(part, name)

    async def then(*given: Any) -> Any:
        answer = await real(*given)
        monkeypatch.setattr(part, name, real)
        await work()
        return answer

    monkeypatch.setattr(part, name, then)


@pytest.mark.parametrize("late", ["before the case is looked up", "after it"])
async def test_what_is_written_while_the_case_is_closed_is_answered_by_the_assistant(
    person: Person, anna: Mediator, monkeypatch: pytest.MonkeyPatch, late: str
) -> None:
    case = await opened(person)
    await person.house.desk.take(case.id, anna.id)
    part, name = (person.gate._spoken, "settle") if late.startswith("before") else (person.house.cases, "open_of")
    while_it_is_on_its_way(monkeypatch, part, name, lambda: person.house.desk.close(case.id, anna.id, "solved"))
    assert leads(await person.say("one more thing: where is the court")) == [person.lead("utter_topics")]
    assert person.assistant_heard[-1] == "one more thing: where is the court"
    assert await person.mode() == "assistant"
    said = [answer.body["metadata"]["lead"] for answer in await person.house.messages.since(WHO, 0)]
    assert said.count(person.lead("utter_desk_closed")) == 1


async def test_danger_while_the_case_is_closed(person: Person, anna: Mediator, monkeypatch: pytest.MonkeyPatch) -> None:
    case = await opened(person)
    await person.house.desk.take(case.id, anna.id)
    while_it_is_on_its_way(
        monkeypatch, person.gate._spoken, "danger", lambda: person.house.desk.close(case.id, anna.id, "solved")
    )
    answers = await person.say("help my husband is beating me now")
    assert leads(answers) == [person.lead("utter_danger_violence"), person.lead("utter_danger_next")]
    await person.press("request_human")
    await person.press("press_desk_yes")
    assert (await person.case()).danger == "violence"


async def test_what_the_mediator_had_before_the_end_is_not_answered_again(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    await person.house.desk.take(case.id, anna.id)
    await person.say("thank you, that was all")
    heard = list(person.assistant_heard)
    conversation = await person.house.conversations.get(WHO)
    assert conversation is not None
    await person.house.desk.close(case.id, anna.id, "solved")
    # Taken up again after a crash between the transcript and the note that it is done.
    again = Inbound(WHO, f"m{person.number}", {"text": "thank you, that was all"})
    assert await person.gate.owner("desk")(again, conversation, "en") is None
    assert person.assistant_heard == heard


async def test_an_earlier_button_does_not_wake_the_assistant(person: Person, anna: Mediator) -> None:
    await person.say("topics please")
    await opened(person)
    heard = list(person.assistant_heard)
    assert leads(await person.press("press_topic", within=40)) == [person.lead("utter_desk_busy")]
    assert person.assistant_heard == heard


async def test_optional_questions_can_be_answered_or_skipped(person: Person, anna: Mediator) -> None:
    await opened(person)
    await person.press("press_desk_topic")
    await person.press("press_desk_topic", within=1)
    await person.press("press_desk_town")
    await person.say("Bobingen")
    await person.press("press_desk_not_from")
    await person.say("people from my village")
    await person.press("press_desk_woman")
    case = await person.case()
    assert (case.topic, case.town, case.wishes) == ("housing", "Bobingen", ("not:people from my village", "woman"))
    await person.press("press_desk_town")
    await person.press("press_desk_skip")
    assert (await person.case()).asking is None


@pytest.mark.parametrize("what", ["town", "not_from"])
async def test_a_question_lapses_when_a_mediator_takes_the_case(person: Person, anna: Mediator, what: str) -> None:
    case = await opened(person)
    await person.press(f"press_desk_{what}")
    await person.house.desk.take(case.id, anna.id)
    assert await person.say("a lawyer please") == []
    found = await person.case()
    assert (found.town, found.wishes, found.asking) == (None, (), None)
    assert (await person.house.cases.entries(case.id))[-1].text == "a lawyer please"
    # The button still stands above: pressed now it asks nothing that the next message would be taken for.
    assert leads(await person.press(f"press_desk_{what}")) == [person.lead("utter_desk_status_taken", name="Anna")]
    assert await person.say("and an interpreter") == []
    found = await person.case()
    assert (found.town, found.wishes) == (None, ())


async def test_a_mediator_who_takes_the_case_while_the_answer_is_on_its_way(
    person: Person, anna: Mediator, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = await opened(person)
    await person.press("press_desk_not_from")
    desk = person.house.desk
    receive = desk.receive

    async def and_taken(*given: Any) -> Any:
        answer = await receive(*given)
        await desk.take(case.id, anna.id)
        return answer

    monkeypatch.setattr(desk, "receive", and_taken)
    await person.say("a lawyer please")
    assert (await person.case()).wishes == ()
    assert person.lead("utter_desk_noted") not in leads(person.got)


async def test_someone_else_where_nobody_else_works(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    await person.house.desk.take(case.id, anna.id)
    assert leads(await person.press("press_desk_other")) == [person.lead("utter_desk_centres")]
    assert (await person.case()).mediator_id == anna.id, "nobody is left waiting for nobody"


async def test_someone_else_without_saying_why(person: Person, anna: Mediator) -> None:
    await person.house.mediators.add("Bilal", ["en"])
    case = await opened(person)
    await person.house.desk.take(case.id, anna.id)
    await person.press("press_desk_other")
    case = await person.case()
    assert (case.state, case.mediator_id) == ("waiting", None)
    assert await person.house.cases.excluded(case.id) == {anna.id: "person"}


async def test_two_failed_answers_in_a_row_bring_an_offer_and_one_does_not(person: Person, anna: Mediator) -> None:
    assert len(await person.say("xyzzy one")) == 1
    answers = await person.say("xyzzy two")
    assert leads(answers)[1:] == [person.lead("utter_desk_offer_failed")]
    assert await person.mode() == "assistant"
    await person.press("request_human")
    assert len(await person.say("xyzzy three")) == 1, "an offer is not repeated at once"
    await person.press("press_desk_yes")
    assert (await person.case()).reason == "failed"


@pytest.mark.parametrize("text", ["question about deportation", "Abschiebehaft", "سؤال عن ترحيل",
                                  "питання про депортацію", "je suis mineur non accompagné"])
async def test_a_sensitive_topic_brings_an_offer_after_the_answer(person: Person, anna: Mediator, text: str) -> None:
    answers = await person.say(text, chosen="en")
    assert leads(answers) == [person.lead("utter_topics"), person.lead("utter_desk_offer_sensitive")]


async def test_a_word_of_displeasure_brings_an_offer(person: Person, anna: Mediator) -> None:
    assert leads(await person.say("Not helpful."))[-1] == person.lead("utter_desk_offer_unhelpful")


async def test_a_thumb_down_under_an_answer_brings_an_offer(person: Person, anna: Mediator) -> None:
    await person.say("hello")
    assert leads(await person.say(press="i:press_not_helpful")) == [person.lead("utter_desk_offer_unhelpful")]
    assert await person.mode() == "assistant"


async def test_a_thumb_down_where_nobody_works_brings_another_try_and_no_mediator(person: Person) -> None:
    await person.say("hello")
    assert leads(await person.say(press="i:press_not_helpful")) == [person.lead("utter_default")]


async def test_no_offer_where_nobody_could_answer_it(person: Person) -> None:
    assert len(await person.say("question about deportation")) == 1


async def test_after_danger_the_offer_carries_it_along(person: Person, anna: Mediator) -> None:
    await person.say("help my husband is beating me now")
    await person.press("request_human")
    await person.press("press_desk_yes")
    case = await person.case()
    assert (case.reason, case.danger, case.priority) == ("danger", "violence", 100)


async def test_the_mediator_sees_what_was_said_before(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    before = [entry for entry in await person.house.desk.transcript(case.id, anna.id) if entry.kind == "before"]
    assert person.lead("utter_topics") in [entry.text for entry in before]


async def test_a_yes_that_is_processed_again_after_a_crash_is_one_case(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    await person.press("press_desk_yes", within=40)
    assert (await person.case()).id == case.id
    assert len(await person.house.cases.all_open()) == 1


async def test_old_buttons_tell_the_truth_while_a_mediator_has_the_case(person: Person, anna: Mediator) -> None:
    case = await opened(person)
    await person.house.desk.take(case.id, anna.id)
    await person.house.desk.reply(case.id, anna.id, "Hello", key="1")
    status = [person.lead("utter_desk_status_taken", name="Anna")]
    assert leads(await person.say(press="i:press_not_helpful")) == status
    assert leads(await person.press("press_desk_no", within=40)) == status
    assert leads(await person.press("press_desk_yes", within=40)) == status
    case = await person.case()
    assert (case.state, case.waiting_since) == ("active", None), "nobody waits because of an old button"
    assert (await person.house.desk.open(WHO, reason="asked")).waiting_since is None
    await person.house.desk.close(case.id, anna.id, "solved")
    assert leads(await person.press("press_desk_no", within=40)) == [person.lead("utter_desk_no")]


async def test_a_no_while_nobody_has_the_case_yet_says_that_it_waits(person: Person, anna: Mediator) -> None:
    await opened(person)
    (answer,) = await person.press("press_desk_no", within=40)
    assert answer.body["metadata"]["lead"].startswith("You are talking with the mediators.")
