"""What letters alone say of a language: scripts that one language writes, and letters that one has and another has not."""

from __future__ import annotations

import re
from collections.abc import Iterable

# A script that one language writes here, whichever letters. Japanese before Chinese: it uses Chinese signs too.
_SCRIPTS = (
    ("el", "\u0370-\u03ff"), ("he", "\u0590-\u05ff"), ("hy", "\u0530-\u058f"), ("bn", "\u0980-\u09ff"),
    ("pa", "\u0a00-\u0a7f"), ("gu", "\u0a80-\u0aff"), ("ta", "\u0b80-\u0bff"), ("te", "\u0c00-\u0c7f"),
    ("ml", "\u0d00-\u0d7f"), ("si", "\u0d80-\u0dff"), ("th", "\u0e00-\u0e7f"), ("lo", "\u0e80-\u0eff"),
    ("my", "\u1000-\u109f"), ("ka", "\u10a0-\u10ff"), ("km", "\u1780-\u17ff"), ("ja", "\u3040-\u30ff"),
    ("ko", "\uac00-\ud7af"), ("zh", "\u4e00-\u9fff"),
)  # fmt: skip
_ONE_LANGUAGE: tuple[tuple[str, re.Pattern[str]], ...] = tuple((code, re.compile(f"[{span}]")) for code, span in _SCRIPTS)
# Letters that only one of the languages written in Arabic letters has.
_OWN_LETTERS: tuple[tuple[str, re.Pattern[str]], ...] = (
    ("ps", re.compile("[ټډړږښڼځڅۍ]")), ("ug", re.compile("[ۇۈۋ]")), ("ckb", re.compile("[ڕڵێ]")),
    ("ur", re.compile("[ٹڈڑےں]")),
)  # fmt: skip
# Scripts that several languages share, and which they are; every other language writes Latin letters.
_SHARED = (
    (re.compile("[\u0400-\u052f]"), frozenset(("uk", "ru", "bg", "mk", "sr", "be", "kk", "ky", "mn", "tg", "uz"))),
    (re.compile("[\u0600-\u06ff]"), frozenset(("ar", "fa", "ps", "ckb", "ur", "ug"))),
    (re.compile("[\u0900-\u097f]"), frozenset(("hi", "ne", "mr"))),
    (re.compile("[\u1200-\u137f]"), frozenset(("ti", "am"))),
)  # fmt: skip
_LATIN = re.compile("[a-zà-öø-ɏẹọụịṣ]")
# Languages of other scripts that are typed in Latin letters too, if seldom.
LATIN_TOO = frozenset(("ar", "fa", "ru", "uk", "sr", "uz"))
_NEVER_LATIN = frozenset(code for _, codes in _SHARED for code in codes) - LATIN_TOO
_SIGNS = re.compile("[.,;:!?…¿¡\"“”„«»()\\[\\]/\u060c\u061b\u061f\u06d4\u1362\u1363\u1367\u0964]+")
# Digits that stand for Arabic letters, inside words typed in Latin letters.
_ARABIZI = re.compile("[a-z][2356789]|(?<![a-z0-9])[2356789][a-z]{2}")
_ARABIZI_FACTOR = 8.0
# Letters that one language of a script has and others have not, and how much is left of the others.
_TELLTALES: tuple[tuple[re.Pattern[str], tuple[str, ...], float], ...] = (
    (re.compile("[їєґ]"), ("ru", "bg", "mk", "sr", "be"), 0.02),
    (re.compile("[і]"), ("ru", "bg", "mk", "sr"), 0.02),
    (re.compile("[ы]"), ("uk", "bg", "mk", "sr"), 0.02),
    (re.compile("[эё]"), ("uk", "bg", "mk", "sr"), 0.02),
    (re.compile("[ъ]"), ("uk", "mk", "sr", "be"), 0.02),
    (re.compile("[ў]"), ("uk", "ru", "bg", "mk", "sr"), 0.02),
    (re.compile("[ђћјљњџќѓѕ]"), ("uk", "ru", "bg", "be"), 0.02),
    (re.compile("[ғқңөұүһҳҷӯӣ]"), ("uk", "ru", "bg", "mk", "sr", "be"), 0.02),
    (re.compile("[پچژگ]"), ("ar",), 0.05),
    (re.compile("[کی]"), ("ar",), 0.2),
    (re.compile("[ةيكأإى]"), ("fa", "ckb", "ur"), 0.3),
)


def by_script(small: str) -> str | None:
    """A language whose script or letters no other here has. Two such letters are enough; one, if there is no other."""
    enough = min(2, sum(letter.isalpha() for letter in small))
    if enough:
        for code, letters in (*_ONE_LANGUAGE, *(_OWN_LETTERS if enough > 1 else ())):
            if len(letters.findall(small)) >= enough:
                return code
    return None


def bare(text: str) -> str:
    """`text` in small letters, its signs as blanks: what the classifier reads, in training and in service."""
    return " ".join(_SIGNS.sub(" ", text.lower()).split())


def is_latin(small: str) -> bool:
    """Whether the text is in Latin letters."""
    return not any(len(letters.findall(small)) >= 2 for letters, _ in _SHARED)


def factors(small: str, codes: Iterable[str]) -> list[float]:
    """How much is left of each language in view of the letters: 1, or less where they speak against it."""
    latin = len(_LATIN.findall(small))
    # German words inside a message are nothing unusual: two letters of another script outweigh any number of Latin ones.
    script = next((allowed for letters, allowed in _SHARED if len(letters.findall(small)) >= min(2, latin + 1)), None)
    telling = [(against, rest) for letters, against, rest in _TELLTALES if letters.search(small)]
    found = []
    for code in codes:
        possible = code in script if script is not None else code not in _NEVER_LATIN or not latin
        left = 1.0 if possible else 1e-4
        if code == "ar" and script is None and _ARABIZI.search(small):
            left *= _ARABIZI_FACTOR
        for against, rest in telling:
            if code in against:
                left *= rest
        found.append(left)
    return found
