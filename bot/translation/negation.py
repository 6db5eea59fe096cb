"""Whether a text denies something, in the languages where words alone tell it.

Told for English, German, French, Russian, Ukrainian and Arabic. Persian and Turkish deny inside the verb (namikonam, gelmiyorum),
where no list of words tells it apart from other verbs: there the answer is None, and nothing is claimed.
"""

from __future__ import annotations

import re

from bot.translation.masks import PLACEHOLDER

_DENIALS: dict[str, re.Pattern[str]] = {
    "en": re.compile(r"\b(?:not|no|never|nobody|nothing|nowhere|none|neither|nor|cannot|without)\b|n['’]t\b", re.I),
    "de": re.compile(r"\b(?:nicht|nichts|nie|niemals|niemand\w*|nirgend\w*|kein\w*|weder|ohne|nein)\b", re.I),
    "fr": re.compile(r"\b(?:ne|ni|non|jamais|aucun\w*|personne|sans|rien|pas)\b|\bn['’]", re.I),
    "ru": re.compile(r"\b(?:не|ни|нет|нельзя|никогда|никто|ничего|никак\w*|без|невозможно)\b", re.I),
    "uk": re.compile(r"\b(?:не|ні|нема|немає|неможливо|не можна|ніколи|ніхто|нічого|жодн\w*|без)\b", re.I),
    "ar": re.compile(r"(?<!\w)[وف]?(?:لا|لم|لن|ليس\w*|لست\w*|غير|دون|بدون|بلا|عدم|ممنوع)(?!\w)"),
}
# These say "not" without denying, or deny without saying it.
_NOT_MEANT: dict[str, re.Pattern[str]] = {
    "en": re.compile(r"\bnot only\b|\bno\.\s|\bno matter\b|\bdon['’]t hesitate\b|\bwithout (?:delay|hesitation)\b", re.I),
    "de": re.compile(r"\bnicht nur\b|\bohne weiteres\b|\bgar nicht so\b", re.I),
    "fr": re.compile(r"\bnon seulement\b|\bne \w+ que\b|\bpersonnes?\b(?! ne)", re.I),
    "ru": re.compile(r"\bне только\b", re.I),
    "uk": re.compile(r"\bне (?:тільки|лише)\b", re.I),
    "ar": re.compile(r"ليس فقط|لا تتردد\w*"),
}


def negated(text: str, language: str) -> bool | None:
    """Whether a (masked) text denies something; None where the language's words do not tell it."""
    denial = _DENIALS.get(language)
    if denial is None:
        return None
    plain = PLACEHOLDER.sub(" ", text)
    return bool(denial.search(_NOT_MEANT[language].sub(" ", plain)))
