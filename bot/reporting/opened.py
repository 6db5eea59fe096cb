"""What readers see of reports: a line of the inbox, an opened piece, a whole report, an answer before it is sent."""

from __future__ import annotations

from typing import NamedTuple

from bot.contracts import Translation
from bot.reporting.records import Content
from bot.reporting.standing import Standing
from bot.store.reports import RecordRow, ReportRow, StepRow


class Line(NamedTuple):
    """A report without its content. `waiting`: the person wrote after the last answer. `readers`: ids of who took it."""

    report: ReportRow
    standing: Standing
    readers: tuple[str, ...]
    waiting: bool

    @property
    def short(self) -> str:
        """What readers call it among themselves."""
        return short(self.report.id)


class Piece(NamedTuple):
    """One opened record. `translation`: into the reader's language, for text in another one."""

    row: RecordRow
    content: Content
    translation: Translation | None


class Opened(NamedTuple):
    """A report as a reader sees it."""

    line: Line
    steps: list[StepRow]
    pieces: list[Piece]
    links: list[Line]


class Draft(NamedTuple):
    """An answer before it is sent: translated to the person's language, and that back into the reader's."""

    text: str
    translation: Translation | None
    back: Translation | None


def short(report_id: str) -> str:
    """The name of a report among readers: six signs of its id, which says nothing."""
    return report_id[:6].upper()
