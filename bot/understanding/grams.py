"""A linear classifier over the runs of letters in a message: small, quick, and at home in every script.

Runs of 2 to 5 letters inside words (a word's ends are marked by blanks) are hashed into a fixed number of columns, weighed
by how rare they are, and brought to length 1. The same runs are cut here in training and in service.
"""

from __future__ import annotations

import math
import zlib
from collections import Counter
from collections.abc import Sequence
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.errors import WaymarkError

Numbers = npt.NDArray[np.float32]
SHORTEST, LONGEST = 2, 5
# Word pairs tell "is burning" from "burning question"; they are hashed beside the letters.
_PAIR = "\x1f"


def runs(text: str, columns: int) -> dict[int, float]:
    """The columns of a folded text's letter runs and word pairs, each with 1 + log(how often)."""
    found: Counter[int] = Counter()
    words = text.split()
    for word in words:
        marked = f" {word} "
        length = len(marked)
        for size in range(SHORTEST, min(LONGEST, length) + 1):
            for at in range(length - size + 1):
                found[zlib.crc32(marked[at : at + size].encode()) % columns] += 1
    for first, second in pairwise(words):
        found[zlib.crc32(f"{first}{_PAIR}{second}".encode()) % columns] += 1
    return {column: 1.0 + math.log(count) for column, count in found.items()}


class GramModel:
    """Folded text to a probability for each label. `labels` are in the order of the probabilities."""

    def __init__(self, labels: Sequence[str], rarity: Numbers, weights: Numbers, bias: Numbers) -> None:
        self.labels = list(labels)
        self._rarity = rarity  # [columns]
        self._weights = weights  # [columns, labels]
        self._bias = bias  # [labels]

    def probabilities(self, text: str) -> Numbers:
        """Shape [labels], sum 1. A text without a single letter run gets what the bias alone says."""
        found = runs(text, len(self._rarity))
        scores = self._bias
        if found:
            columns = np.fromiter(found, np.int64, len(found))
            values = np.fromiter(found.values(), np.float32, len(found)) * self._rarity[columns]
            length = float(np.sqrt(values @ values)) or 1.0
            scores = (values / length) @ self._weights[columns] + self._bias
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), np.float32)

    def save(self, file: Path) -> None:
        """Writes the model as plain arrays (no pickle), the numbers in 16 bits."""
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez_compressed(
            file,
            labels=np.array(self.labels),
            rarity=self._rarity.astype(np.float16),
            weights=self._weights.astype(np.float16),
            bias=self._bias,
        )

    @classmethod
    def load(cls, file: Path) -> GramModel:
        """Reads what `save` wrote. Raises WaymarkError "model.missing"."""
        if not file.is_file():
            raise WaymarkError("model.missing", file=file)
        with np.load(file, allow_pickle=False) as arrays:
            return cls(
                [str(label) for label in arrays["labels"]],
                arrays["rarity"].astype(np.float32),
                arrays["weights"].astype(np.float32),
                arrays["bias"].astype(np.float32),
            )


def fit(
    texts: Sequence[str],
    labels: Sequence[str],
    columns: int = 1 << 16,
    strength: float = 10.0,
    weights: Sequence[float] | None = None,
    steps: int = 80,
) -> GramModel:
    """Learns from folded texts and their labels.

    `strength` is the inverse of the regularization; `weights`, one for each text, says how much it counts (default:
    every label counts the same). Deterministic.
    """
    from scipy.sparse import csr_matrix
    from sklearn.linear_model import LogisticRegression

    rows = [runs(text, columns) for text in texts]
    starts = np.cumsum([0, *(len(row) for row in rows)])
    indices = np.concatenate([np.fromiter(row, np.int64, len(row)) for row in rows])
    values = np.concatenate([np.fromiter(row.values(), np.float64, len(row)) for row in rows])
    present = np.bincount(indices, minlength=columns)
    rarity = np.log((1 + len(rows)) / (1 + present)) + 1.0
    matrix = csr_matrix((values * rarity[indices], indices, starts), shape=(len(rows), columns))
    lengths = np.sqrt(np.asarray(matrix.multiply(matrix).sum(axis=1)).ravel())
    matrix = csr_matrix(matrix.multiply(1.0 / np.maximum(lengths, 1e-9)[:, None]))
    model: Any = LogisticRegression(
        C=strength, max_iter=steps, class_weight=None if weights is not None else "balanced", multi_class="multinomial"
    )
    model.fit(matrix, np.array(labels), sample_weight=None if weights is None else np.asarray(weights))
    coefficients, bias = model.coef_, model.intercept_
    if len(model.classes_) == 2:  # sklearn keeps one row for two labels
        coefficients, bias = np.vstack([-coefficients, coefficients]), np.concatenate([-bias, bias])
    return GramModel(
        [str(label) for label in model.classes_],
        rarity.astype(np.float32),
        np.ascontiguousarray(coefficients.T, np.float32),
        bias.astype(np.float32),
    )
