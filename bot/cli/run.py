"""`waymark run`: trains if needed and serves everything from one process on one port."""

from __future__ import annotations

import logging

import typer

from bot.cli.train import ensure_model
from bot.container import container
from bot.logs import hush_warnings

logger = logging.getLogger(__name__)


def run() -> None:
    """Serve the chat page, the channels and health. Ctrl-C stops it."""
    house = container()
    settings = house.settings
    from bot.channels.server import check_port, make_app

    check_port(settings.host, settings.port)
    model = ensure_model(house)
    typer.echo("Starting ...")
    app = make_app(house, model)
    hush_warnings()
    address = f"http://{settings.host}:{settings.port}"

    @app.listener("after_server_start")
    async def say_where(*_: object) -> None:
        lines = [
            f"Waymark is ready: {len(house.directory.services)} services and {len(house.directory.guides)} guides.",
            f"  chat page   {address}/",
            f"  mediators   {address}/desk/",
            f"  reports     {address}/report and what came of them {address}/findings",
            f"  widget      <script src=\"{address}/waymark-widget.js\"></script>",
            f"  REST        POST {address}/webhooks/rest/webhook  {{\"sender\": \"...\", \"message\": \"...\"}}",
            f"  health      {address}/health",
            f"  Telegram    {'on' if settings.telegram_token else 'off (set WAYMARK_TELEGRAM_TOKEN to switch it on)'}",
            f"  state       {settings.state}",
            "Ctrl-C stops it.",
        ]
        typer.echo("\n".join(lines))

    app.run(host=settings.host, port=settings.port, workers=1, access_log=False, motd=False, backlog=1000)
    typer.echo("Stopped.")
