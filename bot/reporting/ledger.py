"""Writes sealed pieces into reports and opens them: the one place where vault and store meet.

Who can open what:

* the answers a person gives when they report: the readers alone. Who finds the paper with the code cannot read them.
* the talk afterwards, both ways: the readers, and the person with the code.
* internal notes: the readers alone.
* what has happened to the person since, if they want another reader: the oversight too.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from typing import Any, Protocol

from bot.errors import WaymarkError
from bot.reporting import vault
from bot.reporting.records import Content, context_of, unpacked
from bot.store.reports import RecordRow, ReportRow, Reports, StepRow


class PublicKeys(Protocol):
    """Public keys (32 bytes each) of a circle: "readers" or "oversight". Empty: this site takes no reports."""

    def __call__(self, circle: str) -> Awaitable[Sequence[bytes]]: ...


class Ledger:
    """Reports with their sealed pieces. `day` is today in the readers' time zone."""

    def __init__(self, reports: Reports, circles: PublicKeys, day: Callable[[], dt.date]) -> None:
        self.reports = reports
        self.day = day
        self._circles = circles

    async def open_for_reports(self) -> bool:
        """Whether this site has readers' keys and so takes reports."""
        return bool(await self._circles("readers"))

    async def recipients(self, *circles: str) -> list[vault.Recipient]:
        """The recipients of these circles."""
        return [vault.Recipient(key) for circle in circles for key in await self._circles(circle)]

    async def sealed(
        self, report_id: str, number: int, author: str, about: str, content: Content, *,
        person: bytes | None = None, circles: Sequence[str] = ("readers",),
    ) -> bytes:
        """Content as it is stored: sealed, and stamped by this server. `person`: the code's public key, if they may read it."""
        recipients = await self.recipients(*circles)
        if not recipients:
            raise WaymarkError("reports.no_readers")
        if person is not None:
            recipients.append(vault.Recipient(person))
        context = context_of(report_id, author, about, number)
        return vault.stamp(await self.reports.key(), vault.seal(content.packed(), recipients, context), context)

    async def add(
        self, report: ReportRow, author: str, about: str, content: Content, *, key: str | None = None,
        to_person: bool = True, circles: Sequence[str] = ("readers",), steps: Iterable[StepRow] = (),
        changes: dict[str, Any] | None = None, when: Collection[str] | None = None,
    ) -> bool:
        """Adds one piece to a report, once for each `key`. Notes are never sealed to the person.

        False if it was there already. WaymarkError "reports.gone" if the report was withdrawn or deleted meanwhile,
        "reports.decided" if its state is none of `when`.
        """
        person = report.person if to_person and author != "note" else None
        steps = tuple(steps)
        while True:
            number = await self.reports.last_number(report.id) + 1
            sealed = await self.sealed(report.id, number, author, about, content, person=person, circles=circles)
            row = RecordRow(report.id, number, author, about, self.day(), sealed, key)
            done = await self.reports.add_record(row, steps=steps, changes=changes, when=when)
            if done in ("gone", "changed"):
                raise WaymarkError("reports.gone" if done == "gone" else "reports.decided")
            if done != "taken":
                return done == "added"

    async def opened(self, record: RecordRow, *privates: bytes) -> Content:
        """What a record says, for who holds a private key it was sealed to: one of a circle's over time, or the person's.

        WaymarkError "reports.sealed" if it is for none of these keys, or was altered, moved or forged.
        """
        context = context_of(record.report_id, record.author, record.about, record.number)
        sealed = vault.stamped(await self.reports.key(), record.sealed, context)
        private = _fitting(sealed, privates)
        if private is None:
            raise WaymarkError("reports.sealed")
        try:
            return unpacked(vault.open_sealed(sealed, private, context))
        except (ValueError, KeyError):
            raise WaymarkError("reports.sealed") from None

    async def readable(self, report_id: str, *privates: bytes) -> list[tuple[RecordRow, Content]]:
        """Every record of a report that one of these keys opens, in order; the others are passed over."""
        return [
            (record, await self.opened(record, *privates))
            for record in await self.reports.records(report_id)
            if _fitting(record.sealed[vault.STAMP_BYTES :], privates) is not None
        ]

    async def share(self, report_id: str, privates: Sequence[bytes], others: Sequence[vault.Recipient]) -> None:
        """Lets `others` open what one of `privates` opens in this report."""
        changed: dict[int, tuple[bytes, bytes]] = {}
        key = await self.reports.key()
        for record in await self.reports.records(report_id):
            context = context_of(record.report_id, record.author, record.about, record.number)
            sealed = vault.stamped(key, record.sealed, context)
            private = _fitting(sealed, privates)
            if private is not None:
                changed[record.number] = record.sealed, vault.stamp(key, vault.share(sealed, private, others), context)
        await self.reports.replace_sealed(report_id, changed)


def _fitting(sealed: bytes, privates: Sequence[bytes]) -> bytes | None:
    return next((key for key in privates if vault.sealed_for(sealed, vault.Recipient(vault.public_of(key)))), None)
