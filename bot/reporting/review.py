"""Readers work a report through: open it, answer, refer, note, link, delay, decide, close. Who may do what is decided here.

A reader sees every report except those they are excluded from (they helped to tell it, or the person asked for another
reader). To open one they need their unlocked keys; what they write is sealed before it is stored. The oversight reads what was
sealed to it and works nothing through.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hmac
import time
from collections.abc import Callable, Collection
from typing import Any

from bot.contracts import Translation, Translator
from bot.errors import WaymarkError
from bot.reporting.circles import Unlocked
from bot.reporting.clock import local_day
from bot.reporting.ledger import Ledger
from bot.reporting.opened import Draft, Line, Opened, Piece
from bot.reporting.records import OPEN, Content
from bot.reporting.resealing import fitting, half_told, reseal
from bot.reporting.standing import OUTCOMES, REASONS, WHY, Promises, standing
from bot.store.report_work import ReportWork
from bot.store.reports import RecordRow, ReportRow, StepRow

# Characters of one answer or note, and days that one delay may take at most.
TEXT_LIMIT = 10_000
LONGEST_DELAY = 90
# Outcomes that owe the person and the public a reason.
OWES_WHY = ("partly", "not", "refused")


class Review:
    """What readers and oversight do. `now` gives Unix seconds; tests move it."""

    def __init__(
        self, ledger: Ledger, work: ReportWork, translator: Translator, promises: Promises,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.ledger = ledger
        self.work = work
        self.promises = promises
        self._translator = translator
        self._now = now

    def today(self) -> dt.date:
        """The day in Europe/Berlin."""
        return local_day(int(self._now()))

    async def lines(self, reader: str | None) -> list[Line]:
        """Every report that this reader may see (None, the oversight: all), the most pressing first."""
        steps, words = await self.work.all_steps(), await self.work.last_words()
        found = []
        for report in await self.ledger.reports.all():
            if reader is not None and reader in report.excluded:
                continue
            found.append(await self._line(report, steps.get(report.id, []), words.get(report.id)))
        return sorted(found, key=_pressing)

    async def line(self, report_id: str, reader: str | None) -> Line:
        """One report without its content. WaymarkError "reports.unknown", also for who is excluded from it."""
        report = await self._allowed(report_id, reader)
        word = (await self.work.last_words()).get(report_id)
        return await self._line(report, await self.ledger.reports.steps(report_id), word)

    async def open(self, report_id: str, reader: str, keys: Unlocked, language: str) -> Opened:
        """A report with everything that the reader's keys open, translated to `language`."""
        _must_be(keys, "readers")
        line = await self.line(report_id, reader)
        pieces = await self._pieces(report_id, keys, language)
        links = []
        for other in await self.work.links(report_id):
            try:
                links.append(await self.line(other, reader))
            except WaymarkError:
                continue
        # That the person complained to the oversight is not for readers to know.
        steps = [step for step in await self.ledger.reports.steps(report_id) if step.name != "complaint"]
        return Opened(line, steps, pieces, links)

    async def overseen(self, report_id: str, keys: Unlocked, language: str) -> Opened:
        """A report as the oversight sees it: its steps, and what was sealed to the oversight."""
        _must_be(keys, "oversight")
        line = await self.line(report_id, None)
        pieces = await self._pieces(report_id, keys, language)
        return Opened(line, await self.ledger.reports.steps(report_id), pieces, [])

    async def file(self, report_id: str, number: int, reader: str | None, keys: Unlocked) -> Content:
        """A file of a report. WaymarkError "reports.unknown" if there is none of this number for these keys."""
        await self._allowed(report_id, reader)
        for row, content in await self._readable(report_id, keys):
            if row.number == number and content.data:
                return content
        raise WaymarkError("reports.unknown")

    async def acknowledge(self, report_id: str, reader: str) -> None:
        """Says that a reader has it; a second time changes nothing."""
        line = await self.line(report_id, reader)
        await self.ledger.reports.assign(report_id, reader, self.today())
        if line.standing.state == "received":
            # The day of the decision is what the person waits for next.
            until = next(one.day for one in line.standing.deadlines if one.stage == "decide")
            # Nothing to confirm any more if another reader has decided it in this moment.
            await self._step(report_id, "read", reader, OPEN, role="reader", state="read", until=until)
        elif reader not in line.readers:
            await self._step(report_id, "assigned", reader, role="reader", hidden=True)

    async def pass_on(self, report_id: str, reader: str, to: str) -> None:
        """Gives it to another reader. WaymarkError "reports.excluded" if that one may not have it."""
        await self.line(report_id, reader)
        if not await self.ledger.reports.assign(report_id, to, self.today()):
            raise WaymarkError("reports.excluded")
        await self.ledger.reports.release(report_id, reader)
        await self._step(report_id, "assigned", reader, role="reader", hidden=True)

    async def draft(self, report_id: str, reader: str, text: str, language: str) -> Draft:
        """An answer as it would reach the person. `language`: that of `text`."""
        report, text = await self._allowed(report_id, reader), _text(text)
        if report.language == language:
            return Draft(text, None, None)
        there = await self._translator.translate(text, language, report.language, personal=True)
        if there.mark in ("failed", "none"):
            return Draft(text, there, None)
        back = await self._translator.translate(there.text, report.language, language, personal=True)
        return Draft(text, there, back)

    async def answer(
        self, report_id: str, reader: str, text: str, language: str, key: str, corrected: str | None = None
    ) -> str:
        """Answers the person, once for each `key`: "sent", "untranslated", or "" the second time.

        `corrected`: the reader's own wording in the person's language. Else a machine's is sent and marked as such, with the
        original beside it; where nothing can translate, the original goes alone and says so.
        """
        report, text = await self._allowed(report_id, reader), _text(text)
        content = await self._for_person(report, text, language, corrected)
        await self.acknowledge(report_id, reader)
        done = await self.ledger.add(
            report, "reader", "answer", content, key=_own("answer", key),
            steps=[self._row(report_id, "answer", reader, role="reader")],
        )
        return _sent(content) if done else ""

    async def refer(self, report_id: str, reader: str, service: str, card: str, key: str) -> bool:
        """Names a service of the directory to the person. `card`: its text in the person's language."""
        report = await self._allowed(report_id, reader)
        content = Content(_text(card), report.language, {"service": service})
        await self.acknowledge(report_id, reader)
        return await self.ledger.add(
            report, "reader", "answer", content, key=_own("refer", key),
            steps=[self._row(report_id, "referred", reader, role="reader")],
        )

    async def note(self, report_id: str, reader: str, text: str, language: str, key: str) -> bool:
        """A note for readers among themselves; sealed, and never to the person."""
        report = await self._allowed(report_id, reader)
        content = Content(_text(text), language, {"by": reader})
        return await self.ledger.add(report, "note", "note", content, key=_own("note", key))

    async def link(self, report_id: str, reader: str, other: str) -> None:
        """Says that two reports belong together. `other`: an id, or the short name. WaymarkError "reports.link"."""
        await self._allowed(report_id, reader)
        found = [line for line in await self.lines(reader) if other.strip().upper() in (line.short, line.report.id.upper())]
        if len(found) != 1 or found[0].report.id == report_id or not await self.work.link(report_id, found[0].report.id):
            raise WaymarkError("reports.link")

    async def unlink(self, report_id: str, reader: str, other: str) -> None:
        """Takes the link away."""
        await self._allowed(report_id, reader)
        await self.work.unlink(report_id, other)

    async def delay(self, report_id: str, reader: str, until: dt.date, reason: str) -> None:
        """Names a later day for the decision, with a reason that the person reads. WaymarkError "reports.delay"."""
        line = await self.line(report_id, reader)
        latest = self.today() + dt.timedelta(days=LONGEST_DELAY)
        if reason not in REASONS or not self.today() < until <= latest or line.standing.state not in ("received", "read"):
            raise WaymarkError("reports.delay", days=LONGEST_DELAY)
        await self.acknowledge(report_id, reader)
        if not await self._step(report_id, "delayed", reader, OPEN, role="reader", until=until, reason=reason):
            raise WaymarkError("reports.decided")

    async def decide(
        self, report_id: str, reader: str, outcome: str, why: str | None, text: str, summary: str, language: str, key: str,
        corrected: str | None = None,
    ) -> str:
        """Decides: tells the person, and the oversight in a summary without names. What is given back is as of `answer`.

        WaymarkError "reports.outcome" without a known outcome, or a reason where one is owed; "reports.summary" without one.
        """
        report, line = await self._allowed(report_id, reader), await self.line(report_id, reader)
        if outcome not in OUTCOMES or (outcome in OWES_WHY) != (why in WHY):
            raise WaymarkError("reports.outcome")
        if not summary.strip():
            raise WaymarkError("reports.summary")
        if line.standing.state in ("decided", "closed"):
            raise WaymarkError("reports.decided")
        content = await self._for_person(report, _text(text), language, corrected)
        await self.acknowledge(report_id, reader)
        reason = f"{outcome}:{why}" if why else outcome
        done = await self.ledger.add(
            report, "reader", "answer", content._replace(values={**content.values, "outcome": outcome, "why": why or ""}),
            key=_own("decide", key), steps=[self._row(report_id, "decided", reader, role="reader", reason=reason)],
            changes={"state": "decided", "urgent": False}, when=OPEN,
        )
        if done:
            about = Content(_text(summary), language, {"by": reader, "outcome": reason})
            await self.ledger.add(report, "note", "summary", about, key=_own("summary", key), circles=("readers", "oversight"))
        return _sent(content) if done else ""

    async def close(self, report_id: str, reader: str | None) -> None:
        """Closes a decided report; its content is deleted after the promised days. `reader` None: by itself."""
        line = await self.line(report_id, reader)
        if line.standing.state != "decided":
            raise WaymarkError("reports.undecided")
        if not await self._step(report_id, "closed", reader, ("decided",), role="reader", state="closed"):
            raise WaymarkError("reports.undecided")

    async def reseal(self, keys: Unlocked) -> int:
        """Seals every piece that these keys open to the circle's present key only; how many it changed."""
        return await reseal(self.ledger, keys)

    async def half_told(self, keys: Unlocked) -> int | None:
        """Until when half-told reports need the circle's old keys (Unix seconds); None if none does."""
        return await half_told(self.work, keys)

    async def _allowed(self, report_id: str, reader: str | None) -> ReportRow:
        report = await self.ledger.reports.get(report_id)
        # The same answer for a report that does not exist: who is excluded learns nothing from it.
        if report is None or (reader is not None and reader in report.excluded):
            raise WaymarkError("reports.unknown")
        return report

    async def _line(self, report: ReportRow, steps: list[StepRow], word: tuple[dt.date, str] | None) -> Line:
        readers = tuple(await self.ledger.reports.readers(report.id))
        found = standing(steps or [StepRow(report.id, 1, report.day, "received")], int(self._now()), self.promises)
        waiting = word is not None and word[1] == "person" and any(step.name in ("answer", "read") for step in steps)
        return Line(report, found, readers, waiting and any(step.name in ("message", "since") for step in steps))

    async def _readable(self, report_id: str, keys: Unlocked) -> list[tuple[RecordRow, Content]]:
        found = []
        for row in await self.ledger.reports.records(report_id):
            private = fitting(row, keys)
            if private is not None:
                found.append((row, await self.ledger.opened(row, private)))
        return found

    async def _pieces(self, report_id: str, keys: Unlocked, language: str) -> list[Piece]:
        readable = await self._readable(report_id, keys)
        translations = await asyncio.gather(*(self._translated(content, language) for _, content in readable))
        return [Piece(row, content, found) for (row, content), found in zip(readable, translations, strict=True)]

    async def _translated(self, content: Content, language: str) -> Translation | None:
        if not content.text or not content.language or content.language == language:
            return None
        return await self._translator.translate(content.text, content.language, language, personal=True)

    async def _for_person(self, report: ReportRow, text: str, language: str, corrected: str | None) -> Content:
        if report.language == language:
            return Content(text, language)
        values = {"original": text, "original_language": language}
        if corrected and corrected.strip():
            return Content(_text(corrected), report.language, {**values, "mark": "reviewed"})
        found = await self._translator.translate(text, language, report.language, personal=True)
        if found.mark in ("failed", "none"):
            return Content(text, language, {"mark": "untranslated"})
        return Content(found.text, report.language, {**values, "mark": "machine"})

    def _row(self, report_id: str, name: str, by: str | None, **values: Any) -> StepRow:
        return StepRow(report_id, 0, self.today(), name, by=by, **values)

    async def _step(
        self, report_id: str, name: str, by: str | None, when: Collection[str] | None = None, state: str | None = None,
        **values: Any,
    ) -> bool:
        """Adds a step; False if the report's state is none of `when`. WaymarkError "reports.gone" if it is gone."""
        changes = {"state": state} if state else {}
        done = await self.ledger.reports.add_step(self._row(report_id, name, by, **values), when, **changes)
        if not done and await self.ledger.reports.get(report_id) is None:
            raise WaymarkError("reports.gone")
        return done


def _must_be(keys: Unlocked, circle: str) -> None:
    if not hmac.compare_digest(keys.circle, circle):
        raise WaymarkError("reports.proof", circle=circle)


def _sent(content: Content) -> str:
    return "untranslated" if content.values.get("mark") == "untranslated" else "sent"


def _own(act: str, key: str) -> str:
    # All forms of a page have its one number: a note must not stand in for the decision that is sent after it.
    return f"{act}-{key}"[:64]


def _text(text: str) -> str:
    told = text.encode("utf-8", "replace").decode().strip()
    if not told or len(told) > TEXT_LIMIT:
        raise WaymarkError("reports.text", limit=TEXT_LIMIT)
    return told


def _pressing(line: Line) -> tuple[int, int, int, str]:
    finished = line.standing.state in ("decided", "closed")
    due = line.standing.next.due if line.standing.next else 0
    return (0 if line.report.urgent else 1, 1 if finished and not line.waiting else 0, due, line.report.id)
