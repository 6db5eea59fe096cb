"""Tells the language of a short chat message.

Three witnesses: an own classifier over letter runs, learnt from the training examples (it knows how people type, Arabizi
among it); lingua (it knows languages we do not speak); and the letters themselves. The person's choice and their
Telegram's language count beforehand, so that "ok" or "Jobcenter" switches nobody's language.
"""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from pathlib import Path
from typing import NamedTuple

from lingua import IsoCode639_1, LanguageDetector, LanguageDetectorBuilder

from bot.languages import CODES, launch_code
from bot.understanding.examples import intent_examples
from bot.understanding.grams import GramModel, fit

FILE = "language.npz"
# Other languages likely here; lingua in its small mode tells them. (It knows neither Kurdish nor Tigrinya nor Pashto.)
OTHERS = ("so", "sq", "ro", "bg", "pl", "es", "it", "vi", "ur", "hr", "az", "hu", "sr", "pt", "nl")
# A script that one language writes here, whichever letters.
_SCRIPTS = (
    ("ti", "\u1200-\u137f"), ("el", "\u0370-\u03ff"), ("he", "\u0590-\u05ff"), ("hy", "\u0530-\u058f"),
    ("hi", "\u0900-\u097f"), ("bn", "\u0980-\u09ff"), ("pa", "\u0a00-\u0a7f"), ("ta", "\u0b80-\u0bff"),
    ("th", "\u0e00-\u0e7f"), ("ka", "\u10a0-\u10ff"), ("ja", "\u3040-\u30ff"), ("ko", "\uac00-\ud7af"),
    ("zh", "\u4e00-\u9fff"),
)  # fmt: skip
_ARABIC, _CYRILLIC, _LATIN = (re.compile(f"[{span}]") for span in ("\u0600-\u06ff", "\u0400-\u052f", "a-zà-öø-ɏ"))
# Letters that one language of a script has and the other has not, and how much is left of the other.
_TELLTALES: tuple[tuple[re.Pattern[str], str, float], ...] = (
    (re.compile("[іїєґ]"), "ru", 0.02),
    (re.compile("[ыэёъ]"), "uk", 0.02),
    (re.compile("[پچژگ]"), "ar", 0.05),
    (re.compile("[کی]"), "ar", 0.2),
    (re.compile("[ةيكأإى]"), "fa", 0.3),
)
_PASHTO = re.compile("[ټډړږښڼځڅۍ]")
_URDU = re.compile("[ٹڈڑےں]")
_SORANI = re.compile("[ڕڵێۆ]")
# How much each witness counts (as powers); chosen by cross-validation, see docs/understanding.md.
_LINGUA_POWER = 0.1
_REMEMBERED = 256
# How much likelier a language becomes by being chosen, or likely beforehand; in messages of one or two words, and longer.
_CHOSEN, _PRIOR = (30.0, 6.0), (8.0, 3.0)


class LanguageGuess(NamedTuple):
    """`code` is ISO 639-1, of a launch language or another; "" if the text has no letter and nothing is known beforehand.

    `candidates` are launch languages with their probabilities, best first.
    """

    code: str
    confidence: float
    candidates: tuple[tuple[str, float], ...] = ()


