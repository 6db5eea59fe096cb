"""What a line looks like, apart from what it says: the part of a passage's features that no question changes."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
_WEB = re.compile(r"https?://|www\.|\w\.(de|com|org|eu|net|info)\b")
_MAIL = re.compile(r"\S@\S")
_PHONE = re.compile(r"\+?\d[\d /()\-–]{5,}\d")
_CLOCK = re.compile(r"\d{1,2}[:.]\d\d")
_DIGIT = re.compile(r"\d")
_MONEY = re.compile(r"€|euro|євро|евро|يورو|یورو", re.IGNORECASE)
_STREET = re.compile(r"\b\d{5}\b|str\.|straße|strasse|street|platz\b|square|\brue\b|вул\.|شارع", re.IGNORECASE)

SHAPE_NAMES = (
    "number", "place", "left", "lines", "length", "words", "ends_full_stop", "ends_colon", "ends_question",
    "ends_exclamation", "bullet", "digit", "phone", "mail", "web", "clock", "money", "street", "heading",
    "since_heading", "is_title", "to_heading",
    "length-2", "length-1", "length+1", "length+2", "heading-2", "heading-1", "heading+1", "heading+2",
    "full_stop-2", "full_stop-1", "full_stop+1", "full_stop+2", "digit-2", "digit-1", "digit+1", "digit+2",
)  # fmt: skip
_NEIGHBOURED = (4, 18, 6, 11)
_FAR = 99


class Shapes(NamedTuple):
    """`values` [n, len(SHAPE_NAMES)]; `headings` [n]: the number of the line that stands over each line."""

    values: Floats
    headings: npt.NDArray[np.intp]


def shift(values: Floats, by: int) -> Floats:
    """`values` moved down the page by `by` lines (up if negative), zeros where nothing comes in."""
    moved = np.zeros_like(values)
    if 0 < by < len(values):
        moved[by:] = values[:-by]
    elif by < 0 and -by < len(values):
        moved[:by] = values[-by:]
    return moved


def shapes(title: str, lines: Sequence[str]) -> Shapes:
    """The shapes of a page's lines."""
    count = len(lines)
    rows: list[list[float]] = []
    headings: list[int] = []
    above = -1
    for number, line in enumerate(lines):
        row = _looks(line.strip())
        since = number - above if above >= 0 else _FAR
        place = [number, number / max(1, count - 1), count - 1 - number, count]
        rows.append([*place, *row, since, line.strip() == title])
        headings.append(max(above, 0))
        is_heading, ends_colon, ends_question = row[-1], row[3], row[4]
        if (is_heading and number > 0) or ends_colon or ends_question:
            above = number
    values = np.array(rows, np.float32).reshape(count, 21)
    to_heading = np.full(count, _FAR, np.float32)
    for number in range(count - 2, -1, -1):
        to_heading[number] = 1 if values[number + 1, 18] else to_heading[number + 1] + 1
    neighbours = [shift(values[:, column], -by) for column in _NEIGHBOURED for by in (-2, -1, 1, 2)]
    return Shapes(np.column_stack([values, to_heading, *neighbours]), np.array(headings, np.intp))


def _looks(line: str) -> list[float]:
    last = line[-1:]
    digit, mail, web = bool(_DIGIT.search(line)), bool(_MAIL.search(line)), bool(_WEB.search(line))
    word_count = len(line.split())
    heading = len(line) <= 60 and word_count <= 8 and last not in {".", "!", ",", ";"} and not (digit or mail or web)
    return [
        len(line),
        word_count,
        last == ".",
        last == ":",
        last in {"?", "؟"},
        last == "!",
        line[:1] in {"-", "•", "*", "–", "·"},
        digit,
        bool(_PHONE.search(line)),
        mail,
        web,
        bool(_CLOCK.search(line)),
        bool(_MONEY.search(line)),
        bool(_STREET.search(line)),
        heading,
    ]
