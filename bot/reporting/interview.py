"""A report told by chat: which question is next, back, skip, stop; each answer sealed the moment it comes.

The stages of a telling: "kind", the questions of that kind, "ready" (shall it be sent?), "task" (a small sum), "code" (the code
was shown and not yet confirmed). Where it stands lies in the draft, sealed with the house's key; the answers are sealed for the
readers and lie there as they will lie in the report.
"""

from __future__ import annotations

import secrets as random
import time
import uuid
from typing import Any, NamedTuple

from bot.errors import WaymarkError
from bot.reporting.intake import FILES_LIMIT, TEXT_LIMIT, File, Filed, Intake
from bot.reporting.questions import Kind, Question, kinds
from bot.reporting.records import Content
from bot.store.report_drafts import Piece, ReportDrafts
from bot.store.reports import RecordRow

# A half that the person asked to keep is kept for so many days.
KEPT_DAYS = 7
# After the code was shown, the way back to the conversation is kept for so long at most.
CODE_SECONDS = 3600


class Standing(NamedTuple):
    """Where a telling stands. `after`: the number of the last answer before it began. `sum`: the two numbers of the task.

    `language`: in which the person is answered. `spoken`: they chose it, or their story was clearly in it.
    """

    report: str
    at: str
    after: int
    language: str
    kind: str | None = None
    figures: bool = False
    contact: bool = True
    sum: tuple[int, int] = (0, 0)
    files: int = 0
    spoken: bool = False

    @property
    def of(self) -> Kind | None:
        """The kind with its questions, once it is chosen."""
        return kinds().get(self.kind) if self.kind else None

    @property
    def question(self) -> Question | None:
        """The question it is at, or None at another stage."""
        return self.of.question(self.at) if self.of else None

    def next(self) -> str:
        """The stage after this one."""
        names = [question.name for question in self.of.asks] if self.of else []
        place = names.index(self.at) + 1 if self.at in names else 0
        return names[place] if place < len(names) else "ready"

    def before(self) -> str:
        """The stage before this one."""
        names = [question.name for question in self.of.asks] if self.of else []
        if self.at in ("ready", "task") and names:
            return names[-1]
        place = names.index(self.at) if self.at in names else 0
        return names[place - 1] if place else "kind"


