"""Puts the console together: everything under /desk/."""

from __future__ import annotations

from sanic import Sanic

from bot.channels.console.pages import add_pages
from bot.channels.console.routes import Console
from bot.channels.console.sign_in import add_sign_in
from bot.container import Container


def add_console(app: Sanic, house: Container) -> None:
    """Adds the console to the application. `app.ctx.console` is its route table."""
    console = Console(app, house)
    app.ctx.console = console
    add_sign_in(console)
    add_pages(console)
