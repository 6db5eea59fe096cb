"""Carries a text through a machine that may lose, double, move or rewrite anything, and gets every span back as it was.

Each sentence goes through the whole pivot masked. If every placeholder comes back exactly once, in order, and nothing was
invented, the spans are put back. Otherwise it is tried with numbers as placeholders, and then cut at its spans, so that only the
pieces between them are translated: no machine can reach the spans then at all.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.translation.masks import FIRST, PLACEHOLDER, Masked, placeholders, words_of
from bot.translation.spans import Span
from bot.translation.verify import problem, spaced

# A text with fewer words never goes to the engine: single words come back as nonsense.
FEWEST_WORDS = 3
# At the edges of a sentence these carry no grammar: they are kept out of the engine's way.
_OUTSIDE = ("bullet", "emoji", "html", "control")
_LONGEST_WORD = 300
_STOPS = ".!?\u2026\u061f\u06d4\u3002\u0964\u1362"
# Numbers that stand for spans in the second try begin here: no year, no round number, no emergency number.
_FIRST_NUMBER = 5173

Call = Callable[[str], Awaitable["Answer"]]
Phrase = Callable[[str], "str | None"]
# (line, language) -> its sentences without the blanks between them.
Split = Callable[[str, str], Sequence[str]]


class Answer(NamedTuple):
    """What an engine wrote for one piece, and its score (mean log probability a token) or None."""

    text: str
    score: float | None


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


def _as_signs(text: str) -> tuple[str, Callable[[str], str]]:
    """The placeholders as they are: private-use characters, which a model does not know and therefore copies."""
    return text, lambda came: came


def _as_numbers(text: str) -> tuple[str, Callable[[str], str]]:
    """Placeholders as numbers, which most models copy better. A number that comes back otherwise stays one: it is "invented"."""
    numbers = {sign: f"{_FIRST_NUMBER + 11 * place}" for place, sign in enumerate(dict.fromkeys(placeholders(text)))}
    signs = {number: sign for sign, number in numbers.items()}
    sent = PLACEHOLDER.sub(lambda match: numbers[match.group()], text)
    return sent, lambda came: re.sub(r"\d+", lambda match: signs.get(match.group(), match.group()), came)


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
        # No language has such words; sentence rules take seconds over them.
        strange = any(len(word) > _LONGEST_WORD for word in line.split())
        for sentence in [line] if strange else self._split(line, self._source):
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
