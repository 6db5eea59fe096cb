"""Sorts a sentence vector by the examples nearest to it.

Ridge regression with a Gaussian kernel: every example pulls the messages near it towards its label, in whichever language
it is written, so that a good example in one language serves the seven others. The vectors are first turned to their
strongest directions, which costs next to no accuracy and keeps the look-up in the processor's cache.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from bot.errors import WaymarkError

Numbers = npt.NDArray[np.float32]
# Chosen by cross-validation, see docs/understanding.md.
NARROWNESS = 1.0  # of the kernel: exp(-NARROWNESS * squared distance)


class Neighbours:
    """The examples' vectors and what each says for each label. `labels` are in the order of the scores."""

    def __init__(self, labels: Sequence[str], middle: Numbers, axes: Numbers, vectors: Numbers, pulls: Numbers) -> None:
        self.labels = list(labels)
        self._middle = middle  # [width]
        self._axes = axes  # [width, kept]
        self._vectors = vectors  # [examples, kept], unit vectors
        self._pulls = pulls  # [examples, labels]

    def scores(self, vector: Numbers) -> Numbers:
        """Of a unit vector, shape [width]: shape [labels], near 1 for the label whose examples lie around it, else near 0."""
        return np.asarray(_kernel(self._vectors @ _turned(vector, self._middle, self._axes)) @ self._pulls, np.float32)

    def save(self, file: Path) -> None:
        """Writes the model as plain arrays (no pickle), in 16 bits."""
        file.parent.mkdir(parents=True, exist_ok=True)
        parts = {"middle": self._middle, "axes": self._axes, "vectors": self._vectors, "pulls": self._pulls}
        np.savez(file, labels=np.array(self.labels), **{name: part.astype(np.float16) for name, part in parts.items()})

    @classmethod
    def load(cls, file: Path) -> Neighbours:
        """Reads what `save` wrote. Raises WaymarkError "model.missing"."""
        if not file.is_file():
            raise WaymarkError("model.missing", file=file)
        with np.load(file, allow_pickle=False) as arrays:
            labels = [str(label) for label in arrays["labels"]]
            return cls(labels, *(_plain(arrays[name]) for name in ("middle", "axes", "vectors", "pulls")))


def fit_neighbours(
    vectors: Numbers, labels: Sequence[str], kept: int, ridge: float, weights: Sequence[float] | None = None
) -> Neighbours:
    """Learns from unit vectors, shape [n, width], and their labels. Needs memory for n x n numbers while it does.

    `kept`: how many directions of the vectors count; `ridge`: how far single examples are distrusted; `weights`, one for
    each example: how much it counts. Deterministic.
    """
    from scipy.linalg import cho_factor, cho_solve

    middle = np.asarray(vectors.mean(axis=0), np.float32)
    off = vectors - middle
    strengths, directions = np.linalg.eigh(off.T @ off)
    axes = _plain(directions[:, np.argsort(-strengths)[:kept]])
    seen = _turned(vectors, middle, axes)
    names = sorted(set(labels))
    wanted = np.array([[label == name for name in names] for label in labels], np.float32)
    kernel = _kernel(seen @ seen.T)
    kernel[np.diag_indices(len(kernel))] += ridge / np.asarray(1.0 if weights is None else weights, np.float32)
    pulls = cho_solve(cho_factor(kernel, overwrite_a=True, check_finite=False), wanted, check_finite=False)
    return Neighbours(names, middle, axes, seen, _plain(pulls))


def _plain(numbers: Any) -> Numbers:
    return np.ascontiguousarray(numbers, np.float32)


def _kernel(closeness: Numbers) -> Numbers:
    return np.asarray(np.exp(2 * NARROWNESS * (closeness - 1)), np.float32)


def _turned(vectors: Numbers, middle: Numbers, axes: Numbers) -> Numbers:
    """Unit vectors (one, or one a row) seen from the middle of all: e5's lie close together in a far corner."""
    turned = (vectors - middle) @ axes
    return np.asarray(turned / np.linalg.norm(turned, axis=-1, keepdims=True), np.float32)
