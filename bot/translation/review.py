"""Review of the PO files: what waits, what is most shown; out to Poedit or Weblate and back without loss.

A file that comes back is merged, never copied over: our order, comments, places, obsolete entries and previous source texts stay,
nothing translated is lost, and text a native speaker has reviewed is never replaced by text nobody has.
"""

from __future__ import annotations

import datetime as dt
import re
import string
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import NamedTuple

import polib

from bot.errors import WaymarkError
from bot.languages import known_code
from bot.translation.spans import same_facts

_REVIEWED_BY = re.compile(r"^reviewed by: .*$", re.M)


class Waiting(NamedTuple):
    """An entry that no native speaker has reviewed. `shown`: how often people saw it. `name`: its number for `accept`."""

    name: str
    book: str
    source: str
    text: str
    stale: bool
    shown: int


class Status(NamedTuple):
    """Counts of one PO file. `stale`: the source changed after it was translated. `shown`: how often unreviewed text was seen."""

    book: str
    entries: int
    reviewed: int
    fuzzy: int
    stale: int
    missing: int
    shown: int


class Merged(NamedTuple):
    """What an import did. `refused`: sentences, one an entry that was left out or left fuzzy."""

    changed: int
    reviewed: int
    added: int
    refused: tuple[str, ...]


def read(path: Path) -> polib.POFile:
    """A PO file. Raises WaymarkError "memory.file"."""
    try:
        return polib.pofile(str(path), wrapwidth=0)
    except (OSError, ValueError) as error:
        detail = "it does not exist" if not path.is_file() else str(error).split(str(path))[-1].strip(" :")[:80]
        raise WaymarkError("memory.file", file=path.name, kind="PO", detail=detail) from None


def write(file: polib.POFile, path: Path) -> None:
    """Writes a PO file beside and moves it over, so that a crash never leaves half a file."""
    beside = path.with_suffix(".po.new")
    file.save(str(beside))
    beside.replace(path)


def _key(entry: polib.POEntry) -> tuple[str, str]:
    return entry.msgctxt or "", entry.msgid


def _texts(entry: polib.POEntry) -> list[str]:
    return list(entry.msgstr_plural.values()) if entry.msgid_plural else [entry.msgstr]


def _done(entry: polib.POEntry) -> bool:
    return all(_texts(entry))


def status(book: str, path: Path, counts: Mapping[str, int], name: Callable[[str], str]) -> Status:
    """The counts of one file. `counts` by `name(source text)`."""
    live = [entry for entry in read(path) if not entry.obsolete]
    open_entries = [entry for entry in live if entry.fuzzy or not _done(entry)]
    return Status(
        book, len(live), len(live) - len(open_entries), sum(entry.fuzzy for entry in live),
        sum(bool(entry.previous_msgid) for entry in live), sum(not _done(entry) for entry in live),
        sum(counts.get(name(entry.msgid), 0) for entry in open_entries),
    )


def waiting(book: str, path: Path, counts: Mapping[str, int], name: Callable[[str], str]) -> list[Waiting]:
    """What waits for a native speaker: the most shown first, of the same the stale first, then in the order of the file."""
    found = []
    for entry in read(path):
        if not entry.obsolete and (entry.fuzzy or not _done(entry)):
            own = name(entry.msgid)
            stale = bool(entry.previous_msgid)
            found.append(Waiting(own, book, entry.msgid, _texts(entry)[0], stale, counts.get(own, 0)))
    return sorted(found, key=lambda one: (-one.shown, not one.stale))


def _names(text: str) -> set[str]:
    try:
        return {field for _, field, _, _ in string.Formatter().parse(text) if field is not None}
    except ValueError:
        return {"(a brace alone)"}


def unfit(source: str, text: str) -> str | None:
    """Why `text` cannot be the translation of `source`, as half a sentence; None if it can."""
    if not text.strip():
        return "is empty"
    if _names(source) != _names(text):
        return "must hold the same {names} as the original"
    return None


