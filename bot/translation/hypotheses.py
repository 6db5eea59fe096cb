"""What the engine promises: a raw text in the other language, and how sure it is. Protection and checks are around it."""

from __future__ import annotations

from typing import NamedTuple, Protocol


class Hypothesis(NamedTuple):
    """What an engine wrote.

    `text`: in the target language; never empty for a text with words. `score`: mean log probability a token, at most 0 (the
    worst of the sentences and, over a pivot, of both steps). `pivot`: it went through English.
    """

    text: str
    score: float
    pivot: bool


class Engine(Protocol):
    """Raw machine translation, on this machine, off the event loop. Languages are ISO 639-1 (or -3) codes.

    `translate` raises WaymarkError: "translation.pair" (no package leads from one to the other), "translation.busy" (too many
    texts are waiting), "translation.slow" (the time limit passed), "translation.failed" (the engine gave nothing usable) and
    "translation.text" (nothing that can be translated). It never calls the network.
    """

    def can(self, source: str, target: str) -> bool:
        """Whether installed packages lead from `source` to `target`, directly or through English. Cheap; never raises."""
        ...

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        """The whole text, sentence by sentence; line breaks kept. Masked placeholders are for the caller to verify."""
        ...
