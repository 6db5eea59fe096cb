"""Which pages fit a question best, and how sure that is."""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.directory.page_features import PAGE_FEATURES, page_features, standardised
from bot.directory.prepared import AnalysedQuestion, PreparedPages
from bot.directory.ranking import PageWeights, page_weights

Floats = npt.NDArray[np.float32]
_BEST_LINE = PAGE_FEATURES.index("best_line")
_BEST_STRETCH = PAGE_FEATURES.index("best_stretch")
_WORDS = PAGE_FEATURES.index("words")


class RankedPage(NamedTuple):
    """A page's number among the prepared pages, its score (comparable within one question only) and the probability,
    between 0 and 1, that it is what the person asks for."""

    number: int
    score: float
    probability: float


def rank_pages(pages: PreparedPages, question: AnalysedQuestion, group: str) -> list[RankedPage]:
    """Every page of the group, the best first."""
    weights = page_weights()
    features = page_features(pages, question, group)
    scores = standardised(features) @ weights.of(pages.language)
    sure = certainty(features, scores, pages, question, weights)
    order = np.argsort(-scores, kind="stable")
    numbers = pages.groups[group].pages
    return [RankedPage(int(numbers[place]), float(scores[place]), float(sure[place])) for place in order]


def certainty_features(features: Floats, scores: Floats, pages: PreparedPages, question: AnalysedQuestion) -> Floats:
    """[pages, 5]: what makes a page sure or unsure: its share among the others, its likeness and its words as such."""
    shares = np.exp(scores - scores.max())
    shares /= shares.sum()
    most = sum(pages.words.weight(term) for term in question.stems) + 1e-6
    return np.column_stack(
        [
            np.log(shares + 1e-6),
            features[:, _BEST_LINE],
            features[:, _BEST_STRETCH],
            np.minimum(features[:, _WORDS] / most, 2.0),
            np.ones(len(scores)),
        ]
    ).astype(np.float32)


def certainty(
    features: Floats, scores: Floats, pages: PreparedPages, question: AnalysedQuestion, weights: PageWeights
) -> Floats:
    """The probability of each page."""
    odds = certainty_features(features, scores, pages, question) @ weights.certainty
    return np.asarray(1.0 / (1.0 + np.exp(-odds)), np.float32)
