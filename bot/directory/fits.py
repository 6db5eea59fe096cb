"""Whether anything in an index fits a question at all, so that Waymark can say "nothing fits" and mean it.

How like the question is to the best line and the best stretch, which share of its words occurs, and how many words it has (a
short one is like many lines by chance). Cosines lie differently in
each language, so each has a constant of its own. Learnt and measured by tools/train_fits.py from the examples of all
intents: questions for help against other talk.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import NamedTuple

import numpy as np

from bot.directory.index import Index
from bot.directory.prepared import AnalysedQuestion
from bot.directory.ranking import WEIGHTS

FILE = WEIGHTS / "fits.json"
# Log odds added where the intent names a topic: that already says that help is wanted, and only a question wholly
# beside the directory is then refused.
TOPIC_ODDS = 2.5
# The log odds that help must have over other talk: this lets one in eight of other talk pass, and three of four questions for
# help whose topic is not known (tools/train_fits.py prints both).
LEAST_ODDS = 0.4
# More words than this say nothing further.
MOST_WORDS = 12


class FitWeights(NamedTuple):
    """Log odds = constants[language] + features . weights."""

    weights: tuple[float, ...]
    constants: dict[str, float]


@lru_cache(maxsize=1)
def fit_weights() -> FitWeights:
    """The learnt numbers."""
    data = json.loads(FILE.read_text(encoding="utf-8"))
    return FitWeights(tuple(data["weights"]), data["constants"])


def fit_features(index: Index, question: AnalysedQuestion) -> tuple[float, ...]:
    """(best line's cosine, best stretch's cosine, share of the question's word weight that the best page has, words)."""
    vectors = index.pages.groups[next(iter(index.pages.groups))]
    most = sum(index.pages.words.weight(term) for term in question.stems) + 1e-6
    words = float(np.max(index.pages.words.scores(question.stems), initial=0.0)) / most
    line, stretch = (float((block @ question.vector).max()) for block in (vectors.lines, vectors.stretches))
    return line, stretch, min(words, 2.0), float(min(len(question.stems), MOST_WORDS))


def fit_odds(index: Index, question: AnalysedQuestion) -> float:
    """The log odds that the directory has something for the question, from its words alone."""
    learnt = fit_weights()
    values = fit_features(index, question)
    return learnt.constants[index.pages.language] + sum(w * value for w, value in zip(learnt.weights, values, strict=True))


def fit(index: Index, question: AnalysedQuestion, has_topic: bool) -> bool:
    """Whether the best record may be shown as an answer."""
    return fit_odds(index, question) + (TOPIC_ODDS if has_topic else 0.0) > LEAST_ODDS
