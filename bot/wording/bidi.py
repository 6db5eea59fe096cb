"""Keeps numbers, names and links readable inside right-to-left text (Unicode UAX 9 isolates)."""

from __future__ import annotations

import re

from bot.languages import is_right_to_left

FIRST_STRONG, LEFT_TO_RIGHT, POP = "\u2068", "\u2066", "\u2069"
# Telephone numbers and other runs of digits with their inner signs; a lone digit needs no isolate.
_NUMBER = re.compile(r"(?<![\w{])\+?\d[\d /.:–-]*\d(?![\w}])")
_LINK = re.compile(r"https?://\S+|[\w.+-]+@[\w-]+\.[\w.]+|(?<!\S)/[a-z]+")


def isolate(text: str, language: str) -> str:
    """`text` wrapped so that it cannot reorder its surroundings; unchanged in left-to-right languages."""
    if not text or not is_right_to_left(language) or text.startswith((FIRST_STRONG, LEFT_TO_RIGHT)):
        return text
    return f"{FIRST_STRONG}{text}{POP}"


def isolate_numbers(text: str, language: str) -> str:
    """`text` with its numbers, links and commands held left to right; unchanged in left-to-right languages."""
    if not is_right_to_left(language):
        return text
    pattern = re.compile(f"{_LINK.pattern}|{_NUMBER.pattern}")
    return pattern.sub(lambda match: f"{LEFT_TO_RIGHT}{match.group()}{POP}", text)


def without_isolates(text: str) -> str:
    """`text` as a machine should read it (a number to dial, a link to open)."""
    return re.sub("[\u2066-\u2069]", "", text)
