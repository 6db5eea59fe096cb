"""Ranks the directory's records for a question.

It is the search of all pages (the same features, the same learnt weights), fitted to what records are: short, written in
plain words, translated from one source, tagged with topics, and linked from guide to service. Each number below was chosen
by how many questions of tests/content/questions.yml find their record, and by how many examples of the intents find records of
their topic; both agreed. SOURCE_SHARE was chosen anew, by the questions alone, when the encoder was taught (docs/search.md).
"""

from __future__ import annotations

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from bot.directory.index import Index
from bot.directory.loader import Directory
from bot.directory.page_features import PAGE_FEATURES, page_features, standardised
from bot.directory.pages_of_records import page_id
from bot.directory.prepared import AnalysedQuestion
from bot.directory.ranking import page_weights

Floats = npt.NDArray[np.float32]
# The source text as a second witness, by meaning alone: a translation may be less apt.
SOURCE_SHARE = 0.2
# A record of the topic that the intent names.
TOPIC_BONUS = 2.0
# A guide and the services it links speak for each other; those of the guide that is shown a little more.
LINK_SHARE = 0.2
SHOWN_LINK_BONUS = 0.3
_WORDS = [number for number, name in enumerate(PAGE_FEATURES) if name in {"words", "title_words", "grams"}]


class Scores(NamedTuple):
    """Guides and services with their scores, the best first. Scores are comparable within one question only."""

    guides: dict[str, float]
    services: dict[str, float]


class RecordRanking:
    """Knows every record's topics and links; the indexes it is given must all hold the directory's pages in one order."""

    def __init__(self, directory: Directory, source: Index) -> None:
        self._source = source
        self._ids = [item.page.id.partition(":")[2] for item in source.pages.prepared]
        number_of = {item.page.id: number for number, item in enumerate(source.pages.prepared)}
        self._is_guide = np.array([item.page.id.startswith("guide:") for item in source.pages.prepared])
        self.topics = {
            identifier: {directory.topic_of(term) for term in record.taxonomy_terms}
            for records in (directory.services, directory.guides)
            for identifier, record in records.items()
        }
        self._links = np.zeros((len(self._ids), len(self._ids)), bool)
        for guide in directory.guides.values():
            for service in guide.services:
                if (linked := number_of.get(page_id("service", service))) is not None:
                    self._links[number_of[page_id("guide", guide.id)], linked] = True

    def rank(self, index: Index, question: AnalysedQuestion, topic: str) -> Scores:
        """Scores of all records for a question analysed by `index`. `topic`: a top-level topic, or any other word."""
        scores = _view(index, question, with_words=True)
        if index is not self._source:
            scores = scores + SOURCE_SHARE * _view(self._source, question, with_words=False)
        scores = scores + TOPIC_BONUS * np.array([topic in self.topics[identifier] for identifier in self._ids], np.float32)
        scores = scores + LINK_SHARE * np.maximum(self._neighbours(scores), 0)
        guide = int(np.argmax(np.where(self._is_guide, scores, -np.inf)))
        scores = scores + SHOWN_LINK_BONUS * self._links[guide]
        order = np.argsort(-scores, kind="stable")
        return Scores(
            {self._ids[place]: float(scores[place]) for place in order if self._is_guide[place]},
            {self._ids[place]: float(scores[place]) for place in order if not self._is_guide[place]},
        )

    def _neighbours(self, scores: Floats) -> Floats:
        """For a service the best score among guides that link it; for a guide the mean of what it links; 0 without links."""
        of_guides = np.where(self._links, scores[:, None], -np.inf).max(axis=0)
        of_services = self._links @ scores / np.maximum(self._links.sum(axis=1), 1)
        both = np.where(self._is_guide, of_services, of_guides)
        return np.asarray(np.where(np.isfinite(both), both, 0.0), np.float32)


def _view(index: Index, question: AnalysedQuestion, *, with_words: bool) -> Floats:
    weights = page_weights().of(index.pages.language)
    if not with_words:
        weights[_WORDS] = 0.0
    features = page_features(index.pages, question, next(iter(index.pages.groups)))
    return np.asarray(standardised(features) @ weights, np.float32)
