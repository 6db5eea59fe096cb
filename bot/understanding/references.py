"""Dates, times, the numbers of papers and addresses on the net: what is learnt from sentences sees anything in them."""

from __future__ import annotations

import re
import unicodedata

_ADDRESS = re.compile(r"\S+@\S+|(?:https?://|www\.)\S+", re.IGNORECASE)
# A run with two figures in succession, whatever letters are in it: "1990", "13:09", "VG7262717". One figure alone can be a
# letter of Arabizi ("sa3douni").
_NUMBER = re.compile(r"[^\W_]*\d\d[^\W_]*")


def without_addresses(text: str) -> str:
    """`text` with a blank in place of each e-mail address and link."""
    return _ADDRESS.sub(" ", text)


def without_references(text: str) -> str:
    """`text` with a blank in place of each number of two figures or more, e-mail address and link."""
    return _NUMBER.sub(" ", without_addresses(text))


def says_something(text: str) -> bool:
    """Whether anything but figures and signs is left without them: a letter, a picture."""
    return any(sign.isalpha() or unicodedata.category(sign) == "So" for sign in without_references(text))
