"""Telling on the form: who can see this, the questions, the code. It works without JavaScript, a cookie or an address."""

from __future__ import annotations

import asyncio
import logging

import segno
from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.reports.forms import Form, read
from bot.channels.reports.once import Once, WrongSum
from bot.channels.reports.pages import Pages, language_of
from bot.channels.reports.tickets import Tickets
from bot.channels.told_in import told_in
from bot.container import Container
from bot.directory.places import Places
from bot.errors import WaymarkError
from bot.reporting import receipts
from bot.reporting.clock import working_days_after
from bot.reporting.intake import TEXT_LIMIT, Filed, Telling
from bot.reporting.questions import Kind, kinds

logger = logging.getLogger(__name__)
# A second tap within so many seconds gets the page with the same code.
REMEMBERED = 120.0
# What is wrong -> which sentence of the form says so.
SENTENCES = {
    "reports.empty": "form_empty", "reports.too_many": "form_many", "reports.file_large": "form_file",
    "reports.file_many": "form_file", "reports.file_kind": "form_file", "reports.text": "form_long",
}
# Fields that may differ between two taps on one form: scripts fill them in while the first is on its way.
PASSING = ("sum", "work", "lang")
# What is told in a form: the questions of all kinds, and the town of the list.
TOLD = tuple(dict.fromkeys([*(question.name for kind in kinds().values() for question in kind.asks), "district"]))


