"""The readers' pages as HTML: Jinja templates with the house's wording, complete without scripts."""

from __future__ import annotations

import datetime as dt
import hashlib
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined, pass_context
from jinja2.runtime import Context
from markupsafe import Markup
from sanic import response
from sanic.response import HTTPResponse

from bot.channels.console.session import Visitor
from bot.container import Container
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE, language_name, launch_code
from bot.reporting.keys import Circle, fingerprint
from bot.reporting.standing import OUTCOMES, REASONS, WHY, reason_labels
from bot.wording.refusals import sentence

PAGE = Path(__file__).resolve().parent / "report_page"
# Where the menu leads, by the roles that see it; names are labels report_desk_<name>.
PLACES = (
    ("inbox", "/desk/reports", frozenset({"reader", "oversight"})),
    ("alerts", "/desk/reports/alerts", frozenset({"reader", "oversight"})),
    ("warnings", "/desk/reports/warnings", frozenset({"lead", "oversight"})),
    ("feedback", "/desk/reports/feedback", frozenset({"curator", "oversight"})),
    ("keys", "/desk/reports/keys", frozenset({"reader", "oversight"})),
)


def circle_of(who: Visitor) -> Circle | None:
    """The circle that a visitor's role belongs to. Who has both roles is neither: see Circles.enrol."""
    roles = who.roles & {"reader", "oversight"}
    if len(roles) != 1:
        return None
    return "oversight" if "oversight" in roles else "readers"


def reading_language(who: Visitor) -> str:
    """The language a visitor reads: the first they named."""
    return who.mediator.languages[0]


class Page:
    """What every page shows. `pulse` changes when there is something new to see; `who` is None for who is not signed in."""

    def __init__(
        self, house: Container, who: Visitor | None, language: str, here: str = "", told: int = 0, unlocked: bool = False,
        pulse: str = "",
    ) -> None:
        self.language = language
        self.direction = house.wording.direction(self.language)
        self.here = here
        self.told = told
        self.unlocked = unlocked
        self.pulse = pulse
        self.places = [(name, address) for name, address, roles in PLACES if who is not None and roles & who.roles]


class Pages:
    """Renders the templates."""

    def __init__(self, house: Container) -> None:
        self._house = house
        self._templates = Environment(
            loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )

    async def page(self, who: Visitor, here: str) -> Page:
        """The frame of a page for a visitor."""
        circle, house = circle_of(who), self._house
        alerts = await house.report_work.alerts(circle) if circle else []
        held = house.report_sessions.get(who.session.token_hash, who.id)
        language = launch_code(reading_language(who)) or SOURCE_LANGUAGE
        return Page(house, who, language, here, len(alerts), held is not None, await self.pulse(who))

    async def pulse(self, who: Visitor) -> str:
        """A short text that changes when a report, a message or an alert came."""
        circle, house = circle_of(who), self._house
        if circle is None:
            return ""
        lines = await house.report_review.lines(who.id if circle == "readers" else None)
        words = await house.report_work.last_words()
        told = [(line.report.id, line.report.state, line.report.urgent, words.get(line.report.id)) for line in lines]
        told_of = [alert[:4] for alert in await house.report_work.alerts(circle)]
        return hashlib.sha256(repr((told, told_of)).encode()).hexdigest()[:16]

    async def names(self) -> dict[str, str]:
        """Names of everybody at the desk, by id."""
        return {person.id: person.name for person in await self._house.mediators.list()}

    async def show(
        self, template: str, who: Visitor | None, here: str, *, status: int = 200, said: str = "",
        error: WaymarkError | None = None, speaking: str = SOURCE_LANGUAGE, **values: Any,
    ) -> HTTPResponse:
        """A page. `said`: a label of what was done; `error`: what was not. `speaking`: the language for who is not signed in."""
        page = await self.page(who, here) if who is not None else Page(self._house, None, speaking)
        label, language = self._house.wording.label, page.language

        def text(name: str, /, **filled: Any) -> str:
            return label(f"report_desk_{name}", language, **filled)

        @pass_context
        def csrf(_: Context) -> Markup:
            # The language goes along: if nobody is signed in any more when the form comes, the answer is still in it.
            fields = (("csrf", who.csrf if who is not None else ""), ("lang", language))
            return Markup("").join(Markup('<input type="hidden" name="{}" value="{}">').format(*one) for one in fields)

        html = self._templates.get_template(template).render(
            page=page, t=text, csrf=csrf, label=lambda name, **filled: label(name, language, **filled),
            date=lambda day: format_date(day, "medium", locale=language), language=lambda code: language_name(code, language),
            moment=lambda seconds: format_date(dt.datetime.fromtimestamp(seconds), "medium", locale=language),
            fingerprint=fingerprint, names=await self.names(), me=who.id if who is not None else "",
            reading=reading_language(who) if who is not None else language,
            said=text(said, own=language_name(reading_language(who) if who is not None else language, language)) if said else "",
            error=sentence(error, self._house.wording, language) if error is not None else "", outcomes=OUTCOMES, reasons=REASONS,
            whys=WHY, step_text=lambda step: self._step(step, language), alert_text=lambda alert: self._alert(alert, text),
            question=lambda about, kind: self._question(about, kind, language), **values,
        )
        return response.html(html, status=status)

    def _step(self, step: Any, language: str) -> str:
        label, known = self._house.wording.label, set(self._house.wording.names())
        name = f"report_step_{step.name}"
        if step.name == "assigned":
            return label("report_step_with", language, role=label("report_role_reader", language))
        reason = ", ".join(label(one, language) for one in reason_labels(step) if one in known)
        text = label(name if name in known else "report_step_other", language, role="", reason=reason)
        until = format_date(step.until, "medium", locale=language) if step.until else ""
        return f"{text} ({label('report_desk_until', language, date=until)})" if until else text

    def _alert(self, alert: Any, text: Any) -> str:
        stage, _, part = alert.kind.partition("_")
        if not part:
            return str(text(f"alert_{alert.kind}"))
        return str(text(f"alert_{stage}_late") if part == "100" else text(f"alert_{stage}", part=part))

    def _question(self, about: str, kind: str, language: str) -> str:
        name = f"utter_report_ask_what_{kind}" if about == "what" else f"utter_report_ask_{about}"
        known = name in set(self._house.wording.names())
        return self._house.wording.render(name, language).text if known else about
