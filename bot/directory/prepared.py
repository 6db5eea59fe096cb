"""One language's pages made ready: everything about them that can be computed before a question comes."""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.directory.analysis import grams, stems
from bot.directory.encoder import Vectors
from bot.directory.line_shapes import Shapes, shapes
from bot.directory.page_vectors import PageVectors
from bot.directory.pages import Page
from bot.directory.word_scores import WordScores

Numbers = npt.NDArray[np.intp]
# Tuples and not arrays: most terms stand in one line, and an array a term cost 30 MB a language.
LinesOfTerm = dict[str, tuple[int, ...]]


class PreparedPage(NamedTuple):
    """A page with its vectors, the shapes of its lines, and which of its lines hold which term."""

    page: Page
    vectors: PageVectors
    shapes: Shapes
    stems: LinesOfTerm
    grams: LinesOfTerm
    # [n]: how like each line is to the page as a whole.
    centrality: Vectors


class GroupVectors(NamedTuple):
    """All vectors of a group's pages in one block each, page after page, and where each page starts."""

    pages: Numbers
    lines: Vectors
    line_starts: Numbers
    stretches: Vectors
    stretch_starts: Numbers


class AnalysedQuestion(NamedTuple):
    """A question as the index compares it: terms without repetition, and its unit vector [384]."""

    stems: tuple[str, ...]
    grams: tuple[str, ...]
    vector: Vectors


class PreparedPages:
    """All pages of one language and their words' weights. Nothing in it changes after making: threads may share it."""

    def __init__(self, prepared: Sequence[PreparedPage], language: str) -> None:
        self.language = language
        self.prepared = list(prepared)
        groups: defaultdict[str, list[int]] = defaultdict(list)
        for number, item in enumerate(self.prepared):
            groups[item.page.group].append(number)
        self.groups = {group: self._gather(numbers) for group, numbers in groups.items()}
        self.words = WordScores([_terms(item.stems) for item in self.prepared])
        self.grams = WordScores([_terms(item.grams) for item in self.prepared])
        self.titles = WordScores([stems(item.page.title, language) for item in self.prepared], b=0.5)

    def _gather(self, numbers: list[int]) -> GroupVectors:
        vectors = [self.prepared[number].vectors for number in numbers]
        lines = np.concatenate([item.lines for item in vectors])
        stretches = np.concatenate([item.stretches for item in vectors])
        line_starts = _starts([len(item.lines) for item in vectors])
        stretch_starts = _starts([len(item.stretches) for item in vectors])
        for number, item, line, stretch in zip(numbers, vectors, line_starts, stretch_starts, strict=True):
            # The pages look into the group's blocks: nothing is held twice.
            seen = PageVectors(lines[line : line + len(item.lines)], stretches[stretch : stretch + len(item.stretches)])
            self.prepared[number] = self.prepared[number]._replace(vectors=seen)
        return GroupVectors(np.array(numbers, np.intp), lines, line_starts, stretches, stretch_starts)


def analyse(question: str, language: str, vector: Vectors) -> AnalysedQuestion:
    """The question's terms, with its vector."""
    return AnalysedQuestion(
        tuple(dict.fromkeys(stems(question, language))), tuple(dict.fromkeys(grams(question, language))), vector
    )


def prepare(page: Page, vectors: PageVectors) -> PreparedPage:
    """What answering from one page needs, given its vectors."""
    middle = vectors.lines.mean(axis=0)
    length = float(np.linalg.norm(middle)) or 1.0
    return PreparedPage(
        page,
        vectors,
        shapes(page.title, page.lines),
        _lines_of([stems(line, page.language) for line in page.lines]),
        _lines_of([grams(line, page.language) for line in page.lines]),
        np.asarray(vectors.lines @ middle / length, np.float32),
    )


def _lines_of(lines: Sequence[Sequence[str]]) -> LinesOfTerm:
    found: defaultdict[str, list[int]] = defaultdict(list)
    for number, terms in enumerate(lines):
        for term in terms:
            # Interned: the same few thousand terms stand on hundreds of pages.
            found[sys.intern(term)].append(number)
    return {term: tuple(numbers) for term, numbers in found.items()}


def _terms(lines_of_term: LinesOfTerm) -> list[str]:
    return [term for term, numbers in lines_of_term.items() for _ in range(len(numbers))]


def _starts(counts: Sequence[int]) -> Numbers:
    return np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.intp)
