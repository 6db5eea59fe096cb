"""Long answers as several messages: cut between cards, else between lines, else between words; never inside a number,
a link, or text that is held in its own direction."""

from __future__ import annotations

import re
from typing import NamedTuple

from bot.channels.telegram.spans import Line, directed, width

# Telegram's limit of a message, in UTF-16 units without markup.
MESSAGE_LIMIT = 4096
_WHOLE = re.compile(
    "[\u2066-\u2068][^\u2066-\u2069]*\u2069"  # held in its own direction
    r"|(?:https?://|www\.|mailto:)\S+|[\w.+-]{1,64}@[\w-]{1,63}\.[\w.]+"  # links and e-mail addresses
    r"|[+(]?\d[\d \u00a0\u202f/.:()–-]*\d"  # telephone numbers, dates, times, amounts
)
# How far behind the cut it is looked for the end of what must stay whole.
_FURTHEST = 500
_SENTENCE_END = re.compile(r"[.!?؟。…][\"»”)]*\s+")
_SPACE = re.compile(r"\s+")


class Part(NamedTuple):
    """One message: as Telegram's HTML, and as plain text in case Telegram refuses the markup."""

    html: str
    text: str


def split(blocks: list[list[Line]], language: str, limit: int = MESSAGE_LIMIT) -> list[Part]:
    """Blocks (paragraphs, cards) as as few messages as hold them, in order. An empty line stands between blocks."""
    parts: list[list[Line]] = []
    for block in blocks:
        # One unit is kept free for the mark that a line may need before it.
        fitting = [directed(piece, language) for line in block for piece in _pieces(line, limit - 1)]
        if not any(line.text.strip() for line in fitting):
            continue
        gap = [Line(())] if parts else []
        if parts and _size(parts[-1] + gap + fitting) <= limit:
            parts[-1] += gap + fitting
        elif _size(fitting) <= limit:
            parts.append(fitting)
        else:
            _fill(parts, fitting, limit)
    return [
        Part("\n".join(line.html() for line in part), "\n".join(line.text for line in part)) for part in parts
    ]


def _fill(parts: list[list[Line]], block: list[Line], limit: int) -> None:
    parts.append([])
    for line in block:
        if parts[-1] and _size([*parts[-1], line]) > limit:
            parts.append([])
        if line.text.strip() or parts[-1]:
            parts[-1].append(line)


def _size(lines: list[Line]) -> int:
    return sum(line.width for line in lines) + max(0, len(lines) - 1)


def _pieces(line: Line, limit: int) -> list[Line]:
    found: list[Line] = []
    start = 0
    text = line.text
    while width(text[start:]) > limit:
        end = start + _cut(text[start:], limit)
        found.append(line.cut(start, end))
        start = end
    return [*found, line.cut(start, len(text))]


def _cut(text: str, limit: int) -> int:
    """How many signs of an overlong text go into the first piece."""
    longest = len(text.encode("utf-16-le", "replace")[: limit * 2].decode("utf-16-le", "ignore"))
    whole = [match.span() for match in _WHOLE.finditer(text[: longest + _FURTHEST])]

    def allowed(position: int) -> bool:
        return 0 < position <= longest and not any(start < position < end for start, end in whole)

    for pattern, least in ((_SENTENCE_END, longest // 2), (_SPACE, 1)):
        ends = [match.end() for match in pattern.finditer(text[: longest + 1]) if match.end() >= least]
        good = [end for end in ends if allowed(end)]
        if good:
            return good[-1]
    for start, end in whole:
        if 0 < start < longest < end:
            return start
    return longest
