"""Learned weights: made by tools/train_ranking.py, kept as plain numbers, applied with numpy alone."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.directory.line_network import LineNetwork

Floats = npt.NDArray[np.float32]
WEIGHTS = Path(__file__).parent / "weights"


class PageWeights(NamedTuple):
    """`features` weigh a page's standardised features into a score; `certainty` (and its constant, last) weighs
    what the best page looks like into the log odds that it is the right one. `departures`: what the languages that pages were
    learnt in add to `features`, for words find more in some languages and vectors in others."""

    features: Floats
    departures: Mapping[str, Floats]
    certainty: Floats

    def of(self, language: str) -> Floats:
        """The weights of features in a language; any may be asked for."""
        return self.features + self.departures.get(language, np.float32(0))


class Forest:
    """Boosted trees, all evaluated at once.

    Arrays [trees, nodes]: `feature`, `threshold` (go left if not greater), `left`, `right` (a leaf points at itself)
    and `value`, which counts at leaves alone. `depth`: steps from the root that reach every leaf.
    """

    def __init__(
        self,
        feature: npt.NDArray[np.int16],
        threshold: Floats,
        left: npt.NDArray[np.int16],
        right: npt.NDArray[np.int16],
        value: Floats,
        depth: int,
    ) -> None:
        trees, nodes = feature.shape
        start = (np.arange(trees, dtype=np.int32) * nodes)[:, None]
        self._roots = start[:, 0]
        self._feature = feature.astype(np.int32).ravel()
        self._threshold = threshold.ravel()
        self._left = (left + start).astype(np.int32).ravel()
        self._right = (right + start).astype(np.int32).ravel()
        self._value = value.ravel()
        self._depth = depth

    def log_odds(self, rows: Floats) -> Floats:
        """The sum of the trees' values for each row of features [n, features]: shape [n]."""
        here = np.repeat(self._roots[:, None], len(rows), axis=1)
        columns = np.arange(len(rows))[None, :]
        for _ in range(self._depth):
            right = rows[columns, self._feature[here]] > self._threshold[here]
            here = np.where(right, self._right[here], self._left[here])
        return np.asarray(self._value[here].sum(axis=0), np.float32)


class LineWeights(NamedTuple):
    """The forest and the networks that judge lines, and the probability from which a line is taken to answer."""

    forest: Forest
    networks: tuple[LineNetwork, ...]
    threshold: float


@lru_cache(maxsize=1)
def page_weights() -> PageWeights:
    """The weights of pages."""
    with np.load(WEIGHTS / "pages.npz", allow_pickle=False) as file:
        departures = {name.removeprefix("features_"): file[name] for name in file.files if name.startswith("features_")}
        return PageWeights(file["features"], departures, file["certainty"])


@lru_cache(maxsize=1)
def line_weights() -> LineWeights:
    """The weights of lines."""
    with np.load(WEIGHTS / "lines.npz", allow_pickle=False) as file:
        forest = Forest(
            file["feature"], file["threshold"], file["left"], file["right"], file["value"], int(file["depth"])
        )
        count = 1 + max(int(name.split("/")[0]) for name in file.files if "/" in name) if any("/" in n for n in file.files) else 0
        networks = tuple(
            LineNetwork({name.split("/")[1]: file[name] for name in file.files if name.startswith(f"{number}/")})
            for number in range(count)
        )
        return LineWeights(forest, networks, float(file["taken_from"]))
