"""A mediator fills a report in together with the person: a link to the form that binds them as its mediator.

The link carries who they are, sealed. If they read reports as well, the report is closed to them as a reader.
"""

from __future__ import annotations

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.cases import page_language
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor
from bot.channels.reports.telling import helper_ticket
from bot.channels.reports.tickets import Tickets


def add_report_help(console: Console) -> None:
    """Adds the route. The form opens in the language that `?language=` names: the person's."""
    tickets = Tickets(console.house.secrets)

    @console.route("/desk/report-together", roles=("mediator", "lead"))
    async def together(request: Request, who: Visitor) -> HTTPResponse:
        address = f"/report?lang={page_language(request)}&with={helper_ticket(tickets, who.id)}"
        return response.redirect(address)
