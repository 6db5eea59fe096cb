"""Carries a text through a machine that may lose, double, move or rewrite anything, and gets every span back as it was.

A text is masked: each span becomes one private-use character. Each sentence goes through the whole pivot masked. If every
placeholder comes back exactly once, in order, and nothing was invented, the spans are put back. Otherwise the sentence is cut at
its spans and only the pieces between them are translated: then no machine can reach the spans at all.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Iterable, Sequence
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.languages import is_right_to_left
from bot.translation.span_patterns import INVENTED
from bot.translation.spans import NO_NAMES, Names, Span, parse

FIRST = 0xE000
# As many placeholders as there are private-use characters in the basic plane.
MOST_SPANS = 6400
PLACEHOLDER = re.compile("[\ue000-\uf8ff]")
# A text with fewer words never goes to the engine: single words come back as nonsense.
FEWEST_WORDS = 3
# Signs that make another number of the one they stand at.
_CHANGING = "+-−±~<>≤≥%‰°×/*^"
_STOPS = ".!?\u2026\u061f\u06d4\u3002\u0964\u1362"
# Numbers that stand for spans in the second try begin here: no year, no round number, no emergency number.
_FIRST_NUMBER = 5173
_ISOLATES = re.compile("[\u2066-\u2069]")
# At the edges of a sentence these carry no grammar: they are kept out of the engine's way.
_OUTSIDE = ("bullet", "emoji", "html", "control")
# Kinds that a right-to-left line would reorder, and a person then dial or type wrongly.
_ISOLATED = ("phone", "url", "email", "handle", "date", "time", "hours", "money", "number", "code", "address", "postcode", "law")

Call = Callable[[str], Awaitable["Answer"]]
Phrase = Callable[[str], "str | None"]
# (line, language) -> its sentences without the blanks between them.
Split = Callable[[str, str], Sequence[str]]


class Answer(NamedTuple):
    """What an engine wrote for one piece, and its score (mean log probability a token) or None."""

    text: str
    score: float | None


class Masked(NamedTuple):
    """A text whose spans are private-use characters: placeholder number i stands for `spans[i]`."""

    text: str
    spans: tuple[Span, ...]

    def spans_as_placeholders(self) -> list[Span]:
        """Spans that put each placeholder back as itself: to fill in only what comes after them."""
        return [span._replace(text=chr(FIRST + number), kind="control") for number, span in enumerate(self.spans)]


class Outcome(NamedTuple):
    """A masked text in the other language.

    `kept`: sentences or pieces left in the original, by reason code. `sentences`: how many had words. `split`: how many were
    cut at their spans. `asked`: whether the engine was asked at all. `score`: the worst sentence's.
    """

    text: str
    kept: dict[str, int]
    sentences: int
    split: int
    asked: bool
    score: float | None


def parse_lines(text: str, names: Names = NO_NAMES) -> list[Span]:
    """The spans of a text of several lines, each line parsed alone (a bullet stands at the beginning of a line)."""
    found: list[Span] = []
    start = 0
    for line in text.splitlines(keepends=True):
        found += [Span(start + span.start, start + span.end, span.kind, span.text) for span in parse(line, names)]
        start += len(line)
    return found


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


def problem(sent: str, came: str) -> str | None:
    """Why an engine's masked text cannot be trusted with its spans, or None.

    "lost": a placeholder is missing or doubled. "moved": they changed places (110 for the police, 112 for fire).
    "inside": one stands in the middle of a word. "changed": a sign beside one makes another number of it (-30, 30 %).
    "invented": a digit, link or sign that was not there.
    """
    before, after = placeholders(sent), placeholders(came)
    if sorted(before) != sorted(after):
        return "lost"
    if before != after:
        return "moved"
    if INVENTED.search(came):
        return "invented"
    for sign in after:
        place = came.index(sign)
        if came[place - 1 : place].isalpha() and came[place + 1 : place + 2].isalpha():
            return "inside"
        left, right = _beside(came, sign)
        was_left, was_right = _beside(sent, sign)
        if (left in _CHANGING and left != was_left) or (right in _CHANGING and right != was_right):
            return "changed"
    return None


def _beside(text: str, sign: str) -> tuple[str, str]:
    """The characters before and after the only `sign` in `text`, blanks left out; " " at the edges."""
    place = text.index(sign)
    return text[:place].rstrip()[-1:] or " ", text[place + 1 :].lstrip()[:1] or " "


def spaced(sent: str, came: str) -> str:
    """`came` with the blank before and after a placeholder that `sent` had and the engine swallowed."""
    def touches(sign: str) -> bool:
        return sign.isalnum() or bool(PLACEHOLDER.match(sign))

    for sign in placeholders(sent):
        place, now = sent.index(sign), came.index(sign)
        if sent[place - 1 : place].isspace() and touches(came[now - 1 : now]):
            came = f"{came[:now]} {came[now:]}"
            now += 1
        if sent[place + 1 : place + 2].isspace() and touches(came[now + 1 : now + 2]):
            came = f"{came[: now + 1]} {came[now + 1 :]}"
    return came


def _as_signs(text: str) -> tuple[str, Callable[[str], str]]:
    """The placeholders as they are: private-use characters, which a model does not know and therefore copies."""
    return text, lambda came: came


def _as_numbers(text: str) -> tuple[str, Callable[[str], str]]:
    """Placeholders as numbers, which most models copy better. A number that comes back otherwise stays one: it is "invented"."""
    numbers = {sign: f"{_FIRST_NUMBER + 11 * place}" for place, sign in enumerate(dict.fromkeys(placeholders(text)))}
    signs = {number: sign for sign, number in numbers.items()}
    sent = PLACEHOLDER.sub(lambda match: numbers[match.group()], text)
    return sent, lambda came: re.sub(r"\d+", lambda match: signs.get(match.group(), match.group()), came)


def words_of(masked: str) -> int:
    """How many words a masked text has, placeholders left out."""
    return sum(any(sign.isalpha() for sign in word) for word in PLACEHOLDER.sub(" ", masked).split())


class Carrier:
    """Takes masked texts through `call`. `phrase` knows single words and labels, or answers None; `split` cuts sentences."""

    def __init__(self, call: Call, phrase: Phrase, split: Split, source: str) -> None:
        self._call, self._phrase, self._split = call, phrase, split
        self._source = source
        self._kept: dict[str, int] = {}
        self._scores: list[float] = []
        self._sentences = self._cut = 0
        self._asked = False

    async def carry(self, masked: Masked) -> Outcome:
        """The whole text, sentence by sentence; line breaks and blanks between sentences stay as they were."""
        parts = [await self._line(line, masked.spans) for line in re.split(r"(\s*\n\s*)", masked.text)]
        score = min(self._scores) if self._scores else None
        return Outcome("".join(parts), self._kept, self._sentences, self._cut, self._asked, score)

    async def _line(self, line: str, spans: Sequence[Span]) -> str:
        if not words_of(line):
            return line
        whole = self._phrase(line)
        if whole is not None:
            self._sentences += 1
            return whole
        parts: list[str] = []
        reached = 0
        for sentence in self._split(line, self._source):
            place = line.find(sentence, reached)
            if not sentence or place < 0:
                continue
            parts += [line[reached:place], await self._sentence(sentence, spans)]
            reached = place + len(sentence)
        rest = line[reached:]
        return "".join([*parts, await self._sentence(rest, spans) if words_of(rest) else rest])

    async def _sentence(self, sentence: str, spans: Sequence[Span]) -> str:
        if not words_of(sentence):
            return sentence
        self._sentences += 1
        start, end = _core(sentence, spans)
        return sentence[:start] + await self._translated(sentence[start:end]) + sentence[end:]

    async def _translated(self, text: str) -> str:
        known = self._phrase(text)
        if known is not None:
            return known
        marks = placeholders(text)
        if words_of(text) + len(marks) < FEWEST_WORDS or words_of(text) < FEWEST_WORDS - 1:
            pieces = await self._between(text) if marks else None
            return self._keep("short", text) if pieces is None else pieces
        for style in (_as_signs, _as_numbers) if marks else (_as_signs,):
            sent, back = style(text)
            answer = await self._ask(sent)
            came = None if answer is None else back(answer.text)
            if answer is not None and came is not None and problem(text, came) is None:
                self._count(answer)
                return spaced(text, came)
        if not marks:
            return self._keep("engine" if answer is None else "invented", text)
        pieces = await self._between(text)
        if pieces is None:
            return self._keep("piece", text)
        self._cut += 1
        return pieces

    async def _between(self, text: str) -> str | None:
        """A sentence cut at its spans: each piece alone, so that no machine can reach the spans.

        None if one of the pieces cannot be translated: half a sentence misleads ("Do not" would stay, the rest be understood).
        """
        pieces = [await self._piece(piece) for piece in re.split("([\ue000-\uf8ff])", text)]
        whole = [piece for piece in pieces if piece is not None]
        return "".join(whole) if len(whole) == len(pieces) else None

    async def _piece(self, piece: str) -> str | None:
        """A stretch between two spans: from the phrase table, or from the engine if it is long enough; else None."""
        bare = piece.strip()
        if not words_of(bare):
            return piece
        start = piece.index(bare)
        known = self._phrase(bare)
        if known is None and words_of(bare) >= FEWEST_WORDS:
            answer = await self._ask(bare)
            if answer is not None and problem(bare, answer.text) is None:
                self._count(answer)
                # The engine takes a piece for a sentence and closes it.
                known = answer.text if bare[-1] in _STOPS else answer.text.rstrip(_STOPS)
        return None if not known else piece[:start] + known + piece[start + len(bare) :]

    async def _ask(self, text: str) -> Answer | None:
        """What the engine has for one piece, without line breaks; None if nothing. Other refusals go to the caller."""
        self._asked = True
        try:
            answer = await self._call(text)
        except WaymarkError as error:
            if error.code not in ("translation.failed", "translation.text"):
                raise
            return None
        came = " ".join(answer.text.split())
        return Answer(came, answer.score) if words_of(came) else None

    def _count(self, answer: Answer) -> None:
        if answer.score is not None:
            self._scores.append(answer.score)

    def _keep(self, reason: str, text: str) -> str:
        self._kept[reason] = self._kept.get(reason, 0) + 1
        return text


def _core(sentence: str, spans: Sequence[Span]) -> tuple[int, int]:
    """(start, end) of a sentence without blanks and signs without grammar at its edges."""

    def outside(sign: str) -> bool:
        if sign.isspace():
            return True
        number = ord(sign) - FIRST
        return bool(PLACEHOLDER.match(sign)) and number < len(spans) and spans[number].kind in _OUTSIDE

    start, end = 0, len(sentence)
    while start < end and outside(sentence[start]):
        start += 1
    while end > start and outside(sentence[end - 1]):
        end -= 1
    return start, end
