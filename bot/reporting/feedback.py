"""How a visit went: five questions after a card was shown, and what the answers say about a record.

People answer by button; trained volunteers answer the same and more on a form, and count three times. Nothing here can name
anybody: people choose answers, and a volunteer's proposal that reads like a name is refused.
"""

from __future__ import annotations

import asyncio
import datetime as dt
import json
import re
import secrets as random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from typing import Literal, NamedTuple

from bot.errors import WaymarkError
from bot.reporting.clock import local_day
from bot.store.feedback import Count, VisitFeedback, week_of
from bot.store.secrets import Secrets

Mark = Literal["confirmed", "doubted"]
# The questions in order, and the answer to each that speaks against the record.
QUESTIONS: dict[str, str] = {"open": "no", "interpreter": "no", "papers": "yes", "turned_away": "yes", "helped": "no"}
ANSWERS = ("yes", "no", "unknown")
# More that a volunteer is asked: question -> choices.
MORE: dict[str, tuple[str, ...]] = {
    "waited": ("under_15", "under_60", "longer", "unknown"), "signs": ANSWERS, "step_free": ANSWERS, "phone": ANSWERS,
    "cost": ANSWERS,
}
# Answers that touch whether the record is right, not whether it is enough: a missing interpreter alone is no error of the card.
ABOUT_THE_RECORD = ("open", "papers", "turned_away")
WEEKS = 12
VOLUNTEERS_COUNT = 3
LEAST = 3
# Seconds after which marks are read anew: another process on the same database may have counted a visit.
READ_EVERY = 300
PROPOSAL_LIMIT = 300
# A form of address or a function before a word with a capital letter: that is somebody's name.
NAMES = re.compile(
    r"\b(?:herrn?|frau|mrs?|ms|miss|sir|madame?|monsieur|mme|dr|prof|bey|han[ıi]m|пан|пані|господин|госпожа|السيدة?|آقای|خانم)\b\.?\s+\w",
    re.IGNORECASE,
)


class Opinion(NamedTuple):
    """What visits of the last weeks say of a record. `against`: by question, how much weighs against it, of how much."""

    record: str
    mark: Mark | None
    visits: int
    against: dict[str, tuple[int, int]]

    @property
    def reasons(self) -> tuple[str, ...]:
        """Questions whose answers make the mark "doubted", the strongest first."""
        doubted = [name for name, (bad, of) in self.against.items() if _speaks(bad, of)]
        return tuple(sorted(doubted, key=lambda name: -self.against[name][0]))


def _speaks(bad: int, of: int) -> bool:
    return bad >= LEAST and 2 * bad >= of


def opinion(record: str, counts: list[Count]) -> Opinion:
    """What counts (of this record alone) say."""
    given: dict[str, Counter[str]] = defaultdict(Counter)
    for count in counts:
        if count.question in QUESTIONS and count.answer in ("yes", "no"):
            given[count.question][count.answer] += count.times * (VOLUNTEERS_COUNT if count.source == "volunteer" else 1)
    against = {name: (given[name][bad], sum(given[name].values())) for name, bad in QUESTIONS.items() if given[name]}
    visits = max((of for _, of in against.values()), default=0)
    mark: Mark | None = None
    if any(_speaks(*against[name]) for name in ABOUT_THE_RECORD if name in against):
        mark = "doubted"
    elif against.get("open", (0, 0))[1] >= LEAST and all(
        5 * bad <= of for name, (bad, of) in against.items() if name in ABOUT_THE_RECORD
    ):
        mark = "confirmed"
    return Opinion(record, mark, visits, against)


class Link(NamedTuple):
    """A mystery visit: to which record, by which link (`mark`), until when (Unix seconds)."""

    record: str
    mark: str
    ends_at: int


