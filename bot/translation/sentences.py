"""Cuts a masked line into sentences."""

from __future__ import annotations

import re

# A blank must follow in scripts that write blanks; none in those that do not. Small letters after a stop go on (an abbreviation).
_END = re.compile(r"(?<=[.!?\u2026\u061f\u06d4\u0964])\s+(?![a-z\u00e0-\u00ff])|(?<=[\u3002\uff01\uff1f\u1362])\s*")
_SHORTENED = re.compile(r"(?:^|\W)(?:[A-Za-z\u0410-\u044f]|[Dd]r|[Pp]rof|[Nn]r|[Ss]t|[Bb]zw|[Cc]a|[Tt]el|"
                        r"[Mm]r|[Mm]rs|[Mm]s|[Ee]tc|[Vv]gl|[Aa]bs|[Ii]nkl|[Mm]ind|[Ee]vtl|[Uu]sw|[Ss]og)\.$")


def split(line: str) -> list[str]:
    """The sentences of a line, in order, without the blanks between them."""
    found: list[str] = []
    for piece in _END.split(line):
        if found and _SHORTENED.search(found[-1]):
            start = line.index(found[-1])
            end = line.index(piece, start + len(found[-1])) + len(piece)
            found[-1] = line[start:end]
        else:
            found.append(piece)
    return [piece for piece in found if piece.strip()]
