"""What the language classifier learns from: the training examples of the eight, everyday words of the others.

The others' words are data/languages.yml and spaCy's stop words, singly and thrown together into small "sentences", with
and without their accents, as people type them.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Iterable
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import yaml

from bot.understanding.examples import IntentExample, intent_examples
from bot.understanding.grams import GramModel, fit
from bot.understanding.language_letters import bare

COLUMNS = 1 << 15
_STEPS = 30
_STOP_WORDS = 250
_SENTENCES = 80
_SPACY_NAMES = {"ku": "kmr", "no": "nb"}
_BARE = str.maketrans({"ı": "i", "ł": "l", "đ": "d", "ø": "o", "ß": "ss"})


def stop_words(code: str) -> list[str]:
    """spaCy's stop words of a language, in a fixed order; none where it has no list."""
    name = f"spacy.lang.{_SPACY_NAMES.get(code, code)}"
    if find_spec(name) is None or find_spec(f"{name}.stop_words") is None:
        return []
    return sorted(word.lower() for word in import_module(f"{name}.stop_words").STOP_WORDS)[:_STOP_WORDS]


def without_accents(text: str) -> str:
    """`text` as typed on a keyboard without accents."""
    parts = unicodedata.normalize("NFD", text)
    return "".join(sign for sign in parts if not unicodedata.combining(sign)).translate(_BARE)


def other_texts(data: Path) -> list[tuple[str, str]]:
    """(text, code) of the languages beyond the eight."""
    chance = random.Random(0)  # noqa: S311 (the same "sentences" every time)
    found: list[tuple[str, str]] = []
    for code, line in yaml.safe_load((data / "languages.yml").read_text(encoding="utf-8")).items():
        phrases = [phrase.strip() for phrase in line.split(",") if phrase.strip()]
        stops = stop_words(code)
        pool = phrases + phrases + stops
        texts = phrases + stops + [" ".join(chance.sample(pool, chance.choice([2, 3, 4]))) for _ in range(_SENTENCES)]
        if max(without_accents(line)) < "\u0250":
            texts += [plain for text in texts[::2] if (plain := without_accents(text)) != text]
        found += [(text, code) for text in texts]
    return found


def learn(examples: Iterable[IntentExample], others: Iterable[tuple[str, str]]) -> GramModel:
    """The classifier of all languages."""
    pairs = [(bare(example.text), example.language) for example in examples] + list(others)
    return fit([text for text, _ in pairs], [code for _, code in pairs], columns=COLUMNS, steps=_STEPS)


def learn_from(data: Path) -> GramModel:
    """From everything in `data`."""
    return learn(intent_examples(data), other_texts(data))
