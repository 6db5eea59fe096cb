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
# A surname without one: a word with a capital letter behind (or, in German, before) what says that it is to be asked for. Some
# nouns and languages that stand there too are none; a rare one that is refused can be said otherwise.
_NOUNS = (
    "Termin|Nummer|Wartenummer|Formular|Dolmetscher|Beratung|Preis|Kosten|Zimmer|Raum|Ankunft|Verspätung|Krankheit|Bedarf|Problem|"
    "Fragen|German|English|Arabic|Ukrainian|Russian|Turkish|French|Persian|Farsi|Dari|Deutsch|Englisch|Arabisch"
)
_SOMEBODY = rf"(?!(?:{_NOUNS}))[A-ZÄÖÜ][a-zäöüß]+"
ASKED_FOR = re.compile(
    rf"\b(?i:ask(?:ing)? for|(?:speak|talk) (?:to|with)|frag\w* (?:sie )?(?:nach|bei)|"
    rf"(?:meld|klingel|läut)\w* (?:sie )?(?:sich )?bei|wende\w* (?:sie )?sich an)\s+{_SOMEBODY}"
    rf"|\b(?i:nach|bei)\s+{_SOMEBODY}\s+(?i:nach)?(?i:fragen|melden|klingeln|läuten)\b"
)


class Opinion(NamedTuple):
    """What visits of the last weeks say of a record. `against`: by question, how much weighs against it, of how much.

    `checked`: without what volunteers say there would not be this mark.
    """

    record: str
    mark: Mark | None
    visits: int
    against: dict[str, tuple[int, int]]
    checked: bool = False

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
    others = [count for count in counts if count.source != "volunteer"]
    checked = mark is not None and len(others) < len(counts) and opinion(record, others).mark != mark
    return Opinion(record, mark, visits, against, checked)


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

    def labels(self, record: str) -> tuple[tuple[str, str], ...]:
        """Names of the labels that a card of this record carries: who says it, and what."""
        mark = self.mark(record)
        if not mark:
            return ()
        found = self._opinions[record]
        who, told = "card_trust_checked" if found.checked else "card_trust", ["confirmed"]
        if mark == "doubted":
            told = [f"doubted_{name}" for name in found.reasons if name in ABOUT_THE_RECORD]
        return tuple((who, f"card_trust_{what}") for what in told)

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

    async def open_link(self, token: str) -> Link:
        """What a token says that was not used yet; else WaymarkError "visit.link"."""
        link = self.read_link(token)
        if await self.store.used(link.mark):
            raise WaymarkError("visit.link")
        return link

    async def mystery_visit(self, link: Link, answers: Mapping[str, str], proposal: str) -> None:
        """Counts a volunteer's visit. WaymarkError "visit.answers", "visit.name", "visit.link" (used before)."""
        kept = {name: answer for name, answer in answers.items() if name in QUESTIONS and answer in ANSWERS}
        kept |= {name: answer for name, answer in answers.items() if answer in MORE.get(name, ())}
        if not any(answer != "unknown" for answer in kept.values()):
            raise WaymarkError("visit.answers")
        proposal = " ".join(proposal.split())[:PROPOSAL_LIMIT]
        if NAMES.search(proposal) or ASKED_FOR.search(proposal):
            raise WaymarkError("visit.name")
        done = await self.store.add(
            week_of(self.today()), link.record, "volunteer", kept, proposal=proposal, day=self.today(),
            link=(link.mark, link.ends_at),
        )
        if not done:
            raise WaymarkError("visit.link")
        await asyncio.to_thread(self._read)
