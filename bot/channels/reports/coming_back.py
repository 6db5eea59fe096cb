"""Coming back to the form with the code. The code is posted, never part of an address, and never written into a page."""

from __future__ import annotations

import asyncio
import functools
import logging
import secrets as random
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.reports.forms import Form, read
from bot.channels.reports.once import Once, WrongSum
from bot.channels.reports.pages import Pages, Speaker, language_of
from bot.channels.reports.tickets import Tickets
from bot.channels.told_in import added_in
from bot.container import Container
from bot.errors import WaymarkError
from bot.languages import language_name
from bot.reporting.intake import TEXT_LIMIT
from bot.reporting.returning import Returning, Session
from bot.reporting.standing import reason_labels
from bot.store.reports import StepRow

logger = logging.getLogger(__name__)
# A second tap within so many seconds opens the report with the first one's check. The person's key is in memory for so long.
REMEMBERED = 10.0
# What a person typed on the page of a report, as a form carries it: to the page that asks for the number, and back.
TYPED = ("text", "happened", "other")
# What is wrong -> which sentence says so.
SENTENCES = {
    "reports.text": "form_long", "reports.file_large": "form_file", "reports.file_many": "form_file",
    "reports.file_kind": "form_file",
}


class ReturnPages:
    """The routes of coming back."""

    def __init__(self, house: Container, pages: Pages, tickets: Tickets) -> None:
        self._house, self._pages, self._tickets = house, pages, tickets
        self._once: Once[Session | None] = Once(REMEMBERED)

    @property
    def _returning(self) -> Returning:
        return self._house.returning

    def register(self, app: Sanic) -> None:
        """Adds the routes."""
        app.add_route(self._pages.guarded(self.ask), "/report/return", methods=["GET", "HEAD"], name="report_return")
        app.add_route(self._pages.guarded(self.enter), "/report/return", methods=["POST"], name="report_enter", stream=True)
        app.add_route(self._pages.guarded(self.act), "/report/act", methods=["POST"], name="report_act", stream=True)

    async def ask(self, request: Request) -> HTTPResponse:
        """Asks for the code."""
        return self._ask(language_of(request), here="/report/return")

    async def enter(self, request: Request) -> HTTPResponse:
        """Checks a code and shows the report. Right and wrong take the same time."""
        form = await read(request)
        language, typed = language_of(request, form.get("lang")), _typed(form, "typed")
        tasks, token = self._house.report_tasks, form.get("task")
        identity = tasks.identity(token, "return")

        async def work() -> Session | None:
            if not tasks.solved(token, "return", form.get("sum"), form.get("work")):
                raise WrongSum
            return await self._returning.enter(form.get("code"))

        try:
            if identity is None:
                raise WrongSum
            session = await self._once.do(f"{identity}:{form.mark('sum', 'work', 'lang')}", work)
        except WrongSum:
            return self._ask(language, "return_wrong_sum", 400, typed=typed)
        if session is None:
            return self._ask(language, "code_unknown", 400, typed=typed)
        return await self._show(session, language, typed=typed, returned=bool(typed))

    async def act(self, request: Request) -> HTTPResponse:
        """What the person does with an opened report."""
        form = await read(request)
        language, typed = language_of(request, form.get("lang")), _typed(form, "act")
        known = self._tickets.read("session", form.get("ticket"))
        if known is None:
            return self._ask(language, "session_over_kept" if typed else "session_over", 400, typed=typed)
        report = await self._house.reports.get(known["report"])
        if report is None:
            return self._pages.message(language, "report_title_error", "gone", 404)
        session = Session(report, bytes.fromhex(known["private"]))
        try:
            if not form.whole:
                return await self._show(session, language, trouble="form_too_much", typed=typed, status=413)
            return await self._act(session, language, form)
        except WaymarkError as error:
            if error.code == "reports.gone":
                return self._pages.message(language, "report_title_error", "gone", 404)
            sentence = SENTENCES.get(error.code) or ("form_file" if error.code.startswith("attachment.") else "form_failed")
            return await self._show(session, language, trouble=sentence, typed=typed, status=400)

    async def _act(self, session: Session, language: str, form: Form) -> HTTPResponse:
        act, text = form.get("act"), form.get("text")
        # Only what is the same in all is a second tap: the page has several forms, and a person comes back to them.
        key = form.mark("ticket", "lang") if form.get("key") else None
        told, find = session.report.language, functools.partial(added_in, self._house, text, chosen=None, prior=language)
        spoken = await asyncio.to_thread(find, report=told) if text.strip() else None
        if act == "more":
            if not await self._returning.say(session, text, files=form.files, key=key, language=spoken):
                return await self._show(session, language, trouble="form_empty", status=400)
            return await self._show(session, language, told="more_taken")
        if act == "since":
            happened = form.get("happened") == "yes"
            await self._returning.since(session, happened, text, form.get("other") == "yes", key, spoken)
            return await self._show(session, language, told="since_taken" if happened else "since_no")
        if act == "complain":
            done = await self._returning.complain(session, text, key, spoken)
            if not done:
                return await self._show(session, language, trouble="form_empty", status=400)
            return await self._show(session, language, told="complaint_taken")
        if act == "reopen":
            await self._returning.reopen(session)
            return await self._show(session, language, told="reopened")
        if act == "helpful":
            await self._returning.helpful(session, form.get("helpful") == "yes")
            return await self._show(session, language, told="helpful_taken")
        if act == "withdraw_yes":
            await self._returning.withdraw(session)
            return self._pages.message(language, "report_title_noted", "withdrawn")
        return await self._show(session, language, asked="withdraw" if act == "withdraw" else None)

    def _ask(
        self, language: str, trouble: str | None = None, status: int = 200, here: str | None = None,
        typed: dict[str, str] | None = None,
    ) -> HTTPResponse:
        """Asks for the code. `typed` goes along in the page, and in nothing else."""
        text = self._house.wording.render(f"utter_report_{trouble}", language).text if trouble else None
        task = self._house.report_tasks.new("return")
        return self._pages.show("return.html", language, status=status, here=here, trouble_text=text, sum=task, typed=typed or {})

    async def _show(
        self, session: Session, language: str, *, told: str | None = None, trouble: str | None = None,
        asked: str | None = None, typed: dict[str, str] | None = None, returned: bool = False, status: int = 200,
    ) -> HTTPResponse:
        """The page of a report. `returned`: what was typed came along from before, and is said beside its field."""
        view = await self._returning.view(session)
        told = "since_unread" if told == "since_taken" and view.unread else told

        def render(name: str | None) -> str | None:
            return self._house.wording.render(f"utter_report_{name}", language, limit=TEXT_LIMIT).text if name else None

        ticket = self._tickets.make("session", report=session.report.id, private=session.private.hex())
        return self._pages.show(
            "view.html", language, status=status, view=view, ticket=ticket, key=random.token_hex(12), asked=asked,
            typed={"act": "", **dict.fromkeys(TYPED, ""), **(typed or {})}, told=render(told), trouble_text=render(trouble),
            returned=returned, next_date=view.next_date, step_text=step_text, named=lambda code: language_name(code, language),
            bodies=self._pages.bodies(language, session.report.kind), cards=lambda ids: self._cards(ids, language),
        )

    def _cards(self, records: list[str], language: str) -> list[dict[str, Any]]:
        known = [record for record in records if record in self._house.directory.services]
        return self._pages.cards(known, language)


def _typed(form: Form, act: str) -> dict[str, str]:
    """What was typed and would be lost, with the act it was typed for (the field `act` says which); {} if there was nothing."""
    if not form.get("text").strip() or not form.get(act):
        return {}
    return {"act": form.get(act), **{name: form.get(name) for name in TYPED}}


def step_text(speaker: Speaker, step: StepRow) -> str:
    """A step in words: what, with whom, why."""
    wanted = f"report_step_{step.name}"
    name = wanted if speaker.knows(wanted) else "report_step_other"
    reason = ", ".join(speaker.label(label) for label in reason_labels(step) if speaker.knows(label))
    return speaker.label(name, role=speaker.named("role", step.role), reason=reason)
