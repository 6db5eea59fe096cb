"""How well each line of a page fits a question, as numbers that the passage model weighs."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from bot.directory.line_shapes import SHAPE_NAMES, shift
from bot.directory.prepared import AnalysedQuestion, LinesOfTerm, PreparedPage
from bot.directory.word_scores import WordScores

Floats = npt.NDArray[np.float32]
LINE_FEATURES = (
    *SHAPE_NAMES,
    "like", "like_standard", "like_below_best", "like_rank",
    "like-3", "like-2", "like-1", "like+1", "like+2", "like+3", "like_blur1", "like_blur2", "like_blur4",
    "like_heading", "like_best", "like_mean", "like_since_heading", "like_section", "like_section_best", "like_title",
    "stems", "stems-1", "stems+1", "stems_heading", "grams", "grams_standard", "grams-1", "grams+1", "grams_heading",
    "grams_blur2", "rare_here", "rare_here_heading", "page_stems", "question_stems", "centrality",
)  # fmt: skip


def line_features(question: AnalysedQuestion, page: PreparedPage, words: WordScores, grams: WordScores) -> Floats:
    """[lines, len(LINE_FEATURES)] for a page. `words` and `grams` give the terms' weights."""
    headings = page.shapes.headings
    count = len(headings)
    like = page.vectors.lines @ question.vector
    standard = _standard(like)
    blurred = [_blur(count, width) @ standard for width in (1, 2, 4)]
    sections = np.bincount(headings, weights=standard, minlength=count)
    sizes = np.maximum(np.bincount(headings, minlength=count), 1)
    section_best = np.full(count, -9.0, np.float32)
    np.maximum.at(section_best, headings, standard)
    sums = np.concatenate([[0.0], np.cumsum(standard)])
    here = np.arange(count)
    since_heading = (sums[here + 1] - sums[headings]) / (here + 1 - headings)

    stem_scores, stem_total = _overlap(question.stems, page.stems, words, count)
    gram_scores, gram_total = _overlap(question.grams, page.grams, grams, count)
    rare = _rare_here(question.stems, page.stems, count)
    page_stems = sum(words.weight(term) for term in question.stems if term in page.stems) / stem_total
    columns = [
        like,
        standard,
        like - like.max(),
        (-like).argsort().argsort() / count,
        *(shift(standard, by) for by in (3, 2, 1, -1, -2, -3)),
        *blurred,
        standard[headings],
        np.full(count, like.max()),
        np.full(count, like.mean()),
        since_heading,
        (sections / sizes)[headings],
        section_best[headings],
        np.full(count, like[0]),
        stem_scores / stem_total,
        shift(stem_scores, 1) / stem_total,
        shift(stem_scores, -1) / stem_total,
        stem_scores[headings] / stem_total,
        gram_scores / gram_total,
        _standard(gram_scores),
        shift(gram_scores, 1) / gram_total,
        shift(gram_scores, -1) / gram_total,
        gram_scores[headings] / gram_total,
        _blur(count, 2) @ gram_scores / gram_total,
        rare,
        rare[headings],
        np.full(count, page_stems),
        np.full(count, len(question.stems)),
        page.centrality,
    ]
    return np.column_stack([page.shapes.values, *columns]).astype(np.float32)


def _standard(values: Floats) -> Floats:
    return np.asarray((values - values.mean()) / (values.std() + 1e-6), np.float32)


@lru_cache(maxsize=512)
def _blur(count: int, width: int) -> Floats:
    # Each row: a bell curve over the lines around, the first and last line standing in for what lies beyond the page.
    reach = 3 * width
    curve = np.exp(-(np.arange(-reach, reach + 1) ** 2) / (2.0 * width * width))
    matrix = np.zeros((count, count), np.float32)
    for line in range(count):
        np.add.at(matrix[line], np.clip(np.arange(line - reach, line + reach + 1), 0, count - 1), curve)
    return np.asarray(matrix / curve.sum(), np.float32)


def _overlap(terms: Sequence[str], lines_of: LinesOfTerm, scores: WordScores, count: int) -> tuple[Floats, float]:
    found = np.zeros(count, np.float32)
    total = 1e-6
    for term in terms:
        weight = scores.weight(term)
        total += weight
        lines = lines_of.get(term)
        if lines is not None:
            found[list(lines)] += weight  # Not add.at: a term said twice in a line counts once.
    return found, total


def _rare_here(terms: Sequence[str], lines_of: LinesOfTerm, count: int) -> Floats:
    # A word of the question that few lines of this page have points at those lines, however common it is elsewhere.
    found = np.zeros(count, np.float32)
    for term in terms:
        lines = lines_of.get(term)
        if lines is not None:
            found[list(lines)] += np.log((count + 1) / (len(set(lines)) + 0.5))
    return found
