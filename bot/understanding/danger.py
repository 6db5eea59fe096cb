"""Recognises danger to life in a message, in all launch languages, before anything else happens to it.

A classifier over letter runs and one over the sentence vector look at the message and at each of its sentences; plain
phrases that leave no doubt count by themselves. Missing danger is worse than a false alarm, but a question about
emergency services is not an emergency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Literal, NamedTuple, cast

import numpy as np
import numpy.typing as npt
import yaml

from bot.contracts import Encoder
from bot.errors import WaymarkError
from bot.understanding.examples import NONE, danger_examples, intent_examples
from bot.understanding.folding import fold
from bot.understanding.grams import GramModel, fit
from bot.understanding.linear import LinearModel, fit_vectors

Kind = Literal["violence", "medical", "suicide", "fire", "child"]
KINDS: tuple[Kind, ...] = ("violence", "medical", "suicide", "fire", "child")
WORDS_FILE, VECTORS_FILE, PHRASES_FILE = "words.npz", "vectors.npz", "phrases.yml"
# Chosen by cross-validation, see docs/understanding.md: how much the letter runs count beside the vector, and from which
# probability on a message is danger, with and without the vector.
_WORDS_SHARE = 0.4
_SCALE = 5.0
_HARD = 3.0
THRESHOLD = 0.15
THRESHOLD_WITHOUT_VECTOR = 0.35
_SENTENCES = re.compile(r"[.!?…؟۔\n]+")
_MOST_SENTENCES = 40
_LONGEST = 300


class DangerVerdict(NamedTuple):
    """`kind` is None when no danger was seen. `confidence` is the probability of danger of any kind, 0 to 1."""

    kind: Kind | None
    confidence: float


class DangerDetector:
    """Looks at messages. With an encoder it takes the message's vector too; without one it sees less."""

    def __init__(
        self,
        words: GramModel,
        vectors: LinearModel,
        phrases: Mapping[str, Sequence[str]],
        encoder: Encoder | None = None,
    ) -> None:
        self._words = words
        self._vectors = vectors
        self._encoder = encoder
        self._phrases = [
            (cast(Kind, kind), compile_phrases(patterns)) for kind, patterns in phrases.items() if patterns
        ]

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None = None) -> DangerDetector:
        """What `train` put into `folder`. Raises WaymarkError "model.missing"."""
        phrases = folder / PHRASES_FILE
        if not phrases.is_file():
            raise WaymarkError("model.missing", file=folder)
        written = yaml.safe_load(phrases.read_text(encoding="utf-8"))
        return cls(GramModel.load(folder / WORDS_FILE), LinearModel.load(folder / VECTORS_FILE), written, encoder)

    def look(self, text: str, language_hint: str | None = None) -> DangerVerdict:
        """The most dangerous thing that `text` says as a whole or in one of its sentences.

        `language_hint` is not needed: what looks alike in two languages means the same here.
        """
        folded = fold(text)
        for kind, phrases in self._phrases:
            if phrases.search(folded):
                return DangerVerdict(kind, 1.0)
        best = DangerVerdict(None, 0.0)
        for part in _parts(text):
            verdict = self._look_at(part)
            if (verdict.kind is not None, verdict.confidence) > (best.kind is not None, best.confidence):
                best = verdict
        return best

    def _look_at(self, text: str) -> DangerVerdict:
        words = self._words.probabilities(fold(text))
        if self._encoder is None:
            return verdict(self._words.labels, words, THRESHOLD_WITHOUT_VECTOR)
        vector = self._vectors.probabilities(self._encoder.query(text))
        return verdict(self._words.labels, mixed(words, vector), THRESHOLD)


def mixed(words: npt.NDArray[np.float32], vector: npt.NDArray[np.float32]) -> npt.NDArray[np.float32]:
    """Both opinions as one: the weighted geometric mean of the probabilities, sum 1. Shapes [labels]."""
    both = np.exp(_WORDS_SHARE * np.log(words + 1e-9) + (1 - _WORDS_SHARE) * np.log(vector + 1e-9))
    return np.asarray(both / both.sum(), np.float32)


def verdict(labels: Sequence[str], probabilities: npt.NDArray[np.float32], threshold: float) -> DangerVerdict:
    """The likeliest kind if danger as such is likely enough."""
    by_label = dict(zip(labels, map(float, probabilities), strict=False))
    danger = 1.0 - by_label[NONE]
    kind = max(KINDS, key=lambda name: by_label[name])
    return DangerVerdict(kind if danger > threshold else None, danger)


def compile_phrases(patterns: Iterable[str]) -> re.Pattern[str]:
    """Phrases that leave no doubt, as one pattern over folded text."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _parts(text: str) -> list[str]:
    """The whole message (its beginning, if it is long) and its sentences, if there are several."""
    whole = " ".join(text.split())
    sentences = [part for piece in _SENTENCES.split(text) for part in _cut(" ".join(piece.split())) if len(part) > 1]
    parts = [whole[:_LONGEST]] if len(sentences) != 1 or len(whole) <= _LONGEST else []
    return parts + (sentences[:_MOST_SENTENCES] if len(sentences) > 1 else [])


def _cut(sentence: str) -> list[str]:
    """A long stretch without a full stop, in pieces that overlap by half."""
    if len(sentence) <= _LONGEST:
        return [sentence]
    return [sentence[at : at + _LONGEST] for at in range(0, len(sentence) - _LONGEST // 2, _LONGEST // 2)]


def train(data: Path, folder: Path, encoder: Encoder) -> None:
    """Learns from data/danger and, as what is no danger, from every intent's examples; writes into `folder`.

    The examples under `held_out` are never learnt from: the tests measure with them.
    """
    told = [example for example in danger_examples(data) if not example.held_out]
    everyday = intent_examples(data)
    texts = [example.text for example in told] + [example.text for example in everyday]
    labels = [example.label for example in told] + [NONE] * len(everyday)
    # A few danger phrases and their hard contrasts stand against thousands of everyday questions.
    counts = [_HARD] * len(told) + [1.0] * len(everyday)
    folder.mkdir(parents=True, exist_ok=True)
    fit([fold(text) for text in texts], labels, weights=counts).save(folder / WORDS_FILE)
    fit_vectors(encoder.queries(texts), labels, _SCALE, counts).save(folder / VECTORS_FILE)
    written = yaml.safe_load((data / "danger_phrases.yml").read_text(encoding="utf-8"))
    plain = {kind: [fold(pattern) for pattern in patterns] for kind, patterns in written.items()}
    (folder / PHRASES_FILE).write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
