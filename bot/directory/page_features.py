"""How well each page of a group fits a question, as numbers that the ranking weighs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from bot.directory.prepared import AnalysedQuestion, PreparedPages

Floats = npt.NDArray[np.float32]
PAGE_FEATURES = (
    "words", "title_words", "grams", "title_vector", "best_line", "best_lines", "mean_line", "best_stretch",
    "mean_stretch",
)  # fmt: skip
_BEST = 3


def page_features(pages: PreparedPages, question: AnalysedQuestion, group: str) -> Floats:
    """[pages of the group, len(PAGE_FEATURES)]: word scores as they are, and cosines."""
    vectors = pages.groups[group]
    numbers, starts = vectors.pages, vectors.line_starts
    lines = vectors.lines @ question.vector
    stretches = vectors.stretches @ question.vector
    counts = np.diff(starts, append=len(lines))
    stretch_counts = np.diff(vectors.stretch_starts, append=len(stretches))
    return np.column_stack(
        [
            pages.words.scores(question.stems)[numbers],
            pages.titles.scores(question.stems)[numbers],
            pages.grams.scores(question.grams)[numbers],
            lines[starts],
            np.maximum.reduceat(lines, starts),
            _best_lines(lines, starts, counts),
            np.add.reduceat(lines, starts) / counts,
            np.maximum.reduceat(stretches, vectors.stretch_starts),
            np.add.reduceat(stretches, vectors.stretch_starts) / stretch_counts,
        ]
    ).astype(np.float32)


def standardised(features: Floats) -> Floats:
    """Each column with mean 0 and standard deviation 1 over the rows."""
    return np.asarray((features - features.mean(axis=0)) / (features.std(axis=0) + 1e-6), np.float32)


def _best_lines(lines: Floats, starts: npt.NDArray[np.intp], counts: npt.NDArray[np.intp]) -> Floats:
    # The mean of a page's best three lines. One sort over all lines by page and likeness, in place of one a page.
    pages = np.repeat(np.arange(len(starts)), counts)
    in_order = lines[np.lexsort((-lines, pages))]
    sums = np.zeros(len(starts), np.float32)
    for place in range(_BEST):
        has = counts > place
        sums[has] += in_order[starts[has] + place]
    return np.asarray(sums / np.minimum(counts, _BEST), np.float32)
