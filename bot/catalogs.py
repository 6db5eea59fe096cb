"""gettext PO catalogs: a source text to its translation, and whether a person has reviewed it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import polib

from bot.languages import SOURCE_LANGUAGE


class Translated(NamedTuple):
    """A text in the person's language. `reviewed` False asks for the mark; `missing` True means it is the source text."""

    text: str
    reviewed: bool
    missing: bool = False


class Catalog:
    """The translations of one language from one or more PO files. A missing file is an empty catalog."""

    def __init__(self, language: str, *files: Path) -> None:
        self.language = language
        self._singular: dict[str, Translated] = {}
        self._plural: dict[str, tuple[dict[int, str], bool]] = {}
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

    def get(self, source: str) -> Translated:
        """The translation of `source`; the source itself, reviewed, in the source language; else marked missing."""
        found = self._singular.get(source)
        if found is not None:
            return found
        return Translated(source, True, missing=self.language != SOURCE_LANGUAGE)

    def plural(self, source: str, index: int) -> Translated | None:
        """The plural form number `index` (as Babel's rule numbers them for this catalog), or None."""
        forms, reviewed = self._plural.get(source, ({}, True))
        text = forms.get(index) or forms.get(max(forms, default=0))
        return Translated(text, reviewed) if text else None

    def __len__(self) -> int:
        return len(self._singular) + len(self._plural)
