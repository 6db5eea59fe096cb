"""Keeps the directory's PO files in step with its records, as msgmerge does for code.

A source text that changed makes its translation fuzzy again: the entry is found by the record and field that it came from.
"""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

import polib

from bot.directory.loader import Directory, translatable
from bot.languages import CODES, SOURCE_LANGUAGE

PLURALS = {
    "de": "nplurals=2; plural=(n != 1);",
    "fr": "nplurals=2; plural=(n > 1);",
    "tr": "nplurals=2; plural=(n > 1);",
    "fa": "nplurals=2; plural=(n > 1);",
    "uk": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "ru": "nplurals=3; plural=(n%10==1 && n%100!=11 ? 0 : n%10>=2 && n%10<=4 && (n%100<10 || n%100>=20) ? 1 : 2);",
    "ar": "nplurals=6; plural=(n==0 ? 0 : n==1 ? 1 : n==2 ? 2 : n%100>=3 && n%100<=10 ? 3 : n%100>=11 ? 4 : 5);",
}


class Source(NamedTuple):
    """A source text and the places (record:field) where it stands."""

    text: str
    places: tuple[str, ...]


class Update(NamedTuple):
    """What an update of one language did: entries new and untranslated, made fuzzy again, dropped, kept."""

    language: str
    new: int
    fuzzy_again: int
    dropped: int
    kept: int


def directory_sources(directory: Directory) -> list[Source]:
    """Every source text of the directory once, in reading order."""
    places: dict[str, list[str]] = {}
    kinds = (
        ("topics", directory.terms), ("guides", directory.guides), ("services", directory.services),
        ("locations", directory.locations),
    )
    for folder, records in kinds:
        for identifier, record in records.items():
            for field, text in translatable(record):
                places.setdefault(text, []).append(f"{folder}/{identifier}:{field}")
    return [Source(text, tuple(where)) for text, where in places.items()]


def _new_file(language: str) -> polib.POFile:
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "Language": language,
        "MIME-Version": "1.0",
        "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
        "Plural-Forms": PLURALS[language],
        "X-Reviewed": "Entries without the fuzzy flag were checked by a native speaker.",
    }
    return file


def update_file(path: Path, language: str, sources: Iterable[Source]) -> Update:
    """Brings one PO file in step with `sources` and writes it. Nothing translated is lost: it becomes obsolete."""
    old = polib.pofile(str(path), wrapwidth=0) if path.is_file() else _new_file(language)
    by_text = {entry.msgid: entry for entry in old}
    by_place: dict[str, polib.POEntry] = {}
    for entry in old:
        if not entry.obsolete and entry.msgstr:
            by_place.update({place: entry for place, _ in entry.occurrences})
    result = _new_file(language)
    result.metadata |= old.metadata
    new = again = kept = 0
    wanted = list(sources)
    used = set()
    for source in wanted:
        occurrences = [(place, "") for place in source.places]
        entry = by_text.get(source.text)
        if entry is not None:
            kept += 1
            entry.obsolete = False
        else:
            entry = polib.POEntry(msgid=source.text)
            before = next((by_place[place] for place in source.places if place in by_place), None)
            if before is not None:
                entry.msgstr, entry.previous_msgid, entry.flags = before.msgstr, before.msgid, ["fuzzy"]
                again += 1
            else:
                new += 1
        entry.occurrences = occurrences
        used.add(source.text)
        result.append(entry)
    leftover = [entry for entry in old if entry.msgid not in used and entry.msgstr]
    for entry in leftover:
        entry.obsolete = True
        result.append(entry)
    _save(result, path)
    return Update(language, new, again, len(leftover), kept)


def update(directory: Directory) -> list[Update]:
    """Updates the directory's PO file of every launch language but the source."""
    sources = directory_sources(directory)
    return [
        update_file(directory.folder / "locales" / code / "directory.po", code, sources)
        for code in CODES
        if code != SOURCE_LANGUAGE
    ]


def fill(path: Path, language: str, translations: dict[str, str], reviewed: bool = False) -> int:
    """Writes translations (source -> text) into a PO file; fuzzy unless `reviewed`. Returns how many were taken."""
    file = polib.pofile(str(path), wrapwidth=0)
    taken = 0
    for entry in file:
        text = translations.get(entry.msgid)
        if entry.obsolete or not text:
            continue
        entry.msgstr = text
        entry.previous_msgid = None
        entry.flags = [] if reviewed else ["fuzzy"]
        taken += 1
    _save(file, path)
    return taken


def _save(file: polib.POFile, path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # Written beside and moved over, so that a crash never leaves half a file.
    beside = path.with_suffix(".po.new")
    file.save(str(beside))
    beside.replace(path)
