"""gettext PO catalogs: a source text to its translation, and whether a person has reviewed it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Literal, NamedTuple, Protocol

import polib

from bot.contracts import Translation
from bot.languages import SOURCE_LANGUAGE

# What a shown text says of itself, the mildest first: nobody has checked the translation; a machine wrote it; a machine wrote
# it and may be wrong; it is not there yet, so this is the original; it could not be translated, so this is the original.
Mark = Literal["fuzzy", "machine", "doubtful", "untranslated", "failed"]
MARKS: tuple[Mark, ...] = ("fuzzy", "machine", "doubtful", "untranslated", "failed")
# Marks of a text that is still the original.
ORIGINAL_MARKS: tuple[Mark, ...] = ("untranslated", "failed")
_DIGITS = re.compile(r"\d+")


def worst(marks: Iterable[Mark | None]) -> Mark | None:
    """The mark of a text that is made of several; None if all of them are reviewed."""
    return max((mark for mark in marks if mark), key=MARKS.index, default=None)


class Translated(NamedTuple):
    """A text in the person's language. `reviewed` False asks for the mark; `missing` True means it is the source text."""

    text: str
    reviewed: bool
    missing: bool = False
    machine: Mark | None = None

    @property
    def mark(self) -> Mark | None:
        """What to say of it; None if a person has reviewed it."""
        if self.machine is not None:
            return self.machine
        return "untranslated" if self.missing else None if self.reviewed else "fuzzy"


class Texts(Protocol):
    """What a catalog is asked."""

    def get(self, source: str) -> Translated: ...

    def written(self, source: str) -> Translated: ...


class Catalog:
    """The translations of one language from one or more PO files. A missing file is an empty catalog."""

    def __init__(self, language: str, *files: Path) -> None:
        self.language = language
        self._singular: dict[str, Translated] = {}
        self._plural: dict[str, tuple[dict[int, str], bool]] = {}
        self._stale: set[str] = set()
        for file in files:
            if not file.is_file():
                continue
            for entry in polib.pofile(str(file), wrapwidth=0):
                if entry.obsolete:
                    continue
                reviewed = not entry.fuzzy
                if entry.msgid_plural and any(entry.msgstr_plural.values()):
                    self._plural[entry.msgid] = (dict(entry.msgstr_plural), reviewed)
                elif entry.msgstr:
                    self._singular[entry.msgid] = Translated(entry.msgstr, reviewed)
                    if entry.fuzzy and entry.previous_msgid:
                        self._keep_stale(entry)

    def _keep_stale(self, entry: polib.POEntry) -> None:
        """The source changed since. Where a number changed too, the old text must not be shown any more."""
        self._stale.add(entry.msgid)
        if sorted(_DIGITS.findall(entry.previous_msgid)) != sorted(_DIGITS.findall(entry.msgid)):
            del self._singular[entry.msgid]

    def get(self, source: str) -> Translated:
        """The translation of `source`; the source itself, reviewed, in the source language; else marked missing."""
        found = self._singular.get(source)
        if found is not None:
            return found
        return Translated(source, True, missing=self.language != SOURCE_LANGUAGE)

    def written(self, source: str) -> Translated:
        """What people have written, without any machine: the same here."""
        return self.get(source)

    def is_stale(self, source: str) -> bool:
        """Whether the source text was changed after it was translated."""
        return source in self._stale

    def plural(self, source: str, index: int) -> Translated | None:
        """The plural form number `index` (as Babel's rule numbers them for this catalog), or None."""
        forms, reviewed = self._plural.get(source, ({}, True))
        text = forms.get(index) or forms.get(max(forms, default=0))
        return Translated(text, reviewed) if text else None

    def __len__(self) -> int:
        return len(self._singular) + len(self._plural)


class Prepared(Protocol):
    """What a machine has made ready; asking for what is not there makes it wanted. Never waits."""

    def get(self, text: str, target: str, context: str) -> Translation | None: ...


class AidedCatalog:
    """A catalog, and behind it a machine: for what no person has translated, or has translated before the source changed."""

    def __init__(self, catalog: Catalog, prepared: Callable[[], Prepared], context: str) -> None:
        """`prepared` is called at the first missing text only: the translator itself asks for reviewed wording."""
        self._catalog = catalog
        self._prepared = prepared
        self._context = context

    def written(self, source: str) -> Translated:
        """What people have written."""
        return self._catalog.get(source)

    def get(self, source: str) -> Translated:
        """The catalog's text; else the machine's, marked; else the source text, marked as not translated."""
        found = self._catalog.get(source)
        if not found.missing and not self._catalog.is_stale(source):
            return found
        made = self._prepared().get(source, self._catalog.language, self._context)
        if made is None or (made.mark in ("failed", "none") and not found.missing):
            return found
        if made.mark == "reviewed":
            return Translated(made.text, True)
        if made.mark in ("failed", "none"):
            return Translated(source, False, missing=True, machine="failed" if made.mark == "failed" else None)
        return Translated(made.text, False, machine="doubtful" if made.mark == "doubtful" else "machine")
