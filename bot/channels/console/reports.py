"""The readers' part of the console, under /desk/reports: the inbox and one report. Everything works without scripts."""

from __future__ import annotations

import datetime as dt
import hashlib
import secrets as random
from pathlib import Path
from typing import Any

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.report_acts import BLANK, FORM_LIMIT, day, field, form_of, report_acts, typed, worth_keeping
from bot.channels.console.report_pages import PAGE, Pages, circle_of, reading_language
from bot.channels.console.report_refusals import HOME, refused, without_key
from bot.channels.console.routes import EVERYONE, SIGNED_IN, Console
from bot.channels.console.session import Visitor
from bot.errors import WaymarkError
from bot.reporting.circles import Unlocked
from bot.reporting.opened import short
from bot.store.report_work import Alert

INSIDERS = ("reader", "oversight")
# What is sent with a file of a report: it is saved, and never shown as a page of ours.
FILE_HEADERS = {"Content-Security-Policy": "sandbox; default-src 'none'", "X-Content-Type-Options": "nosniff"}
# What is said after an act, by how its address says that it is done.
DONE = {"1": "ok", "untranslated": "done_untranslated"}
STATIC = {"style.css": "text/css; charset=utf-8", "watch.js": "text/javascript; charset=utf-8"}


def add_reports(console: Console) -> None:
    """Adds inbox, reports and alerts."""
    house, pages = console.house, Pages(console.house)
    console.when_signed_out(house.report_sessions.drop)
    contents = {name: (Path(PAGE / name).read_bytes(), kind) for name, kind in STATIC.items()}

    def held(who: Visitor) -> Unlocked | None:
        return house.report_sessions.get(who.session.token_hash, who.id)

    async def locked(
        who: Visitor, back: str, error: WaymarkError | None = None, status: int = 200, given: dict[str, str] | None = None,
        act: str = "",
    ) -> HTTPResponse:
        """Asks for the passphrase, if one can help. What was typed goes along in the page, and in nothing else."""
        helpless = await without_key(console, who)
        if helpless is not None:
            return await refused(pages, who, helpless)
        kept = given if given is not None and worth_keeping(given) else {}
        return await pages.show(
            "locked.html", who, HOME, minutes=house.settings.report_unlock_minutes, back=back, error=error, status=status,
            kept=kept, act=act, said="typed_kept" if kept else "",
        )

    async def one(
        request: Request, who: Visitor, report_id: str, *, error: WaymarkError | None = None, status: int = 200,
        given: dict[str, str] | None = None, act: str = "", draft: Any = None, said: str = "",
    ) -> HTTPResponse:
        """The page of one report."""
        keys, circle, language = held(who), circle_of(who), reading_language(who)
        if keys is None or circle is None:
            return await locked(who, report_id, error, given=given, act=act)
        await house.report_circles.refresh(keys)
        review = house.report_review
        if circle == "oversight":
            opened = await review.overseen(report_id, keys, language)
        else:
            opened = await review.open(report_id, who.id, keys, language)
        if request.method == "GET" or said:
            await house.audit.note("reports.opened", who.id, short(report_id))
        others = await house.report_readers() - opened.line.report.excluded - {who.id}
        readers = [(person.id, person.name) for person in await house.mediators.list(active=True) if person.id in others]
        return await pages.show(
            "report.html", who, "", opened=opened, overseeing=circle == "oversight", key=random.token_hex(12), draft=draft,
            typed=BLANK | (given or {}), act_typed=act, readers=readers, services=_services(house), error=error, status=status,
            notes=[piece for piece in opened.pieces if piece.row.author == "note"], keep_days=house.settings.report_keep_days,
            said=said or DONE.get(request.args.get("done", ""), ""),
        )

    @console.route("/desk/reports/<name:(style.css|watch.js)>", roles=EVERYONE)
    async def static(request: Request, _: None, name: str) -> HTTPResponse:
        content, kind = contents[name]
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = {"ETag": tag, "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tag:
            return response.empty(status=304, headers=headers)
        return response.raw(content, content_type=kind, headers=headers)

    @console.route(HOME, roles=SIGNED_IN)
    async def inbox(request: Request, who: Visitor) -> HTTPResponse:
        circle = circle_of(who)
        if circle is None:
            for address, roles in (("warnings", {"lead"}), ("feedback", {"curator"})):
                if roles & who.roles:
                    return response.redirect(f"{HOME}/{address}")
            raise WaymarkError("console.role")
        lines = await house.report_review.lines(who.id if circle == "readers" else None)
        said = request.args.get("said", "")
        told = said if said in ("said_unlocked", "said_locked") else ""
        return await pages.show("inbox.html", who, HOME, lines=lines, overseeing=circle == "oversight", said=told)

    @console.route("/desk/reports/pulse", roles=INSIDERS)
    async def pulse(request: Request, who: Visitor) -> Any:
        return {"pulse": await pages.pulse(who)}

    @console.route("/desk/reports/kept", roles=INSIDERS, methods=("POST",), body_limit=FORM_LIMIT, token=False)
    async def kept(request: Request, who: Visitor) -> HTTPResponse:
        """The words of who was signed out while writing, back on the page where they were typed. Nothing is sent by it."""
        back, given, act = field(request, "back"), typed(request), field(request, "act")
        if not _is_report(back):
            return response.redirect(HOME, status=303)
        try:
            return await one(request, who, back, given=given, act=act, said="typed_kept")
        except WaymarkError as error:
            return await refused(pages, who, error)

    @console.route("/desk/reports/unlock", roles=INSIDERS, methods=("POST",), body_limit=FORM_LIMIT)
    async def unlock(request: Request, who: Visitor) -> HTTPResponse:
        circle, back, given, act = circle_of(who), field(request, "back"), typed(request), field(request, "act")
        if circle is None:
            raise WaymarkError("reports.both")
        try:
            house.report_sessions.may_try(who.id)
            keys = await house.report_circles.unlock(who.id, circle, field(request, "passphrase", 1000))
        except WaymarkError as error:
            if error.code == "reports.passphrase":
                house.report_sessions.was_wrong(who.id)
                await house.audit.note("reports.wrong_passphrase", who.id)
            return await locked(who, back, error, 429 if error.code == "reports.wait" else 403, given, act)
        house.report_sessions.put(who.session.token_hash, keys)
        await house.audit.note("reports.unlocked", who.id)
        if _is_report(back) and worth_keeping(given):
            try:
                return await one(request, who, back, given=given, act=act, said="typed_kept")
            except WaymarkError as error:
                return await refused(pages, who, error)
        place = f"/{back}" if _is_report(back) or back == "keys" else "?said=said_unlocked"
        return response.redirect(f"{HOME}{place}", status=303)

    @console.route("/desk/reports/lock", roles=INSIDERS, methods=("POST",))
    async def lock(request: Request, who: Visitor) -> HTTPResponse:
        house.report_sessions.drop(who.session.token_hash)
        return response.redirect(f"{HOME}?said=said_locked", status=303)

    @console.route("/desk/reports/alerts", roles=INSIDERS)
    async def alerts(request: Request, who: Visitor) -> HTTPResponse:
        circle = circle_of(who) or "readers"
        found = await house.report_work.alerts(circle)
        if circle == "readers":
            mine = {line.report.id for line in await house.report_review.lines(who.id)}
            found = [alert for alert in found if alert.report_id in mine]
        return await pages.show("alerts.html", who, f"{HOME}/alerts", alerts=list(enumerate(found)))

    @console.route("/desk/reports/alerts", roles=INSIDERS, methods=("POST",))
    async def seen(request: Request, who: Visitor) -> HTTPResponse:
        circle = circle_of(who)
        if circle is None:
            raise WaymarkError("reports.both")
        report_id, name = field(request, "report"), field(request, "name")
        await house.report_review.line(report_id, who.id if circle == "readers" else None)
        await house.report_work.seen(Alert(report_id, name, day(field(request, "began")), circle, dt.date.min), who.id)
        return response.redirect(f"{HOME}/alerts", status=303)

    @console.route("/desk/reports/<report_id:[0-9a-f]{32}>", roles=INSIDERS)
    async def report(request: Request, who: Visitor, report_id: str) -> HTTPResponse:
        try:
            return await one(request, who, report_id)
        except WaymarkError as error:
            return await refused(pages, who, error)

    @console.route("/desk/reports/<report_id:[0-9a-f]{32}>/files/<number:int>", roles=INSIDERS)
    async def file(request: Request, who: Visitor, report_id: str, number: Any) -> HTTPResponse:
        keys, reader = held(who), who.id if circle_of(who) == "readers" else None
        if keys is None:
            return await locked(who, report_id)
        try:
            # Who was removed since reads no file more either.
            await house.report_circles.refresh(keys)
            found = await house.report_review.file(report_id, int(number), reader, keys)
        except WaymarkError as error:
            return await refused(pages, who, error)
        name = f"{short(report_id)}-{number}.{found.name.rpartition('.')[2][:12]}"
        headers = FILE_HEADERS | {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return response.raw(found.data, content_type="application/octet-stream", headers=headers)

    acts = report_acts(console)

    @console.route(
        "/desk/reports/<report_id:[0-9a-f]{32}>/<act:str>", roles=("reader",), methods=("POST",), body_limit=FORM_LIMIT
    )
    async def change(request: Request, who: Visitor, report_id: str, act: str) -> HTTPResponse:
        given = typed(request)
        if circle_of(who) != "readers" or (act not in acts and act != "draft"):
            raise WaymarkError("console.missing")
        keys, form = held(who), form_of(act, request)
        if keys is None:
            return await locked(who, report_id, given=given, act=form)
        try:
            # Who was removed since writes no more either.
            await house.report_circles.refresh(keys)
            if act == "draft":
                draft = await house.report_review.draft(report_id, who.id, given["text"], reading_language(who))
                return await one(request, who, report_id, given=given, act=form, draft=draft)
            done = await acts[act](request, who, report_id)
        except WaymarkError as error:
            if error.code in ("reports.unknown", "reports.gone", "reports.removed"):
                return await refused(pages, who, error)
            if error.code == "reports.locked":
                return await locked(who, report_id, given=given, act=form)
            # What was typed stays on the page.
            return await one(request, who, report_id, error=error, status=409, given=given, act=form)
        return response.redirect(f"{HOME}/{report_id}?done={'untranslated' if done == 'untranslated' else '1'}", status=303)


def _services(house: Any) -> list[tuple[str, str]]:
    found = [(service.id, service.alternate_name or service.name) for service in house.directory.services.values()]
    return sorted(found, key=lambda one: one[1].casefold())


def _is_report(text: str) -> bool:
    return len(text) == 32 and text.isalnum()
