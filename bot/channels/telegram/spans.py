"""A message as lines of spans: plain text with a style each, turned into Telegram's HTML only at the very end.

So that nothing from a record or a person is ever read as markup, and that lengths are counted as Telegram counts them:
in UTF-16 units, after the markup is taken away.
"""

from __future__ import annotations

import html
import re
import unicodedata
from typing import NamedTuple

from bot.languages import is_right_to_left

RIGHT_TO_LEFT_MARK = "\u200f"
_UNWANTED = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_ISOLATES = re.compile("[\u2066-\u2068][^\u2066-\u2069]*\u2069")


class Span(NamedTuple):
    """A piece of text. `style` is "", "b" (bold) or "i" (italic); `href` makes it a link."""

    text: str
    style: str = ""
    href: str | None = None

    def html(self) -> str:
        """Telegram's HTML of this span."""
        made = html.escape(self.text)
        if self.style:
            made = f"<{self.style}>{made}</{self.style}>"
        if self.href and self.href.startswith(("https://", "http://")):
            made = f'<a href="{html.escape(self.href)}">{made}</a>'
        return made


class Line(NamedTuple):
    """One line, without a line break in it."""

    spans: tuple[Span, ...]

    @property
    def text(self) -> str:
        """The line as a person reads it."""
        return "".join(span.text for span in self.spans)

    @property
    def width(self) -> int:
        """Its length as Telegram counts."""
        return width(self.text)

    def html(self) -> str:
        """Telegram's HTML of the line."""
        return "".join(span.html() for span in self.spans)

    def cut(self, start: int, end: int) -> Line:
        """The part from sign `start` to `end`, styles kept."""
        kept: list[Span] = []
        position = 0
        for span in self.spans:
            text = span.text[max(0, start - position) : max(0, end - position)]
            position += len(span.text)
            if text:
                kept.append(span._replace(text=text))
        return Line(tuple(kept))


def width(text: str) -> int:
    """Length in UTF-16 units."""
    return len(text.encode("utf-16-le", "replace")) // 2


def lines(text: str, style: str = "") -> list[Line]:
    """Text as lines of one span each; trailing blanks and control characters are left out."""
    clean = _UNWANTED.sub("", text.replace("\r\n", "\n").encode("utf-8", "replace").decode()).strip("\n")
    return [Line((Span(line.rstrip(), style),)) for line in clean.split("\n")]


def directed(line: Line, language: str) -> Line:
    """The line with a right-to-left mark before it where it would otherwise run from left to right.

    Telegram takes each line's direction from its first letter: a line of a right-to-left text that begins with a
    Latin name or an isolate, or has numbers only, would stand on the wrong side, its full stop at the wrong end.
    """
    if not is_right_to_left(language) or not _needs_mark(line.text):
        return line
    return Line((Span(RIGHT_TO_LEFT_MARK), *line.spans))


def _needs_mark(text: str) -> bool:
    if not text.strip() or text.startswith(RIGHT_TO_LEFT_MARK):
        return False
    outside = _strong(_ISOLATES.sub("", text))
    if set(outside) == {"L"}:
        return False  # a sentence nobody has translated: it is read from left to right
    # Clients differ in whether they look into isolates; the mark is left out only if both ways agree.
    return {*outside[:1], *_strong(text)[:1]} != {"R"}


def _strong(text: str) -> list[str]:
    """The directions of the letters: "L" or "R"; digits and signs have none of their own."""
    kinds = (unicodedata.bidirectional(sign) for sign in text)
    return ["L" if kind == "L" else "R" for kind in kinds if kind in {"L", "R", "AL"}]