class TellingPages:
    """The routes of telling."""

    def __init__(self, house: Container, pages: Pages, tickets: Tickets) -> None:
        self._house, self._pages, self._tickets = house, pages, tickets
        self._towns = sorted(Places(house.settings.directory / "places.yml").towns)
        self._once: Once[Filed] = Once(REMEMBERED)

    def register(self, app: Sanic) -> None:
        """Adds the routes. Those that take words read their body themselves, within bounds."""
        app.add_route(self._pages.guarded(self.welcome), "/report", methods=["GET", "HEAD"], name="report_welcome")
        app.add_route(self._pages.guarded(self.tell), "/report/tell", methods=["POST"], name="report_tell", stream=True)
        app.add_route(self._pages.guarded(self.kinds), "/report/kinds", methods=["POST"], name="report_kinds", stream=True)
        app.add_route(self._pages.guarded(self.send), "/report/send", methods=["POST"], name="report_send", stream=True)
        app.add_route(self._pages.guarded(self.noted), "/report/noted", methods=["POST"], name="report_noted", stream=True)

    async def welcome(self, request: Request, trouble: str | None = None, lang: str | None = None) -> HTTPResponse:
        """Who can see this, what protects, what it is about."""
        language = language_of(request, lang)
        if not await self._house.ledger.open_for_reports():
            return self._pages.show("closed.html", language, here="/report", bodies=self._pages.bodies(language))
        helper = str(request.args.get("with") or "")[:400]
        return self._pages.show(
            "welcome.html", language, here="/report", kinds=list(kinds()), trouble_text=trouble, helper=self._renewed(helper),
            given={}, kept=False, chosen="",
        )

    async def kinds(self, request: Request) -> HTTPResponse:
        """What it is about, once more: what was typed for another kind goes along in the page, and in nothing else."""
        form = await read(request)
        language = language_of(request, form.get("lang"))
        if not await self._house.ledger.open_for_reports():
            return await self.welcome(request, lang=language)
        given = {name: form.get(name) for name in TOLD if form.get(name)}
        signed = form.get("helper")
        return self._pages.show(
            "welcome.html", language, kinds=list(kinds()), trouble_text=None, given=given, kept=True, chosen=form.get("kind"),
            # A helper who cannot be read stays in the form, so that it is not sent as if there were none.
            helper=signed if self._lost(form) else self._renewed(signed),
        )

    async def tell(self, request: Request) -> HTTPResponse:
        """The questions of a kind."""
        form = await read(request)
        language = language_of(request, form.get("lang"))
        kind = kinds().get(form.get("kind"))
        if kind is None or not await self._house.ledger.open_for_reports():
            return await self.welcome(request, lang=language)
        return self._form(kind, language, form)

    async def send(self, request: Request) -> HTTPResponse:
        """Takes the report and shows its code, once."""
        form = await read(request)
        language = language_of(request, form.get("lang"))
        kind = kinds().get(form.get("kind"))
        if kind is None:
            return await self.welcome(request, lang=language)
        if not form.whole:
            return self._form(kind, language, form, "form_too_much", 413)
        if self._lost(form) and form.get("alone") != "yes":
            # Without it the report would not know who helped, and would lie open to them.
            return self._form(kind, language, form, "form_helper_over", 400)
        told = self._telling(kind, language, form)
        if any(len(text.strip()) > TEXT_LIMIT for text in told.answers.values()):
            # Before the sum: solved once more for nothing otherwise.
            return self._form(kind, language, form, "form_long", 400)
        tasks, token = self._house.report_tasks, form.get("task")
        identity = tasks.identity(token, "report")
        if identity is None:
            return self._form(kind, language, form, "form_wrong_sum", 400)
        story = told.answers.get("what", "")

        async def work() -> Filed:
            if not any(value.strip() for value in told.answers.values()) and not told.files:
                raise WaymarkError("reports.empty")
            if not tasks.solved(token, "report", form.get("sum"), form.get("work")):
                raise WrongSum
            # Who reads the page in German, say, may still tell it in Arabic.
            spoken = await asyncio.to_thread(told_in, self._house, story, chosen=None, prior=language)
            return await self._house.intake.take(told._replace(told_in=spoken))

        try:
            filed = await self._once.do(f"{identity}:{form.mark(*PASSING)}", work)
        except WrongSum:
            sentence = "form_sent_before" if tasks.used(token, "report") else "form_wrong_sum"
            return self._form(kind, language, form, sentence, 400)
        except WaymarkError as error:
            if error.code == "reports.no_readers":
                return await self.welcome(request, lang=language)
            sentence = SENTENCES.get(error.code) or ("form_file" if error.code.startswith("attachment.") else "form_failed")
            return self._form(kind, language, form, sentence, 400)
        except Exception as error:
            logger.error("A report could not be taken: %s", type(error).__name__)
            return self._form(kind, language, form, "form_failed", 500)
        danger = await asyncio.to_thread(self._danger, story, language)
        return self._code_page(filed, language, danger=danger)

    async def noted(self, request: Request) -> HTTPResponse:
        """Checks the last four digits: "I have written it down"."""
        form = await read(request)
        language = language_of(request, form.get("lang"))
        known = self._tickets.read("code", form.get("ticket"))
        if known is None:
            return self._pages.message(language, "report_title_error", "form_expired", 400)
        filed = Filed(known["report"], known["code"])
        typed = receipts.last_digits(form.get("last"))
        if typed is None or typed != filed.code[-len(typed) :]:
            return self._code_page(filed, language, trouble="form_code_wrong", status=400)
        await self._house.intake.noted(filed.report_id)
        report = await self._house.reports.get(filed.report_id)
        if report is None:
            return self._pages.message(language, "report_title_error", "gone", 404)
        due = working_days_after(report.day, self._house.settings.report_acknowledge_days)
        return self._pages.show("noted.html", language, due=due)

    def _form(
        self, kind: Kind, language: str, form: Form, trouble: str | None = None, status: int = 200
    ) -> HTTPResponse:
        render, lost = self._house.wording.render, self._lost(form)
        if lost and trouble is None:
            trouble = "form_helper_over"
        return self._pages.show(
            "tell.html", language, status=status, kind=kind, towns=self._towns, given=form.fields,
            trouble_text=render(f"utter_report_{trouble}", language, limit=TEXT_LIMIT).text if trouble else None,
            sum=self._house.report_tasks.new("report"), helper_lost=lost,
            helper=form.get("helper") if lost else self._renewed(form.get("helper")),
        )

    def _code_page(
        self, filed: Filed, language: str, trouble: str | None = None, danger: str | None = None, status: int = 200
    ) -> HTTPResponse:
        render = self._house.wording.render
        return self._pages.show(
            "sent.html", language, status=status, groups=receipts.grouped(filed.code).split(),
            qr=segno.make(filed.code, micro=False).svg_data_uri(scale=4, border=2),
            ticket=self._tickets.make("code", report=filed.report_id, code=filed.code),
            trouble_text=render(f"utter_report_{trouble}", language).text if trouble else None,
            danger_text=render(f"utter_danger_{danger}", language).text if danger else None,
        )

    def _telling(self, kind: Kind, language: str, form: Form) -> Telling:
        answers = {question.name: form.get(question.name) for question in kind.asks}
        town = form.get("district")
        district = town if town in self._towns else None
        # The town chosen from the list is part of the answer, sealed with it; it is counted only if figures are allowed.
        answers["where"] = "\n".join(part for part in (district or "", answers.get("where", "").strip()) if part)
        return Telling(kind.name, language, answers, form.files, district, helper=self._helper(form.get("helper")))

    def _helper(self, signed: str) -> str | None:
        found = self._tickets.read("helper", signed) if signed else None
        return str(found["mediator"]) if found else None

    def _renewed(self, signed: str) -> str:
        """A fresh ticket for the same mediator, with every page; "" for none."""
        mediator = self._helper(signed)
        return helper_ticket(self._tickets, mediator) if mediator else ""

    def _lost(self, form: Form) -> bool:
        """Whether the form says that a mediator helps, and we cannot read who."""
        return bool(form.get("helper")) and self._helper(form.get("helper")) is None

    def _danger(self, text: str, language: str) -> str | None:
        kind: str | None = self._house.danger.look(text, language, remember=False).kind if text.strip() else None
        return kind


def helper_ticket(tickets: Tickets, mediator_id: str) -> str:
    """What a mediator's link to the form carries after `?with=`, so that they are bound as the mediator of this report."""
    return tickets.make("helper", mediator=mediator_id)

