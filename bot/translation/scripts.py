"""In which script a language is written (ISO 15924), for all languages an engine may have a package for."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

_BY_SCRIPT = {
    "Latn": "en de fr tr es it pt nl pl cs sk sl hr bs ro hu fi et lv lt sv da nb no nn is ga eu ca gl ms id tl vi az sq eo so sw"
            " ku kmr uz tk ha yo ig om pb pt_br zu xh rw wo af mt",
    "Cyrl": "ru uk be bg sr mk kk ky mn tg",
    "Arab": "ar fa ur ps ckb prs sd ug pnb dv",
    "Hebr": "he yi",
    "Grek": "el",
    "Deva": "hi mr ne sa",
    "Beng": "bn as",
    "Taml": "ta",
    "Telu": "te",
    "Thai": "th",
    "Geor": "ka",
    "Armn": "hy",
    "Ethi": "am ti",
    "Hang": "ko",
    "Hans": "zh zt zh-TW",
    "Jpan": "ja",
    "Guru": "pa",
    "Gujr": "gu",
    "Sinh": "si",
    "Mymr": "my",
    "Khmr": "km",
    "Laoo": "lo",
}
SCRIPTS = {code: script for script, codes in _BY_SCRIPT.items() for code in codes.split()}
# How the Unicode names of a script's letters begin.
_LETTERS = {
    "Latn": ("LATIN",), "Cyrl": ("CYRILLIC",), "Arab": ("ARABIC",), "Hebr": ("HEBREW",), "Grek": ("GREEK",),
    "Deva": ("DEVANAGARI",), "Beng": ("BENGALI",), "Taml": ("TAMIL",), "Telu": ("TELUGU",), "Thai": ("THAI",),
    "Geor": ("GEORGIAN",), "Armn": ("ARMENIAN",), "Ethi": ("ETHIOPIC",), "Hang": ("HANGUL",), "Hans": ("CJK",),
    "Jpan": ("CJK", "HIRAGANA", "KATAKANA"), "Guru": ("GURMUKHI",), "Gujr": ("GUJARATI",), "Sinh": ("SINHALA",),
    "Mymr": ("MYANMAR",), "Khmr": ("KHMER",), "Laoo": ("LAO",),
}


@lru_cache(maxsize=4096)
def _begins(sign: str) -> str:
    return unicodedata.name(sign, "").split(" ")[0].split("-")[0]


def share(text: str, language: str) -> float | None:
    """The share of a text's letters that are of the language's script; None if it has no letters or nobody knows the script."""
    wanted = _LETTERS.get(SCRIPTS.get(language, ""))
    letters = [sign for sign in text if sign.isalpha() and not "\ue000" <= sign <= "\uf8ff"]
    if wanted is None or not letters:
        return None
    return sum(_begins(sign) in wanted for sign in letters) / len(letters)
