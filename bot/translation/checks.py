"""Looks at a finished translation and says how far it can be trusted: a mark, and the reasons as codes.

Everything here works on masked texts (see protect.py): numbers, links and names are placeholders, so that they disturb no count.
The bounds were chosen on the wording and directory of this project, whose translations were checked against them: see
docs/translation.md.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import NamedTuple

from bot.contracts import TranslationMark
from bot.translation.masks import PLACEHOLDER
from bot.translation.negation import differs
from bot.translation.protect import Outcome
from bot.translation.scripts import SCRIPTS, share

# Code -> what it means, for mediators' and reviewers' eyes.
REASONS: dict[str, str] = {
    "package": "there is no package for these languages",
    "time": "it did not come in time",
    "busy": "too many texts were waiting",
    "short": "it is too short for a machine and not in the phrase table",
    "long": "it is too long",
    "engine": "the engine gave nothing usable",
    "dropped": "a sentence is missing",
    "added": "there are more sentences than in the original",
    "length": "it is much shorter or longer than the original",
    "script": "it is not in the language's own letters",
    "repetition": "words repeat without end",
    "untranslated": "a part is still in the original language",
    "negation": "a 'not' may have been lost or added",
    "score": "the engine itself is unsure",
    "pieces": "it was translated in pieces around its numbers and names",
    "spans": "a number, link or name differs from the original",
}
# Any of these alone means: do not show it.
FAILING = frozenset({"package", "long", "repetition"})
# Letters out for one letter in; between writing systems without vowels or with syllables the bounds are wider.
SHORTEST, LONGEST = 0.4, 2.6
SHORTEST_DENSE, LONGEST_DENSE = 0.12, 8.0
_DENSE = ("Hans", "Jpan", "Hang", "Ethi")
FEWEST_LETTERS = 20
# Of the letters, in the language's own script: names and German words stay Latin, whole sentences do not.
SCRIPT_DOUBTFUL, SCRIPT_FAILED = 0.5, 0.3
# Of the sentences, left in the original: more than one in ten is worth a sentence, half of them is no translation.
KEPT_DOUBTFUL, KEPT_FAILED = 0.0, 0.5
SAME_WORDS_DOUBTFUL, SAME_WORDS_FAILED = 0.4, 0.8
# Mean log probability a token. -0.7: the model gave its own choice one chance in two a token.
SCORE_DOUBTFUL, SCORE_FAILED = -0.7, -1.2
_LOOP = re.compile(r"(\b\w[\w' -]{0,60}?)(?:[\s,;.!-]+\1\b){3,}|(\S{1,12}?)\2{5,}")
_SENTENCE_END = re.compile(r"[.!?…。！？؟۔।።]+(?=\s|$)")


# Why a sentence was left in the original -> what that is called in the mark.
_KEPT = {"short": "untranslated", "piece": "untranslated", "invented": "engine"}


class Verdict(NamedTuple):
    """The mark and the codes of the failed checks, in the order of REASONS."""

    mark: TranslationMark
    reasons: tuple[str, ...]


def _letters(text: str) -> int:
    return sum(sign.isalpha() for sign in PLACEHOLDER.sub("", text))


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W\d_]+", PLACEHOLDER.sub(" ", text).casefold()) if len(word) > 3]


def _sentences(text: str) -> list[str]:
    lines = [PLACEHOLDER.sub("", line) for line in text.splitlines()]
    pieces = [piece for line in lines for piece in _SENTENCE_END.split(line)]
    return [piece for piece in pieces if any(sign.isalpha() for sign in piece)]


def sentences(text: str) -> int:
    """How many sentences a text has, lines counted apart; none without a letter."""
    return len(_sentences(text))


def repeats(text: str) -> bool:
    """Whether words or letters repeat without end, as an engine that lost its way writes them."""
    plain = PLACEHOLDER.sub(" ", text).casefold()
    if _LOOP.search(plain):
        return True
    words = plain.split()
    return len(words) >= 16 and len(set(words)) < 0.3 * len(words)


def same_words(source: str, came: str) -> float:
    """The share of the longer words of `came` that stand in `source` too."""
    before, after = set(_words(source)), _words(came)
    return sum(word in before for word in after) / len(after) if after else 0.0


def text_reasons(source_text: str, text: str, source: str, target: str) -> set[str]:
    """What can be said against `text` (masked) as a translation of `source_text` (masked), from the two texts alone."""
    found: set[str] = set()
    there, here = sentences(source_text), sentences(text)
    if here < there:
        found.add("dropped")
    elif here > 2 * there + 1:
        found.add("added")
    before, after = _letters(source_text), _letters(text)
    dense = SCRIPTS.get(source) in _DENSE or SCRIPTS.get(target) in _DENSE
    low, high = (SHORTEST_DENSE, LONGEST_DENSE) if dense else (SHORTEST, LONGEST)
    if before >= FEWEST_LETTERS and not low <= after / before <= high:
        found.add("length")
    written = share(text, target)
    if written is not None and after >= FEWEST_LETTERS and written < SCRIPT_DOUBTFUL:
        found.add("script")
    if repeats(text) and not repeats(source_text):
        found.add("repetition")
    if same_words(source_text, text) > SAME_WORDS_DOUBTFUL and len(_words(text)) >= 3:
        found.add("untranslated")
    if differs(_sentences(source_text), _sentences(text), source, target):
        found.add("negation")
    if sorted(PLACEHOLDER.findall(source_text)) != sorted(PLACEHOLDER.findall(text)):
        found.add("spans")
    return found


def judge(source_text: str, outcome: Outcome, source: str, target: str) -> Verdict:
    """The verdict on what came of `source_text` (masked)."""
    found = text_reasons(source_text, outcome.text, source, target)
    failed = bool(found & FAILING)
    kept = sum(outcome.kept.values())
    if kept:
        found |= {_KEPT.get(code, code) for code in outcome.kept}
        failed |= kept > KEPT_FAILED * max(1, outcome.sentences)
    if outcome.split:
        found.add("pieces")
    if "untranslated" in found and same_words(source_text, outcome.text) >= SAME_WORDS_FAILED:
        failed = True
    if outcome.score is not None and outcome.score < SCORE_DOUBTFUL:
        found.add("score")
        failed |= outcome.score < SCORE_FAILED
    if "script" in found and (share(outcome.text, target) or 0.0) < SCRIPT_FAILED:
        failed = True
    if "negation" in found and _is_host_pair(source, target):
        failed = True
    return verdict(found, failed)


def _is_host_pair(source: str, target: str) -> bool:
    return {source, target} == {"de", "en"}


def verdict(reasons: Sequence[str] | set[str], failed: bool = False) -> Verdict:
    """The mark of these reasons, and the reasons in order."""
    ordered = tuple(code for code in REASONS if code in reasons)
    return Verdict("failed" if failed else "doubtful" if ordered else "good", ordered)
