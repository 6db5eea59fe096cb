"""The index of one language: pages in, best pages and answering lines out. The assistant and the bench use this alone."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path
from typing import NamedTuple, Protocol

from bot.directory.encoder import SentenceEncoder, Vectors
from bot.directory.page_vectors import VectorStore, encode_pages
from bot.directory.pages import Page
from bot.directory.passages import Floats, answering_lines, line_probabilities
from bot.directory.prepared import AnalysedQuestion, PreparedPages, analyse, prepare
from bot.directory.search import rank_pages


class QuestionEncoder(Protocol):
    """What turns a question into its vector; may remember vectors that others asked for."""

    def query(self, text: str) -> Vectors: ...


class Hit(NamedTuple):
    """A page found. `score` orders the pages of one question; `probability` says how likely this is the right one."""

    page_id: str
    score: float
    probability: float


class Index:
    """Pages of one language, ready to be searched from any thread."""

    def __init__(self, pages: PreparedPages, encoder: QuestionEncoder) -> None:
        self.pages = pages
        self._encoder = encoder
        self._number_of = {item.page.id: number for number, item in enumerate(pages.prepared)}

    @classmethod
    def build(
        cls,
        pages: Sequence[Page],
        language: str,
        encoder: SentenceEncoder,
        cache: Path | None = None,
        questions: QuestionEncoder | None = None,
    ) -> Index:
        """An index of `pages`, whose ids must differ and which must have lines (else ValueError).

        `cache`: folder that keeps the pages' vectors, so that only changed pages are encoded the next time.
        `questions`: an encoder for questions in place of `encoder`, one that remembers.
        """
        for page in pages:
            if not page.lines:
                raise ValueError(f"page {page.id} has no lines; leave it out or give it text")
        if len({page.id for page in pages}) < len(pages):
            raise ValueError("two pages have the same id")
        store = VectorStore(cache / f"pages-{language}.npz") if cache else None
        vectors = store.vectors(pages, encoder) if store else encode_pages(pages, encoder)
        prepared = [prepare(page, found) for page, found in zip(pages, vectors, strict=True)]
        return cls(PreparedPages(prepared, language), questions or encoder)

    def page(self, page_id: str) -> Page:
        """The page of that id; KeyError if there is none."""
        return self.pages.prepared[self._number_of[page_id]].page

    def analyse(self, question: str) -> AnalysedQuestion:
        """A question's terms and vector: made once by callers that ask several things about it."""
        return analyse(question, self.pages.language, self._encoder.query(question))

    def search(
        self,
        question: str | AnalysedQuestion,
        limit: int,
        allowed: Collection[str] | None = None,
        group: str | None = None,
    ) -> list[Hit]:
        """The best pages, at most `limit`, of those whose ids are `allowed` (all if None).

        `group` may be left out where there is only one. An unknown group, or no pages at all, gives nothing.
        """
        if group is None:
            if len(self.pages.groups) > 1:
                raise ValueError("say which group of pages to search: " + ", ".join(sorted(self.pages.groups)))
            group = next(iter(self.pages.groups), "")
        if group not in self.pages.groups:
            return []
        hits: list[Hit] = []
        for ranked in rank_pages(self.pages, self._analysed(question), group):
            page_id = self.pages.prepared[ranked.number].page.id
            if allowed is None or page_id in allowed:
                hits.append(Hit(page_id, ranked.score, ranked.probability))
                if len(hits) == limit:
                    break
        return hits

    def answer_lines(self, question: str | AnalysedQuestion, page_id: str) -> list[int]:
        """The numbers of the page's lines that answer the question, in reading order; empty if none does."""
        page = self.pages.prepared[self._number_of[page_id]]
        return answering_lines(self.pages, self._analysed(question), page)

    def line_chances(self, question: AnalysedQuestion, page_id: str) -> Floats:
        """For each line of a page the probability that it belongs to the answer."""
        return line_probabilities(self.pages, question, self.pages.prepared[self._number_of[page_id]])

    def _analysed(self, question: str | AnalysedQuestion) -> AnalysedQuestion:
        return self.analyse(question) if isinstance(question, str) else question
