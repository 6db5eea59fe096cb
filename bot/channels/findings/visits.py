"""The form for mystery visits: opened by a link that a curator gave, used once, without scripts and cookies."""

from __future__ import annotations

from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.findings.pages import HEADERS, HERE
from bot.container import Container
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE, launch_code
from bot.reporting.feedback import ANSWERS, MORE, PROPOSAL_LIMIT, QUESTIONS
from bot.wording.refusals import sentence

POLICY = "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
# The link itself is a secret: it is not told to any other site, and no copy is kept.
OURS = HEADERS | {"Content-Security-Policy": POLICY, "Cache-Control": "no-store", "X-Robots-Tag": "noindex"}
BODY_LIMIT = 20_000


def add_visits(app: Sanic, house: Container) -> None:
    """Serves /visit/<token>."""
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)

    def show(request: Request, status: int = 200, error: WaymarkError | None = None, **values: Any) -> HTTPResponse:
        language = launch_code(request.args.get("lang")) or launch_code(request.headers.get("accept-language", "")[:2])
        language = language or SOURCE_LANGUAGE

        def text(label: str, /, **filled: Any) -> str:
            return house.wording.label(label, language, **filled)

        known = {"language": language, "direction": house.wording.direction(language), "done": False, "name": "",
                 "questions": QUESTIONS, "answers": ANSWERS, "more": MORE, "limit": PROPOSAL_LIMIT, "typed": {}}
        known["error"] = sentence(error, house.wording, language) if error is not None else ""
        html = templates.get_template("visit.html").render(**(known | {"t": text} | values))
        return response.html(html, status=status, headers=OURS)

    def name_of(record: str, request: Request) -> str:
        if record not in house.directory.services:
            raise WaymarkError("visit.link")
        language = launch_code(request.args.get("lang")) or SOURCE_LANGUAGE
        return house.cards.name(record, language)

    @app.get("/visit/<token:str>")
    async def form(request: Request, token: str) -> HTTPResponse:
        try:
            link = await house.visit_feedback.open_link(token[:600])
            return show(request, name=name_of(link.record, request))
        except WaymarkError as error:
            return show(request, 404, error)

    @app.post("/visit/<token:str>")
    async def send(request: Request, token: str) -> HTTPResponse:
        if len(request.body) > BODY_LIMIT:
            return show(request, 413, WaymarkError("visit.link"))
        typed = {name: str(values[0])[:1000] for name, values in (request.form or {}).items() if values}
        name = ""
        try:
            link = house.visit_feedback.read_link(token[:600])
            name = name_of(link.record, request)
            await house.visit_feedback.mystery_visit(link, typed, typed.get("proposal", ""))
        except WaymarkError as error:
            gone = error.code == "visit.link"
            return show(request, 404 if gone else 400, error, name="" if gone else name, typed=typed)
        return show(request, done=True)
