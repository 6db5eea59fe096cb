"""A page: what search looks through, wherever it comes from. Reads Integreat pages and OMoS-QA lines."""

from __future__ import annotations

import gzip
import json
import re
from collections.abc import Sequence
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

# Integreat's own notice in place of a translation that does not exist; the page then holds nothing but links.
_NOT_TRANSLATED = re.compile(r"does not exist in the selected language|existiert nicht in der ausgewählten Sprache")
_BLOCKS = {"p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "br", "tr", "td", "th", "table", "ul", "ol", "hr"}


class Page(NamedTuple):
    """`group` is what is searched together (a city, the directory); lines are short texts in reading order.

    Line numbers everywhere count from 0 in `lines`. The title may be repeated as the first line.
    """

    id: str
    group: str
    language: str
    title: str
    lines: tuple[str, ...]


class Question(NamedTuple):
    """A question with its right page: `page` as it stands, and the numbers of the lines that answer (or none)."""

    text: str
    group: str
    page: Page
    answers: tuple[int, ...]


def read_pages(path: Path, language: str) -> list[Page]:
    """The pages of an Integreat JSON file or of OMoS-QA lines (plain or .gz), each distinct one once.

    Raises ValueError naming the file if it is neither.
    """
    return list(dict.fromkeys(_pages(path, language)))


def read_questions(path: Path, language: str) -> list[Question]:
    """The questions of OMoS-QA lines (plain or .gz)."""
    found = []
    for row in _rows(path):
        if "question" not in row:
            raise ValueError(f"{path} holds pages without questions; --questions wants OMoS-QA lines")
        found.append(Question(row["question"], row["city"], _context(row, language), tuple(row["answers"])))
    return found


def merge_pages(files: Sequence[Sequence[Page]]) -> list[Page]:
    """The pages of several files, each distinct one once, in the order met."""
    return list(dict.fromkeys(page for pages in files for page in pages))


def _pages(path: Path, language: str) -> list[Page]:
    rows = _rows(path)
    if rows and "context" in rows[0]:
        return [_context(row, language) for row in rows]
    if rows and "content" in rows[0]:
        return [page for row in rows if (page := _integreat(row, language)).lines]
    raise ValueError(f"{path} holds neither Integreat pages nor OMoS-QA lines")


def _rows(path: Path) -> list[dict[str, Any]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if data[:2] == b"\x1f\x8b" else data).decode("utf-8")
    try:
        if text.lstrip().startswith("["):
            return list(json.loads(text))
        return [json.loads(line) for line in text.split("\n") if line.strip()]
    except json.JSONDecodeError as error:
        raise ValueError(f"{path} is not JSON: {error}") from error


def _context(row: dict[str, Any], language: str) -> Page:
    lines = tuple(str(row["context"]).split("\n"))
    return Page(str(row.get("pageId", "")), row["city"], language, lines[0].strip(), lines)


def _integreat(row: dict[str, Any], language: str) -> Page:
    city = str(row.get("path", "/")).strip("/").split("/")[0]
    title = str(row["title"]).strip()
    content = str(row["content"])
    reader = _Lines()
    if not _NOT_TRANSLATED.search(content):
        reader.feed(content)
        reader.close()
    lines = reader.finished()
    return Page(str(row["id"]), city, language, title, (title, *lines) if lines else ())


class _Lines(HTMLParser):
    """HTML to lines: one for each block of text."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._done: list[str] = []
        self._open: list[str] = []

    def finished(self) -> list[str]:
        self._end_line()
        return self._done

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in _BLOCKS:
            self._end_line()

    def handle_endtag(self, tag: str) -> None:
        if tag in _BLOCKS:
            self._end_line()

    def handle_data(self, data: str) -> None:
        self._open.append(data)

    def _end_line(self) -> None:
        line = " ".join("".join(self._open).split())
        self._open = []
        if line:
            self._done.append(line)
