"""What the middle packages may expect of each other: typed promises that the container keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt


class Labels(Protocol):
    """A short text by name in a language, its {placeholders} filled."""

    def __call__(self, name: str, language: str, /, **values: Any) -> str: ...


class Encoder(Protocol):
    """Texts to unit vectors, float32, 384 wide. Like is compared with like: `query` with `query` or with `passages`."""

    def query(self, text: str) -> npt.NDArray[np.float32]: ...

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...

    def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]: ...
