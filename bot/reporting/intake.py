"""Takes a report: every answer is sealed for the readers at once, and the whole is written in one transaction.

What a person tells goes from the request's memory into sealed boxes and nowhere else: not to Rasa, not to a tracker, not to
the translation memory, not to a log. No conversation, no address and no hour is written with it.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import uuid
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, Protocol

from bot.errors import WaymarkError
from bot.reporting import receipts
from bot.reporting.clock import working_days_after
from bot.reporting.ledger import Ledger
from bot.reporting.limits import Hourly
from bot.reporting.questions import kinds
from bot.reporting.records import Content
from bot.store.reports import RecordRow, ReportRow, StepRow

# Bytes of one file, and of all files of one report or message.
FILE_LIMIT = 20 * 1024 * 1024
FILES_LIMIT = 5
# Characters of one answer.
TEXT_LIMIT = 20_000


class CleanFile(Protocol):
    """A file without metadata; `state` is "unchanged" if it is of a kind that cannot be cleaned."""

    @property
    def data(self) -> bytes: ...

    @property
    def mime(self) -> str: ...

    @property
    def state(self) -> str: ...


class File(NamedTuple):
    """A file as it came: its name, what it says it is, its bytes."""

    name: str
    mime: str
    data: bytes


class Telling(NamedTuple):
    """A whole report in memory, as the form sends it. `answers` by question: a text, or the name of a choice."""

    kind: str
    language: str
    answers: Mapping[str, str]
    files: Sequence[File] = ()
    # A town of the list, and only that, is counted in figures.
    district: str | None = None
    # The language of the words, where it is clearly another than `language`, in which the person is answered.
    told_in: str | None = None
    # The id of the mediator who helps to fill it in; may not read it as a reader.
    helper: str | None = None


class Filed(NamedTuple):
    """What came of it. The code exists here and on the person's paper alone."""

    report_id: str
    code: str


class Intake:
    """Takes reports. `clean` takes the metadata out of a file (it runs in a thread); `hourly` limits how many."""

    def __init__(
        self, ledger: Ledger, clean: Callable[[str, str, bytes], CleanFile], hourly: Hourly, acknowledge_days: int
    ) -> None:
        self.ledger = ledger
        self._clean = clean
        self.hourly = hourly
        self._acknowledge_days = acknowledge_days
        # Each takes 64 MiB while it is derived.
        self.derivations = asyncio.Semaphore(2)

    def acknowledged_by(self, day: dt.date) -> dt.date:
        """The last day on which a reader must confirm what came on `day`."""
        return working_days_after(day, self._acknowledge_days)

    async def derive(self, code: str) -> receipts.Receipt:
        """What belongs to a code; slow on purpose, so in a thread."""
        key = await self.ledger.reports.key()
        async with self.derivations:
            return await asyncio.to_thread(receipts.derive, code, key)

    async def cleaned(self, file: File) -> Content:
        """A file's content to seal: without metadata, its name without folders.

        WaymarkError "reports.file_large", "reports.file_kind" (it cannot be cleaned), or what `clean` raises.
        """
        if len(file.data) > FILE_LIMIT:
            raise WaymarkError("reports.file_large", limit=FILE_LIMIT // 2**20)
        found = await asyncio.to_thread(self._clean, file.name, file.mime, file.data)
        if found.state == "unchanged":
            # A text document, say, names its author: better none than one that gives somebody away.
            raise WaymarkError("reports.file_kind")
        # The person's own name for it may say who they are; the kind says enough.
        ending = found.mime.rpartition("/")[2].split("+")[0].split(";")[0][:12]
        return Content(name=f"file.{ending}", mime=found.mime, data=found.data)

    async def take(self, telling: Telling) -> Filed:
        """Writes a whole report; its id and its code.

        WaymarkError "reports.no_readers", "reports.too_many" (this hour), "reports.empty" (nothing told), "reports.text" (too
        long), "reports.file_*".
        """
        kind = kinds()[telling.kind]
        if not any(telling.answers.get(question.name, "").strip() for question in kind.asks[:1]) and not telling.files:
            raise WaymarkError("reports.empty")
        if len(telling.files) > FILES_LIMIT:
            raise WaymarkError("reports.file_many", limit=FILES_LIMIT)
        contents: list[tuple[str, Content]] = []
        for question in kind.asks:
            text = telling.answers.get(question.name, "").strip()
            if not text:
                continue
            if question.form == "choice":
                if text in question.choices:
                    contents.append((question.name, Content(values={"choice": text})))
            else:
                contents.append((question.name, Content(within_limit(text), telling.told_in or telling.language)))
        if telling.helper:
            contents.append(("helper", Content(values={"mediator": telling.helper})))
        for file in telling.files:
            contents.append(("file", await self.cleaned(file)))
        if not self.hourly.take():
            raise WaymarkError("reports.too_many")
        report_id = uuid.uuid4().hex
        records = [
            RecordRow(report_id, number, "person", about, self.ledger.day(),
                      await self.ledger.sealed(report_id, number, "person", about, content))
            for number, (about, content) in enumerate(contents, start=1)
        ]
        return await self.write(
            report_id, telling.kind, telling.language, records, district=telling.district,
            figures=telling.answers.get("figures") == "yes", contact=telling.answers.get("contact") != "no",
            helper=telling.helper,
        )

    async def write(
        self, report_id: str, kind: str, language: str, records: Sequence[RecordRow], *, district: str | None, figures: bool,
        contact: bool, helper: str | None = None,
    ) -> Filed:
        """Writes sealed records as a report with a code of its own, in one transaction."""
        code = receipts.new_code()
        receipt = await self.derive(code)
        day = self.ledger.day()
        row = ReportRow(
            id=report_id, lookup=receipt.lookup, verifier=receipt.verifier, person=receipt.public, kind=kind,
            state="received", day=day, language=language, district=district if figures else None, figures=figures,
            contact=contact, noted=False, urgent=False, excluded=frozenset({helper} if helper else ()),
        )
        due = self.acknowledged_by(day)
        if not await self.ledger.reports.create(row, records, [StepRow(report_id, 0, day, "received", "readers", due)]):
            raise WaymarkError("reports.gone")
        return Filed(report_id, code)

    async def another_code(self, report_id: str) -> str | None:
        """A new code for a report whose first one was not noted; None if it was noted, or the report is gone."""
        code = receipts.new_code()
        receipt = await self.derive(code)
        done = await self.ledger.reports.new_code(report_id, receipt.lookup, receipt.verifier, receipt.public)
        return code if done else None

    async def noted(self, report_id: str) -> None:
        """The person has shown that they wrote the code down."""
        await self.ledger.reports.change(report_id, noted=True)


def within_limit(text: str) -> str:
    """A text as it is. WaymarkError "reports.text" if it is too long: to cut it would lose what the person believes told."""
    if len(text) > TEXT_LIMIT:
        raise WaymarkError("reports.text", limit=TEXT_LIMIT)
    return text
