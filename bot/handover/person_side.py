"""The person's side of the desk: a case begins, they write, ask for someone else, or go back to the assistant."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from bot.errors import WaymarkError
from bot.handover import matching, rules
from bot.handover.floor import Floor
from bot.handover.records import Case, Mediator
from bot.handover.urgency import deadline_in, is_minor
from bot.store.case_records import NewEntry
from bot.store.conversations import Conversation
from bot.store.history import Before
from bot.store.messages import Inbound

# Only so many records that the assistant had shown are named to the mediator.
TRIED = 6


class PersonSide(Floor):
    """What happens because the person did something."""

    async def open(
        self, conversation_id: str, *, reason: str, topic: str | None = None, town: str | None = None,
        wishes: Sequence[str] = (), danger: str | bool | None = None, minor: bool = False, deadline: str | None = None,
        language: str | None = None,
    ) -> Case:
        """Opens a case and gives the conversation to the desk, in one transaction. Opening twice is one case.

        Only after the person's yes. What was said with the assistant before, and its subject, go along (kind "before").
        """
        conversation = await self.conversations.get(conversation_id)
        if conversation is None:
            raise WaymarkError("desk.gone")
        kind = "danger" if danger is True else danger or None
        spoken = language or conversation.language or "en"
        before = await self.history.before(conversation_id)
        question = str(before.subject.get("question") or "") or None
        said = " ".join(line.text for line in before.lines if line.author == "person")
        minor, deadline = minor or is_minor(said), deadline or deadline_in(said)
        shown = int(before.subject.get("shown") or 0)
        details = {
            "reason": reason, "topic": topic, "town": town or before.subject.get("town"), "wishes": tuple(wishes),
            "danger": kind, "minor": minor, "deadline": deadline, "asking": None, "question": question,
            "tried": tuple(before.subject.get("services") or ())[: min(shown, TRIED)],
        }
        case, new = await self.cases.open(
            conversation_id, spoken, rules.priority(kind, minor, deadline), details,
            rules.urgent(kind, minor, deadline, spoken), _entries(before, spoken),
        )
        self._tell(case, "opened" if new else "state", best=[one.id for one in await self.best(case)][:3])
        return case

    async def receive(
        self, message: Inbound, conversation: Conversation, language: str, case: Case | None = None
    ) -> list[dict[str, Any]] | None:
        """The person's message goes into the transcript. What to answer at once; None: nothing, a mediator will.

        The gate's owner for mode "desk". Taking the same message twice is one entry. Reads from `message.body`: text,
        attachments, `danger` (kind, set by the gate), `offer` (the language it is really in), `reply_to` (an answer's number in
        the outbox), `edit_of` (an earlier message's id). `case`: the open case, if it was looked up just now.
        WaymarkError "desk.closed" or "desk.unknown" if the case was closed meanwhile: the message is in no transcript, and the
        assistant, who has the conversation again, must answer it.
        """
        case = case or await self.cases.open_of(conversation.id)
        if case is None:
            await self.conversations.set_mode(conversation.id, "assistant")
            if await self.cases.entry_of_message(conversation.id, message.message_id) is not None:
                return None  # the mediator had it before the end
            raise WaymarkError("desk.unknown")
        body = message.body
        text, danger = str(body.get("text") or ""), body.get("danger")
        if body.get("edit_of") and await self._edited(case, str(body["edit_of"]), text, danger):
            return [await self.speech.say("utter_desk_danger", language)] if danger else None
        replied = await self._replied_to(conversation.id, body.get("reply_to"))
        entry = NewEntry(
            "person", f"in:{message.message_id}", text, body.get("offer") or language,
            attachments=tuple(body.get("attachments") or ()), reply_to=replied,
        )
        first = case.mediator_id is None and not any(
            one.author == "person" and one.kind == "text" for one in await self.cases.entries(case.id)
        )
        decide = rules.heard(self.clock(), danger, is_minor(text), deadline_in(text), language)
        step = await self.cases.step(case.id, decide, entries=[entry])
        assert step.entry is not None
        self._tell(step.case, "entry", step.entry.number)
        if step.case.mediator_id is not None:
            self._later(self._translate_for_desk(step.case, step.entry))
        if danger:
            return [await self.speech.say("utter_desk_danger", language)]
        # Said once: a person who writes five lines must not hear five times that we have them.
        return [await self.received(step.case, language)] if first and step.case.mediator_id is None else None

    async def received(self, case: Case, language: str) -> dict[str, Any]:
        """That a first message has arrived, and when somebody will answer."""
        return await self.speech.say("utter_desk_received", language, **await self.wait_values(language))

    async def _edited(self, case: Case, message_id: str, text: str, danger: str | None) -> bool:
        """Replaces the words of an earlier message; False if it belongs to no entry of this case.

        What they say now counts as if it were new; a slip of the pen that is mended makes nobody wait.
        """
        entry = await self.cases.entry_of_message(case.conversation_id, message_id)
        if entry is None or entry.case_id != case.id:
            return False
        changed = entry._replace(text=text, translation=None, edited=True)
        minor, deadline = is_minor(text), deadline_in(text)
        urgent = danger or minor or deadline
        decide = rules.heard(self.clock(), danger, minor, deadline) if urgent else rules.urgent(None, False, None)
        step = await self.cases.step(case.id, decide, edited=changed)
        self._tell(step.case, "changed", entry.number)
        if urgent:  # the lists are in another order now
            self._tell(step.case, "state")
        if step.case.mediator_id is not None:
            self._later(self._translate_for_desk(step.case, changed))
        return True

    async def _replied_to(self, conversation_id: str, seq: Any) -> int | None:
        entry = await self.cases.entry_of_answer(conversation_id, seq) if isinstance(seq, int) else None
        return entry.number if entry else None

    async def tell_about(self, case: Case, **details: Any) -> Case:
        """The person told a topic, a town or a wish, or is asked for one (`asking`)."""
        step = await self.cases.step(case.id, rules.told(**details))
        self._tell(step.case, "state")
        return step.case

    async def answered(self, case: Case, **details: Any) -> bool:
        """The person answered what they were asked about the case; False if it lapsed because a mediator has the case now."""
        step = await self.cases.step(case.id, rules.replied(asking=None, **details))
        self._tell(step.case, "state")
        return step.case.mediator_id is None

    async def someone_else(self, conversation_id: str) -> Case | None:
        """The person wants another mediator; why is not asked. The case waits again, and the one before cannot take it."""
        case = await self.cases.open_of(conversation_id)
        if case is None or case.mediator_id is None:
            return case
        said = await self.speech.say("utter_desk_other", case.language)
        entry = NewEntry("system", f"other:{case.version}", "someone_else", "en", messages=[said])
        step = await self.cases.step(
            case.id, rules.someone_else(self.clock()), what="case.someone_else", entries=[entry],
            exclude=(case.mediator_id, "person"),
        )
        await self._send(step)
        self._tell(step.case, "state", step.entry.number if step.entry else None)
        return step.case

    async def give_back(self, conversation_id: str) -> Case | None:
        """The person wants the assistant again; the closed case, or None if there was none."""
        case = await self.cases.open_of(conversation_id)
        return await self._end(case, "returned", None) if case else None

    async def _end(self, case: Case, outcome: str, me: Mediator | None) -> Case:
        said = await self.speech.say("utter_desk_closed" if me else "utter_desk_back", case.language)
        who = me.id if me else None
        entry = NewEntry("system", f"closed:{case.version}", f"closed:{outcome}", "en", who, messages=[said])
        step = await self.cases.step(
            case.id, rules.closed(outcome, self.clock(), who), what=f"case.{outcome}", who=who, entries=[entry],
            mode="assistant",
        )
        await self._send(step)
        self._tell(step.case, "closed", step.entry.number if step.entry else None)
        return step.case

    async def house_step(
        self, case: Case, decide: rules.Decide, entry: NewEntry, kind: str, what: str | None = None, **signal: Any
    ) -> None:
        """A step that nobody pressed: a notice, an alert."""
        step = await self.cases.step(case.id, decide, what=what, entries=[entry])
        await self._send(step)
        if step.new:
            self._tell(step.case, kind, step.entry.number if step.entry else None, **signal)

    async def forget(self, conversation_id: str) -> None:
        """Deletes the conversation with all its cases, at once; who has one open sees it go."""
        case = await self.cases.open_of(conversation_id)
        await self.conversations.forget(conversation_id)
        if case is not None:
            self._tell(case, "forgotten")

    async def person_typing(self, conversation_id: str, on: bool) -> None:
        """The person writes: who has the case sees it."""
        case = await self.cases.open_of(conversation_id)
        if case is not None:
            self.signals.publish(f"case:{case.id}", {"kind": "typing", "case": case.id, "code": case.code, "on": on})

    async def delivered(self, conversation_id: str, seq: int, delivery: str) -> None:
        """A channel says what became of an answer: "sent" or "failed" (blocked, gone). The mediator sees it."""
        entry = await self.cases.set_delivery(conversation_id, seq, delivery)
        case = await self.cases.get(entry.case_id) if entry else None
        if entry is not None and case is not None:
            self._tell(case, "delivery", entry.number)

    # Who is there.

    async def staff(self) -> list[Mediator]:
        """The active mediators and leads."""
        return [one for one in await self.mediators.list(active=True) if one.roles & {"mediator", "lead"}]

    async def best(self, case: Case) -> list[Mediator]:
        """Who may have the case, the best first."""
        staff = await self.staff()
        now = self.clock()
        at_work = {one.team: self.expectations.team(one.team).is_open(now) for one in staff}
        return matching.best(case, staff, at_work, await self.cases.loads(), await self.cases.excluded(case.id))

    async def is_stuck(self, case: Case) -> bool:
        """Whether it waits for nobody: all who work here have stepped back, or must not have it."""
        return case.mediator_id is None and not await self.best(case)

    async def elsewhere(self, language: str) -> dict[str, Any]:
        """That nobody here can take the case, with addresses of people who help."""
        return await self.speech.say("utter_desk_nobody", language, services=self.centres(language))

    async def wait_values(self, language: str) -> dict[str, str]:
        """{"when": ...} in words: what may be honestly said of when somebody answers."""
        staff, label = await self.staff(), self.speech.label
        if not self.expectations.is_open(staff):
            opening = self.expectations.next_opening(staff)
            if opening is None:
                return {"when": label("desk_wait_unknown", language)}
            moment, zone = opening
            return {"when": label("desk_wait_opening", language, when=self.expectations.when(moment, language, zone))}
        minutes = await self.expectations.minutes()
        if minutes is None:
            return {"when": label("desk_wait_unknown", language)}
        return {"when": label("desk_wait_usual", language, time=self.expectations.within(minutes, language))}


def _entries(before: Before, language: str) -> list[NewEntry]:
    question, asked = str(before.subject.get("question") or ""), []
    if question and not any(line.author == "person" and line.text == question for line in before.lines):
        # The tracker keeps the last turn alone; what the whole talk was about stands in its subject.
        at = int(before.lines[0].at) if before.lines else None
        asked = [NewEntry("person", "before:question", question, language, kind="before", sent_at=at)]
    return asked + [
        NewEntry(
            line.author, f"before:{place}", line.text, line.language or language, kind="before", sent_at=int(line.at),
            cards=[{"id": record} for record in line.records],
        )
        for place, line in enumerate(before.lines)
    ]
