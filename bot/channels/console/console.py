"""Puts the console together: everything under /desk/."""

from __future__ import annotations

from sanic import Sanic

from bot.channels.console.cases import add_cases
from bot.channels.console.files import add_files
from bot.channels.console.helps import add_helps
from bot.channels.console.pages import add_pages
from bot.channels.console.replies import add_replies
from bot.channels.console.report_figures import add_report_figures
from bot.channels.console.report_help import add_report_help
from bot.channels.console.report_keys import add_report_keys
from bot.channels.console.report_refusals import add_report_refusals
from bot.channels.console.reports import add_reports
from bot.channels.console.routes import Console
from bot.channels.console.sign_in import add_sign_in
from bot.channels.console.stream import add_stream
from bot.container import Container


def add_console(app: Sanic, house: Container) -> None:
    """Adds the console to the application. `app.ctx.console` is its route table."""
    console = Console(app, house)
    app.ctx.console = console
    add_sign_in(console)
    add_pages(console)
    add_cases(console)
    add_replies(console)
    add_files(console)
    add_helps(console)
    add_stream(console)
    add_reports(console)
    add_report_keys(console)
    add_report_figures(console)
    add_report_help(console)
    add_report_refusals(console)
