"""A spaCy component that brings a name to its plain form: "в Аугсбурзі", "Augsburg'da" and "Augsburger" are Augsburg.

It sets each token's NORM; the entity ruler behind it compares NORMs, of its patterns and of messages alike. Endings are
cut only where a word of a known name remains, so that no other word is maimed.
"""

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from spacy.language import Language
from spacy.tokens import Doc

from bot.understanding.folding import fold

FACTORY = "waymark_names"
# Shorter words are too likely to be the beginning of another.
_SHORTEST = 4
_ENDINGS = {
    "latin": (
        "s es er ers ern erin en n e ın in un da de ta te dan den tan ten daki deki taki teki a ya ye yi i yu u nin nun"
        " dayim deyim dayiz lar ler lari leri li lu ca ce dir tir nda nde ndan nden na ne si su sini sinin niz im um m imi"
        " imin imiz iniz"
    ).split(),
    "cyrillic": (
        "а я у ю і ї и й е є о ь ом ем єм ем ою ею єю ам ям ами ями ах ях ові еві ів їв ого ому им ім ими іми их їх ий ій"
        " ої ый ой ая яя ую юю ое ее ые ым ыми ых ії ію ией ией ию ия ии ей"
    ).split(),
    "arabic": "ي يه ه ها هم هاي هاى م مان ش شان تان ات ين را".split(),
}  # fmt: skip
_BEFORE = ("وبال", "وال", "بال", "فال", "كال", "لل", "ال", "و", "ب", "ل", "ف")
_SOFTENED = {"г": "з", "к": "ц", "х": "с"}
_VOWELS = "аяиійьеєоіїую"


def _script(word: str) -> str:
    first = next((letter for letter in word if letter.isalpha()), "a")
    if "\u0400" <= first <= "\u052f":
        return "cyrillic"
    return "arabic" if "\u0600" <= first <= "\u06ff" else "latin"


def _stems(word: str) -> Iterable[str]:
    """What remains of a known word when an ending of its own is off."""
    yield word
    script = _script(word)
    if script == "cyrillic":
        stem = word
        while len(stem) > _SHORTEST and stem[-1] in _VOWELS and len(word) - len(stem) < 2:
            stem = stem[:-1]
            yield stem
        if word[-1] in _SOFTENED:  # Аугсбург, в Аугсбурзі
            yield word[:-1] + _SOFTENED[word[-1]]
    if script == "arabic" and word.startswith("ال"):
        yield word[2:]
    if script == "arabic" and word.endswith("ه") and len(word) > _SHORTEST:
        yield word[:-1]


class NameForms:
    """The component. `words`: the folded words that names are made of."""

    def __init__(self, words: Iterable[str] = ()) -> None:
        self._plain: dict[str, str] = {}
        self.learn(words)

    def learn(self, words: Iterable[str]) -> None:
        """Takes the words in. A word's own form wins over another's stem."""
        known = sorted(set(words))
        for word in known:
            if len(word) >= _SHORTEST:
                for stem in _stems(word):
                    self._plain.setdefault(stem, word)
        self._plain.update({word: word for word in known})

    def plain(self, word: str) -> str:
        """The known word that `word` is a form of, else the folded word."""
        folded = fold(word) or word
        found = self._without_ending(folded)
        if found is None and _script(folded) == "arabic":
            for before in _BEFORE:
                if folded.startswith(before) and len(folded) - len(before) >= _SHORTEST:
                    found = found or self._without_ending(folded[len(before) :])
        return found or folded

    def _without_ending(self, word: str) -> str | None:
        if word in self._plain:
            return self._plain[word]
        endings = _ENDINGS[_script(word)]
        for cut in range(1, min(6, len(word) - _SHORTEST + 1)):
            if word[:-cut] in self._plain and word[-cut:] in endings:
                return self._plain[word[:-cut]]
        return None

    def __call__(self, doc: Doc) -> Doc:
        for token in doc:
            token.norm_ = self.plain(token.text)
        return doc

    def to_disk(self, path: Path, **_: Any) -> None:
        """Keeps the words beside the rest of the pipeline."""
        words = sorted(set(self._plain.values()))
        Path(path).with_suffix(".json").write_text(json.dumps(words, ensure_ascii=False), encoding="utf-8")

    def from_disk(self, path: Path, **_: Any) -> "NameForms":
        """Reads what `to_disk` wrote."""
        self.learn(json.loads(Path(path).with_suffix(".json").read_text(encoding="utf-8")))
        return self


# spaCy reads these annotations when the program runs, so this file does without "from __future__ import annotations".
@Language.factory(FACTORY)
def make(nlp: Language, name: str) -> NameForms:
    """For spaCy, which makes components by name when it loads a pipeline."""
    return NameForms()
