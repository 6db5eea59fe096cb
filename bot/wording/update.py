"""Keeps the wording's PO files in step with the English responses and labels."""

from __future__ import annotations

from pathlib import Path

import polib

from bot.languages import CODES, SOURCE_LANGUAGE
from bot.wording.wording import HERE, source_texts


def update_wording(domain_folder: Path, locales: Path = HERE / "locales") -> list[tuple[str, int, int]]:
    """Updates responses.po of every language; (language, new entries, entries no longer used).

    The response name stands as the entry's place: a changed English text keeps its translation, fuzzy again.
    """
    places: dict[str, list[str]] = {}
    for name, text in source_texts(domain_folder).items():
        places.setdefault(text, []).append(name)
    return [
        (code, *_update(locales / code / "responses.po", code, places)) for code in CODES if code != SOURCE_LANGUAGE
    ]


def _update(path: Path, language: str, places: dict[str, list[str]]) -> tuple[int, int]:
    old = polib.pofile(str(path), wrapwidth=0) if path.is_file() else polib.POFile(wrapwidth=0)
    by_text = {entry.msgid: entry for entry in old}
    by_name = {name: entry for entry in old if not entry.obsolete for name, _ in entry.occurrences}
    result = polib.POFile(wrapwidth=0)
    result.metadata = old.metadata or {
        "Language": language, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    new = 0
    for text, names in places.items():
        entry = by_text.get(text)
        if entry is None:
            new += 1
            entry = polib.POEntry(msgid=text)
            before = next((by_name[name] for name in names if name in by_name), None)
            if before is not None and before.msgstr:
                entry.msgstr, entry.previous_msgid, entry.flags = before.msgstr, before.msgid, ["fuzzy"]
        entry.obsolete = False
        entry.occurrences = [(name, "") for name in names]
        result.append(entry)
    leftover = [entry for entry in old if entry.msgid not in places and entry.msgstr]
    for entry in leftover:
        entry.obsolete = True
        result.append(entry)
    path.parent.mkdir(parents=True, exist_ok=True)
    result.save(str(path))
    return new, len(leftover)
