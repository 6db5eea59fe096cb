"""The container's parts for reports, in a file of their own."""

from __future__ import annotations

import time
from functools import cached_property
from typing import TYPE_CHECKING

from bot.contracts import Translator
from bot.directory.loader import Directory
from bot.reporting.circles import Circles
from bot.reporting.clock import local_day
from bot.reporting.feedback import Feedback
from bot.reporting.findings import Findings
from bot.reporting.intake import Intake
from bot.reporting.interview import Interview
from bot.reporting.keys import CIRCLES
from bot.reporting.ledger import Ledger
from bot.reporting.limits import Hourly, WrongCodes
from bot.reporting.returning import Returning
from bot.reporting.review import Review
from bot.reporting.standing import Promises
from bot.reporting.tasks import Tasks
from bot.reporting.unlocked import UnlockedSessions
from bot.reporting.warnings import Warnings
from bot.reporting.watch import Watch
from bot.settings import Settings
from bot.store.attachments import Clean
from bot.store.database import Database
from bot.store.feedback import VisitFeedback
from bot.store.mediators import Mediators
from bot.store.report_drafts import ReportDrafts
from bot.store.report_keys import ReportKeys
from bot.store.report_work import ReportWork
from bot.store.reports import Reports
from bot.store.secrets import Secrets


class ReportParts:
    """What `Container` has for reports. The declared attributes are the container's other parts that these need."""

    settings: Settings

    if TYPE_CHECKING:

        @property
        def secrets(self) -> Secrets: ...

        @property
        def database(self) -> Database: ...

        @property
        def directory(self) -> Directory: ...

        @property
        def translator(self) -> Translator: ...

        @property
        def mediators(self) -> Mediators: ...

        @property
        def strip(self) -> Clean: ...

    @cached_property
    def report_circles(self) -> Circles:
        """Who holds keys to the reports."""
        return Circles(ReportKeys(self.database))

    @cached_property
    def reports(self) -> Reports:
        """Reports as rows: sealed pieces, steps, who has which."""
        return Reports(self.database, self.secrets)

    @cached_property
    def ledger(self) -> Ledger:
        """Reports with their pieces sealed and opened."""
        keys = ReportKeys(self.database)

        async def public(circle: str) -> list[bytes]:
            found = await keys.current(circle) if circle in CIRCLES else None
            return [found.public] if found else []

        return Ledger(self.reports, public, lambda: local_day(int(time.time())))

    @cached_property
    def intake(self) -> Intake:
        """Takes reports."""
        # Of one conversation, three an hour: who has more to tell says it in one.
        hourly = Hourly(self.settings.reports_hourly, 3)
        return Intake(self.ledger, self.strip, hourly, self.settings.report_acknowledge_days)

    @cached_property
    def interview(self) -> Interview:
        """Reports told by chat."""
        return Interview(self.intake, ReportDrafts(self.database, self.secrets), self.settings.report_draft_hours)

    @cached_property
    def returning(self) -> Returning:
        """Serves people who come back with a code."""
        return Returning(self.intake, WrongCodes(), self.report_readers)

    async def report_readers(self) -> set[str]:
        """Ids of those who can open a report today: active readers, not of the oversight, whose key the circle has admitted."""
        holders = {holder.id for holder in await self.report_circles.members("readers") if holder.vouched is not None}
        people = await self.mediators.list(active=True)
        return {person.id for person in people if person.roles & {"reader", "oversight"} == {"reader"}} & holders

    @cached_property
    def report_tasks(self) -> Tasks:
        """The small tasks before a form is taken."""
        return Tasks(self.secrets)

    @cached_property
    def report_work(self) -> ReportWork:
        """Links, alerts and published figures of reports."""
        return ReportWork(self.database)

    @cached_property
    def report_promises(self) -> Promises:
        """What is promised to who reports."""
        settings = self.settings
        return Promises(settings.report_acknowledge_days, settings.report_decide_days, settings.report_keep_days)

    @cached_property
    def report_review(self) -> Review:
        """Readers work reports through."""
        return Review(self.ledger, self.report_work, self.translator, self.report_promises)

    @cached_property
    def findings(self) -> Findings:
        """What came of all reports together."""
        return Findings(self.report_review, self.report_work)

    @cached_property
    def report_watch(self) -> Watch:
        """Alerts, closing, deletion and publication, done by itself."""
        return Watch(self.report_review, self.report_work, self.findings.publish)

    @cached_property
    def visit_feedback(self) -> Feedback:
        """What visitors say of services."""
        return Feedback(VisitFeedback(self.database, self.secrets), self.secrets)

    @cached_property
    def warnings(self) -> Warnings:
        """Figures of this week that are unusual."""

        def placed(record: str) -> tuple[str, str]:
            service = self.directory.services.get(record)
            if service is None:
                return "", ""
            topic = self.directory.topic_of(service.taxonomy_terms[0]) if service.taxonomy_terms else ""
            places = [self.directory.locations[name] for name in service.locations[:1]]
            towns = [address.city for place in places for address in place.addresses[:1]]
            return topic, towns[0] if towns else ""

        return Warnings(self.visit_feedback.store, placed, self.report_review.today)

    @cached_property
    def report_sessions(self) -> UnlockedSessions:
        """Which console sessions hold unlocked keys now, in memory alone."""
        return UnlockedSessions(self.settings.report_unlock_minutes * 60)
