"""Whether what an engine made of a masked text can be trusted with its placeholders."""

from __future__ import annotations

from bot.translation.masks import PLACEHOLDER, placeholders
from bot.translation.span_patterns import INVENTED

# Signs that make another number of the one they stand at.
_CHANGING = "+-−±~<>≤≥%‰°×/*^"


def problem(sent: str, came: str) -> str | None:
    """Why an engine's masked text cannot be trusted with its spans, or None.

    "lost": a placeholder is missing or doubled. "moved": they changed places (110 for the police, 112 for fire).
    "inside": one stands in the middle of a word. "changed": a sign beside one makes another number of it (-30, 30 %).
    "invented": a digit, link or sign that was not there.
    """
    before, after = placeholders(sent), placeholders(came)
    if sorted(before) != sorted(after):
        return "lost"
    if before != after:
        return "moved"
    if INVENTED.search(came):
        return "invented"
    for sign in after:
        place = came.index(sign)
        if came[place - 1 : place].isalpha() and came[place + 1 : place + 2].isalpha():
            return "inside"
        left, right = _beside(came, sign)
        was_left, was_right = _beside(sent, sign)
        if (left in _CHANGING and left != was_left) or (right in _CHANGING and right != was_right):
            return "changed"
    return None


def _beside(text: str, sign: str) -> tuple[str, str]:
    """The characters before and after the only `sign` in `text`, blanks left out; " " at the edges."""
    place = text.index(sign)
    return text[:place].rstrip()[-1:] or " ", text[place + 1 :].lstrip()[:1] or " "


def spaced(sent: str, came: str) -> str:
    """`came` with the blank before and after a placeholder that `sent` had and the engine swallowed."""
    def touches(sign: str) -> bool:
        return sign.isalnum() or bool(PLACEHOLDER.match(sign))

    for sign in placeholders(sent):
        place, now = sent.index(sign), came.index(sign)
        if sent[place - 1 : place].isspace() and touches(came[now - 1 : now]):
            came = f"{came[:now]} {came[now:]}"
            now += 1
        if sent[place + 1 : place + 2].isspace() and touches(came[now + 1 : now + 2]):
            came = f"{came[: now + 1]} {came[now + 1 :]}"
    return came
