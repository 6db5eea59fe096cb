"""A text whose spans are placeholders: one private-use character each. And back, byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.languages import is_right_to_left
from bot.translation.spans import NO_NAMES, Names, Span, parse

FIRST = 0xE000
# As many placeholders as there are private-use characters in the basic plane.
MOST_SPANS = 6400
PLACEHOLDER = re.compile("[\ue000-\uf8ff]")
_ISOLATES = re.compile("[\u2066-\u2069]")
LONGEST_PIECE = 500
_CUT = re.compile(r"[^\W\d_]{3}[.,;:!?]?\s(?=[^\W\d_]{3})")
# Kinds that a right-to-left line would reorder, and a person then dial or type wrongly.
_ISOLATED = ("phone", "url", "email", "handle", "date", "time", "hours", "money", "number", "code", "address", "postcode", "law")


class Masked(NamedTuple):
    """A text whose spans are private-use characters: placeholder number i stands for `spans[i]`."""

    text: str
    spans: tuple[Span, ...]

    def spans_as_placeholders(self) -> list[Span]:
        """Spans that put each placeholder back as itself: to fill in only what comes after them."""
        return [span._replace(text=chr(FIRST + number), kind="control") for number, span in enumerate(self.spans)]


def parse_lines(text: str, names: Names = NO_NAMES) -> list[Span]:
    """The spans of a text of several lines, each line parsed alone (a bullet stands at the beginning of a line)."""
    found: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        for piece in _pieces(line):
            found += [Span(start + span.start, start + span.end, span.kind, span.text) for span in parse(piece, names)]
            start += len(piece)
    return found


def _pieces(line: str) -> list[str]:
    """A line in pieces of at most LONGEST_PIECE characters, cut between words, away from numbers where it can be.

    Patterns need more than twice the time for twice the length: a message made to be slow must not stop the house. A span that
    is cut in two comes back all the same: both halves are spans.
    """
    pieces = []
    while len(line) > LONGEST_PIECE:
        cuts = [match.end() for match in _CUT.finditer(line, LONGEST_PIECE // 2, LONGEST_PIECE)]
        place = cuts[-1] if cuts else line.rfind(" ", 1, LONGEST_PIECE) + 1 or LONGEST_PIECE
        pieces.append(line[:place])
        line = line[place:]
    return [*pieces, line]


def without_isolates(text: str) -> str:
    """`text` without the invisible signs that only hold a number's direction on a screen."""
    return _ISOLATES.sub("", text)


def mask(text: str, spans: Iterable[Span]) -> Masked:
    """`text` with each span as one placeholder. Raises WaymarkError "translation.text" for more than MOST_SPANS."""
    kept = tuple(spans)
    if len(kept) > MOST_SPANS:
        raise WaymarkError("translation.text")
    parts: list[str] = []
    reached = 0
    for number, span in enumerate(kept):
        parts += [text[reached : span.start], chr(FIRST + number)]
        reached = span.end
    return Masked("".join([*parts, text[reached:]]), kept)


def fill(text: str, spans: Sequence[Span], target: str = "") -> str:
    """`text` with the spans put back, byte for byte; in a right-to-left `target` held in their own direction."""
    isolating = is_right_to_left(target)

    def value(match: re.Match[str]) -> str:
        number = ord(match.group()) - FIRST
        if number >= len(spans):
            return match.group()
        span = spans[number]
        if not isolating or span.kind not in _ISOLATED:
            return span.text
        # Numbers and links run left to right; what holds words of its own ("8 صباحًا") follows its first letter.
        opening = "\u2068" if any(is_right_to_left_letter(sign) for sign in span.text) else "\u2066"
        return f"{opening}{span.text}\u2069"

    return PLACEHOLDER.sub(value, text)


def is_right_to_left_letter(sign: str) -> bool:
    """Whether a letter is of the Hebrew, Arabic or a neighbouring block."""
    return "\u0590" <= sign <= "\u08ff" or "\ufb1d" <= sign <= "\ufefc"


def placeholders(text: str) -> list[str]:
    """The placeholders of a masked text, in order."""
    return PLACEHOLDER.findall(text)


def words_of(masked: str) -> int:
    """How many words a masked text has, placeholders left out."""
    return sum(any(sign.isalpha() for sign in word) for word in PLACEHOLDER.sub(" ", masked).split())
