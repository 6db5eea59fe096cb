"""Readers make their own keys in the console, and admit each other; nobody but they learns a passphrase."""

from __future__ import annotations

import hmac
from typing import Any

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.report_pages import Pages, circle_of
from bot.channels.console.report_refusals import HOME
from bot.channels.console.reports import INSIDERS
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor
from bot.errors import WaymarkError

KEYS = f"{HOME}/keys"


def add_report_keys(console: Console) -> None:
    """Adds the page of keys."""
    house, pages = console.house, Pages(console.house)

    async def show(who: Visitor, said: str = "", error: WaymarkError | None = None, status: int = 200) -> HTTPResponse:
        circle = circle_of(who)
        if circle is None:
            raise WaymarkError("reports.both")
        members = await house.report_circles.members(circle)
        mine = next((holder for holder in members if holder.id == who.id), None)
        founded = bool(await house.report_circles.sealed_to(circle))
        return await pages.show(
            "keys.html", who, KEYS, members=members, mine=mine, founded=founded, said=said, error=error, status=status
        )

    def passphrase(request: Request) -> str:
        """The new passphrase, typed twice."""
        told, again = str(request.form.get("passphrase") or ""), str(request.form.get("again") or "")
        if not hmac.compare_digest(told.encode("utf-8", "replace"), again.encode("utf-8", "replace")):
            raise WaymarkError("reports.differ")
        return told[:1000]

    @console.route(KEYS, roles=INSIDERS)
    async def page(request: Request, who: Visitor) -> HTTPResponse:
        return await show(who, "key_changed" if request.args.get("changed") else "")

    @console.route(f"{KEYS}/<act:(make|change|admit)>", roles=INSIDERS, methods=("POST",))
    async def change(request: Request, who: Visitor, act: str) -> Any:
        circle = circle_of(who)
        if circle is None:
            raise WaymarkError("reports.both")
        try:
            if act == "make":
                await house.report_circles.public(circle)
                await house.report_circles.enrol(who.id, circle, passphrase(request))
                await house.audit.note("reports.enrolled", who.id)
            elif act == "change":
                house.report_sessions.may_try(who.id)
                before = str(request.form.get("before") or "")[:1000]
                await house.report_circles.change_passphrase(who.id, circle, before, passphrase(request))
                await house.audit.note("reports.passphrase_changed", who.id)
            else:
                await admit(request, who)
        except WaymarkError as error:
            if error.code == "reports.passphrase":
                house.report_sessions.was_wrong(who.id)
            return await show(who, error=error, status=409)
        return response.redirect(KEYS + ("?changed=1" if act == "change" else ""), status=303)

    async def admit(request: Request, who: Visitor) -> None:
        keys = house.report_sessions.get(who.session.token_hash, who.id)
        if keys is None:
            raise WaymarkError("reports.locked")
        member = str(request.form.get("member") or "")[:40]
        # The key that is admitted is the one whose fingerprint stood on the page.
        await house.report_circles.admit(keys, member, str(request.form.get("fingerprint") or "")[:40])
        await house.audit.note("reports.admitted", who.id, member[:12])
