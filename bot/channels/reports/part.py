"""The report form as a part of the server: its pages, its two files, and the clean-up of halves of reports."""

from __future__ import annotations

import hashlib

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.reports.coming_back import ReturnPages
from bot.channels.reports.pages import HEADERS, Pages
from bot.channels.reports.telling import TellingPages
from bot.channels.reports.tickets import Tickets
from bot.container import Container


def add_reports(app: Sanic, house: Container) -> None:
    """Adds everything under /report."""
    pages, tickets = Pages(house), Tickets(house.secrets)
    TellingPages(house, pages, tickets).register(app)
    ReturnPages(house, pages, tickets).register(app)

    def add_file(name: str) -> None:
        content, kind = pages.files[name]
        tag = f'"{hashlib.sha256(content).hexdigest()[:16]}"'
        headers = HEADERS | {"ETag": tag, "Cache-Control": "no-cache"}

        async def file(request: Request) -> HTTPResponse:
            if request.headers.get("if-none-match") == tag:
                return response.empty(status=304, headers=headers)
            return response.raw(content, content_type=kind, headers=headers)

        app.add_route(file, f"/report/{name}", methods=["GET", "HEAD"], name=f"report_file_{name.split('.')[1]}")

    for name in pages.files:
        add_file(name)
