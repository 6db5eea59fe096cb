"""Engines that do everything wrong, each in its own way: what protection is measured and tested against.

Real engines lose, double and move placeholders, write numbers of their own, swallow blanks and sentences. None
of these touches a disk or a package.
"""

from __future__ import annotations

import random
import unicodedata
from collections.abc import Callable

from bot.errors import WaymarkError
from bot.translation.hypotheses import Hypothesis
from bot.translation.masks import PLACEHOLDER

Rewrite = Callable[[str, random.Random], str]


def _words(text: str) -> str:
    """Something that is surely not the original, of the same shape: each word backwards."""
    return " ".join(word if PLACEHOLDER.search(word) else word[::-1] for word in text.split())


def faithful(text: str, _: random.Random) -> str:
    """Keeps every placeholder where it was."""
    return _words(text)


def drops(text: str, chance: random.Random) -> str:
    """Loses a placeholder."""
    found = PLACEHOLDER.findall(text)
    return _words(text.replace(chance.choice(found), "", 1) if found else text)


def doubles(text: str, chance: random.Random) -> str:
    """Writes a placeholder twice."""
    found = PLACEHOLDER.findall(text)
    twice = chance.choice(found) if found else ""
    return _words(text.replace(twice, f"{twice} {twice}") if twice else text)


def reorders(text: str, chance: random.Random) -> str:
    """Lets words and placeholders change places."""
    words = _words(text).split()
    chance.shuffle(words)
    return " ".join(words)


def exchanges(text: str, _: random.Random) -> str:
    """Leaves everything in its place, but the first and the last placeholder exchanged: 110 is 112 and 112 is 110."""
    found = PLACEHOLDER.findall(text)
    if len(found) < 2:
        return _words(text)
    swapped = {found[0]: found[-1], found[-1]: found[0]}
    return _words("".join(swapped.get(sign, sign) for sign in text))


def translates(text: str, chance: random.Random) -> str:
    """Takes placeholders for words and puts others there."""
    return _words(PLACEHOLDER.sub(lambda _: chance.choice(["USD", "7:30 PM", "0", "one", "[X]", "<1>"]), text))


def counts(text: str, chance: random.Random) -> str:
    """Adds numbers, links and signs of its own."""
    words = _words(text).split()
    own = chance.choice(["112", "+1 555 0100", "https://example.org", "a@example.org", "$5"])
    words.insert(chance.randrange(len(words) + 1), own)
    return " ".join(words)


def glues(text: str, _: random.Random) -> str:
    """Swallows every blank, so that placeholders stand inside words."""
    return "".join(_words(text).split())


def shortens(text: str, _: random.Random) -> str:
    """Stops in the middle."""
    words = _words(text).split()
    return " ".join(words[: len(words) // 2])


def silent(_: str, __: random.Random) -> str:
    """Writes nothing."""
    return ""


def echoes(text: str, _: random.Random) -> str:
    """Gives the original back."""
    return text


def refuses(_: str, __: random.Random) -> str:
    """Fails each time."""
    raise WaymarkError("translation.failed")


def normalizes(text: str, _: random.Random) -> str:
    """Normalizes signs, makes blanks of underscores and small letters of capitals, as tokenizers do."""
    return unicodedata.normalize("NFKC", text).replace("_", " ").lower()


def garbage(text: str, chance: random.Random) -> str:
    """Anything at all: letters of many scripts, digits, other texts' placeholders, control signs, line breaks."""
    signs = "abcßşğñжїщاپڤ中文ሰላ0123456789٠۱²€$@/:.<>{}&;\n\t\u2066\u2069\u200f\u0000 " + "".join(map(chr, range(0xE000, 0xE006)))
    return "".join(chance.choice(signs) for _ in range(chance.randrange(1, 2 * len(text) + 2)))


HOSTILE: tuple[Rewrite, ...] = (
    faithful, drops, doubles, reorders, exchanges, translates, counts, glues, shortens, silent, echoes, refuses, normalizes,
    garbage,
)


class HostileEngine:
    """Keeps hypotheses.Engine for every pair, by rewriting. The same text gets the same answer from the same seed."""

    def __init__(self, rewrite: Rewrite, seed: int = 7, score: float = -0.3) -> None:
        self._rewrite = rewrite
        self._seed = seed
        self._score = score

    def can(self, source: str, target: str) -> bool:
        """Always."""
        return True

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        """The rewritten text."""
        return Hypothesis(self._rewrite(text, random.Random(f"{self._seed}{text}")), self._score, False)  # noqa: S311  repeatable
