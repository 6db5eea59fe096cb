"""Questions that we wrote ourselves to pages of OMoS-QA's train split, in its five languages: more to measure by than its 461.

`questions.jsonl`, one JSON object a line: `page` (city/pageId/number of lines), `answers` (the numbers of the lines that
answer, none if the page does not), and the question under en, de, ar, fr, uk. Nobody looked at dev questions or dev pages to
write them. They were written by a language model, and no native speaker has read them: good to compare two ways of searching
by, not to say how well people are served. Teaching the encoder with them brought nothing (docs/search.md).
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from bot.directory.pages import Page, Question

FILE = Path(__file__).with_name("questions.jsonl")


def page_key(page: Page) -> str:
    """What names a page in every language. One page of the data can stand there in two states; they differ in length."""
    return f"{page.group}/{page.id}/{len(page.lines)}"


def own_questions(pages: Iterable[Page], language: str) -> list[Question]:
    """The questions in one language, each with its page out of `pages`. ValueError if a page is missing or too short."""
    by_key = {page_key(page): page for page in pages}
    found = []
    for number, line in enumerate(FILE.read_text(encoding="utf-8").splitlines(), 1):
        row = json.loads(line)
        page = by_key.get(row["page"])
        if page is None or any(not 0 <= answer < len(page.lines) for answer in row["answers"]):
            raise ValueError(f"{FILE.name}, line {number}: no page {row['page']} with lines {row['answers']} in the data given")
        found.append(Question(row[language], page.group, page, tuple(row["answers"])))
    return found
