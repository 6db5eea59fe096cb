"""What a SentencePiece tokenizer would silently rewrite, cut out so that it comes back as it was.

Argos decodes `_` as a blank, and the normalisation inside most packages (NFKC) turns 50 m² into 50 m2, ½ into 1/2, № into No.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache


@lru_cache(maxsize=4096)
def is_rewritten(sign: str) -> bool:
    """Whether `sign` is an underscore, or a number or symbol that NFKC would write differently.

    Letters are not among them: joining a ligature's or a presentation form's letters changes no meaning. Punctuation neither.
    """
    return sign == "_" or (unicodedata.category(sign)[0] in "NS" and unicodedata.normalize("NFKC", sign) != sign)


def fragments(sentence: str) -> list[tuple[str, bool]]:
    """The sentence in parts that, joined, are the sentence; each with whether it must stay as it is.

    A part that stays takes the letters and digits right beside it: `max_mustermann`, `m²`.
    """
    if sentence.isascii() and "_" not in sentence:
        return [(sentence, False)]
    fixed = [is_rewritten(sign) for sign in sentence]
    if not any(fixed):
        return [(sentence, False)]
    for places in (range(1, len(sentence)), range(len(sentence) - 2, -1, -1)):
        step = places.step
        for place in places:
            beside = sentence[place]
            if fixed[place - step] and (beside.isascii() and (beside.isalnum() or beside in ".@-/")):
                fixed[place] = True
    parts: list[tuple[str, bool]] = []
    start = 0
    for place in range(1, len(sentence) + 1):
        if place == len(sentence) or fixed[place] != fixed[start]:
            parts.append((sentence[start:place], fixed[start]))
            start = place
    return parts
