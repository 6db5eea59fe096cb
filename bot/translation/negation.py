"""Whether a text denies something, and whether another denies the same, in the languages where words alone tell it.

Told for English, German, French, Russian, Ukrainian and Arabic. Persian and Turkish deny inside the verb (namikonam, gelmiyorum),
where no list of words tells it apart from other verbs: there the answer is None, and nothing is claimed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

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
    "fr": re.compile(r"\bnon seulement\b|\bsans cesse\b|\bn[’']importe\b|\bne \w+ que\b|\bpersonnes?\b(?! ne)", re.I),
    "ru": re.compile(r"\bне только\b", re.I),
    "uk": re.compile(r"\bне (?:тільки|лише)\b", re.I),
    "ar": re.compile(r"ليس فقط|لا تتردد\w*"),
}


# A denial is one word in these, so that the words of a sentence can be counted ("ne ... pas" and "не ... ни" are two and one).
_COUNTED = frozenset({"en", "de"})
# The other half of one denial: "neither ... nor", "weder ... noch".
_HALVES = re.compile(r"\bneither\b(?=.{0,200}\bnor\b)", re.I | re.S)


def _denials(text: str, language: str) -> int | None:
    """How many words of a (masked) text deny; None where the language's words do not tell it."""
    denial = _DENIALS.get(language)
    if denial is None:
        return None
    plain = _HALVES.sub(" ", PLACEHOLDER.sub(" ", text))
    return len(denial.findall(_NOT_MEANT[language].sub(" ", plain)))


def negated(text: str, language: str) -> bool | None:
    """Whether a (masked) text denies something; None where the language's words do not tell it."""
    found = _denials(text, language)
    return None if found is None else found > 0


def differs(before: Sequence[str], after: Sequence[str], source: str, target: str) -> bool:
    """Whether the sentences `after` deny less or more than the sentences `before`, whose translation they are.

    Sentence by sentence where there are as many; a sentence left as it was denies what it denied. Between German and English one
    lost denial of two in a sentence is told as well. Otherwise by their number, and never told where words do not tell it.
    """
    if len(before) == len(after):
        pairs = [pair for pair in zip(before, after, strict=True) if pair[0].strip() != pair[1].strip()]
        left, right = [one for one, _ in pairs], [one for _, one in pairs]
    else:
        left, right = [one for one in before if one not in after], [one for one in after if one not in before]
    told = [count for one in left if (count := _denials(one, source)) is not None]
    now = [count for one in right if (count := _denials(one, target)) is not None]
    if len(told) < len(left) or len(now) < len(right):
        return False
    if len(before) != len(after):
        denied, denied_now = sum(map(bool, told)), sum(map(bool, now))
        return bool(denied) != bool(denied_now) or sum(now) < denied or sum(told) < denied_now
    counted = {source, target} <= _COUNTED
    return any(bool(was) != bool(came) or (counted and came < was) for was, came in zip(told, now, strict=True))
