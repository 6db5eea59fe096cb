"""A small network over a page's lines: learned likeness of question and line, then a look at the neighbouring lines.

The forest sees one line's features; this sees the vectors themselves and the run of lines, and the two together do
better than either (docs/search.md). Trained by tools/train_line_network.py; applied with numpy alone.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from bot.directory.line_features import LINE_FEATURES

Floats = npt.NDArray[np.float32]
# Counts and lengths have long tails; their logarithms have not.
_COUNTS = [
    number
    for number, name in enumerate(LINE_FEATURES)
    if name.startswith(("length", "rare_here")) or name in {"number", "left", "lines", "words", "since_heading", "to_heading"}
]  # fmt: skip


def scaled(features: Floats, mean: Floats, deviation: Floats) -> Floats:
    """A line's features as the network takes them in."""
    changed = features.copy()
    changed[:, _COUNTS] = np.log1p(np.maximum(changed[:, _COUNTS], 0))
    return np.asarray((changed - mean) / deviation, np.float32)


class LineNetwork:
    """The network with its learned arrays, by the names the training tool gives them."""

    def __init__(self, arrays: Mapping[str, npt.NDArray[np.float16]]) -> None:
        self._p = {name: np.asarray(values, np.float32) for name, values in arrays.items()}
        self._layers = sum(name.startswith("around_weights") for name in self._p)
        self._rank = self._p["question_view"].shape[1]

    def log_odds(self, features: Floats, lines: Floats, question: Floats) -> Floats:
        """`features` [n, len(LINE_FEATURES)], `lines` [n, 384] and `question` [384]: log odds [n] that a line answers."""
        p = self._p
        product = (lines @ p["line_view"]) * (question @ p["question_view"]) * np.sqrt(self._rank)
        inputs = [product, scaled(features, p["mean"], p["deviation"])]
        if "line_content" in p:
            inputs.append(lines @ p["line_content"] * 4)
            inputs.append(np.broadcast_to(question @ p["question_content"] * 4, (len(lines), p["question_content"].shape[1])))
        hidden = _gelu(np.concatenate(inputs, axis=1) @ p["first_weights"] + p["first_bias"])
        for layer in range(self._layers):
            step = 2**layer
            padded = np.pad(hidden, ((step, step), (0, 0)))
            around = np.concatenate([padded[: len(hidden)], hidden, padded[2 * step :]], axis=1)
            seen = around @ p[f"around_weights{layer}"] + p[f"around_bias{layer}"]
            whole = hidden.mean(axis=0) @ p[f"whole_weights{layer}"]
            hidden = hidden + _gelu(_normal(seen) + whole)
        return np.asarray(_normal(hidden) @ p["last_weights"][:, 0] + p["last_bias"], np.float32)


def _gelu(values: Floats) -> Floats:
    return np.asarray(0.5 * values * (1 + np.tanh(0.7978845608 * (values + 0.044715 * values**3))), np.float32)


def _normal(values: Floats) -> Floats:
    centred = values - values.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.sqrt((centred**2).mean(axis=1, keepdims=True) + 1e-4), np.float32)
