"""What people have translated already, by whole text: the wording, the directory, everyday words, days and months.

Reviewed text comes before everything a machine could write. Text in the PO files that no one has reviewed yet still comes before
the engine: it was made with care and keeps its mark. Texts under three words are looked up without regard to capitals and final
signs: this is the phrase table.
"""

from __future__ import annotations

import functools
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

import yaml
from babel import Locale

from bot.catalogs import Translated
from bot.languages import CODES, SOURCE_LANGUAGE

PHRASES = Path(__file__).resolve().parent / "phrases.yml"
_AROUND = " \t\n.,:;!?…،؛؟¿¡\"'«»“”„()"


class Texts(Protocol):
    """A catalog of one language."""

    def get(self, source: str) -> Translated: ...

    def is_stale(self, source: str) -> bool: ...


class Found(NamedTuple):
    """A text someone wrote in the other language. `reviewed`: a native speaker has checked it."""

    text: str
    reviewed: bool


def folded(text: str) -> str:
    """A short text without capitals and the signs around it, as the phrase table keeps it."""
    # Turkish writes İ and ı where others type I and i, and a telephone's keyboard writes either.
    return " ".join(text.strip(_AROUND).casefold().replace("i\u0307", "i").replace("ı", "i").split())


class Wordbook:
    """`sources` gives the English texts; `catalogs` their translations by language. Both are read on first use.

    `phrases`: the file of everyday phrases; None for no phrases at all, and no names of days and months.
    """

    def __init__(
        self, sources: Callable[[], Iterable[str]], catalogs: Callable[[], Mapping[str, Sequence[Texts]]],
        phrases: Path | None = PHRASES,
    ) -> None:
        self._sources = sources
        self._catalogs = catalogs
        self._phrases = phrases
        self._whole: dict[str, dict[str, list[int]]] = {}
        self._folded: dict[str, dict[str, list[int]]] = {}

    @functools.cached_property
    def _rows(self) -> list[dict[str, Found]]:
        """Every text as language -> what it is in that language."""
        rows = [*_everyday(self._phrases), *_calendar()] if self._phrases else []
        catalogs = self._catalogs()
        for source in dict.fromkeys(self._sources()):
            row = {SOURCE_LANGUAGE: Found(source, True)}
            for language, books in catalogs.items():
                # What was translated before the source changed says something else by now: it is left to the machine.
                fresh = (book.get(source) for book in books if not book.is_stale(source))
                found = next((text for text in fresh if not text.missing), None)
                if found is not None:
                    row[language] = Found(found.text, found.reviewed)
            rows.append(row)
        return rows

    def prepare(self) -> None:
        """Reads everything now, so that no later look-up takes long."""
        for language in CODES:
            self._short(language)

    def _exact(self, language: str) -> dict[str, list[int]]:
        if language not in self._whole:
            table: dict[str, list[int]] = {}
            for number, row in enumerate(self._rows):
                if language in row:
                    table.setdefault(row[language].text.strip(), []).append(number)
            self._whole[language] = table
        return self._whole[language]

    def _short(self, language: str) -> dict[str, list[int]]:
        if language not in self._folded:
            table: dict[str, list[int]] = {}
            for text, numbers in self._exact(language).items():
                if len(text.split()) <= 4 and "{" not in text:
                    table.setdefault(folded(text), []).extend(numbers)
            self._folded[language] = table
        return self._folded[language]

    def find(self, text: str, source: str, target: str) -> Found | None:
        """The whole text in `target`, or None. A text with {placeholders} is looked up as a template."""
        return self._best(self._exact(source).get(text.strip(), ()), source, target)

    def phrase(self, text: str, source: str, target: str) -> Found | None:
        """A single word, label or short phrase in `target`, or None."""
        found = self.find(text, source, target)
        return found or self._best(self._short(source).get(folded(text), ()), source, target)

    def _best(self, numbers: Iterable[int], source: str, target: str) -> Found | None:
        """Of several rows that hold a text the first that people have reviewed, else the first."""
        rows = [self._rows[number] for number in numbers]
        found = [Found(row[target].text, row[target].reviewed and row[source].reviewed) for row in rows if target in row]
        return next((one for one in found if one.reviewed), found[0] if found else None)


def _everyday(file: Path) -> Iterator[dict[str, Found]]:
    """The everyday phrases of phrases.yml: lists of ways to say the same, the first is what is shown."""
    for row in yaml.safe_load(file.read_text(encoding="utf-8")):
        first = {code: Found(ways[0], False) for code, ways in row.items()}
        yield first
        for code, ways in row.items():
            yield from (first | {code: Found(way, False)} for way in ways[1:])


def _calendar() -> Iterator[dict[str, Found]]:
    """Names of days and months, from Unicode's CLDR."""
    for table, numbers in (("days", range(7)), ("months", range(1, 13))):
        for number in numbers:
            names = {code: getattr(Locale.parse(code), table)["stand-alone"]["wide"][number] for code in CODES}
            yield {code: Found(name, True) for code, name in names.items()}
