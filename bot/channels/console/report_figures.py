"""Early warning for leads and oversight, visit feedback for curators: figures alone."""

from __future__ import annotations

import asyncio

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.report_pages import Pages, reading_language
from bot.channels.console.report_refusals import HOME
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE, launch_code


def add_report_figures(console: Console) -> None:
    """Adds the two pages."""
    house, pages = console.house, Pages(console.house)

    @console.route(f"{HOME}/warnings", roles=("lead", "oversight"))
    async def warnings(request: Request, who: Visitor) -> HTTPResponse:
        await house.warnings.collect()
        language = launch_code(reading_language(who)) or SOURCE_LANGUAGE

        def topic(name: str) -> str:
            if f"report_kind_{name}" in set(house.wording.names()):
                return house.wording.label(f"report_kind_{name}", language)
            return house.cards.topic(name, language) if name in house.directory.terms else name

        return await pages.show("warnings.html", who, f"{HOME}/warnings", found=await house.warnings.now(), topic=topic)

    @console.route(f"{HOME}/feedback", roles=("curator", "oversight"))
    async def feedback(request: Request, who: Visitor) -> HTTPResponse:
        language = launch_code(reading_language(who)) or SOURCE_LANGUAGE

        def record(name: str) -> str:
            return house.cards.name(name, language) if name in house.directory.services else name

        opinions = await asyncio.to_thread(house.visit_feedback.opinions)
        proposals = await house.visit_feedback.store.proposals()
        return await pages.show(
            "feedback.html", who, f"{HOME}/feedback", opinions=opinions, proposals=proposals, record=record
        )

    @console.route(f"{HOME}/feedback", roles=("curator",), methods=("POST",))
    async def settle(request: Request, who: Visitor) -> HTTPResponse:
        number = str(request.form.get("number") or "")
        if not (number.isascii() and number.isdigit()) or len(number) > 9:
            raise WaymarkError("console.body")
        await house.visit_feedback.store.settle(int(number))
        await house.audit.note("feedback.settled", who.id)
        return response.redirect(f"{HOME}/feedback", status=303)
