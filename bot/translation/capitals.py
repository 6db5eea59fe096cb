"""Text written all in capitals, which engines leave untranslated: sent in small letters, given back in capitals."""

from __future__ import annotations

# Fewer letters are an abbreviation, not shouting.
FEWEST_LETTERS = 6
SHARE = 0.8


def _cased(text: str) -> list[str]:
    return [sign for sign in text if sign.lower() != sign.upper() and not "\ue000" <= sign <= "\uf8ff"]


def _lower(text: str, language: str) -> str:
    if language in ("tr", "az"):
        text = text.replace("I", "ı").replace("İ", "i")
    return text.lower()


def lowered(text: str, language: str) -> str | None:
    """`text` as a sentence in small letters if it is written in capitals, else None."""
    letters = _cased(text)
    if len(letters) < FEWEST_LETTERS or len(text.split()) < 2:
        return None
    if sum(sign.isupper() for sign in letters) < SHARE * len(letters):
        return None
    small = _lower(text, language)
    for place, sign in enumerate(small):
        if sign.isalpha() and not "\ue000" <= sign <= "\uf8ff":
            return small[:place] + raised(sign, language) + small[place + 1 :]
    return small


def raised(text: str, language: str) -> str:
    """`text` in capitals as `language` writes them; scripts without capitals stay as they are."""
    if language in ("tr", "az"):
        text = text.replace("i", "İ").replace("ı", "I")
    # German's sharp s has no capital in common use; SS would change the length of nothing that matters, but reads as a word.
    return text.upper()
