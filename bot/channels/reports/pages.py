"""Pages of the report form: Jinja templates with the house's wording, and headers that keep everything to themselves."""

from __future__ import annotations

import datetime as dt
import logging
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.container import Container
from bot.languages import LAUNCH_LANGUAGES, SOURCE_LANGUAGE, launch_code
from bot.reporting.questions import kinds

logger = logging.getLogger(__name__)
PAGE = Path(__file__).resolve().parent / "page"
# Nothing from elsewhere, no script but ours, in no frame; forms go back here alone.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; form-action 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    # Neither the browser nor anything between keeps a copy; "back" asks again.
    "Cache-Control": "no-store",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), interest-cohort=()",
    "Cross-Origin-Opener-Policy": "same-origin",
    "X-Robots-Tag": "noarchive",
}
FILES = {"report.css": "text/css; charset=utf-8", "report.js": "text/javascript; charset=utf-8"}
# Where "leave quickly" goes: the same as in the chat. Nothing is fetched from there before the person presses it.
EXIT = "https://www.google.com/search?q=weather"


def language_of(request: Request, given: str | None = None) -> str:
    """The language of a page: as asked, else the browser's first that we speak, else English."""
    wanted = launch_code(given or request.args.get("lang"))
    if wanted:
        return wanted
    for part in request.headers.get("accept-language", "")[:200].split(","):
        found = launch_code(part.split(";")[0].strip())
        if found:
            return found
    return SOURCE_LANGUAGE


Handle = Callable[[Request], Awaitable[HTTPResponse]]


class Speaker:
    """What a template says, in one language; remembers what no person has checked yet, for the mark at the page's end."""

    def __init__(self, house: Container, language: str) -> None:
        self.language = language
        self.direction = house.wording.direction(language)
        self.unchecked: list[str] = []
        self._wording = house.wording
        settings = house.settings
        self._defaults = {
            "operator": settings.operator or house.wording.label("operator_unknown", language),
            "acknowledge": settings.report_acknowledge_days, "decide": settings.report_decide_days,
        }

    def say(self, name: str, **values: Any) -> str:
        """A response's text."""
        rendered = self._wording.render(f"utter_report_{name}", self.language, **{**self._defaults, **values})
        if not rendered.reviewed and rendered.source not in self.unchecked:
            self.unchecked.append(rendered.source)
        return rendered.text

    def label(self, name: str, **values: Any) -> str:
        """A short label's text."""
        return self._wording.label(name, self.language, **values)

    def knows(self, name: str) -> bool:
        """Whether there is a label of this name."""
        return name in self._wording.names()

    def named(self, kind: str, name: str | None) -> str:
        """The label `report_<kind>_<name>`; "" without a name. A name that no wording has yet reads "report_<kind>_other"."""
        if name is None:
            return ""
        wanted = f"report_{kind}_{name}"
        return self.label(wanted if self.knows(wanted) else f"report_{kind}_other")

    def date(self, day: dt.date | None) -> str:
        """A day in words, in the language's own form."""
        return str(format_date(day, "long", locale=self.language)) if day else ""


class Pages:
    """Renders pages."""

    def __init__(self, house: Container) -> None:
        self._house = house
        self._templates = Environment(
            loader=FileSystemLoader(PAGE), autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
        )
        self.files = {name: ((PAGE / name).read_bytes(), kind) for name, kind in FILES.items()}

    def show(self, template: str, language: str, *, status: int = 200, here: str | None = None, **values: Any) -> HTTPResponse:
        """A page. `here`: the address that the language links open again; None where a form was sent."""
        speaker = Speaker(self._house, language)
        body = self._templates.get_template(template).render(
            speaker=speaker, say=speaker.say, label=speaker.label, here=here, languages=LAUNCH_LANGUAGES, exit=EXIT,
            numbers=self.numbers(language), **values,
        )
        return response.html(body, status=status, headers=HEADERS | {"Content-Language": language})

    def guarded(self, handle: Handle) -> Handle:
        """A handler that answers a failure of ours with a page that says so, and says in the log what kind it was.

        A function, too, as Sanic wants for streaming routes: a bound method carries no marks.
        """

        async def handler(request: Request) -> HTTPResponse:
            try:
                return await handle(request)
            except Exception as error:
                logger.error("A page for reports failed: %s", type(error).__name__)
                return self.message(language_of(request), "report_title_error", "form_failed", 500)

        return handler

    def message(self, language: str, heading: str, sentence: str, status: int = 200) -> HTTPResponse:
        """A page with one sentence: the label `heading`, the response utter_report_<sentence>."""
        wording = self._house.wording
        text = wording.render(f"utter_report_{sentence}", language).text
        return self.show("message.html", language, status=status, heading=wording.label(heading, language), text=text)

    def numbers(self, language: str) -> list[dict[str, str]]:
        """The numbers for danger: name, number as shown, and as a link to dial."""
        cards = [card for kind in ("violence", "medical") for card in self._house.cards.emergency(kind, language)]
        return [
            {"name": card["name"], "value": row["value"], "href": row["href"]}
            for card in cards for row in card["rows"] if row["kind"] == "phone"
        ]

    def bodies(self, language: str, kind: str | None = None) -> list[dict[str, Any]]:
        """Where to go if unsatisfied with a report of this kind; without one, all bodies that take reports."""
        if kind is None:
            return self.cards(self._house.finder.reporting_bodies(), language)
        known = self._house.directory.services
        return self.cards([name for name in kinds()[kind].elsewhere if name in known], language)

    def cards(self, services: Sequence[str], language: str) -> list[dict[str, Any]]:
        """Services by id: name, description, and rows to call, write to or open."""
        cards = [self._house.cards.service(name, language) for name in services]
        return [
            {"name": card["name"], "description": card["description"],
             "rows": [row for row in card["rows"] if row["href"] and row["kind"] != "map"]}
            for card in cards
        ]