def _sign(entry: polib.POEntry, role: str) -> None:
    """Takes the fuzzy flag away and writes in which role, and when, somebody reviewed it."""
    entry.flags = [flag for flag in entry.flags if flag != "fuzzy"]
    entry.previous_msgid = entry.previous_msgctxt = entry.previous_msgid_plural = None
    told = f"reviewed by: {role}, {dt.date.today().isoformat()}"
    kept = _REVIEWED_BY.sub("", entry.tcomment or "").strip()
    entry.tcomment = f"{kept}\n{told}" if kept else told


def accept(path: Path, source: str, text: str | None, role: str, numbers_checked: bool = False) -> None:
    """A native speaker has read an entry: with `text` it is corrected first.

    Raises "review.entry", "review.text", or "review.numbers" when numbers or links differ and nobody looked (as in `merge`).
    """
    file = read(path)
    entry = next((one for one in file if one.msgid == source and not one.obsolete), None)
    if entry is None:
        raise WaymarkError("review.entry", name=source[:60])
    wanted = entry.msgstr if text is None else text
    problem = unfit(source, wanted)
    if problem is not None:
        raise WaymarkError("review.text", detail=problem)
    if not numbers_checked and not same_facts(source, wanted):
        raise WaymarkError("review.numbers")
    entry.msgstr = wanted
    _sign(entry, role)
    write(file, path)


def merge(path: Path, incoming: Path, language: str, role: str, numbers_checked: bool = False) -> Merged:
    """Brings an edited copy of a PO file back into `path`.

    An entry that lost its fuzzy flag becomes reviewed. One whose numbers or links differ from the original's is taken, but stays
    fuzzy unless `numbers_checked` (a reviewer looked: "8 pm" is "20 Uhr"). Raises "memory.file" or "review.language".
    """
    ours, theirs = read(path), read(incoming)
    told = known_code(str(theirs.metadata.get("Language", "")))
    if told is not None and told != language:
        raise WaymarkError("review.language", file=incoming.name, found=told, wanted=language)
    by_key = {_key(entry): entry for entry in ours}
    changed = reviewed = added = 0
    refused: list[str] = []
    for entry in theirs:
        mine = by_key.get(_key(entry))
        if mine is None:
            added += _add(ours, entry)
            continue
        if not _done(entry) or entry.obsolete or mine.obsolete:
            continue
        was_reviewed = _done(mine) and not mine.fuzzy
        same = _texts(mine) == _texts(entry)
        shown = entry.msgid[:50]
        problems = [problem for text in _texts(entry) if (problem := unfit(entry.msgid, text))] if not entry.msgid_plural else []
        if problems:
            refused.append(f"'{shown}': the translation {problems[0]}; left as it was")
            continue
        if was_reviewed and entry.fuzzy:
            if not same:
                refused.append(f"'{shown}': is reviewed here and fuzzy in the file; left as it was")
            continue
        if not same:
            mine.msgstr, mine.msgstr_plural = entry.msgstr, dict(entry.msgstr_plural)
            changed += 1
        if entry.tcomment and entry.tcomment != mine.tcomment:
            mine.tcomment = entry.tcomment
        if entry.fuzzy or (was_reviewed and same):
            continue
        if not numbers_checked and not entry.msgid_plural and not same_facts(entry.msgid, entry.msgstr):
            mine.flags = [*dict.fromkeys([*mine.flags, "fuzzy"])]
            refused.append(f"'{shown}': numbers or links differ from the original; stays fuzzy (see --numbers-checked)")
            continue
        _sign(mine, role)
        reviewed += 1
    write(ours, path)
    return Merged(changed, reviewed, added, tuple(refused))


def _add(ours: polib.POFile, entry: polib.POEntry) -> int:
    """Keeps a translation of a source text that is not ours any more, as an obsolete entry: it may come back."""
    if not _done(entry):
        return 0
    entry.obsolete = True
    ours.append(entry)
    return 1


def totals(rows: Iterable[Status]) -> tuple[int, int]:
    """(entries, reviewed) of several files."""
    counted = list(rows)
    return sum(row.entries for row in counted), sum(row.reviewed for row in counted)