class Feedback:
    """Takes feedback and knows each record's mark."""

    def __init__(self, store: VisitFeedback, secrets: Secrets, now: Callable[[], float] = time.time) -> None:
        self.store = store
        self._secrets = secrets
        self._now = now
        self._opinions: dict[str, Opinion] = {}
        self._read_at = float("-inf")
        # One opinion a person, record and week: in memory alone, so that no list of who visited what exists.
        self._given: dict[str, float] = {}

    def today(self) -> dt.date:
        """The day by this clock, in the house's zone and not the server's: a week begins when it begins here."""
        return local_day(int(self._now()))

    def opinions(self) -> list[Opinion]:
        """Of every record that somebody visited in the last weeks: doubted ones first."""
        since = week_of(self.today() - dt.timedelta(weeks=WEEKS))
        by_record: dict[str, list[Count]] = defaultdict(list)
        for count in self.store.counts(since):
            by_record[count.record].append(count)
        found = [opinion(record, counts) for record, counts in by_record.items()]
        return sorted(found, key=lambda one: (one.mark != "doubted", -one.visits, one.record))

    def mark(self, record: str) -> Mark | None:
        """What visitors say of a record; read from the store after each visit, and every few minutes."""
        if not 0 <= self._now() - self._read_at < READ_EVERY:
            self._read()
        found = self._opinions.get(record)
        return found.mark if found else None

    def labels(self, record: str) -> tuple[str, ...]:
        """Names of the labels that a card of this record carries."""
        mark = self.mark(record)
        if mark == "doubted":
            reasons = [name for name in self._opinions[record].reasons if name in ABOUT_THE_RECORD]
            return tuple(f"card_trust_doubted_{reason}" for reason in reasons)
        return ("card_trust_confirmed",) if mark else ()

    def _read(self) -> None:
        # First the time: a visit that is counted meanwhile is read again rather than missed.
        self._read_at = self._now()
        self._opinions = {one.record: one for one in self.opinions()}

    async def visited(self, record: str, answers: Mapping[str, str], who: str) -> bool:
        """Counts a person's visit. `who`: a pseudonym, kept in memory only; False if they spoke of this record this week."""
        kept = {name: answer for name, answer in answers.items() if name in QUESTIONS and answer in ANSWERS}
        week = week_of(self.today())
        key = self._secrets.pseudonym("visit", f"{who}\0{record}\0{week}")
        if not kept or key in self._given:
            return False
        if len(self._given) > 50_000:
            self._given.clear()
        self._given[key] = self._now()
        await self.store.add(week, record, "person", kept)
        await asyncio.to_thread(self._read)
        return True

    def link(self, record: str, days: int = 14) -> str:
        """A token for one mystery visit. It names the record and its end, sealed; it works once."""
        ends_at = int(self._now()) + days * 86400
        told = {"for": "visit", "record": record, "mark": random.token_hex(16), "ends": ends_at}
        return self._secrets.seal(json.dumps(told)).decode().rstrip("=")

    def read_link(self, token: str) -> Link:
        """What a token says. WaymarkError "visit.link" if it is not ours, or over."""
        try:
            told = json.loads(self._secrets.open((token + "=" * (-len(token) % 4)).encode()))
            link = Link(str(told["record"]), str(told["mark"]), int(told["ends"])) if told.get("for") == "visit" else None
        except (WaymarkError, ValueError, KeyError, AttributeError, TypeError):
            link = None
        if link is None or link.ends_at < self._now():
            raise WaymarkError("visit.link")
        return link

    async def mystery_visit(self, link: Link, answers: Mapping[str, str], proposal: str) -> None:
        """Counts a volunteer's visit. WaymarkError "visit.answers", "visit.name", "visit.link" (used before)."""
        kept = {name: answer for name, answer in answers.items() if name in QUESTIONS and answer in ANSWERS}
        kept |= {name: answer for name, answer in answers.items() if answer in MORE.get(name, ())}
        if not any(answer != "unknown" for answer in kept.values()):
            raise WaymarkError("visit.answers")
        proposal = " ".join(proposal.split())[:PROPOSAL_LIMIT]
        if NAMES.search(proposal):
            raise WaymarkError("visit.name")
        done = await self.store.add(
            week_of(self.today()), link.record, "volunteer", kept, proposal=proposal, day=self.today(),
            link=(link.mark, link.ends_at),
        )
        if not done:
            raise WaymarkError("visit.link")
        await asyncio.to_thread(self._read)
