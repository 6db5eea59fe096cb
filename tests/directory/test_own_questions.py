"""Our own questions to measure search by are whole: five languages, lines that can exist, nothing twice in a language."""

from __future__ import annotations

import json
import re
from collections import Counter

import pytest

from bot.directory.pages import Page
from tools import own_questions
from tools.encoder_rows import LANGUAGES

ROWS = [json.loads(line) for line in own_questions.FILE.read_text(encoding="utf-8").splitlines()]


def test_each_is_there_in_five_languages_with_lines_that_can_exist() -> None:
    assert len(ROWS) > 2000
    for row in ROWS:
        assert set(row) == {"page", "answers", *LANGUAGES}
        assert re.fullmatch(r"[a-z-]+/\d+/\d+", row["page"])
        assert all(0 <= answer < int(row["page"].rsplit("/")[-1]) for answer in row["answers"])
        assert row["answers"] == sorted(set(row["answers"]))
        assert all(len(row[language].split()) >= 2 for language in LANGUAGES)
        assert re.search("[\u0600-\u06ff]", row["ar"]) and re.search("[\u0400-\u04ff]", row["uk"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_page_has_a_question_twice(language: str) -> None:
    asked = Counter((row["page"], row[language].casefold()) for row in ROWS)
    assert not [question for question, times in asked.items() if times > 1]


def test_a_page_that_is_not_there_is_named() -> None:
    with pytest.raises(ValueError, match=r"questions\.jsonl, line 1: no page " + ROWS[0]["page"]):
        own_questions.own_questions([Page("1", "nowhere", "en", "t", ("t",))], "en")
