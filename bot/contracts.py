"""What the middle packages may expect of each other: typed promises that the container keeps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal, NamedTuple, Protocol

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


# Where a shown text comes from: a person reviewed it; a person corrected it; it is the house's own wording, translated by hand,
# which nobody has checked yet ("fuzzy", as in the catalogs); a machine wrote it; nobody translated it.
TranslationKind = Literal["reviewed", "corrected", "fuzzy", "machine", "none"]
# What the checks say of it. "failed": show the original and offer a person. "none": there was nothing to translate with.
TranslationMark = Literal["reviewed", "good", "doubtful", "failed", "none"]


class Translation(NamedTuple):
    """A text in the language it was asked for, and what is known of how it came about.

    `text` is what to show: the original itself where `mark` is "failed" or "none". `reasons` are codes of failed checks.
    `score` is the engine's own (mean log probability a token, at most 0), or None.
    """

    text: str
    original: str
    source: str
    target: str
    kind: TranslationKind
    mark: TranslationMark
    reasons: tuple[str, ...] = ()
    score: float | None = None


class Translator(Protocol):
    """Texts from one language to another, offline, off the event loop. Languages are ISO 639-1 (or -3) codes.

    Order: reviewed wording, translation memory, glossary-held terms, engine. Never raises for want of a package or time:
    the answer's `mark` says so. `personal`: what a person or mediator wrote; never remembered.
    """

    def can(self, source: str, target: str) -> bool: ...

    async def translate(
        self, text: str, source: str, target: str, *, context: str = "", personal: bool = False
    ) -> Translation: ...
