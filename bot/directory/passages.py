"""Which lines of a page answer a question: some, or none."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.directory.line_features import line_features
from bot.directory.prepared import AnalysedQuestion, PreparedPage, PreparedPages
from bot.directory.ranking import line_weights

Floats = npt.NDArray[np.float32]


def line_probabilities(pages: PreparedPages, question: AnalysedQuestion, page: PreparedPage) -> Floats:
    """For each line of the page the probability that it belongs to the answer, shape [lines]."""
    features = line_features(question, page, pages.words, pages.grams)
    weights = line_weights()
    if not weights.networks:
        return _probability(weights.forest.log_odds(features))
    networks = [_probability(net.log_odds(features, page.vectors.lines, question.vector)) for net in weights.networks]
    return np.asarray((_probability(weights.forest.log_odds(features)) + np.mean(networks, axis=0)) / 2, np.float32)


def _probability(log_odds: Floats) -> Floats:
    return np.asarray(1.0 / (1.0 + np.exp(-log_odds)), np.float32)


def answering_lines(pages: PreparedPages, question: AnalysedQuestion, page: PreparedPage) -> list[int]:
    """The numbers of the lines that answer, in reading order; empty if the page does not answer."""
    return [int(number) for number in np.flatnonzero(answers(line_probabilities(pages, question, page)))]


def answers(chances: npt.ArrayLike) -> npt.NDArray[np.bool_]:
    """Whether lines with these probabilities are taken to answer."""
    return np.asarray(chances) > line_weights().threshold