class LanguageIdentifier:
    """Identifies languages. Without an own model (not trained yet) lingua and the letters do alone."""

    def __init__(self, model: GramModel | None = None) -> None:
        self._model = model
        # The gate asks, and Rasa's pipeline asks again about the same message.
        self._remembered = lru_cache(maxsize=_REMEMBERED)(self._hear)

    @classmethod
    def load(cls, folder: Path) -> LanguageIdentifier:
        """With the model that `train` put into `folder`. Raises WaymarkError "model.missing"."""
        return cls(GramModel.load(folder / FILE))

    def identify(self, text: str, chosen: str | None = None, prior: str | None = None) -> LanguageGuess:
        """The language of `text`.

        `chosen`: what the person has chosen; `prior`: what is likely beforehand (Telegram's language_code, or the
        language of the talk so far). Both may be any BCP 47 tag.
        """
        expected = launch_code(chosen), launch_code(prior)
        small = text.lower()[:1000]
        other = _by_script(small)
        if other:
            return LanguageGuess(other, 0.99)
        if not any(letter.isalpha() for letter in small):
            known = next(filter(None, expected), "")
            return LanguageGuess(known, 0.5 if known else 0.0)
        foreign, sure, heard = self._remembered(small)
        if _is_foreign(small, sure, max(heard.values())):
            return LanguageGuess(foreign, sure)
        chances = dict(heard)
        for code, factor in zip(expected, (_CHOSEN, _PRIOR), strict=False):
            if code:
                chances[code] *= factor[len(small.split()) > 2]
        total = sum(chances.values())
        ranked = tuple(sorted(((code, value / total) for code, value in chances.items()), key=lambda pair: -pair[1]))
        return LanguageGuess(*ranked[0], ranked)

    def _hear(self, small: str) -> tuple[str, float, dict[str, float]]:
        """The likeliest of the other languages and how sure lingua is of it; the launch languages' chances, sum 1."""
        lingua = self._lingua_says(small)
        foreign = max(OTHERS, key=lambda code: lingua.get(code, 0.0))
        return foreign, lingua.get(foreign, 0.0), self._chances(small, lingua)

    def _chances(self, small: str, lingua: dict[str, float]) -> dict[str, float]:
        own = dict.fromkeys(CODES, 1.0)
        if self._model is not None:
            own = dict(zip(self._model.labels, map(float, self._model.probabilities(small)), strict=False))
        power = _LINGUA_POWER if self._model is not None else 1.0
        found = {
            code: own.get(code, 1e-4) * (lingua.get(code, 0.0) + 1e-3) ** power * _allowed(small, code)
            for code in CODES
        }
        for letters, code, rest in _TELLTALES:
            if letters.search(small):
                found[code] *= rest
        total = sum(found.values())
        return {code: value / total for code, value in found.items()}

    def _lingua_says(self, small: str) -> dict[str, float]:
        values = self._lingua.compute_language_confidence_values(small)
        return {value.language.iso_code_639_1.name.lower(): value.value for value in values}

    @cached_property
    def _lingua(self) -> LanguageDetector:
        codes = [getattr(IsoCode639_1, code.upper()) for code in (*CODES, *OTHERS)]
        return (
            LanguageDetectorBuilder.from_iso_codes_639_1(*codes)
            .with_low_accuracy_mode()
            .with_preloaded_language_models()
            .build()
        )


def _is_foreign(small: str, sure: float, ours: float) -> bool:
    """Whether it is another language after all: not judged on one or two words, which prove too little."""
    return len(small.split()) >= 3 and ((sure > 0.9 and ours < 0.9) or (sure > 0.5 and ours < 0.55))


def _by_script(small: str) -> str | None:
    """A language whose script or letters none of ours have. Two such letters are enough."""
    for code, span in _SCRIPTS:
        if len(re.findall(f"[{span}]", small)) >= 2:
            return code
    for code, letters in (("ps", _PASHTO), ("ckb", _SORANI), ("ur", _URDU)):
        if len(letters.findall(small)) >= 2:
            return code
    return None


def _allowed(small: str, code: str) -> float:
    """Small where the script speaks against the language. German words inside a message are nothing unusual."""
    arabic, cyrillic = len(_ARABIC.findall(small)), len(_CYRILLIC.findall(small))
    if cyrillic >= 2 and cyrillic >= arabic:
        return 1.0 if code in {"uk", "ru"} else 1e-3
    if arabic >= 2:
        return 1.0 if code in {"ar", "fa"} else 1e-3
    # Arabic, Persian, Russian and Ukrainian are typed in Latin letters too, if seldom; the own model knows how often.
    return 1.0


def train(data: Path, folder: Path) -> None:
    """Learns from the intents' examples in `data` and writes the model into `folder`."""
    examples = intent_examples(data)
    texts = [example.text.lower() for example in examples]
    fit(texts, [example.language for example in examples], columns=1 << 15, steps=40).save(folder / FILE)
