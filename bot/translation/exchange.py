# mypy: allow-untyped-calls
"""The translation memory as files: TMX for computer-aided translation, PO for Poedit and Weblate. Written and read without loss.

Numbers, links and names are ⟦1⟧, ⟦2⟧ in both. State, role and context travel as TMX properties and as PO comments; what comes
from a program that has none of these is "corrected" by "import".
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import polib
from translate.storage import tmx

from bot.errors import WaymarkError
from bot.languages import known_code
from bot.translation.memory import Entry, HouseMemory, readable

_STATES = ("machine", "corrected", "reviewed")
_COMMENT = re.compile(r"waymark: state=(\w+) role=([\w-]+)")
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"


class Row(NamedTuple):
    """An entry on its way in or out; both texts readable."""

    original: str
    text: str
    source: str
    target: str
    context: str
    state: str
    role: str


class Taken(NamedTuple):
    """What became of a file's rows."""

    taken: int
    refused: int


def _rows(entries: Iterable[Entry]) -> list[Row]:
    return [
        Row(readable(one.original), readable(one.text), one.source, one.target, one.context, one.state, one.role)
        for one in entries
    ]


def write_tmx(entries: Iterable[Entry], path: Path, source: str, target: str) -> int:
    """Writes entries of one pair as TMX 1.4. Returns how many."""
    store = tmx.tmxfile(sourcelanguage=source, targetlanguage=target)
    rows = _rows(entries)
    for row in rows:
        unit = store.addsourceunit(row.original)
        unit.target = row.text
        for name, value in (("context", row.context), ("state", row.state), ("role", row.role)):
            prop = unit.xmlelement.makeelement("prop", {"type": f"x-{name}"})
            prop.text = value
            unit.xmlelement.insert(0, prop)
        variants = list(unit.xmlelement.iterdescendants("tuv"))
        for variant, language in zip(variants, (row.source, row.target), strict=True):
            variant.set(_LANGUAGE, language)
    store.savefile(str(path))
    return len(rows)


def read_tmx(path: Path, source: str, target: str) -> list[Row]:
    """The rows of a TMX file for one pair; units of other languages are left out. Raises WaymarkError "memory.file"."""
    try:
        store = tmx.tmxfile.parsefile(str(path))
        units = list(store.units)
    except Exception as error:  # the library passes on whatever its XML parser raises
        raise WaymarkError("memory.file", file=path.name, kind="TMX", detail=type(error).__name__) from None
    return [row for unit in units if (row := _tmx_row(unit.xmlelement, source, target)) is not None]


def _tmx_row(element: Any, source: str, target: str) -> Row | None:
    texts: dict[str, str] = {}
    for variant in element.iter("tuv"):
        code = known_code(variant.get(_LANGUAGE) or variant.get("lang") or "")
        segment = variant.find("seg")
        if code and segment is not None:
            texts.setdefault(code, "".join(segment.itertext()))
    props = {prop.get("type", ""): prop.text or "" for prop in element.iter("prop")}
    if source not in texts or target not in texts:
        return None
    state = props.get("x-state", "corrected")
    return Row(
        texts[source], texts[target], source, target, props.get("x-context", ""), state if state in _STATES else "corrected",
        props.get("x-role", "import"),
    )


def write_po(entries: Iterable[Entry], path: Path, source: str, target: str) -> int:
    """Writes entries of one pair as PO; what no native speaker has checked is fuzzy. Returns how many."""
    file = polib.POFile(wrapwidth=0)
    file.metadata = {
        "Language": target, "X-Source-Language": source, "MIME-Version": "1.0", "Content-Type": "text/plain; charset=UTF-8",
        "Content-Transfer-Encoding": "8bit",
    }
    rows = _rows(entries)
    for row in rows:
        file.append(polib.POEntry(
            msgid=row.original, msgstr=row.text, msgctxt=row.context or None,
            flags=[] if row.state == "reviewed" else ["fuzzy"], comment=f"waymark: state={row.state} role={row.role}",
        ))
    file.save(str(path))
    return len(rows)


def read_po(path: Path, source: str, target: str) -> list[Row]:
    """The rows of a PO file. An entry whose fuzzy flag was taken away has been reviewed. Raises WaymarkError "memory.file"."""
    try:
        file = polib.pofile(str(path), wrapwidth=0)
    except (OSError, UnicodeDecodeError) as error:
        raise WaymarkError("memory.file", file=path.name, kind="PO", detail=str(error).split(": ")[-1][:80]) from None
    found = []
    for entry in file:
        if entry.obsolete or not entry.msgstr:
            continue
        told = _COMMENT.search(entry.comment or "")
        state, role = (told.group(1), told.group(2)) if told else ("corrected", "import")
        if not entry.fuzzy:
            state, role = "reviewed", role if state == "reviewed" else "reviewer"
        elif state == "reviewed" or state not in _STATES:
            state = "corrected"
        found.append(Row(entry.msgid, entry.msgstr, source, target, entry.msgctxt or "", state, role))
    return found


async def take(memory: HouseMemory, rows: Iterable[Row]) -> Taken:
    """Puts rows into the memory; counts what was refused (other numbers or links, or a better entry is there)."""
    taken = refused = 0
    for row in rows:
        if await memory.take(*row):
            taken += 1
        else:
            refused += 1
    return Taken(taken, refused)
