"""Puts the house together: makes each part once, on first use, and hands the parts their collaborators."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterable
from functools import cached_property
from typing import TYPE_CHECKING

from bot import container_translation
from bot.catalogs import AidedCatalog, Catalog, Texts
from bot.container_reporting import ReportParts
from bot.container_understanding import UnderstandingParts
from bot.directory.cards import Cards
from bot.directory.loader import Directory, load
from bot.errors import WaymarkError
from bot.handover.desk import Desk
from bot.handover.expectations import Expectations
from bot.handover.moving import Moving
from bot.handover.reception import Reception
from bot.handover.sign_in import SignIn
from bot.handover.speech import Speech
from bot.handover.teams import load_teams
from bot.languages import CODES
from bot.reporting.clock import local_day
from bot.settings import ROOT, Settings
from bot.store.arrivals import Arrivals
from bot.store.attachments import Attachments, Clean
from bot.store.audit import Audit
from bot.store.cases import Cases
from bot.store.codes import Codes
from bot.store.console_attempts import ConsoleAttempts
from bot.store.console_credentials import ConsoleCredentials
from bot.store.console_sessions import ConsoleSessions
from bot.store.conversations import Conversations
from bot.store.database import Database
from bot.store.history import History
from bot.store.in_use import InUse
from bot.store.key_ring import load_ring
from bot.store.mediators import Mediators
from bot.store.messages import Messages
from bot.store.moving import Moves
from bot.store.secrets import Secrets
from bot.store.signals import Signals
from bot.store.staff import Staff
from bot.store.translation_shown import ShownCounts
from bot.store.unanswered import Unanswered
from bot.translation.counted import CountedTexts
from bot.translation.glossary import Glossary
from bot.translation.glossary import load as load_glossary
from bot.translation.memory import HouseMemory
from bot.translation.packages import Packages
from bot.translation.prepared import PreparedTexts
from bot.translation.spans import Names
from bot.translation.translator import HouseTranslator
from bot.translation.wordbook import Wordbook
from bot.translation.workers import Workers
from bot.wording import messages as wording_messages
from bot.wording.beyond import beyond_catalog
from bot.wording.wording import Wording

if TYPE_CHECKING:
    from bot.channels.gate import Gate
    from bot.directory.finder import Finder


class Container(UnderstandingParts, ReportParts):
    """The parts of one process. `gate` is put in by the server, which alone has an event loop for it."""

    gate: Gate

    def __init__(self, settings: Settings | None = None, clock: Callable[[], float] = time.time) -> None:
        self.settings = settings or Settings()
        # What tells the desk's parts the time, in Unix seconds; tests hand in one that they can move.
        self.clock = clock

    @cached_property
    def secrets(self) -> Secrets:
        """Keys for text at rest, pseudonyms and session ids."""
        # Held while the process lives: a change of keys beside it would leave what it writes under a key that is gone.
        if not InUse(self.settings.state).take(alone=False):
            raise WaymarkError("keys.rotating")
        return Secrets(load_ring(self.settings.secret, self.settings.state))

    @cached_property
    def database(self) -> Database:
        """The one database."""
        return Database(self.settings.database_url)

    @cached_property
    def conversations(self) -> Conversations:
        """Who owns a conversation, and in which language."""
        return Conversations(self.database, self.secrets)

    @cached_property
    def messages(self) -> Messages:
        """Inbox and outbox."""
        return Messages(self.database, self.secrets)

    @cached_property
    def strip(self) -> Clean:
        """Takes metadata out of a file: strip(name, mime, data); blocking, for a thread."""
        from bot.handover.stripping import strip

        return strip

    @cached_property
    def welcome(self) -> Callable[[str, bytes], bool]:
        """Whether persons may send a file of this type and content."""
        from bot.handover.stripping import welcome

        return welcome

    @cached_property
    def moving(self) -> Moving:
        """The way of a conversation to another channel."""
        return Moving(self.codes, Moves(self.database), self.wording_messages.made)

    @cached_property
    def arrivals(self) -> Arrivals:
        """Which answer has which number in a Telegram chat."""
        return Arrivals(self.database)

    @cached_property
    def staff(self) -> Staff:
        """What the staff groups on Telegram show."""
        return Staff(self.database, self.secrets)

    @cached_property
    def codes(self) -> Codes:
        """One-time codes: for another channel, for a mediator's Telegram account."""
        return Codes(self.database, self.secrets)

    @cached_property
    def attachments(self) -> Attachments:
        """Files that persons and mediators send each other."""
        return Attachments(self.database, self.secrets, self.strip)

    @cached_property
    def unanswered(self) -> Unanswered:
        """Counts of questions without an answer."""
        return Unanswered(self.database, lambda: local_day(int(time.time())))

    @cached_property
    def console_sessions(self) -> ConsoleSessions:
        """Open sessions at the desk's console."""
        idle, longest = self.settings.desk_idle_minutes * 60, self.settings.desk_session_hours * 3600
        return ConsoleSessions(self.database, idle, longest)

    @cached_property
    def sign_in(self) -> SignIn:
        """Who may open a session at the desk."""
        credentials = ConsoleCredentials(self.database, self.secrets)
        return SignIn(self.mediators, credentials, ConsoleAttempts(self.database), self.secrets)

    @cached_property
    def signals(self) -> Signals:
        """Who watches what, in this process."""
        return Signals()

    @cached_property
    def audit(self) -> Audit:
        """What was done, by whom, when."""
        return Audit(self.database)

    @cached_property
    def mediators(self) -> Mediators:
        """Who works at the desk."""
        return Mediators(self.database, self.secrets)

    @cached_property
    def cases(self) -> Cases:
        """Conversations in mediators' hands, as the store keeps them."""
        return Cases(self.database, self.secrets, self.clock)

    @cached_property
    def desk(self) -> Desk:
        """The desk: opens, works on and closes cases."""
        speech = Speech(self.wording_messages, self.wording.label, self.translator)
        expectations = Expectations(load_teams(self.settings.teams), self.cases, self.clock)
        history = History(self.database, self.secrets)
        desk = Desk(
            self.cases, self.mediators, self.conversations, history, self.signals, speech, expectations, self.clock
        )
        desk.shelf, desk.memory = _Shelf(self), self.translation_memory
        desk.centres = lambda language: self.finder.advice_centres(language, None)[:3]
        desk.clearly_in = self.clearly_in
        return desk

    @cached_property
    def reception(self) -> Reception:
        """Offers a mediator, asks for the person's yes, and answers for the desk until somebody has the case."""
        return Reception(
            self.desk, group=lambda: bool(self.settings.staff_groups), centres=self.desk.centres,
        )

    @cached_property
    def wording(self) -> Wording:
        """All wording in all languages."""
        def aid(catalog: Catalog) -> Texts:
            aided = AidedCatalog(catalog, lambda: self.prepared, "wording")
            return CountedTexts(aided, catalog.language, self.shown_counts.count)

        return Wording(ROOT / "domain", aid=aid)

    @cached_property
    def glossary(self) -> Glossary:
        """The official terms of the place, by language."""
        return load_glossary(self.settings.directory / "glossary")

    @cached_property
    def wordbook(self) -> Wordbook:
        """What people have translated: the wording, the directory, everyday words."""
        return container_translation.wordbook(self)

    @cached_property
    def proper_names(self) -> Names:
        """Names that stay as they are in every language: organizations, places, streets, towns, names on doors."""
        return container_translation.names(self)

    @cached_property
    def translation_memory(self) -> HouseMemory:
        """What was translated and corrected before; the door for corrections."""
        return container_translation.memory(self)

    @cached_property
    def shown_counts(self) -> ShownCounts:
        """How often texts are shown that no native speaker has reviewed."""
        return ShownCounts(self.database)

    @cached_property
    def translation_packages(self) -> Packages:
        """The installed translation packages."""
        return container_translation.packages(self)

    @cached_property
    def translation_engine(self) -> Workers:
        """The translating processes; none runs before the first text."""
        return container_translation.engine(self)

    @cached_property
    def translator(self) -> HouseTranslator:
        """Texts from one language to the other: reviewed text, memory, glossary, phrase table, engine."""
        return container_translation.translator(self)

    @cached_property
    def prepared(self) -> PreparedTexts:
        """Texts of the house that a machine translates ahead of their being shown."""
        return PreparedTexts(self.translator, self.translation_engine.way)

    @cached_property
    def directory(self) -> Directory:
        """The directory of services. Raises DirectoryError when it has a problem."""
        return load(self.settings.directory)

    @cached_property
    def directory_catalogs(self) -> dict[str, Catalog]:
        """The directory's translations by language."""
        folder = self.settings.directory / "locales"
        return {code: Catalog(code, folder / code / "directory.po") for code in CODES}

    @cached_property
    def cards(self) -> Cards:
        """Records as cards."""
        shown: dict[str, Texts] = {}

        def texts(language: str) -> Texts:
            if language not in shown:
                catalog = self.directory_catalogs.get(language) or beyond_catalog(language)
                aided = AidedCatalog(catalog, lambda: self.prepared, "directory")
                shown[language] = CountedTexts(aided, language, self.shown_counts.count)
            return shown[language]

        return Cards(
            self.directory, self.directory_catalogs, self.wording.label, shown=texts, visits=self.visit_feedback.labels
        )

    @cached_property
    def wording_messages(self) -> wording_messages.Messages:
        """Response names and values as messages for the channels."""
        settings = self.settings
        defaults = {"place": settings.place, "operator": settings.operator, "days": settings.retention_days,
                    "case_days": settings.case_days}
        return wording_messages.Messages(self.wording, self.cards, defaults, self.prepared)

    @cached_property
    def finder(self) -> Finder:
        """Searches the directory in the person's language."""
        from bot.directory.finder import Finder

        cache = self.settings.state / "cache"
        return Finder(self.directory, self.directory_catalogs, self.cards, self.sentence_encoder, self.encoder, cache)


class _Shelf:
    """What a mediator may insert."""

    def __init__(self, house: Container) -> None:
        self._house = house

    def kind(self, record_id: str) -> str | None:
        directory = self._house.directory
        return "service" if record_id in directory.services else "guide" if record_id in directory.guides else None

    def names(self) -> Iterable[str]:
        return self._house.wording.names()


_house: Container | None = None
_lock = threading.RLock()


def container() -> Container:
    """The process's one container."""
    global _house
    with _lock:
        if _house is None:
            _house = Container()
        return _house


def use(house: Container) -> None:
    """Makes `house` the process's container; for the command line and tests, before anything asks for it."""
    global _house
    with _lock:
        _house = house
