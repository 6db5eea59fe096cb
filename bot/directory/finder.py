"""Finds what answers a question: a guide, services, or honestly nothing. The assistant's one way into the directory."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import islice
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from bot.catalogs import Catalog
from bot.directory import days, hours, wishes
from bot.directory.cards import Cards
from bot.directory.encoder import SentenceEncoder
from bot.directory.fits import fit, fit_odds
from bot.directory.index import Index, QuestionEncoder
from bot.directory.loader import Directory
from bot.directory.pages_of_records import page_id, pages
from bot.directory.passages import answers
from bot.directory.places import Distance, Places, Point
from bot.directory.prepared import AnalysedQuestion
from bot.directory.record_ranking import RecordRanking, Scores
from bot.directory.subjects import Subjects
from bot.languages import BY_CODE, SOURCE_LANGUAGE

# Candidates before wishes and places are applied, and what is kept of them.
CANDIDATES = 40
KEPT_SERVICES = 9
# What scores less than this share of the best only buries it. A wish may look farther down: fewer fulfil it.
TAIL = 0.45
TAIL_WITH_WISHES = 0.3
# A guide is shown if it scores at least this share of the best record of all.
GUIDE_SHARE = 0.7
# Farther than this "near" would be a lie.
NEAR_KM = 15.0
# Of 500 examples of questions about details, which mostly have no subject of their own, 62 are taken for a new search; of 18
# questions with one, in eight languages, 16 are (tools/measure_subjects.py).
NEW_SUBJECT_ODDS = 1.5
TOPIC_OF_INTENT = {
    "ask_housing": "housing", "ask_health": "health", "ask_schooling": "schooling", "ask_rights": "rights",
    "ask_reporting": "reporting", "ask_work": "work", "ask_language_course": "language-courses", "ask_money": "money",
    "ask_family": "family", "ask_everyday": "everyday", "ask_documents": "documents",
}


class Found(NamedTuple):
    """What to show. `fits` False: the services are only the nearest there is. `unmet`: wishes that nothing fulfils.

    `distances`: by service the kilometres and the id of the place that is so far away.
    """

    question: str
    topic: str
    guide: str | None
    passage: str | None
    services: list[str]
    fits: bool
    unmet: list[str]
    distances: dict[str, Distance]


class OpenThen(NamedTuple):
    """Whether a service is open at an asked time, and that time in words."""

    open: bool
    words: str


class LastSearch(Protocol):
    """What the conversation remembers of its last search."""

    @property
    def services(self) -> list[str]: ...

    @property
    def guide(self) -> str | None: ...


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
        now: Callable[[], dt.datetime] | None = None,
    ) -> None:
        self._directory = directory
        self._cards = cards
        self._places = Places(directory.folder / "places.yml")
        self._indexes = {
            code: Index.build(pages(directory, catalogs[code]), code, encoder, cache, questions) for code in BY_CODE
        }
        self._ranking = RecordRanking(directory, self._indexes[SOURCE_LANGUAGE])
        self._subjects = {code: Subjects(directory, catalogs[code], code) for code in BY_CODE}
        self._now = now or (lambda: dt.datetime.now(hours.ZONE))

    def index(self, language: str) -> Index:
        """The index of a language; the source language's for a language without one."""
        return self._indexes.get(language) or self._indexes[SOURCE_LANGUAGE]

    def find(self, question: str, language: str, intent: str, wanted: list[str], town: str | None) -> Found:
        """The best guide with the passage that answers, and services that fit the wishes, nearest first if a town is named."""
        index = self.index(language)
        analysed = index.analyse(question)
        topic = TOPIC_OF_INTENT.get(intent, "other")
        scores = self._ranking.rank(index, analysed, topic)
        services = self._candidates(scores, TAIL_WITH_WISHES if wanted or town else TAIL)
        fits = fit(index, analysed, topic != "other")
        services, unmet = self._with_wishes(services, wanted)
        distances: dict[str, Distance] = {}
        if town:
            services, distances = self._near(services, town)
            if not any(distance.kilometres <= NEAR_KM for distance in distances.values()):
                unmet.append(f"place:{town}")
        if not fits:
            return Found(question, topic, None, None, services[:2], False, [], distances)
        guide = self._guide(scores)
        passage = self._passage(index, analysed, guide) if guide else None
        return Found(question, topic, guide, passage, services[:KEPT_SERVICES], True, unmet, distances)

    def _guide(self, scores: Scores) -> str | None:
        """The best guide, if it is nearly as good as the best record of all."""
        guide, score = next(iter(scores.guides.items()))
        return guide if score >= GUIDE_SHARE * max(score, next(iter(scores.services.values()))) else None

    def _candidates(self, scores: Scores, tail: float) -> list[str]:
        best = max(next(iter(scores.guides.values())), next(iter(scores.services.values())))
        good = [name for name, score in scores.services.items() if score >= tail * best]
        # Whatever the scores, the two nearest can be shown as such.
        return good[:CANDIDATES] if len(good) > 1 else list(scores.services)[:2]

    def _with_wishes(self, services: list[str], wanted: list[str]) -> tuple[list[str], list[str]]:
        """The services that fulfil as many wishes as can be had together, and the wishes that then stay unfulfilled."""
        now, unmet = self._now(), []
        for wish in wanted:
            kept = [name for name in services if wishes.fulfils(self._directory, self._cards, name, wish, now)]
            if kept:
                services = kept
            else:
                unmet.append(wish)
        return services, unmet

    def _near(self, services: list[str], town: str) -> tuple[list[str], dict[str, Distance]]:
        """What is near the town, then what has no place (a hotline, a website), then what is far."""
        origin = self._places.towns.get(town)
        if origin is None:
            return services, {}
        known = {name: self._places.distance(self._directory, name, origin) for name in services}
        distances = {name: distance for name, distance in known.items() if distance is not None}
        near = [name for name in services if name in distances and distances[name].kilometres <= NEAR_KM]
        # Within three kilometres the better answer goes before the nearer one.
        near.sort(key=lambda name: round(distances[name].kilometres / 3))
        placeless = [name for name in services if name not in distances]
        far = [name for name in services if name in distances and name not in near]
        return near + placeless + far, distances

    def _passage(self, index: Index, question: AnalysedQuestion, guide: str) -> str | None:
        """The guide's summary with the one step that answers best; None: the summary alone will do."""
        page = index.page(page_id("guide", guide))
        # The first line is the summary; what follows the steps is there to be found, not to be read.
        chances = index.line_chances(question, page.id)[1 : 1 + len(self._directory.guides[guide].steps)]
        best = int(chances.argmax()) + 1 if len(chances) else 0
        if not best or not answers(chances[best - 1]):
            return None
        return f"{page.lines[0]} {page.lines[best]}"

    def topic(self, topic: str, language: str) -> Found:
        """What a topic of the menu shows: what is found for its name and description, all within the topic."""
        term = self._directory.terms.get(topic)
        if term is None:
            return Found("", "other", None, None, [], False, [], {})
        index = self._indexes[SOURCE_LANGUAGE]
        question = f"{term.name}: {term.description}"
        within = {page_id("service", name) for name in self._directory.services if topic in self._ranking.topics[name]}
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
        """Whether a question about details names another subject of its own ("how much is a driving licence?").

        `text` without the names of places and languages: those ask on about the last subject ("do they speak Arabic?").
        """
        index = self.index(language)
        if len(text.split()) < 2 or language not in self._subjects:
            return False
        analysed = index.analyse(text)
        if fit_odds(index, analysed) < NEW_SUBJECT_ODDS:
            return False
        scores = self._ranking.rank(index, analysed, "other")
        # Two services: an office and its neighbour often differ by nothing but the word that names the subject.
        best = (next(iter(scores.guides)), *islice(scores.services, 2))
        known = {*last.services, last.guide}
        return any(name not in known and self._subjects[language].named(text, name) for name in best)

    def moment(self, text: str, language: str) -> days.Asked | None:
        """The day and time a question about opening hours means, or None."""
        return days.asked(text, language, self._now())

    def open_then(self, service: str, moment: days.Asked, language: str, town: str | None = None) -> OpenThen | None:
        """Whether a service is open at an asked time; None if its hours are not known, or differ between its places and no
        town says which is meant."""
        record = self._directory.services[service]
        nearest = self.distance(service, town)
        schedules = self._cards.schedules(record, nearest.location if nearest else None)
        if nearest is None and len(self._cards.places_with_hours(record)) > 1:
            return None
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

    def distance(self, service: str, town: str | None) -> Distance | None:
        """How far the nearest place of a service is from a town; None if either is unknown."""
        origin = self._places.towns.get(town or "")
        return self._places.distance(self._directory, service, origin) if origin else None

    def nearest_town(self, location: Any) -> str | None:
        """The town nearest to [latitude, longitude], or None if it is far from all or no location."""
        if not isinstance(location, (list, tuple)) or len(location) != 2:
            return None
        return self._places.nearest_town(Point(float(location[0]), float(location[1])))

    def advice_centres(self, language: str, town: str | None) -> list[str]:
        """Centres where people advise newcomers: those that can be called first, then those that can be visited too, those
        that say they speak the language, and the nearest."""
        services = self._directory.services
        chosen = [name for name, service in services.items()
                  if "advice-centres" in service.taxonomy_terms and service.status == "active"]
        if town:
            chosen, _ = self._near(chosen, town)
        chosen.sort(key=lambda name: (
            not self._cards.phones(services[name]),
            not services[name].locations,
            not any(item.code == language for item in services[name].languages),
        ))
        return chosen[:KEPT_SERVICES]

    def reporting_bodies(self) -> list[str]:
        """Bodies that take reports: independent of the police first, anonymous ones before others."""
        bodies = {name: service.reporting for name, service in self._directory.services.items() if service.reporting}
        order = sorted(bodies, key=lambda name: (not bodies[name].independent_of_police, not bodies[name].anonymous, name))
        return order[:KEPT_SERVICES]
