"""Charts of counts as SVG without scripts or styles of their own: dots for reports, bars for groups, each with words beside it.

Shapes carry what colour carries: outcomes have a symbol each. Every chart tells its numbers to who hears the page, and the page
shows the same numbers as a table.
"""

from __future__ import annotations

from typing import NamedTuple
from xml.sax.saxutils import escape

from markupsafe import Markup

# Dots in a row, and above how many reports one dot stands for several.
DOTS_IN_A_ROW = 20
MOST_DOTS = 400
STEP = 26
# Symbols of the outcomes: told apart without colour.
SYMBOLS = {
    "fixed": '<circle cx="11" cy="11" r="10"/><path class="mark" d="M6 11.5l3.6 3.6L16.4 8"/>',
    "partly": '<circle class="ring" cx="11" cy="11" r="9"/><path d="M11 2a9 9 0 0 1 0 18z"/>',
    "not": '<circle class="ring" cx="11" cy="11" r="9"/><path class="cross" d="M7 7l8 8M15 7l-8 8"/>',
    "referred": '<circle class="ring" cx="11" cy="11" r="9"/><path class="cross" d="M6 11h10M12 7l4 4-4 4"/>',
    "refused": '<circle class="ring" cx="11" cy="11" r="9"/><path class="cross" d="M6 11h10"/>',
    "other": '<circle cx="11" cy="11" r="5"/>',
}


class Bar(NamedTuple):
    """One group: what it is called, how many, and its name for the symbol."""

    text: str
    reports: int
    name: str = ""


def symbol(name: str) -> Markup:
    """An outcome's symbol alone, for the words beside a chart."""
    return Markup(f'<svg class="symbol s-{escape(name)}" viewBox="0 0 22 22" aria-hidden="true">{_shape(name)}</svg>')


def dots(bars: list[Bar], title: str, right_to_left: bool) -> Markup:
    """Each report as a dot, in the order of its outcome."""
    each = max(1, -(-sum(bar.reports for bar in bars) // MOST_DOTS))
    placed, number = [], 0
    for bar in bars:
        for _ in range(-(-bar.reports // each)):
            row, column = divmod(number, DOTS_IN_A_ROW)
            column = DOTS_IN_A_ROW - 1 - column if right_to_left else column
            moved = f"translate({column * STEP} {row * STEP})"
            placed.append(f'<g class="s-{escape(bar.name)}" transform="{moved}">{_shape(bar.name)}</g>')
            number += 1
    height = -(-number // DOTS_IN_A_ROW) * STEP
    told = ", ".join(f"{bar.text}: {bar.reports}" for bar in bars)
    return _svg(DOTS_IN_A_ROW * STEP, height, title, told, "".join(placed))


def bar(row: Bar, most: int, right_to_left: bool) -> Markup:
    """One bar, as long as its part of the largest; its words and its number stand beside it on the page."""
    part = max(1, round(100 * row.reports / max(1, most)))
    start = 100 - part if right_to_left else 0
    faint = " faint" if row.name == "other" else ""
    return Markup(
        f'<svg class="length" width="100%" height="14" aria-hidden="true">'
        f'<rect class="bar{faint}" x="{start}%" y="0" width="{part}%" height="14" rx="4"/></svg>'
    )


def _shape(name: str) -> str:
    return SYMBOLS.get(name, SYMBOLS["other"])


def _svg(width: int, height: int, title: str, told: str, inside: str) -> Markup:
    # Every text in it is escaped above; the rest is ours.
    return Markup(
        f'<svg class="chart" viewBox="0 0 {width} {max(height, 1)}" role="img" aria-label="{escape(title, {chr(34): "&quot;"})}: '
        f'{escape(told, {chr(34): "&quot;"})}">{inside}</svg>'
    )
