"""Measures search and passages on questions whose right page and lines are known: `waymark bench answers`."""

from __future__ import annotations

import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.directory.encoder import SentenceEncoder
from bot.directory.index import Index
from bot.directory.pages import merge_pages, read_pages, read_questions

_LISTED = 1000


class AnswerScores(NamedTuple):
    """Hits and mrr (mean reciprocal rank) over answerable questions; passages micro over lines of the right page,
    all questions counted; milliseconds a question for encoding, search and passage together."""

    questions: int
    hit_1: float
    hit_3: float
    hit_5: float
    mrr: float
    passage_precision: float
    passage_recall: float
    passage_f1: float
    ms_per_question: float

    def as_json(self) -> dict[str, float | int]:
        """The object `waymark bench answers --json` prints."""
        values = {name.replace("_", "@") if name.startswith("hit_") else name: v for name, v in self._asdict().items()}
        return {name: value if isinstance(value, int) else round(value, 4) for name, value in values.items()}


def bench_answers(
    page_files: Sequence[Path],
    question_file: Path,
    language: str,
    encoder: SentenceEncoder,
    cache: Path | None = None,
) -> AnswerScores:
    """Builds an index of the page files and asks it every question among the pages of the question's own city.

    `cache`: folder for the pages' vectors, one of the bench's own, because it keeps the last index's pages only; without
    it every run encodes all pages (minutes). Raises ValueError where a
    file is not what it should be.
    """
    pages = merge_pages([read_pages(path, language) for path in page_files])
    questions = read_questions(question_file, language)
    # A question's own page is scored for passages even where the page files lack it: then in a group of its own.
    extra = [page._replace(group="") for page in dict.fromkeys(q.page for q in questions) if page not in set(pages)]
    keyed = [page._replace(id=str(number)) for number, page in enumerate([*pages, *extra])]
    ids = {page: str(number) for number, page in enumerate([*pages, *extra])}
    index = Index.build(keyed, language, encoder, cache)
    if questions:
        index.search(questions[0].text, 1, group=questions[0].group)  # Loads the weights before the clock starts.
    by_page_id = {(page.group, page.id): ids[page] for page in reversed(pages)}

    ranks: list[int | None] = []
    found_lines = right_lines = both = 0
    started = time.perf_counter()
    for question in questions:
        own = ids.get(question.page) or ids[question.page._replace(group="")]
        wanted = ids.get(question.page) or by_page_id.get((question.group, question.page.id))
        analysed = index.analyse(question.text)
        hits = index.search(analysed, _LISTED, group=question.group)
        lines = set(index.answer_lines(analysed, own))
        if question.answers:
            ranks.append(next((place for place, hit in enumerate(hits) if hit.page_id == wanted), None))
        found_lines += len(lines)
        right_lines += len(set(question.answers))
        both += len(lines & set(question.answers))
    elapsed = time.perf_counter() - started
    return AnswerScores(
        questions=len(questions),
        hit_1=_within(ranks, 1),
        hit_3=_within(ranks, 3),
        hit_5=_within(ranks, 5),
        mrr=sum(1 / (rank + 1) for rank in ranks if rank is not None) / max(1, len(ranks)),
        passage_precision=both / max(1, found_lines),
        passage_recall=both / max(1, right_lines),
        passage_f1=2 * both / max(1, found_lines + right_lines),
        ms_per_question=1000 * elapsed / max(1, len(questions)),
    )


def _within(ranks: Sequence[int | None], best: int) -> float:
    return sum(rank is not None and rank < best for rank in ranks) / max(1, len(ranks))
