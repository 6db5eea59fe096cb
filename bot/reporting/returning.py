"""The person comes back with the code: what became of it, the talk, more to tell, withdrawal.

A session holds the private key that the code gives, in memory, for a request of the form (ten seconds, for a second tap) or a few
minutes of a chat. Nothing of it is written down.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import hashlib
import time
from collections.abc import Awaitable, Callable, Collection
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.reporting import receipts
from bot.reporting.intake import FILES_LIMIT, File, Intake, within_limit
from bot.reporting.limits import WrongCodes
from bot.reporting.records import OPEN, Content
from bot.store.reports import RecordRow, ReportRow, StepRow

# Seconds that every check takes at least: longer than the database needs, so that it says nothing.
FLOOR = 0.4


class Session(NamedTuple):
    """A report that was opened with its code. `private` is the person's key."""

    report: ReportRow
    private: bytes


class Said(NamedTuple):
    """One message of the talk that the code opens. `content.language` is its language."""

    number: int
    author: str
    about: str
    record: RecordRow
    content: Content


class View(NamedTuple):
    """What the person sees: the report, its visible steps in order, the talk in order.

    `unread`: they wanted another reader, and still there is none.
    """

    report: ReportRow
    steps: list[StepRow]
    talk: list[Said]
    unread: bool = False

    @property
    def state(self) -> str:
        """What it is now: the report's state, or "unread"."""
        return "unread" if self.unread else self.report.state

    @property
    def answered(self) -> bool:
        """Whether a reader has written to the person."""
        return any(said.author == "reader" for said in self.talk)

    @property
    def closed(self) -> bool:
        """Whether the report is not worked on any more."""
        return self.report.state not in OPEN

    @property
    def next_date(self) -> dt.date | None:
        """The date that the last step with one gives; those before it was opened again are over."""
        date: dt.date | None = None
        for step in self.steps:
            if step.until is not None or step.name == "reopened":
                date = step.until
        return None if self.closed or self.unread else date


