"""Measures protection: of all spans of all texts, how many come back byte for byte through an engine of any kind.

The count does not trust the parser: beside its spans, every run of digits, every link, every address with an @ and every name and
street address of the directory is read from the original apart from it and looked for, whole, in what came back.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from bot.translation.hypotheses import Engine
from bot.translation.masks import fill, mask, parse_lines, without_isolates
from bot.translation.protect import Answer, Carrier
from bot.translation.spans import NO_NAMES, Names, facts
from bot.translation.splitter import sentences

_DIGITS = re.compile(r"\d+")


class Figure(NamedTuple):
    """How many texts, spans and facts were looked at, and how many spans and facts came back whole and in order."""

    texts: int
    spans: int
    intact: int
    losses: tuple[str, ...]

    @property
    def share(self) -> float:
        """Of all spans and facts, the share that came back."""
        return self.intact / self.spans if self.spans else 1.0

    def plus(self, other: Figure) -> Figure:
        """Both together."""
        return Figure(self.texts + other.texts, self.spans + other.spans, self.intact + other.intact, self.losses + other.losses)


NOTHING = Figure(0, 0, 0, ())


def compare(text: str, came: str, spans: Sequence[str], known: Sequence[str] = ()) -> Figure:
    """What of `text` stands in `came`: its spans in order, its facts and `known` names as often, and no digits beside them."""
    losses = []
    reached = 0
    for span in spans:
        place = came.find(span, reached)
        if place < 0:
            losses.append(span)
        else:
            reached = place + len(span)
    wanted = facts(text) + Counter(known)
    for fact, times in wanted.items():
        if came.count(fact) < times:
            losses.append(fact)
    digits, now = Counter(_DIGITS.findall(text)), Counter(_DIGITS.findall(came))
    losses += list((now - digits) + (digits - now))
    total = len(spans) + len(wanted) + len(digits)
    return Figure(1, total, max(0, total - len(losses)), tuple(losses[:3]))


async def carried(
    text: str, engine: Engine, source: str = "en", target: str = "de", names: Names = NO_NAMES
) -> tuple[str, list[str]]:
    """`text` through `engine` with protection alone, and the spans it had."""
    async def call(piece: str) -> Answer:
        made = await engine.translate(piece, source, target)
        return Answer(made.text, made.score)

    clean = without_isolates(text)
    masked = mask(clean, parse_lines(clean, names))
    outcome = await Carrier(call, lambda _: None, sentences, source).carry(masked)
    return fill(outcome.text, masked.spans), [span.text for span in masked.spans]


async def measure(texts: Iterable[str], engine: Engine, source: str = "en", names: Names = NO_NAMES) -> Figure:
    """The figure of many texts."""
    total = NOTHING
    for text in texts:
        came, spans = await carried(text, engine, source, "de" if source != "de" else "en", names)
        clean = without_isolates(text)
        total = total.plus(compare(clean, came, spans, [clean[start:end] for start, end in names.find(clean)]))
    return total
