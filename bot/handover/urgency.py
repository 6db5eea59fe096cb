"""Words that make a case urgent: a child alone, and a deadline with its date. Only to sort by: nothing is concluded from them."""

from __future__ import annotations

import re
from functools import cache, lru_cache
from pathlib import Path

import yaml

WORDS = Path(__file__).resolve().parent / "words.yml"
# Unaccented digits of Arabic and Persian read as ours.
_DIGITS = str.maketrans("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹", "01234567890123456789")
_DATE = re.compile(r"\b(?:[0-3]?\d[./-][01]?\d(?:[./-](?:20)?\d\d)?|20\d\d-[01]\d-[0-3]\d)\b")
# An age in figures below this, beside a word for being alone, tells of a child alone.
_ADULT = 18
LONGEST_DEADLINE = 60


@lru_cache(maxsize=1)
def words() -> dict[str, list[str]]:
    """The lists of words.yml, in small letters."""
    given: dict[str, list[str]] = yaml.safe_load(WORDS.read_text(encoding="utf-8"))
    return {name: [word.casefold() for word in found] for name, found in given.items()}


def has(kind: str, text: str) -> bool:
    """Whether a text has one of the words of a list. Longer words are found by their beginning, never by their middle."""
    return _pattern(kind).search(text.casefold()) is not None


@cache
def _pattern(kind: str) -> re.Pattern[str]:
    return re.compile(r"(?<!\w)(?:" + "|".join(map(re.escape, words()[kind])) + ")")


def says(kind: str, text: str) -> bool:
    """Whether a text says one of the phrases of a list and nothing else."""
    said = " ".join(text.casefold().strip(" .!?؟،,…").split())
    return said in words()[kind]


def is_minor(text: str) -> bool:
    """Whether a text tells of a child without its parents."""
    low = text.casefold().translate(_DIGITS)
    if has("child_alone", low):
        return True
    ages = [int(found) for found in re.findall(r"\b\d{1,2}\b", low)]
    return has("alone", low) and any(5 <= age < _ADULT for age in ages)


def deadline_in(text: str) -> str | None:
    """What a text says of a deadline: the date as written, or the word for it such as "tomorrow"; None without one."""
    low = text.casefold().translate(_DIGITS)
    if not has("deadline", low):
        return None
    date = _DATE.search(low)
    if date is not None:
        return date.group()
    near = _pattern("soon").search(low)
    return near.group() if near else None
