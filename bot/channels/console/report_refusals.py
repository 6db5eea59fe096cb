"""Why not, as a page: for who opens a page of the report desk or sends one of its forms, and may not, or not now.

Who was signed out while writing gets the words back in the page itself, and sends them on after signing in: the server keeps
nothing for somebody whom it does not know, and shows nobody what another session wrote.
"""

from __future__ import annotations

import re
from contextlib import suppress

from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.report_acts import WORDS, field, form_of, typed, worth_keeping
from bot.channels.console.report_pages import Pages, circle_of
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor, is_from_our_page, visitor
from bot.channels.reports.pages import language_of
from bot.errors import WaymarkError

HOME = "/desk/reports"
# What answers no browser's page, but a script of ours.
FOR_SCRIPTS = (f"{HOME}/pulse", f"{HOME}/style.css", f"{HOME}/watch.js")
_OF_REPORT = re.compile(rf"{HOME}/([0-9a-f]{{32}})(?:/(\w+))?.*")


def add_report_refusals(console: Console) -> None:
    """From now on pages under /desk/reports are refused with a page."""
    house, pages = console.house, Pages(console.house)

    async def refuse(request: Request, error: WaymarkError, status: int) -> HTTPResponse | None:
        if not _is_page(request):
            return None
        who = await visitor(request, house)
        if who is not None and who.session.stage != "full":
            who = None
        kept: dict[str, str] = {}
        back = act = lang = ""
        if request.method == "POST":
            with suppress(WaymarkError):
                back, act, lang = field(request, "back"), field(request, "act"), field(request, "lang")
                back, act = _came_from(request, back, act)
            # Only what our own page has sent: nobody else puts words into a reader's page.
            found = typed(request, len(request.body)) if is_from_our_page(request, house) else {}
            kept = found if found and worth_keeping(found) else {}
        signed_out = error.code == "console.signed_out"
        again = request.path if request.method != "POST" else f"{HOME}/{back}" if len(back) == 32 and back.isalnum() else HOME
        return await pages.show(
            "refused.html", who, "", status=status, error=error if not signed_out or request.method == "POST" else None,
            speaking=language_of(request, lang), signed_out=signed_out, kept=kept, back=back, act=act, again=again, words=WORDS,
        )

    console.refuse_pages(refuse)


async def refused(pages: Pages, who: Visitor, error: WaymarkError) -> HTTPResponse:
    """A page that says why not; the same for what does not exist and what is not for this reader."""
    status = 404 if error.code in ("reports.unknown", "reports.gone") else 403
    return await pages.show("refused.html", who, "", error=error, status=status, signed_out=False, kept={})


async def without_key(console: Console, who: Visitor) -> WaymarkError | None:
    """Why no passphrase of this person's could open anything; None if theirs can."""
    circle = circle_of(who)
    if circle is None:
        return WaymarkError("reports.both")
    members = await console.house.report_circles.members(circle)
    mine = next((holder for holder in members if holder.id == who.id), None)
    if mine is None:
        return WaymarkError("reports.no_key")
    return WaymarkError("reports.not_admitted") if mine.vouched is None else None


def _is_page(request: Request) -> bool:
    if not (request.path == HOME or request.path.startswith(f"{HOME}/")) or request.path in FOR_SCRIPTS:
        return False
    return not any(
        request.headers.get(name, "").lower().startswith("application/json") for name in ("content-type", "accept")
    )


def _came_from(request: Request, back: str, act: str) -> tuple[str, str]:
    """The report and the form of its page that a form came from; what it carries itself if it was sent to no report."""
    found = _OF_REPORT.fullmatch(request.path)
    return (found[1], form_of(found[2] or "", request)) if found else (back, act)
