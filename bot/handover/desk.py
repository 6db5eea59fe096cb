"""The desk: the one way to open, work on and close a case. Console, staff group and gate all come through here.

Every method is a coroutine and raises WaymarkError "desk.*" to refuse. What is acknowledged is on the disk: a reply and its
place in the outbox are written in one transaction. After each change the topics "cases", "case:<id>" and
"conversation:<id>" hear of it; the signal carries ids and kinds, never text: {"kind", "case", "code", "state", "number"?}.
Kinds: opened, entry, changed (an entry), state, delivery, typing, closed,
forgotten, overdue.
"""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.contracts import Translation
from bot.errors import WaymarkError
from bot.handover import rules
from bot.handover.records import OUTCOMES, Case, Draft, Entry, Mediator, Summary
from bot.handover.rights import Rights
from bot.handover.speech import Speech
from bot.store.case_records import NewEntry, Step
from bot.store.cases import Cases
from bot.store.conversations import Conversation, Conversations
from bot.store.mediators import Mediators
from bot.store.messages import Inbound, Outbound
from bot.store.signals import Signals

Typing = Callable[[str, str, bool], Awaitable[None]]


class Desk:
    """The desk of one house. `deliver_with` and `typing_with` are told by the server how to reach people."""

    def __init__(
        self, cases: Cases, mediators: Mediators, conversations: Conversations, signals: Signals, speech: Speech,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self.cases = cases
        self.mediators = mediators
        self.conversations = conversations
        self.signals = signals
        self.speech = speech
        self.clock = clock
        self._rights = Rights(cases, mediators)
        self._deliver: Callable[[list[Outbound]], Awaitable[None]] | None = None
        self._typing: Typing | None = None

    def deliver_with(self, deliver: Callable[[list[Outbound]], Awaitable[None]]) -> None:
        """Names how answers go out once they stand in the outbox (the gate's delivery)."""
        self._deliver = deliver

    def typing_with(self, show: Typing) -> None:
        """Names how a channel shows that a mediator writes: show(channel, conversation id, on)."""
        self._typing = show

    # Opening, and what the person says.

    async def open(
        self, conversation_id: str, *, reason: str, topic: str | None = None, town: str | None = None,
        wishes: Sequence[str] = (), danger: str | bool | None = None, minor: bool = False, deadline: str | None = None,
        tried: Sequence[str] = (), question: str | None = None, language: str | None = None,
    ) -> Case:
        """Opens a case and gives the conversation to the desk, in one transaction. Opening twice is one case."""
        conversation = await self.conversations.get(conversation_id)
        if conversation is None:
            raise WaymarkError("desk.gone")
        kind = "danger" if danger is True else danger or None
        details = {
            "reason": reason, "topic": topic, "town": town, "wishes": tuple(wishes), "danger": kind, "minor": minor,
            "deadline": deadline, "tried": tuple(tried), "question": question, "asking": None,
        }
        case, new = await self.cases.open(
            conversation_id, language or conversation.language or "en", rules.priority(kind, minor, deadline), details,
            rules.heard(self.clock(), kind, minor, deadline),
        )
        self._tell(case, "opened" if new else "state")
        return case

    async def receive(self, message: Inbound, conversation: Conversation, language: str) -> list[dict[str, Any]] | None:
        """The person's message goes into the transcript. What to answer at once; None: nothing, a mediator will.

        The gate's owner for mode "desk". Taking the same message twice is one entry. Reads from `message.body`: text,
        attachments, `danger` (kind, set by the gate), `reply_to` (an answer's number in the outbox), `edit_of` (an
        earlier message's id).
        """
        case = await self.cases.open_of(conversation.id)
        if case is None:  # closed meanwhile: the assistant has it again
            await self.conversations.set_mode(conversation.id, "assistant")
            return [self.speech.say("utter_desk_closed", language)]
        body = message.body
        text, attachments = str(body.get("text") or ""), tuple(body.get("attachments") or ())
        replied = await self._replied_to(conversation.id, body.get("reply_to"))
        entry = NewEntry(
            "person", f"in:{message.message_id}", text, language, attachments=attachments, reply_to=replied,
        )
        step = await self.cases.step(case.id, rules.heard(self.clock(), body.get("danger"), False, None), entries=[entry])
        assert step.entry is not None
        self._tell(step.case, "entry", step.entry.number)
        await self._translate_for_desk(step.case, step.entry)
        if body.get("danger"):
            return [self.speech.say("utter_desk_danger", language)]
        return [self.speech.say("utter_desk_received", language)] if step.case.state == "waiting" else None

    async def _replied_to(self, conversation_id: str, seq: Any) -> int | None:
        if not isinstance(seq, int):
            return None
        entry = await self.cases.entry_of_answer(conversation_id, seq)
        return entry.number if entry else None

    async def _translate_for_desk(self, case: Case, entry: Entry) -> None:
        """Adds the translation for who has the case. The original is on the screen already."""
        reader = await self._reader_language(case)
        if reader is None or not entry.text.strip() or (entry.translation and entry.translation.target == reader):
            return
        translation = await self.speech.translated(entry.text, entry.source_language, reader, "case")
        await self.cases.rewrite(entry._replace(translation=translation))
        self._tell(case, "changed", entry.number)

    async def _reader_language(self, case: Case) -> str | None:
        mediator = await self.mediators.get(case.mediator_id) if case.mediator_id else None
        if mediator is None or case.language in mediator.languages:
            return None
        return mediator.languages[0]

    # Who has the case.

    async def take(self, case_id: str, mediator_id: str) -> Case:
        """Whoever is first has it. WaymarkError "desk.taken" for all others."""
        me = await self._rights.mediator(mediator_id)
        await self._rights.not_excluded(case_id, me)
        step = await self._step(case_id, rules.taken(me.id), me, "case.taken")
        await self._translate_all(step.case)
        return step.case

    async def pass_on(self, case_id: str, mediator_id: str, to: str | None = None) -> Case:
        """Gives the case to a colleague, or back into the queue."""
        me = await self._rights.mediator(mediator_id)
        if to is not None:
            await self._rights.not_excluded(case_id, await self._rights.mediator(to))
        step = await self._step(case_id, rules.passed_on(me.id, to), me, "case.passed_on")
        await self._translate_all(step.case)
        return step.case

    async def ask_second(self, case_id: str, mediator_id: str, other_id: str) -> Case:
        """A colleague joins the case and may read and write in it."""
        me, other = await self._rights.mediator(mediator_id), await self._rights.mediator(other_id)
        await self._rights.not_excluded(case_id, other)
        return (await self._step(case_id, rules.with_second(me.id, other.id), me, "case.second")).case

    async def recuse(self, case_id: str, mediator_id: str, reason: str = "conflict") -> Case:
        """Steps back for a conflict of interest: never offered to them again. `reason` is a short code, kept with the case."""
        me = await self._rights.mediator(mediator_id)
        decide = rules.recused(me.id, self.clock())
        return (await self._step(case_id, decide, me, "case.recused", exclude=(me.id, reason[:20]))).case

    async def wait_for(self, case_id: str, mediator_id: str, who: str) -> Case:
        """Notes whose turn it is: "person" or "third_party"."""
        me = await self._rights.mediator(mediator_id)
        return (await self._step(case_id, rules.waiting_for(me.id, who), me, "case.waits")).case

    async def close(self, case_id: str, mediator_id: str, outcome: str) -> Case:
        """Ends the case; the person is told that the assistant is back, in the same transaction."""
        me = await self._rights.mediator(mediator_id)
        if outcome not in OUTCOMES:
            raise WaymarkError("desk.outcome", outcome=outcome, known=", ".join(OUTCOMES))
        return await self._close(case_id, outcome, me)

    async def give_back(self, conversation_id: str) -> Case | None:
        """The person wants the assistant again; the closed case, or None if there was none."""
        case = await self.cases.open_of(conversation_id)
        return await self._close(case.id, "returned", None) if case else None

    async def _close(self, case_id: str, outcome: str, me: Mediator | None) -> Case:
        case = await self._rights.known(case_id)
        said = self.speech.say("utter_desk_closed", case.language)
        entry = NewEntry("system", f"closed:{case.version}", f"closed:{outcome}", "en", me.id if me else None, messages=[said])
        decide = rules.closed(outcome, self.clock(), me.id if me else None)
        step = await self.cases.step(
            case_id, decide, what=f"case.{outcome}", who=me.id if me else None, entries=[entry], mode="assistant"
        )
        await self._send(step)
        self._tell(step.case, "closed", step.entry.number if step.entry else None)
        return step.case

    # What the mediator says.

    async def draft(self, case_id: str, mediator_id: str, text: str, language: str | None = None) -> Draft:
        """The translation of a reply and that translated back, for the mediator to judge before sending."""
        me, case = await self._rights.working(case_id, mediator_id)
        source = language or self._writes(me, case)
        translation = await self.speech.translated(text, source, case.language, "reply")
        back = await self.speech.translated(translation.text, translation.target, source, "back")
        return Draft(text, translation, back)

    async def reply(
        self, case_id: str, mediator_id: str, text: str, *, key: str, translation: str | None = None,
        untranslated: bool = False, attachments: Sequence[str] = (), reply_to: int | None = None, language: str | None = None,
    ) -> Entry:
        """Sends words to the person. The same `key` twice is one reply, whatever else is said the second time.

        `translation`: the mediator's own or corrected one. `untranslated`: as written. `language`: what it is written in, if not
        the mediator's first. Transcript and outbox are one transaction; delivery follows, and shows in `Entry.delivery`.
        """
        me, case = await self._rights.working(case_id, mediator_id)
        if not text.strip() and not attachments:
            raise WaymarkError("desk.empty")
        said = await self._translation(me, case, text, translation, untranslated, language)
        replied = await self.cases.entry(case_id, reply_to) if reply_to else None
        message = self.speech.words(said, case.language, me.name, tuple(attachments), replied.seq if replied else None)
        entry = NewEntry(
            "mediator", f"out:{me.id}:{key}", text, said.source, me.id, said, tuple(attachments), reply_to, messages=[message]
        )
        return await self._reply(case, me, entry)

    async def _reply(self, case: Case, me: Mediator, entry: NewEntry) -> Entry:
        now = self.clock()
        waited = None if case.first_reply_at else (me.team, int(now) - case.created_at)
        step = await self.cases.step(
            case.id, rules.answered(me.id, now), what="case.reply", who=me.id, entries=[entry], waited=waited
        )
        await self._send(step)
        assert step.entry is not None
        if step.new:
            self._tell(step.case, "entry", step.entry.number)
        return step.entry

    async def _translation(
        self, me: Mediator, case: Case, text: str, corrected: str | None, untranslated: bool, language: str | None
    ) -> Translation:
        source = language or self._writes(me, case)
        if corrected is not None and corrected.strip():
            return Translation(corrected, text, source, case.language, "corrected", "reviewed")
        if untranslated:
            return Translation(text, text, source, case.language, "none", "none")
        return await self.speech.translated(text, source, case.language, "reply")

    async def note(self, case_id: str, mediator_id: str, text: str, key: str) -> Entry:
        """A private note: it never goes to the person."""
        me, _ = await self._rights.working(case_id, mediator_id)
        if not text.strip():
            raise WaymarkError("desk.empty")
        entry = NewEntry("note", f"note:{me.id}:{key}", text, me.languages[0], me.id)
        step = await self.cases.step(case_id, rules.noted(me.id), entries=[entry])
        assert step.entry is not None
        if step.new:
            self._tell(step.case, "entry", step.entry.number)
        return step.entry

    # What the mediator reads.

    async def case(self, case_id: str, mediator_id: str) -> Case:
        """A case that this mediator may read. WaymarkError "desk.unknown", "desk.not_yours"."""
        me = await self._rights.mediator(mediator_id)
        case = await self._rights.known(case_id)
        await self._rights.may_read(case, me)
        return case

    async def transcript(self, case_id: str, mediator_id: str, after: int = 0) -> list[Entry]:
        """The entries behind number `after`."""
        await self.case(case_id, mediator_id)
        return await self.cases.entries(case_id, after)

    async def queue(self, mediator_id: str) -> list[Case]:
        """The open cases that this mediator may read, the most urgent first."""
        me = await self._rights.mediator(mediator_id)
        found = []
        for case in await self.cases.all_open():
            reads = case.mediator_id in (None, me.id) or case.second_id == me.id or "lead" in me.roles
            if reads and me.id not in await self.cases.excluded(case.id):
                found.append(case)
        return found

    async def summary(self, case_id: str, mediator_id: str) -> Summary:
        """The case in one line of facts."""
        case = await self.case(case_id, mediator_id)
        return Summary(
            case.code, case.language, case.topic, case.town, case.wishes, case.reason, case.tried, case.question
        )

    async def forget(self, conversation_id: str) -> None:
        """Deletes the conversation with all its cases, at once; who has one open sees it go."""
        case = await self.cases.open_of(conversation_id)
        await self.conversations.forget(conversation_id)
        if case is not None:
            self._tell(case, "forgotten")

    # Typing and arrival.

    async def typing(self, case_id: str, mediator_id: str, on: bool) -> None:
        """The mediator writes: the person sees it."""
        _, case = await self._rights.working(case_id, mediator_id)
        conversation = await self.conversations.get(case.conversation_id)
        if self._typing is not None and conversation is not None:
            await self._typing(conversation.channel, conversation.id, on)

    async def person_typing(self, conversation_id: str, on: bool) -> None:
        """The person writes: who has the case sees it."""
        case = await self.cases.open_of(conversation_id)
        if case is not None:
            self.signals.publish(f"case:{case.id}", {"kind": "typing", "case": case.id, "code": case.code, "on": on})

    async def delivered(self, conversation_id: str, seq: int, delivery: str) -> None:
        """A channel says what became of an answer: "sent" or "failed" (blocked, gone). The mediator sees it."""
        entry = await self.cases.set_delivery(conversation_id, seq, delivery)
        if entry is not None:
            case = await self._rights.known(entry.case_id)
            self._tell(case, "delivery", entry.number)

    # What the methods above share.

    async def _step(
        self, case_id: str, decide: rules.Decide, me: Mediator, what: str, exclude: tuple[str, str] | None = None
    ) -> Step:
        step = await self.cases.step(case_id, decide, what=what, who=me.id, exclude=exclude)
        self._tell(step.case, "state")
        return step

    async def _translate_all(self, case: Case) -> None:
        for entry in await self.cases.entries(case.id):
            if entry.author == "person":
                await self._translate_for_desk(case, entry)

    def _writes(self, me: Mediator, case: Case) -> str:
        return case.language if case.language in me.languages else me.languages[0]

    async def _send(self, step: Step) -> None:
        if step.outbounds and self._deliver is not None:
            await self._deliver(step.outbounds)

    def _tell(self, case: Case, kind: str, number: int | None = None) -> None:
        data: dict[str, Any] = {"kind": kind, "case": case.id, "code": case.code, "state": case.state}
        if number is not None:
            data["number"] = number
        for topic in ("cases", f"case:{case.id}", f"conversation:{case.conversation_id}"):
            self.signals.publish(topic, data)
