"""Parses a text once into what may be translated and what must come out byte for byte."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

import phonenumbers

from bot.translation import addresses
from bot.translation.span_patterns import PATTERNS

# Signs that end a sentence, not a link.
_AFTER_LINK = ".,;:!?'’)]}"
_BULLET = re.compile(r"\s*(?:[-–—•·*▪◦●○»→>]+|\(?(?:\d{1,3}|[a-zA-Z])[.)])\s+")
_WORD = re.compile(r"\w+")
_DIGITS = re.compile(r"\d+")
# ASCII alone: what stands right after a link in a script without blanks is not part of it.
_PLAIN = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+|(?:https?://|www\.)[!#-&*-;=?-~]+\w|[€$£₺₴₽¥₹]", re.ASCII)


class Span(NamedTuple):
    """A stretch of a text that must not change. `start` and `end` are offsets; `kind` says why (see span_patterns)."""

    start: int
    end: int
    kind: str
    text: str


class Names:
    """Proper names, found quickly in a text: the longest wins, whole words only, capitals as they are."""

    def __init__(self, names: Iterable[str]) -> None:
        self._by_first: dict[str, list[str]] = {}
        for name in sorted({name.strip() for name in names}, key=len, reverse=True):
            first = _WORD.search(name)
            if first is not None and len(name) > 2:
                self._by_first.setdefault(first.group(), []).append(name)

    def find(self, text: str) -> Iterable[tuple[int, int]]:
        """(start, end) of every name in `text`, from left to right, none inside another."""
        reached = 0
        for word in _WORD.finditer(text):
            for name in self._by_first.get(word.group(), ()):
                start = word.start() - name.index(word.group())
                end = start + len(name)
                whole = not text[end : end + 1].isalnum() and (start == 0 or not text[start - 1].isalnum())
                if start >= reached and whole and text.startswith(name, start):
                    yield start, end
                    reached = end
                    break


NO_NAMES = Names(())


def _link_end(text: str) -> str:
    """A link without the signs of the sentence around it; a bracket stays if it was opened inside."""
    while text and text[-1] in _AFTER_LINK:
        if text[-1] == ")" and text.count("(") >= text.count(")"):
            break
        text = text[:-1]
    return text


def parse(text: str, names: Names = NO_NAMES) -> list[Span]:
    """Every span of `text`, in order, none overlapping. Every digit of the text lies in one of them."""
    # Claimed stretches are blotted out, so that no later pattern can begin, end or look into them.
    left = list(text)
    found: list[Span] = []

    def claim(start: int, end: int, kind: str) -> None:
        found.append(Span(start, end, kind, text[start:end]))
        left[start:end] = "\0" * (end - start)

    bullet = _BULLET.match(text)
    if bullet is not None and bullet.group().strip():
        claim(*bullet.span(), "bullet")
    for kind, pattern in PATTERNS:
        if kind == "postcode":
            blotted = "".join(left)
            for start, end in addresses.find(blotted, names.find(blotted)):
                claim(start, end, "address")
        if kind == "phone":
            _claim_phones("".join(left), claim)
        if kind == "number":
            # After the kinds that name numbers, before bare numbers: "vhs Augsburg 2000" is a name.
            for start, end in names.find("".join(left)):
                claim(start, end, "name")
        for match in pattern.finditer("".join(left)):
            value = match.group()
            if kind in ("url", "email"):
                value = _link_end(value)
            # A pattern may begin with blanks or a stretch already claimed; neither is its own.
            start = match.start() + len(value) - len(value.lstrip())
            value = value.strip()
            if value and "\0" not in value:
                claim(start, start + len(value), kind)
    return sorted(found)


def _claim_phones(text: str, claim: object) -> None:
    if sum(sign.isdigit() for sign in text) < 5:
        return
    assert callable(claim)
    for match in phonenumbers.PhoneNumberMatcher(text, "DE", max_tries=100):
        claim(match.start, match.end, "phone")


def words(text: str, spans: Iterable[Span] = ()) -> int:
    """How many words a text has, spans left out."""
    kept = list(text)
    for span in spans:
        kept[span.start : span.end] = " " * (span.end - span.start)
    return sum(any(sign.isalpha() for sign in word) for word in "".join(kept).split())


def facts(text: str) -> Counter[str]:
    """What plain patterns, apart from the parser, read as a number, a link or an e-mail address, and how often."""
    return Counter(_DIGITS.findall(text)) + Counter(_PLAIN.findall(text))


def same_facts(text: str, came: str) -> bool:
    """Whether two texts hold the same numbers, links and e-mail addresses."""
    return facts(text) == facts(came)
