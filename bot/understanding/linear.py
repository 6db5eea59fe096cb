"""A linear classifier over sentence vectors."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.errors import WaymarkError

Numbers = npt.NDArray[np.float32]


class LinearModel:
    """A unit vector, shape [width], to a probability for each label, shape [labels]."""

    def __init__(self, labels: Sequence[str], weights: Numbers, bias: Numbers) -> None:
        self.labels = list(labels)
        self._weights = weights  # [width, labels]
        self._bias = bias  # [labels]

    def probabilities(self, vector: Numbers) -> Numbers:
        """Shape [labels], sum 1."""
        scores = vector @ self._weights + self._bias
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), np.float32)

    def save(self, file: Path) -> None:
        """Writes the model as plain arrays, no pickle."""
        file.parent.mkdir(parents=True, exist_ok=True)
        np.savez(file, labels=np.array(self.labels), weights=self._weights, bias=self._bias)

    @classmethod
    def load(cls, file: Path) -> LinearModel:
        """Reads what `save` wrote. Raises WaymarkError "model.missing"."""
        if not file.is_file():
            raise WaymarkError("model.missing", file=file)
        with np.load(file, allow_pickle=False) as arrays:
            return cls([str(label) for label in arrays["labels"]], arrays["weights"], arrays["bias"])


def fit_vectors(
    vectors: Numbers, labels: Sequence[str], scale: float = 5.0, weights: Sequence[float] | None = None
) -> LinearModel:
    """Learns from unit vectors, shape [n, width]; `scale` multiplies them, which weakens the regularization."""
    from sklearn.linear_model import LogisticRegression

    middle = vectors.mean(axis=0)
    model: Any = LogisticRegression(max_iter=400, class_weight=None if weights is not None else "balanced")
    model.fit((vectors - middle) * scale, np.array(labels), sample_weight=weights)
    coefficients = np.asarray(model.coef_ * scale, np.float32).T
    bias = np.asarray(model.intercept_ - middle @ coefficients, np.float32)
    return LinearModel([str(label) for label in model.classes_], np.ascontiguousarray(coefficients), bias)
