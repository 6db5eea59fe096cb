"""BM25 over one field of the pages (bm25s), and the weight of a term."""

from __future__ import annotations

import logging
import sys
from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
# A term no page has: rarer than any that one has, but not so much that it drowns the others.
_UNSEEN = 6.0


def _import_bm25s() -> Any:
    # bm25s imports jax where it finds it (Rasa's tensorflow brings it): 3.3 seconds and 90 MB for nothing used here.
    hide = "jax" not in sys.modules
    if hide:
        sys.modules["jax"] = None  # type: ignore[assignment]
    try:
        import bm25s
    finally:
        if hide:
            del sys.modules["jax"]
    logging.getLogger("bm25s").setLevel(logging.WARNING)
    return bm25s


bm25s = _import_bm25s()


class WordScores:
    """Scores of every page for a question's terms."""

    def __init__(self, texts: Sequence[Sequence[str]], k1: float = 1.2, b: float = 0.75) -> None:
        self._count = len(texts)
        document_counts = Counter(term for terms in texts for term in set(terms))
        self._weights = {
            term: float(np.log(1 + (self._count - found + 0.5) / (found + 0.5)))
            for term, found in document_counts.items()
        }
        self._scorer = bm25s.BM25(method="lucene", k1=k1, b=b) if document_counts else None
        if self._scorer is not None:
            self._scorer.index([list(terms) for terms in texts], show_progress=False)

    def weight(self, term: str) -> float:
        """How much a term says: its inverse document frequency."""
        return self._weights.get(term, _UNSEEN)

    def scores(self, terms: Sequence[str]) -> Floats:
        """One score a page, 0 where no term occurs."""
        known = [term for term in dict.fromkeys(terms) if term in self._weights]
        if self._scorer is None or not known:
            return np.zeros(self._count, np.float32)
        return np.asarray(self._scorer.get_scores(known), np.float32)