class Returning:
    """Serves people who come back. `key` is a pseudonymous conversation, or None on the form.

    `readers` gives the ids of those who can open reports today.
    """

    def __init__(self, intake: Intake, wrong: WrongCodes, readers: Callable[[], Awaitable[Collection[str]]]) -> None:
        self._intake = intake
        self._ledger = intake.ledger
        self._wrong = wrong
        self._readers = readers

    async def enter(self, typed: str, key: str | None = None) -> Session | None:
        """Opens a report with what a person typed; None if it is no code of a report.

        Right and wrong, well-formed or not, take the same: the pause after wrong codes, one argon2id, the floor.
        """
        pause = self._wrong.pause(key)
        began = time.monotonic()
        await asyncio.sleep(pause)
        code = receipts.find_code(typed)
        receipt = await self._intake.derive(code or "0" * receipts.DIGITS)
        found = None
        for report in await self._ledger.reports.with_lookup(receipt.lookup):
            # Every one is compared, and the last wins: the time does not tell which.
            found = report if receipts.matches(receipt, report.verifier) else found
        if code is None or found is None:
            self._wrong.wrong(key)
            found = None
        elif not found.noted:
            # Who types the whole code has it.
            await self._intake.noted(found.id)
        await asyncio.sleep(max(0.0, FLOOR + pause - (time.monotonic() - began)))
        return Session(found, receipt.private) if found is not None else None

    async def fresh(self, session: Session) -> Session:
        """The session with the report as it is now. WaymarkError "reports.gone" if it was withdrawn or deleted."""
        report = await self._ledger.reports.get(session.report.id)
        if report is None or report.person != session.report.person:
            raise WaymarkError("reports.gone")
        return session._replace(report=report)

    async def view(self, session: Session) -> View:
        """What the person sees now."""
        session = await self.fresh(session)
        talk = [
            Said(record.number, record.author, record.about, record, content)
            for record, content in await self._ledger.readable(session.report.id, session.private)
        ]
        steps = [step for step in await self._ledger.reports.steps(session.report.id) if not step.hidden]
        wanting = session.report.state in OPEN and any(step.name == "readerless" for step in steps)
        unread = wanting and not set(await self._readers()) - session.report.excluded
        return View(session.report, steps, talk, unread)

    async def say(
        self, session: Session, text: str, *, files: tuple[File, ...] = (), about: str = "message", key: str | None = None,
        language: str | None = None,
    ) -> bool:
        """Adds a message of the person, once for each `key`; the files after it. Whether there was anything to add.

        `key` is the channel's own id of the message, or the form's; what is written down of it says nothing (see `once`).
        `language` is the text's; without it, here and below, the report's.

        A closed report is not reopened by it, and no deletion comes earlier by it.
        """
        text = within_limit(text.strip())
        if len(files) > FILES_LIMIT:
            raise WaymarkError("reports.file_many", limit=FILES_LIMIT)
        cleaned = [await self._intake.cleaned(file) for file in files]
        report = (await self.fresh(session)).report
        step = StepRow(report.id, 0, self._ledger.day(), "message")
        if text:
            own = once(session, about, key)
            await self._ledger.add(report, "person", about, Content(text, language or report.language), key=own, steps=[step])
        for place, content in enumerate(cleaned):
            own = once(session, f"file {place}", key)
            await self._ledger.add(report, "person", "file", content, key=own, steps=() if text or place else [step])
        return bool(text or cleaned)

    async def since(
        self, session: Session, happened: bool, text: str, other_reader: bool, key: str | None = None,
        language: str | None = None,
    ) -> None:
        """The answer to "has anything bad happened to you since?". A yes goes to the top.

        `other_reader`: whoever has the report now or has done something with it may not have it any more, and the oversight
        can read this answer. If no reader is left then, a step says so to the person, and the oversight is told.
        """
        key = once(session, "since", key)
        content = Content(within_limit(text.strip()), values={"happened": happened, "other_reader": other_reader})
        while True:
            report = (await self.fresh(session)).report
            said = content._replace(language=language or report.language)
            if not happened:
                await self._ledger.add(report, "person", "since", said, key=key)
                return
            try:
                await self._alarm(report, said, other_reader, key)
                return
            except WaymarkError as error:
                # Decided in this moment, say: then it has to be opened again.
                if error.code != "reports.decided":
                    raise

    async def _alarm(self, report: ReportRow, content: Content, other_reader: bool, key: str | None) -> None:
        """Puts a report to the top. WaymarkError "reports.decided" if its state is another by now."""
        day, circles, changes = self._ledger.day(), ["readers"], dict[str, object](urgent=True)
        steps = [StepRow(report.id, 0, day, "since", "readers")]
        if report.state not in OPEN:
            changes["state"] = "received"
            steps = [steps[0]._replace(until=self._intake.acknowledged_by(day))]
        present: list[str] = []
        if other_reader:
            circles.append("oversight")
            present = await self._ledger.reports.readers(report.id)
            acted = {step.by for step in await self._ledger.reports.steps(report.id) if step.by}
            changes["excluded"] = excluded = report.excluded | acted | set(present)
            if not set(await self._readers()) - excluded:
                steps.append(StepRow(report.id, 0, day, "readerless", "oversight"))
        done = await self._ledger.add(
            report, "person", "since", content, key=key, circles=circles, steps=steps, changes=changes, when=(report.state,)
        )
        # A message that came twice takes the report from nobody who has got it in between.
        for reader in present if done else ():
            await self._ledger.reports.release(report.id, reader)

    async def complain(self, session: Session, text: str, key: str | None = None, language: str | None = None) -> bool:
        """Tells the oversight how the report is being handled; the readers cannot open it. Whether there was anything to tell."""
        report, told = (await self.fresh(session)).report, within_limit(text.strip())
        if told:
            step = StepRow(report.id, 0, self._ledger.day(), "complaint", "oversight")
            content, key = Content(told, language or report.language), once(session, "complaint", key)
            await self._ledger.add(report, "person", "complaint", content, key=key, circles=["oversight"], steps=[step])
        return bool(told)

    async def reopen(self, session: Session, key: str | None = None) -> bool:
        """Opens a decided or closed report again; False if it is open."""
        report = (await self.fresh(session)).report
        day = self._ledger.day()
        step = StepRow(report.id, 0, day, "reopened", "readers", self._intake.acknowledged_by(day))
        return await self._ledger.reports.add_step(step, ("decided", "closed"), state="received")

    async def helpful(self, session: Session, yes: bool) -> None:
        """Whether the answer helped; without content, so a step."""
        report = (await self.fresh(session)).report
        steps = await self._ledger.reports.steps(report.id)
        name = "helpful" if yes else "not_helpful"
        if not steps or steps[-1].name != name:
            await self._ledger.reports.add_step(StepRow(report.id, 0, self._ledger.day(), name))

    async def withdraw(self, session: Session) -> bool:
        """Deletes the report and everything of it, at once."""
        return await self._ledger.reports.delete((await self.fresh(session)).report.id)


def once(session: Session, about: str, key: str | None) -> str | None:
    """By what a message that comes twice is known, 64 hex digits; None without a `key`.

    The channel's own id lies in the inbox, beside the conversation: written down here it would lead from the report to who
    told it. The hash is keyed with what only the code gives and no disk holds, so that nobody can make it anew.
    """
    if key is None:
        return None
    told = f"{about}\0{key}".encode("utf-8", "backslashreplace")
    return hashlib.blake2b(told, key=session.private, digest_size=32, person=b"waymark once").hexdigest()