class Interview:
    """Tellings by conversation. `hours`: so long a half told report is kept without being asked for."""

    def __init__(self, intake: Intake, drafts: ReportDrafts, hours: int) -> None:
        self._intake, self._ledger, self.drafts, self.hours = intake, intake.ledger, drafts, hours

    async def at(self, conversation_id: str) -> Standing | None:
        """Where the conversation's telling stands, or None if there is none."""
        draft = await self.drafts.get(conversation_id)
        if draft is None:
            return None
        state: dict[str, Any] = draft.state
        return Standing(**{**state, "sum": tuple(state["sum"])})

    async def begin(self, conversation_id: str, language: str, after: int) -> Standing:
        """A fresh telling; one before it is deleted."""
        await self.drafts.end(conversation_id)
        return await self._save(conversation_id, Standing(uuid.uuid4().hex, "kind", after, language))

    async def move(self, conversation_id: str, standing: Standing) -> Standing:
        """Writes down where it stands now."""
        return await self._save(conversation_id, standing)

    async def choose_kind(self, conversation_id: str, standing: Standing, kind: str) -> Standing:
        """The person chose what it is about. Another kind later keeps the answers that are given."""
        chosen = standing._replace(kind=kind)
        return await self._save(conversation_id, chosen._replace(at=kinds()[kind].asks[0].name))

    async def speak(self, conversation_id: str, standing: Standing, language: str) -> Standing:
        """The person is answered in this language from now on; pieces that were told before keep theirs."""
        return await self._save(conversation_id, standing._replace(language=language, spoken=True))

    async def told(
        self, conversation_id: str, standing: Standing, text: str, key: str, language: str | None = None
    ) -> None:
        """Seals a text as an answer to the question it stands at; once for each `key`. A place replaces the one before.

        `language`: that of the text, if the person is answered in another. A text longer than one answer becomes several.
        """
        for start in range(0, len(text), TEXT_LIMIT):
            own = f"{key}-{start}" if start else key
            content = Content(text[start : start + TEXT_LIMIT], language or standing.language)
            await self._add(conversation_id, standing, standing.at, content, own)
        if standing.question is not None and standing.question.form == "place":
            await self.drafts.drop(conversation_id, (standing.at,), but=key)

    async def told_file(self, conversation_id: str, standing: Standing, file: File, key: str) -> Standing:
        """Cleans and seals a file. WaymarkError "reports.file_many", "reports.file_large" or "attachment.*"."""
        if standing.files >= FILES_LIMIT:
            raise WaymarkError("reports.file_many", limit=FILES_LIMIT)
        if not await self._add(conversation_id, standing, "file", await self._intake.cleaned(file), key):
            return standing
        return await self._save(conversation_id, standing._replace(files=standing.files + 1))

    async def chosen(self, conversation_id: str, standing: Standing, choice: str | None) -> Standing:
        """Answers a question with one of its choices (None leaves it out) and goes on. An earlier answer is replaced."""
        question = standing.question
        if question is None or (question.required and choice is None):
            return standing
        await self.drafts.drop(conversation_id, (question.name,))
        if choice in question.choices:
            await self._add(conversation_id, standing, question.name, Content(values={"choice": choice}), None)
        elif question.form == "place":
            await self.drafts.set_district(conversation_id, None)
        if question.name == "figures":
            standing = standing._replace(figures=choice == "yes")
        elif question.name == "contact":
            # Left out counts as yes: answers reach nobody but who has the code.
            standing = standing._replace(contact=choice != "no")
        return await self._save(conversation_id, standing._replace(at=standing.next()))

    async def go_on(self, conversation_id: str, standing: Standing) -> Standing:
        """To the next stage."""
        return await self._save(conversation_id, standing._replace(at=standing.next()))

    async def back(self, conversation_id: str, standing: Standing) -> Standing:
        """One stage back; a choice or place that was given there is deleted, to be given anew. A story stays: see `anew`."""
        to = standing.before()
        if standing.of and to != "kind" and to != standing.of.asks[0].name:
            await self.drafts.drop(conversation_id, (to,))
        return await self._save(conversation_id, standing._replace(at=to))

    async def anew(self, conversation_id: str, standing: Standing) -> Standing:
        """Deletes the story with its files, because the person asked for it."""
        if standing.of is None or standing.question is None or standing.question.form != "story":
            return standing
        await self.drafts.drop(conversation_id, (standing.at, "file"))
        return await self._save(conversation_id, standing._replace(files=0))

    async def has_story(self, conversation_id: str, standing: Standing) -> bool:
        """Whether anything was told that makes a report."""
        first = standing.of.asks[0].name if standing.of else ""
        return any(piece.about in (first, "file") for piece in await self.drafts.pieces(conversation_id))

    async def ask_sum(self, conversation_id: str, standing: Standing) -> Standing:
        """Sets the small task."""
        numbers = (random.randbelow(8) + 2, random.randbelow(8) + 2)
        return await self._save(conversation_id, standing._replace(at="task", sum=numbers))

    async def keep(self, conversation_id: str, standing: Standing) -> int:
        """Keeps a half for some days, because the person asked for it; until when (Unix seconds)."""
        until = int(time.time()) + KEPT_DAYS * 86400
        await self.drafts.save(conversation_id, standing._asdict(), until)
        return until

    async def finish(self, conversation_id: str, standing: Standing) -> Filed:
        """Makes a report of the answers and gives it a code; if a crash came in between, the same report and a new code.

        WaymarkError "reports.too_many" in this hour, "reports.empty" if nothing was told.
        """
        if await self._ledger.reports.get(standing.report) is not None:
            return await self.another_code(standing)
        pieces = await self.drafts.pieces(conversation_id)
        if standing.kind is None or not await self.has_story(conversation_id, standing):
            raise WaymarkError("reports.empty")
        if not self._intake.hourly.take(conversation_id):
            raise WaymarkError("reports.too_many")
        draft = await self.drafts.get(conversation_id)
        day = self._ledger.day()
        records = [RecordRow(standing.report, piece.number, "person", piece.about, day, piece.sealed) for piece in pieces]
        filed = await self._intake.write(
            standing.report, standing.kind, standing.language, records, district=draft.district if draft else None,
            figures=standing.figures, contact=standing.contact,
        )
        # Until the code is confirmed, only this stays of the telling: which report a new code would be for.
        state = standing._replace(at="code")._asdict()
        await self.drafts.keep_only(conversation_id, state, int(time.time()) + CODE_SECONDS)
        return filed

    async def another_code(self, standing: Standing) -> Filed:
        """A new code for a report whose code was not confirmed. WaymarkError "reports.gone" if it was, or it is deleted."""
        code = await self._intake.another_code(standing.report)
        if code is None:
            raise WaymarkError("reports.gone")
        return Filed(standing.report, code)

    async def end(self, conversation_id: str, standing: Standing) -> None:
        """Deletes what is left of the telling, the questions asked in it too."""
        await self.drafts.end(conversation_id, standing.after)

    async def _save(self, conversation_id: str, standing: Standing) -> Standing:
        seconds = CODE_SECONDS if standing.at == "code" else self.hours * 3600
        await self.drafts.save(conversation_id, standing._asdict(), int(time.time()) + seconds)
        return standing

    async def _add(self, conversation_id: str, standing: Standing, about: str, content: Content, key: str | None) -> bool:
        """Seals and writes one answer; False if one with this key is there."""
        while True:
            number = await self.drafts.last_number(conversation_id) + 1
            sealed = await self._ledger.sealed(standing.report, number, "person", about, content)
            done = await self.drafts.add(conversation_id, Piece(number, about, sealed), key)
            if done != "taken":
                return done == "added"
