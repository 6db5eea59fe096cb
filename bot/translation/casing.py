"""Capitals given back their usual letters before the engine sees them: it leaves words it does not know in capitals untranslated.

Which letters are usual, the package itself tells: its tokenizer needs the fewest pieces for the spelling it met most.
"""

from __future__ import annotations

import re
from collections.abc import Callable

Pieces = Callable[[str], int]
_WORD = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_FEWEST_LETTERS = 6
_SHARE = 0.8


def _lower(word: str, language: str) -> str:
    return (word.replace("I", "ı").replace("İ", "i") if language in ("tr", "az") else word).lower()


def _upper_first(word: str, language: str) -> str:
    first = "İ" if language in ("tr", "az") and word[0] == "i" else word[0].upper()
    return first + word[1:]


def is_shouted(sentence: str) -> bool:
    """Whether most letters are capitals, and there are enough of them that it is no abbreviation."""
    cased = [sign for sign in sentence if sign.lower() != sign.upper()]
    return (len(cased) >= _FEWEST_LETTERS and len(sentence.split()) > 1
            and sum(sign.isupper() for sign in cased) >= _SHARE * len(cased))


def _is_flat_german(sentence: str, language: str) -> bool:
    """German typed without capitals: its nouns are other words for a model than the ones it learnt."""
    return language == "de" and not any(sign.isupper() for sign in sentence[1:]) and any(sign.islower() for sign in sentence)


def usual(sentence: str, language: str, pieces: Pieces) -> str:
    """`sentence` with each word in its usual letters if it is all capitals (or German all small); otherwise as it is."""
    if not (is_shouted(sentence) or _is_flat_german(sentence, language)):
        return sentence

    def word(match: re.Match[str]) -> str:
        small = _lower(match.group(), language)
        large = _upper_first(small, language)
        if match.start() == first:
            return large
        return large if pieces(large) < pieces(small) else small

    found = _WORD.search(sentence)
    first = found.start() if found else -1
    return _WORD.sub(word, sentence)
