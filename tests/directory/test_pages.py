from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from bot.directory.pages import Page, merge_pages, read_pages, read_questions

ROW = {
    "id": 1, "language": "en", "question": "Where is it?", "answers": [1], "city": "town", "pageId": 7,
    "context": "Place\nIt is here.",
}  # fmt: skip


def test_omos_lines_give_each_context_once_plain_or_packed(tmp_path: Path) -> None:
    text = "\n".join(json.dumps(row) for row in (ROW, {**ROW, "id": 2}))
    plain, packed = tmp_path / "a.jsonl", tmp_path / "b.jsonl.gz"
    plain.write_text(text, encoding="utf-8")
    packed.write_bytes(gzip.compress(text.encode()))
    expected = [Page("7", "town", "en", "Place", ("Place", "It is here."))]
    assert read_pages(plain, "en") == read_pages(packed, "en") == expected
    assert merge_pages([read_pages(plain, "en"), read_pages(packed, "en")]) == expected
    assert [question.answers for question in read_questions(packed, "en")] == [(1,), (1,)]


def test_integreat_html_becomes_lines(tmp_path: Path) -> None:
    file = tmp_path / "pages.json"
    html = "<h3>Who&#160;helps?</h3><ul><li>A <b>bold</b> one</li><li>Two</li></ul><p>Street 1<br>Town</p>"
    gone = "<p>This page does not exist in the selected language.</p>"
    rows = [
        {"id": "3", "title": "Help", "path": "/town/en/help/", "content": html},
        {"id": "4", "title": "Gone", "path": "/town/en/x/", "content": gone},
        {"id": "5", "title": "Only children", "path": "/town/en/y/", "content": ""},
    ]  # fmt: skip
    file.write_text(json.dumps(rows), encoding="utf-8")
    assert read_pages(file, "en") == [
        Page("3", "town", "en", "Help", ("Help", "Who helps?", "A bold one", "Two", "Street 1", "Town"))
    ]


@pytest.mark.parametrize("text", ["{", '[{"name": 1}]', '{"name": 1}'])
def test_another_file_is_named(tmp_path: Path, text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ValueError, match="other.json"):
        read_pages(file, "en")
