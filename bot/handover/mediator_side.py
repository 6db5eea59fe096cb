"""The mediators' side of the desk: taking, passing on and closing a case, writing in it, reading it."""

from __future__ import annotations

from collections.abc import Sequence

from bot.contracts import Translation
from bot.errors import WaymarkError
from bot.handover import matching, rules
from bot.handover.person_side import PersonSide
from bot.handover.records import OUTCOMES, Case, Draft, Entry, Mediator, Summary
from bot.store.case_records import NewEntry, Step


class MediatorSide(PersonSide):
    """What happens because a mediator did something. Refuses with WaymarkError "desk.*"."""

    # Who has the case.

    async def take(self, case_id: str, mediator_id: str) -> Case:
        """Whoever is first has it; the person is told. WaymarkError "desk.taken", "desk.excluded", "desk.wish"."""
        me = await self._rights.mediator(mediator_id)
        case = await self._rights.known(case_id)
        if case.mediator_id == me.id:
            return case
        await self._may_take(case, me)
        said = await self.speech.say("utter_desk_taken", case.language, name=me.name)
        messages = [said, *await self._without_translation(case, me)]
        entry = NewEntry("system", f"taken:{me.id}:{case.version}", "taken", "en", me.id, messages=messages)
        step = await self._step(case_id, rules.taken(me.id), me, "case.taken", entry=entry)
        self._later(self._translate_all(step.case))
        return step.case

    async def _without_translation(self, case: Case, me: Mediator) -> list[dict[str, object]]:
        """What the person must be told when nothing can translate between the two."""
        if case.language in me.languages:
            return []
        can = self.speech.translator.can
        if can(me.languages[0], case.language) and can(case.language, me.languages[0]):
            return []
        return [await self.speech.say("utter_desk_no_translation", case.language)]

    async def _may_take(self, case: Case, me: Mediator) -> None:
        await self._rights.not_excluded(case.id, me)
        # In danger nobody is held back: the first who can help is the right one.
        if case.danger or matching.meets_wishes(case, me):
            return
        # A wish binds only while somebody is at work who meets it: else the person would wait for nobody.
        at_work = [one for one in await self.best(case) if self.expectations.team(one.team).is_open(self.clock())]
        if any(matching.meets_wishes(case, other) for other in at_work):
            raise WaymarkError("desk.wish", case=case.code)

    async def pass_on(self, case_id: str, mediator_id: str, to: str | None = None) -> Case:
        """Gives the case to a colleague, or back into the queue. Leads may do that with every case."""
        me = await self._rights.mediator(mediator_id)
        if to is not None:
            await self._rights.not_excluded(case_id, await self._rights.mediator(to))
        entry = await self._passing(await self._rights.known(case_id), me, to)
        decide = rules.passed_on(me.id, to, self.clock(), "lead" in me.roles)
        step = await self._step(case_id, decide, me, "case.passed_on", entry=entry)
        self._later(self._translate_all(step.case))
        return step.case

    async def _passing(self, case: Case, me: Mediator, to: str | None) -> NewEntry | None:
        """What the person is told: else two people would write to them as one. None if nothing changes for them."""
        other = await self._rights.mediator(to) if to is not None else None
        if to == case.mediator_id:
            return None
        if other is not None:
            messages = [await self.speech.say("utter_desk_taken", case.language, name=other.name)]
            messages += await self._without_translation(case, other)
        else:
            messages = [await self.speech.say("utter_desk_recused", case.language, **await self.wait_values(case.language))]
        text = "passed_on" if other else "passed_back"
        return NewEntry("system", f"passed:{me.id}:{case.version}", text, "en", me.id, messages=messages)

    async def ask_second(self, case_id: str, mediator_id: str, other_id: str) -> Case:
        """A colleague joins the case and may read and write in it."""
        me, other = await self._rights.mediator(mediator_id), await self._rights.mediator(other_id)
        await self._rights.not_excluded(case_id, other)
        case = await self._rights.known(case_id)
        new = case.second_id != other.id
        entry = NewEntry("system", f"second:{me.id}:{case.version}", "second", "en", me.id) if new else None
        return (await self._step(case_id, rules.with_second(me.id, other.id), me, "case.second", entry=entry)).case

    async def recuse(self, case_id: str, mediator_id: str, reason: str = "conflict") -> Case:
        """Steps back for a conflict of interest: never offered to them again. `reason`: a short code, kept with the case.

        The person is told who goes on, or, if nobody here may have the case now, who helps elsewhere; then the leads are alerted.
        """
        me = await self._rights.mediator(mediator_id)
        case = await self._rights.known(case_id)
        second = await self.mediators.get(case.second_id) if case.second_id else None
        goes_on = second is not None or case.mediator_id not in (None, me.id)
        nobody = not goes_on and all(one.id == me.id for one in await self.best(case))
        messages = []
        if nobody:
            messages = [await self.elsewhere(case.language)]
        elif case.mediator_id == me.id and second is not None:
            messages = [await self.speech.say("utter_desk_taken", case.language, name=second.name)]
        elif case.mediator_id == me.id:
            values = await self.wait_values(case.language)
            messages = [await self.speech.say("utter_desk_recused", case.language, **values)]
        text = "nobody_left" if nobody else "recused"
        entry = NewEntry("system", f"recused:{me.id}:{case.version}", text, "en", me.id, messages=messages)
        decide = rules.recused(me.id, self.clock())
        step = await self._step(case_id, decide, me, "case.recused", exclude=(me.id, reason[:20]), entry=entry)
        if nobody and step.new:
            self._tell(step.case, "nobody_left")
        return step.case

    async def wait_for(self, case_id: str, mediator_id: str, who: str) -> Case:
        """Notes whose turn it is: "person" or "third_party"."""
        me = await self._rights.mediator(mediator_id)
        case, state = await self._rights.known(case_id), f"waiting_{who}"
        new = case.state != state
        entry = NewEntry("system", f"waits:{me.id}:{case.version}", state, "en", me.id) if new else None
        return (await self._step(case_id, rules.waiting_for(me.id, who, self.clock()), me, "case.waits", entry=entry)).case

    async def close(self, case_id: str, mediator_id: str, outcome: str) -> Case:
        """Ends the case; the person is told that the assistant is back, in the same transaction."""
        me = await self._rights.mediator(mediator_id)
        if outcome not in OUTCOMES:
            raise WaymarkError("desk.outcome", outcome=outcome, known=", ".join(OUTCOMES))
        return await self._end(await self._rights.known(case_id), outcome, me)

    # What the mediator says.

    async def draft(self, case_id: str, mediator_id: str, text: str, language: str | None = None) -> Draft:
        """The translation of a reply and that translated back, for the mediator to judge before sending.

        Where `translation.mark` is "none" there is no package for the two languages: see `ways_without_translation`.
        """
        me, case = await self._rights.working(case_id, mediator_id)
        source = language or self._written_in(me, case, text)
        translation = await self.speech.translated(text, source, case.language, "reply")
        back = await self.speech.translated(translation.text, translation.target, source, "back")
        return Draft(text, translation, back)

    async def written_in(self, case_id: str, mediator_id: str, text: str) -> str:
        """The language that a mediator's words are taken to be in; see `_written_in`."""
        return self._written_in(*await self._rights.working(case_id, mediator_id), text)

    async def reply(
        self, case_id: str, mediator_id: str, text: str, *, key: str, translation: str | None = None,
        untranslated: bool = False, attachments: Sequence[str] = (), reply_to: int | None = None, language: str | None = None,
    ) -> Entry:
        """Sends words to the person. The same `key` twice is one reply, whatever else is said the second time.

        `translation`: the mediator's own or corrected one. `untranslated`: as written. `language`: what it is written in; without
        it the person's language, if the mediator speaks that, else the mediator's first. WaymarkError "desk.language": who speaks
        the person's language has clearly written in another, and says neither which nor that it may go out as it is.
        Transcript and outbox are one transaction; delivery follows, and shows in `Entry.delivery`.
        """
        me, case = await self._rights.working(case_id, mediator_id)
        if not text.strip() and not attachments:
            raise WaymarkError("desk.empty")
        written = self._written_in(me, case, text)
        if written != self._writes(me, case) and not (language or untranslated or (translation or "").strip()):
            raise WaymarkError("desk.language", language=written, reads=case.language)
        said = await self._translation(me, case, text, translation, untranslated, language)
        replied = await self.cases.entry(case_id, reply_to) if reply_to else None
        message = self.speech.words(said, case.language, me.name, tuple(attachments), replied.seq if replied else None)
        if replied is not None and replied.author == "person":
            message["metadata"]["reply_to_key"] = await self.cases.message_of(case_id, replied.number)
        entry = NewEntry(
            "mediator", f"out:{me.id}:{key}", text, said.source, me.id, said, tuple(attachments), reply_to, messages=[message]
        )
        return await self._say(case, me, entry)

    async def _say(self, case: Case, me: Mediator, entry: NewEntry) -> Entry:
        now = self.clock()
        worked = self.expectations.team(me.team).open_seconds(case.created_at, now)
        waited = None if case.first_reply_at else (me.team, worked)
        step = await self.cases.step(
            case.id, rules.answered(me.id, now), what="case.reply", who=me.id, entries=[entry], waited=waited
        )
        return await self._written(step)

    async def _written(self, step: Step) -> Entry:
        await self._send(step)
        assert step.entry is not None
        if step.new:
            self._tell(step.case, "entry", step.entry.number)
        return step.entry

    async def _translation(
        self, me: Mediator, case: Case, text: str, corrected: str | None, untranslated: bool, language: str | None
    ) -> Translation:
        source = language or self._written_in(me, case, text)
        if corrected is not None and corrected.strip():
            return Translation(corrected, text, source, case.language, "corrected", "reviewed")
        if untranslated:
            return Translation(text, text, source, case.language, "none", "none")
        return await self.speech.translated(text, source, case.language, "reply")

    async def edit(
        self, case_id: str, mediator_id: str, number: int, text: str, key: str, translation: str | None = None
    ) -> Entry:
        """Replaces the words of an earlier reply of one's own: shown as changed, and sent to the person as the new wording.

        `metadata.edits` of what is sent names the answer that it replaces. WaymarkError "desk.not_editable".
        """
        me, case = await self._rights.working(case_id, mediator_id)
        old = await self.cases.entry(case_id, number)
        if old is None or old.author != "mediator" or old.mediator_id != me.id or old.kind != "text":
            raise WaymarkError("desk.not_editable")
        if not text.strip():
            raise WaymarkError("desk.empty")
        # A word or two tell nothing of their language: it is the one that the reply was written in.
        written = self._written_in(me, case, text, unclear=old.source_language)
        said = await self._translation(me, case, text, translation, False, written)
        message = self.speech.words(said, case.language, me.name, edits=old.seq)
        entry = NewEntry("mediator", f"edit:{me.id}:{key}", text, said.source, me.id, said, (), number, "edit", (), [message])
        step = await self.cases.step(
            case.id, rules.noted(me.id), what="case.edit", who=me.id, entries=[entry],
            edited=old._replace(text=text, source_language=said.source, translation=said),
        )
        if step.new:
            self._tell(case, "changed", number)
        return await self._written(step)

    async def note(
        self, case_id: str, mediator_id: str, text: str, key: str, attachments: Sequence[str] = ()
    ) -> Entry:
        """A private note: it never goes to the person."""
        me, _ = await self._rights.working(case_id, mediator_id)
        if not text.strip() and not attachments:
            raise WaymarkError("desk.empty")
        entry = NewEntry("note", f"note:{me.id}:{key}", text, me.languages[0], me.id, attachments=tuple(attachments))
        return await self._written(await self.cases.step(case_id, rules.noted(me.id), entries=[entry]))

    async def change_note(self, case_id: str, mediator_id: str, number: int, text: str, more: Sequence[str] = ()) -> Entry:
        """Replaces the words of a note of one's own, and adds the files `more` to it. WaymarkError "desk.not_editable"."""
        me, case = await self._rights.working(case_id, mediator_id)
        old = await self.cases.entry(case_id, number)
        if old is None or old.author != "note" or old.mediator_id != me.id:
            raise WaymarkError("desk.not_editable")
        added = tuple(file for file in more if file not in old.attachments)
        if not text.strip() and not old.attachments + added:
            raise WaymarkError("desk.empty")
        changed = old._replace(text=text, attachments=old.attachments + added, edited=True)
        await self.cases.rewrite(changed, edited=True)
        self._tell(case, "changed", number)
        return changed

    async def correct(self, case_id: str, mediator_id: str, number: int, translation: str) -> Entry:
        """Corrects the translation of what the person wrote, for all who read the case. WaymarkError "desk.not_editable"."""
        await self._rights.working(case_id, mediator_id)
        entry = await self.cases.entry(case_id, number)
        if entry is None or entry.author != "person" or entry.translation is None:
            raise WaymarkError("desk.not_editable")
        corrected = entry._replace(
            translation=entry.translation._replace(text=translation, kind="corrected", mark="reviewed", reasons=())
        )
        await self.cases.rewrite(corrected)
        case = await self._rights.known(case_id)
        self._tell(case, "changed", number)
        return corrected

    # What the mediator reads.

    async def case(self, case_id: str, mediator_id: str) -> Case:
        """A case that this mediator may read. WaymarkError "desk.unknown", "desk.not_yours"."""
        me = await self._rights.mediator(mediator_id)
        case = await self._rights.known(case_id)
        await self._rights.may_read(case, me)
        return case

    async def transcript(self, case_id: str, mediator_id: str, after: int = 0) -> list[Entry]:
        """The entries behind number `after`; what was said with the assistant before comes first (kind "before")."""
        await self.case(case_id, mediator_id)
        return await self.cases.entries(case_id, after)

    async def queue(self, mediator_id: str) -> list[Case]:
        """The open cases that this mediator may read: urgent ones first, then one's own, then those that fit, by waiting time."""
        me = await self._rights.mediator(mediator_id)
        excluded, found = await self.cases.all_excluded(), []
        for case in await self.cases.all_open():
            reads = case.mediator_id in (None, me.id) or case.second_id == me.id or "lead" in me.roles
            if reads and me.id not in excluded.get(case.id, ()):
                found.append(case)
        found.sort(key=lambda case: (
            -case.priority, me.id not in (case.mediator_id, case.second_id), -matching.fit(case, me, True, 0),
            case.waiting_since or case.created_at,
        ))
        return found

    async def summary(self, case_id: str, mediator_id: str) -> Summary:
        """The case in one line of facts."""
        case = await self.case(case_id, mediator_id)
        return Summary(
            case.code, case.language, case.topic, case.town, case.wishes, case.reason, case.tried, case.question
        )

    async def ways_without_translation(self, case_id: str, mediator_id: str) -> tuple[list[Mediator], list[str]]:
        """Where nothing can translate: colleagues who speak the person's language, and languages both may know a little of."""
        me, case = await self._rights.working(case_id, mediator_id)
        colleagues = [one for one in await self.best(case) if case.language in one.languages and one.id != me.id]
        return colleagues, [code for code in ("en", "de") if code in me.languages]

    async def typing(self, case_id: str, mediator_id: str, on: bool) -> None:
        """The mediator writes: the person sees it."""
        _, case = await self._rights.working(case_id, mediator_id)
        conversation = await self.conversations.get(case.conversation_id)
        if self._typing is not None and conversation is not None:
            await self._typing(conversation.channel, conversation.id, on)

    # What the methods above share.

    async def _step(
        self, case_id: str, decide: rules.Decide, me: Mediator, what: str, exclude: tuple[str, str] | None = None,
        entry: NewEntry | None = None,
    ) -> Step:
        step = await self.cases.step(
            case_id, decide, what=what, who=me.id, exclude=exclude, entries=[entry] if entry else []
        )
        await self._send(step)
        self._tell(step.case, "state", step.entry.number if step.entry else None)
        return step

    def _writes(self, me: Mediator, case: Case) -> str:
        return case.language if case.language in me.languages else me.languages[0]

    def _written_in(self, me: Mediator, case: Case, text: str, unclear: str | None = None) -> str:
        """Who speaks the person's language writes in it, unless the words are clearly in another; all others in their first.

        `unclear`: the language of words that tell nothing clear.
        """
        if case.language not in me.languages:
            return me.languages[0]
        return self.clearly_in(text, case.language) or unclear or case.language
