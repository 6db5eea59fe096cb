"""Sorts a message into an intent. Measured against logistic regression over the same vectors, and against a vote with a
classifier over letter runs: docs/understanding.md."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.understanding.neighbours import Neighbours, fit_neighbours

Numbers = npt.NDArray[np.float32]
FILE = "intents.npz"
# Chosen by cross-validation, see docs/understanding.md.
DIRECTIONS = 256
RIDGE = 0.05
# From scores (0 to 1 or so) to probabilities: so sharp that they say how often the first intent is right.
SHARPNESS = 12.0


class IntentModel:
    """A message's vector to the probability of each intent; `labels` are in the order of the probabilities."""

    def __init__(self, neighbours: Neighbours) -> None:
        self._neighbours = neighbours
        self.labels = neighbours.labels

    def probabilities(self, vector: Numbers) -> Numbers:
        """Of a unit vector, shape [width]: shape [labels], sum 1."""
        powers = np.exp(SHARPNESS * self._neighbours.scores(vector))
        return np.asarray(powers / powers.sum(), np.float32)

    def save(self, folder: Path) -> None:
        """Writes the model into `folder`."""
        self._neighbours.save(folder / FILE)

    @classmethod
    def load(cls, folder: Path) -> IntentModel:
        """Reads what `save` wrote. Raises WaymarkError "model.missing"."""
        return cls(Neighbours.load(folder / FILE))


def fit_intents(vectors: Numbers, intents: Sequence[str]) -> IntentModel:
    """Learns from messages' unit vectors, shape [n, width], and their intents."""
    return IntentModel(fit_neighbours(vectors, intents, DIRECTIONS, RIDGE))
