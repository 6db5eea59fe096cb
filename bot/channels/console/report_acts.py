"""What a reader can do with a report, and what of a form stays typed if it cannot be done."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Awaitable, Callable
from typing import Any

from sanic.request import Request

from bot.channels.console.report_pages import reading_language
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor
from bot.errors import WaymarkError
from bot.wording.messages import plain

# The fields that a reader fills in; those with words of theirs are worth keeping.
FIELDS = ("text", "until", "reason", "outcome", "why", "summary", "service", "translation", "machine")
WORDS = ("text", "summary", "translation")
BLANK = dict.fromkeys(FIELDS, "")
# Far more than is taken, so that a text that is too long goes back to its page whole. Signs of a summary at most.
KEPT_LIMIT = 200_000
# Bytes of a form: browsers send one sign of Arabic as six or twelve.
FORM_LIMIT = 1_000_000
SUMMARY_LIMIT = 2000

Act = Callable[[Request, Visitor, str], Awaitable[Any]]


def field(request: Request, name: str, limit: int = 100) -> str:
    """A field of a form, "" if it is missing. WaymarkError "console.body" if it is longer than `limit` characters.

    Lines end with "\\n" in it: a browser sends two signs for the one that it counted.
    """
    text = str(request.form.get(name) or "").replace("\r\n", "\n").replace("\r", "\n")
    if len(text) > limit:
        raise WaymarkError("console.body")
    return text.encode("utf-8", "replace").decode()


def typed(request: Request, limit: int = KEPT_LIMIT) -> dict[str, str]:
    """What was typed, by field."""
    return {name: field(request, name, limit) for name in FIELDS}


def form_of(act: str, request: Request) -> str:
    """Which form of the page an act came from: a draft is of an answer, or of a decision."""
    return act if act != "draft" else "decide" if field(request, "for") == "decide" else "answer"


def worth_keeping(found: dict[str, str]) -> bool:
    """Whether there are words in it that somebody would have to write again."""
    return any(found[name].strip() for name in WORDS)


def day(text: str) -> dt.date:
    """A day of a form. WaymarkError "reports.day"."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        raise WaymarkError("reports.day") from None


def once(request: Request, act: str) -> str:
    """The key of an act: the same only for a second tap on the same form with the same words.

    One page has several forms, and a browser's way back shows it again with the same fields: two acts must never share a key.
    """
    given = (request.form or {}).items()
    said = sorted((name, str(values[0])) for name, values in given if values and name not in ("csrf", "lang"))
    return hashlib.sha256(json.dumps([act, said]).encode()).hexdigest()[:32]


def report_acts(console: Console) -> dict[str, Act]:
    """The acts by the last part of the address. What one gives back is "untranslated" if the person reads the original."""
    house = console.house
    review = house.report_review

    async def answer(request: Request, who: Visitor, report_id: str) -> str:
        given = typed(request)
        return await review.answer(
            report_id, who.id, given["text"], reading_language(who), once(request, "answer"), _corrected(given)
        )

    async def refer(request: Request, who: Visitor, report_id: str) -> None:
        service, line = field(request, "service"), await review.line(report_id, who.id)
        if service not in house.directory.services:
            raise WaymarkError("reports.service")
        card = plain("", [house.cards.service(service, line.report.language)])
        await review.refer(report_id, who.id, service, card, once(request, "refer"))

    async def pass_on(request: Request, who: Visitor, report_id: str) -> None:
        other = field(request, "to")
        # Who has no admitted key, or one of the oversight's circle, could never open it.
        if other not in await house.report_readers():
            raise WaymarkError("reports.excluded")
        await review.pass_on(report_id, who.id, other)

    async def decide(request: Request, who: Visitor, report_id: str) -> str:
        given = typed(request)
        if len(given["summary"]) > SUMMARY_LIMIT:
            raise WaymarkError("reports.text", limit=SUMMARY_LIMIT)
        return await review.decide(
            report_id, who.id, given["outcome"], given["why"] or None, given["text"], given["summary"], reading_language(who),
            once(request, "decide"), _corrected(given),
        )

    async def note(request: Request, who: Visitor, report_id: str) -> None:
        await review.note(report_id, who.id, typed(request)["text"], reading_language(who), once(request, "note"))

    async def delay(request: Request, who: Visitor, report_id: str) -> None:
        await review.delay(report_id, who.id, day(field(request, "until")), field(request, "reason"))

    return {
        "take": lambda request, who, report_id: review.acknowledge(report_id, who.id),
        "answer": answer, "refer": refer, "pass": pass_on, "decide": decide, "note": note, "delay": delay,
        "link": lambda request, who, report_id: review.link(report_id, who.id, field(request, "other")),
        "unlink": lambda request, who, report_id: review.unlink(report_id, who.id, field(request, "other")),
        "close": lambda request, who, report_id: review.close(report_id, who.id),
    }


def _corrected(given: dict[str, str]) -> str | None:
    """The translation as the reader changed it; None if it is the machine's."""
    changed = given["translation"].strip() and given["translation"].split() != given["machine"].split()
    return given["translation"] if changed else None
