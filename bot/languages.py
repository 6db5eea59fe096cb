"""The languages Waymark speaks: code, own name, direction, script; and the names of those it only recognises.

"Launch" languages have reviewed-or-marked wording, training examples and a search index of their own. "Beyond" are those
that a person may write in all the same: answered by translation where packages are installed, else with what little wording
there is, and by a person.
"""

from __future__ import annotations

from functools import lru_cache
from typing import NamedTuple

from babel import Locale, UnknownLocaleError


class LaunchLanguage(NamedTuple):
    """One launch language. `code` is ISO 639-1, `name` is what its speakers call it, `script` is ISO 15924."""

    code: str
    name: str
    direction: str
    script: str


LAUNCH_LANGUAGES: tuple[LaunchLanguage, ...] = (
    LaunchLanguage("en", "English", "ltr", "Latn"),
    LaunchLanguage("de", "Deutsch", "ltr", "Latn"),
    LaunchLanguage("ar", "العربية", "rtl", "Arab"),
    LaunchLanguage("fa", "فارسی / دری", "rtl", "Arab"),
    LaunchLanguage("uk", "Українська", "ltr", "Cyrl"),
    LaunchLanguage("ru", "Русский", "ltr", "Cyrl"),
    LaunchLanguage("tr", "Türkçe", "ltr", "Latn"),
    LaunchLanguage("fr", "Français", "ltr", "Latn"),
)
BY_CODE = {language.code: language for language in LAUNCH_LANGUAGES}
CODES: tuple[str, ...] = tuple(BY_CODE)
SOURCE_LANGUAGE = "en"
# ISO 639-1, or -3 where there is no shorter code; "ku" is Kurmanji in Latin letters, "ckb" Sorani.
BEYOND: tuple[str, ...] = (
    "af", "am", "az", "be", "bg", "bn", "bs", "ca", "ckb", "cs", "da", "el", "es", "et", "fi", "gu", "ha", "he", "hi", "hr",
    "hu", "hy", "id", "ig", "it", "ja", "ka", "kk", "km", "ko", "ku", "ky", "ln", "lo", "lt", "lv", "mk", "ml", "mn", "mr",
    "ms", "my", "ne", "nl", "no", "om", "pa", "pl", "ps", "pt", "ro", "rw", "si", "sk", "sl", "so", "sq", "sr", "sv", "sw",
    "ta", "te", "tg", "th", "ti", "tl", "ug", "ur", "uz", "vi", "wo", "yo", "zh",
)  # fmt: skip
_RIGHT_TO_LEFT = frozenset({"ckb", "he", "ps", "ug", "ur"})
# Codes that mean one of ours: older codes, ISO 639-3, dialects that are written alike.
_ALIASES = {
    "prs": "fa", "per": "fa", "pes": "fa", "fas": "fa", "kmr": "ku", "kur": "ku", "pus": "ps", "som": "so", "tir": "ti",
    "iw": "he", "in": "id", "fil": "tl", "nb": "no", "nn": "no", "mo": "ro", "cmn": "zh", "arz": "ar", "pnb": "ur",
    "gsw": "de", "als": "de",
}  # fmt: skip
# What speakers call it, where CLDR says it at length or not at all.
_OWN_NAMES = {"ku": "Kurmancî", "ckb": "سۆرانی", "tl": "Tagalog", "id": "Bahasa Indonesia", "ms": "Bahasa Melayu"}
_NAMES = {
    "ku": {"en": "Kurdish (Kurmanji)", "de": "Kurdisch (Kurmandschi)", "ar": "الكردية (الكرمانجية)",
           "fa": "کردی (کرمانجی)", "uk": "курдська (курманджі)", "ru": "курдский (курманджи)", "tr": "Kürtçe (Kurmanci)",
           "fr": "kurde (kurmandji)"},
    "ckb": {"en": "Kurdish (Sorani)", "de": "Kurdisch (Sorani)", "ar": "الكردية (السورانية)", "fa": "کردی (سورانی)",
            "uk": "курдська (сорані)", "ru": "курдский (сорани)", "tr": "Kürtçe (Sorani)", "fr": "kurde (sorani)"},
}  # fmt: skip


def _plain(tag: str) -> str:
    code = tag.replace("_", "-").split("-")[0].lower()
    return _ALIASES.get(code, code)


def launch_code(tag: str | None) -> str | None:
    """The launch language of a BCP 47 tag such as "uk-UA" or "pt_BR", or None if it is none of ours."""
    # Dari has a code of its own but is written like Persian; the wording serves both.
    code = _plain(tag) if tag else ""
    return code if code in BY_CODE else None


def known_code(tag: str | None) -> str | None:
    """The launch language or one of BEYOND of a BCP 47 tag, or None if nobody here knows it."""
    code = _plain(tag) if tag else ""
    return code if code in BY_CODE or code in BEYOND else None


def is_beyond(code: str | None) -> bool:
    """Whether it is a known language that is none of the launch languages."""
    return code in BEYOND


def is_right_to_left(code: str) -> bool:
    """Whether text in this language runs from right to left. Unknown languages: False."""
    return code in _RIGHT_TO_LEFT or (code in BY_CODE and BY_CODE[code].direction == "rtl")


@lru_cache(maxsize=256)
def locale_of(code: str) -> str:
    """The name of babel's locale for dates, lists and names in this language; English where babel has none."""
    try:
        return str(Locale.parse(code))
    except (UnknownLocaleError, ValueError):
        return SOURCE_LANGUAGE


def is_language(code: str) -> bool:
    """Whether there is a language of this code, whatever Waymark can do in it."""
    return code in _NAMES or code in BEYOND or code in Locale.parse(SOURCE_LANGUAGE).languages


@lru_cache(maxsize=1024)
def language_name(code: str, language: str) -> str:
    """The name of a language, such as "Arabic", in `language`; the code itself if nobody knows it."""
    own = _NAMES.get(code, {}).get(language)
    return own or str(Locale.parse(locale_of(language)).languages.get({"prs": "fa_AF"}.get(code, code)) or own_name(code))


@lru_cache(maxsize=256)
def own_name(code: str) -> str:
    """What the speakers of a language call it; the code itself if nobody knows."""
    if code in BY_CODE:
        return BY_CODE[code].name
    if code in _OWN_NAMES:
        return _OWN_NAMES[code]
    name = Locale.parse(locale_of(code)).languages.get(code) if locale_of(code) != SOURCE_LANGUAGE else None
    return str(name or code)
