"""Recognises danger to life in a message, in all launch languages, before anything else happens to it.

Three look at the message and at each of its sentences: plain phrases that leave no doubt, the examples nearest in meaning
(by the sentence vector), and the letter runs, which also know words that the vectors have not met, such as Arabizi. One
that sees danger is enough. Missing danger is worse than a false alarm, but a question about emergency services is not an
emergency.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Literal, NamedTuple, cast

import yaml

from bot.contracts import Encoder
from bot.errors import WaymarkError
from bot.understanding.examples import NONE, danger_examples, intent_examples
from bot.understanding.folding import fold
from bot.understanding.grams import GramModel, fit
from bot.understanding.neighbours import Neighbours, fit_neighbours
from bot.understanding.references import says_something, without_addresses

Kind = Literal["violence", "medical", "suicide", "fire", "child"]
KINDS: tuple[Kind, ...] = ("violence", "medical", "suicide", "fire", "child")
WORDS_FILE, MEANINGS_FILE, PHRASES_FILE = "words.npz", "meanings.npz", "phrases.yml"
# Chosen by cross-validation, see docs/understanding.md: the score or probability from which on it is danger.
_BY_MEANING = 0.28
_BY_WORDS = 0.55
_BY_WORDS_ALONE = 0.35
_DIRECTIONS = 160
_RIDGE = 0.1
# A few danger phrases and their hard contrasts stand against thousands of everyday questions.
_HARD = 3.0
_SENTENCES = re.compile(r"[.!?…؟۔\n]+")
_MOST_SENTENCES = 40
_SURE = 0.5
# An age, a count, an hour: of which figures they are tells no danger, and learnt as signs they would.
_SMALL_NUMBER = re.compile(r"(?<![\w.,/-])\d{1,2}(?![\w/-]|[.,]\d)")
_REMEMBERED = 256
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
        meanings: Neighbours,
        phrases: Mapping[str, Sequence[str]],
        encoder: Encoder | None = None,
        aside: Encoder | None = None,
    ) -> None:
        """`aside`: an encoder that keeps nothing of what it encodes, for `look(remember=False)`; by default `encoder` itself."""
        self._words = words
        self._meanings = meanings
        self._encoder = encoder
        self._aside = aside or encoder
        # The gate looks, and Rasa's pipeline looks again at the same message.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(lambda text: self._look_afresh(text, self._encoder))
        self._phrases = [
            (cast(Kind, kind), compile_phrases(patterns)) for kind, patterns in phrases.items() if patterns
        ]

    @classmethod
    def load(cls, folder: Path, encoder: Encoder | None = None, aside: Encoder | None = None) -> DangerDetector:
        """What `train` put into `folder`; encoders as in the constructor. Raises WaymarkError "model.missing"."""
        phrases = folder / PHRASES_FILE
        if not phrases.is_file():
            raise WaymarkError("model.missing", file=folder)
        written = yaml.safe_load(phrases.read_text(encoding="utf-8"))
        return cls(GramModel.load(folder / WORDS_FILE), Neighbours.load(folder / MEANINGS_FILE), written, encoder, aside)

    def look(self, text: str, language_hint: str | None = None, remember: bool = True) -> DangerVerdict:
        """The most dangerous thing that `text` says as a whole or in one of its sentences.

        `language_hint` is not needed: what looks alike in two languages means the same here. `remember`: False for what
        must not stay in memory, such as a report.
        """
        return self._remembered(text) if remember else self._look_afresh(text, self._aside)

    def _look_afresh(self, text: str, encoder: Encoder | None) -> DangerVerdict:
        parts = _parts(_plain(without_addresses(text)))
        best = max((self._look_at(part, encoder) for part in parts), key=_weight, default=DangerVerdict(None, 0.0))
        folded = fold(text)
        for kind, phrases in self._phrases:
            if phrases.search(folded):
                # What is learnt tells the kinds apart better: "papa is beating me, I am ten" is a child's.
                return DangerVerdict(best.kind if best.confidence > _SURE and best.kind else kind, 1.0)
        return best

    def _look_at(self, text: str, encoder: Encoder | None) -> DangerVerdict:
        if not says_something(text):
            return DangerVerdict(None, 0.0)
        by_words = dict(zip(self._words.labels, map(float, self._words.probabilities(fold(text))), strict=True))
        if encoder is None:
            return _verdict(by_words, _BY_WORDS_ALONE)
        scores = self._meanings.scores(encoder.query(text))
        by_meaning = _verdict(dict(zip(self._meanings.labels, map(float, scores), strict=True)), _BY_MEANING)
        return max(by_meaning, _verdict(by_words, _BY_WORDS), key=_weight)


def _weight(seen: DangerVerdict) -> tuple[bool, float]:
    return seen.kind is not None, seen.confidence


def _verdict(by_label: Mapping[str, float], threshold: float) -> DangerVerdict:
    """The likeliest kind if danger as such is likely enough."""
    danger = min(max(1.0 - by_label[NONE], 0.0), 1.0)
    kind = max(KINDS, key=lambda name: by_label[name])
    return DangerVerdict(kind if danger > threshold else None, danger)


def compile_phrases(patterns: Iterable[str]) -> re.Pattern[str]:
    """Phrases that leave no doubt, as one pattern over folded text."""
    return re.compile("|".join(f"(?:{pattern})" for pattern in patterns))


def _plain(text: str) -> str:
    return _SMALL_NUMBER.sub("7", text)


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
    texts = [_plain(text) for text in [*(one.text for one in told), *(one.text for one in everyday)]]
    labels = [example.label for example in told] + [NONE] * len(everyday)
    counts = [_HARD] * len(told) + [1.0] * len(everyday)
    folder.mkdir(parents=True, exist_ok=True)
    fit([fold(text) for text in texts], labels, weights=counts).save(folder / WORDS_FILE)
    vectors = encoder.queries(texts)
    fit_neighbours(vectors, labels, _DIRECTIONS, _RIDGE, counts).save(folder / MEANINGS_FILE)
    written = yaml.safe_load((data / "danger_phrases.yml").read_text(encoding="utf-8"))
    plain = {kind: [fold(pattern) for pattern in patterns] for kind, patterns in written.items()}
    (folder / PHRASES_FILE).write_text(yaml.safe_dump(plain, allow_unicode=True), encoding="utf-8")
