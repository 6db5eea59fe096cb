"""How good a pair of languages is, measured on one's own texts: the engine's translation against what people wrote.

chrF (Popovic 2015: F-score of character n-grams, n from 1 to 6, recall counting twice): from 0 to 100, 100 the same text. It
suits languages with many word forms better than BLEU, and needs no tokenizer. Compare pairs measured on the same texts only.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from bot.translation.masks import without_isolates
from bot.translation.translator import HouseTranslator

_LONGEST_GRAM = 6
_RECALL_WEIGHT = 2


class Quality(NamedTuple):
    """Of so many texts: the mean chrF (0 to 100) of those that were translated, and how many got which mark."""

    texts: int
    chrf: float
    good: int
    doubtful: int
    failed: int


def chrf(reference: str, text: str) -> float:
    """chrF of one text, 0 to 100; blanks left out, as its author does."""
    wanted, found = ("".join(one.split()) for one in (reference, text))
    precisions, recalls = [], []
    for size in range(1, _LONGEST_GRAM + 1):
        there = Counter(wanted[at : at + size] for at in range(len(wanted) - size + 1))
        here = Counter(found[at : at + size] for at in range(len(found) - size + 1))
        if not there or not here:
            continue
        same = sum((there & here).values())
        precisions.append(same / sum(here.values()))
        recalls.append(same / sum(there.values()))
    if not sum(precisions):
        return 0.0
    precision, recall = sum(precisions) / len(precisions), sum(recalls) / len(recalls)
    weight = _RECALL_WEIGHT**2
    return 100 * (1 + weight) * precision * recall / (weight * precision + recall)


async def quality(translator: HouseTranslator, pairs: Sequence[tuple[str, str]], source: str, target: str) -> Quality:
    """Translates the first text of each pair and compares with the second. `translator` should know no texts by heart."""
    marks: Counter[str] = Counter()
    scores = []
    for text, reference in pairs:
        made = await translator.translate(text, source, target, personal=True)
        marks[made.mark] += 1
        if made.mark in ("good", "doubtful"):
            scores.append(chrf(reference, without_isolates(made.text)))
    mean = sum(scores) / len(scores) if scores else 0.0
    return Quality(len(pairs), round(mean, 1), marks["good"], marks["doubtful"], marks["failed"] + marks["none"])
