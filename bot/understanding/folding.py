"""Text as people type it, made alike: case, Arabic letters, left-out accents, stretched letters, digits.

What understands messages looks at folded text, in training and in service, so that "HILFEEE", "hilfe" and "Hilfe" are one.
"""

from __future__ import annotations

import re
import unicodedata

# One letter for each group that people and keyboards mix up.
_LETTERS = str.maketrans(
    {
        "أ": "ا", "إ": "ا", "آ": "ا", "ٱ": "ا", "ى": "ي", "ی": "ي", "ئ": "ي", "ې": "ي", "ک": "ك", "گ": "ك", "ڪ": "ك",
        "ة": "ه", "ۀ": "ه", "ہ": "ه", "ؤ": "و", "ـ": None, "ß": "ss", "ı": "i", "ё": "е", "ґ": "г", "æ": "ae", "œ": "oe",
        "’": None, "'": None, "ʼ": None, "`": None, "´": None, "‘": None,
        "\u200b": None, "\u200c": None, "\u200d": None, "\u200e": None, "\u200f": None, "\ufe0f": None,
    }
)  # fmt: skip
_MARKS = re.compile(r"[\u0300-\u0305\u0307-\u036f\u064b-\u065f\u0670]")
# The breve and dots that make й and ї letters of their own are put back by composing again.
_OWN_LETTERS = {"й": "\ue000", "ї": "\ue001"}
_STRETCHED = re.compile(r"(\w)\1{2,}")
# Persian's verb prefix is written joined, apart or with a zero-width space: all become joined.
_VERB_PREFIX = re.compile(r"\b(ن?مي)\s+(?=\w)")
_BLANKS = re.compile(r"\s+")


def fold(text: str) -> str:
    """`text` in small letters, accents left out, letters that are mixed up made one, blanks single."""
    small = unicodedata.normalize("NFKC", text).replace("İ", "i").lower().translate(_LETTERS)
    for letter, stand_in in _OWN_LETTERS.items():
        small = small.replace(letter, stand_in)
    plain = _MARKS.sub("", unicodedata.normalize("NFD", small).replace("\u0306", ""))
    for letter, stand_in in _OWN_LETTERS.items():
        plain = plain.replace(stand_in, letter)
    plain = "".join(str(unicodedata.decimal(sign, sign)) if sign.isdecimal() else sign for sign in plain)
    plain = _STRETCHED.sub(r"\1", plain)
    return _BLANKS.sub(" ", _VERB_PREFIX.sub(r"\1", plain)).strip()
