"""A message is encoded once."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.understanding.vectors import RememberedVectors, StoredVectors


class Counting:
    """An encoder that counts what it is asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    def query(self, text: str) -> npt.NDArray[np.float32]:
        self.asked.append(text)
        return np.full(4, len(text), np.float32)

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return np.array([self.query(text) for text in texts])

    def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self.queries(texts)


def test_remembers_the_last() -> None:
    encoder = Counting()
    vectors = RememberedVectors(encoder, remembered=2)
    for text in ("a", "bb", "a", "ccc", "a", "bb"):
        assert vectors.query(text)[0] == len(text)
    assert encoder.asked == ["a", "bb", "ccc", "bb"]


def test_stored_ones_are_encoded_once(tmp_path: Path) -> None:
    encoder = Counting()
    assert StoredVectors(encoder, tmp_path / "v.npz").queries(["a", "bb", "a"])[:, 0].tolist() == [1, 2, 1]
    assert StoredVectors(encoder, tmp_path / "v.npz").queries(["bb", "ccc"])[:, 0].tolist() == [2, 3]
    assert encoder.asked == ["a", "bb", "ccc"]


def test_a_broken_store_is_made_anew(tmp_path: Path) -> None:
    (tmp_path / "v.npz").write_bytes(b"PK broken")
    assert StoredVectors(Counting(), tmp_path / "v.npz").query("abc")[0] == 3
