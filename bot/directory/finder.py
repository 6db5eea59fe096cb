"""Finds what answers a question: a guide, services, or honestly nothing. The assistant's one way into the directory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bot.catalogs import Catalog
from bot.directory import days, hours, wishes
from bot.directory.cards import Cards
from bot.directory.encoder import SentenceEncoder
from bot.directory.fits import fit
from bot.directory.index import Hit, Index, QuestionEncoder
from bot.directory.loader import Directory
from bot.directory.pages_of_records import page_id, pages
from bot.directory.places import Places, Point
from bot.directory.prepared import AnalysedQuestion
from bot.languages import BY_CODE, SOURCE_LANGUAGE

# Looked at before wishes and places are applied.
CANDIDATES = 40
KEPT_SERVICES = 9
# A service of the question's topic, or one that the best guide names, is moved up by this share of the best score: words
# alone may mislead.
TOPIC_BONUS = 0.15
GUIDE_LINK_BONUS = 0.15
# What scores less than this share of the best only buries it.
TAIL = 0.45
# A guide is shown if it scores at least this share of the best record of all.
GUIDE_SHARE = 0.7
# Farther than this "near" would be a lie.
NEAR_KM = 15.0
TOPIC_OF_INTENT = {
    "ask_housing": "housing", "ask_health": "health", "ask_schooling": "schooling", "ask_rights": "rights",
    "ask_reporting": "reporting", "ask_work": "work", "ask_language_course": "language-courses", "ask_money": "money",
    "ask_family": "family", "ask_everyday": "everyday", "ask_documents": "documents",
}


class Found(NamedTuple):
    """What to show. `fits` False: the services are only the nearest there is. `unmet`: wishes that nothing fulfils."""

    question: str
    topic: str
    guide: str | None
    passage: str | None
    services: list[str]
    fits: bool
    unmet: list[str]
    distances: dict[str, float]


class OpenThen(NamedTuple):
    """Whether a service is open at an asked time, and that time in words."""

    open: bool
    words: str


class LastSearch(Protocol):
    """What the conversation remembers of its last search."""

    @property
    def services(self) -> list[str]: ...


class Finder:
    """Searches the directory in each language's own index. Safe to use from several threads."""

    def __init__(
        self,
        directory: Directory,
        catalogs: dict[str, Catalog],
        cards: Cards,
        encoder: SentenceEncoder,
        questions: QuestionEncoder,
        cache: Path,
    ) -> None:
        self._directory = directory
        self._cards = cards
        self._places = Places(directory.folder / "places.yml")
        self._indexes = {
            code: Index.build(pages(directory, catalogs[code]), code, encoder, cache, questions) for code in BY_CODE
        }
        self._topics = {
            identifier: {directory.topic_of(term) for term in record.taxonomy_terms}
            for records in (directory.services, directory.guides)
            for identifier, record in records.items()
        }

    def index(self, language: str) -> Index:
        """The index of a language; the source language's for a language without one."""
        return self._indexes.get(language) or self._indexes[SOURCE_LANGUAGE]

    def find(self, question: str, language: str, intent: str, wanted: list[str], town: str | None) -> Found:
        """The best guide with the passage that answers, and services that fit the wishes, nearest first if a town is named."""
        index = self.index(language)
        analysed = index.analyse(question)
        hits = index.search(analysed, CANDIDATES)
        topic = TOPIC_OF_INTENT.get(intent, "other")
        fits = bool(hits) and fit(index, analysed, topic != "other")
        guide = self._guide(hits, topic)
        linked = self._directory.guides[guide].services if guide else ()
        ranked = self._services(hits, topic, linked)
        now = dt.datetime.now(hours.ZONE)
        kept = [name for name in ranked if wishes.fulfils_all(self._directory, self._cards, name, wanted, now)]
        unmet = [] if kept or not wanted else wanted
        services = kept if kept else ranked
        distances: dict[str, float] = {}
        if town and town in self._places.towns:
            services, distances = self._near(services, self._places.towns[town])
        if not fits:
            return Found(question, topic, None, None, services[:2], False, [], distances)
        passage = self._passage(index, analysed, guide) if guide else None
        return Found(question, topic, guide, passage, services[:KEPT_SERVICES], True, unmet, distances)

    def _guide(self, hits: list[Hit], topic: str) -> str | None:
        """The best guide, if it is nearly as good as the best record of all."""
        for hit in hits[:8]:
            kind, _, identifier = hit.page_id.partition(":")
            if kind == "guide":
                bonus = TOPIC_BONUS * (topic in self._topics[identifier])
                return identifier if hit.score / hits[0].score + bonus >= GUIDE_SHARE else None
        return None

    def _services(self, hits: list[Hit], topic: str, linked: Sequence[str]) -> list[str]:
        scores: dict[str, float] = {}
        for hit in hits:
            kind, _, identifier = hit.page_id.partition(":")
            if kind == "service":
                bonus = TOPIC_BONUS * (topic in self._topics[identifier]) + GUIDE_LINK_BONUS * (identifier in linked)
                scores[identifier] = hit.score / hits[0].score + bonus
        for place, identifier in enumerate(linked):
            scores.setdefault(identifier, TAIL + GUIDE_LINK_BONUS - place / 100)
        return [name for name in sorted(scores, key=lambda name: -scores[name]) if scores[name] >= TAIL]

    def _near(self, services: list[str], origin: Point) -> tuple[list[str], dict[str, float]]:
        distances = {name: self._places.distance(self._directory, name, origin) for name in services}
        near = [name for name in services if (distance := distances[name]) is not None and distance <= NEAR_KM]
        near.sort(key=lambda name: round((distances[name] or 0.0) / 3))
        # What has no place (a hotline, a website) is as near as a phone; what is far comes last.
        placeless = [name for name in services if distances[name] is None]
        far = [name for name in services if name not in near and name not in placeless]
        return near + placeless + far, {name: value for name, value in distances.items() if value is not None}

    def _passage(self, index: Index, question: AnalysedQuestion, guide: str) -> str | None:
        """The guide's summary with the one step that answers best; None: the summary alone will do."""
        page = index.page(page_id("guide", guide))
        # The first line is the summary; the last names topics: it is there to be found, not to be read.
        chances = index.line_chances(question, page.id)[1:-1]
        best = int(chances.argmax()) + 1 if len(chances) else 0
        if not best or best not in index.answer_lines(question, page.id):
            return None
        return f"{page.lines[0]} {page.lines[best]}"

    def topic(self, topic: str, language: str) -> Found:
        """What a topic of the menu shows: what is found for its name and description, all within the topic."""
        term = self._directory.terms.get(topic)
        if term is None:
            return Found("", "other", None, None, [], False, [], {})
        index = self._indexes[SOURCE_LANGUAGE]
        question = f"{term.name}: {term.description}"
        within = {page_id("service", name) for name in self._directory.services if topic in self._topics[name]}
        hits = index.search(question, CANDIDATES, allowed=within)
        services = [hit.page_id.partition(":")[2] for hit in hits]
        return Found(self._cards.topic(topic, language), topic, None, None, services, bool(services), [], {})

    def named(self, text: str, language: str, among: list[str]) -> str | None:
        """Which of `among` the text names by a distinctive word of its name; None if none or several."""
        low = text.lower()
        found = []
        for identifier in among:
            service = self._directory.services.get(identifier)
            if service is None:
                continue
            organization = self._directory.organizations[service.organization_id]
            names = [self._cards.name(identifier, language), service.alternate_name or "", organization.name,
                     organization.alternate_name or ""]
            words = {word.lower().strip("()") for name in names for word in name.split() if len(word) > 5}
            if any(word in low for word in words):
                found.append(identifier)
        return found[0] if len(found) == 1 else None

    def is_new_subject(self, text: str, language: str, last: LastSearch) -> bool:
        """Whether a question about details names another subject of its own ("how much is a driving licence?")."""
        if len(text.split()) < 4:
            return False
        index = self.index(language)
        analysed = index.analyse(text)
        hits = index.search(analysed, 1)
        return bool(hits) and hits[0].page_id.partition(":")[2] not in last.services and fit(index, analysed, True)

    def moment(self, text: str, language: str) -> days.Asked | None:
        """The day and time a question about opening hours means, or None."""
        return days.asked(text, language, dt.datetime.now(hours.ZONE))

    def open_then(self, service: str, moment: days.Asked, language: str) -> OpenThen | None:
        """Whether a service is open at an asked time; None if its hours are not known."""
        schedules = self._cards.schedules(self._directory.services[service])
        kept = [schedule for schedule in schedules if schedule.opens_at and schedule.closes_at]
        if not kept:
            return None
        at = dt.datetime.combine(moment.day, moment.time or dt.time(12), hours.ZONE)
        if moment.time is not None:
            return OpenThen(bool(hours.open_at(kept, at)), hours.moment_in_words(at, language))
        spans = [] if hours.is_public_holiday(moment.day) else hours.intervals(kept, moment.day, moment.day)
        words = hours.day_in_words(at, language)
        if spans:
            words += " " + ", ".join(f"{span.start:%H:%M}–{span.end:%H:%M}" for span in spans)
        return OpenThen(bool(spans), words)

    def nearest_town(self, location: Any) -> str | None:
        """The town nearest to [latitude, longitude], or None if it is far from all or no location."""
        if not isinstance(location, (list, tuple)) or len(location) != 2:
            return None
        return self._places.nearest_town(Point(float(location[0]), float(location[1])))

    def advice_centres(self, language: str, town: str | None) -> list[str]:
        """Centres where people advise newcomers: those that say they speak the language first, then the nearest."""
        chosen = [name for name, service in self._directory.services.items()
                  if "advice-centres" in service.taxonomy_terms and service.status == "active"]
        if town in self._places.towns:
            chosen, _ = self._near(chosen, self._places.towns[town])
        chosen.sort(key=lambda name: not any(item.code == language for item in self._directory.services[name].languages))
        return chosen[:KEPT_SERVICES]

    def reporting_bodies(self) -> list[str]:
        """Bodies that take reports: independent of the police first, anonymous ones before others."""
        bodies = {name: service.reporting for name, service in self._directory.services.items() if service.reporting}
        order = sorted(bodies, key=lambda name: (not bodies[name].independent_of_police, not bodies[name].anonymous, name))
        return order[:KEPT_SERVICES]
