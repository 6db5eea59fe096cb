"""The one process: Sanic with Rasa's agent, the channels, the chat page and health, on one port."""

from __future__ import annotations

import asyncio
import logging
import os
import socket
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import rasa.server
from rasa.core.channels.channel import UserMessage, register
from rasa.core.run import close_resources, create_http_input_channels, load_agent_on_start
from rasa.core.utils import AvailableEndpoints
from sanic import Sanic, response
from sanic.exceptions import NotFound
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.action_results import compile_once
from bot.channels.assistant import Assistant
from bot.channels.beyond import Beyond, add_beyond
from bot.channels.console.console import add_console
from bot.channels.console.report_watch import add_report_watch
from bot.channels.desk import add_desk
from bot.channels.direct_actions import DirectActions, is_ourselves
from bot.channels.feedback import add_feedback
from bot.channels.findings.pages import add_findings
from bot.channels.findings.visits import add_visits
from bot.channels.gate import Gate
from bot.channels.moving import add_moving
from bot.channels.plain_graph import run_plainly
from bot.channels.report_part import add_report_desk
from bot.channels.translating import add_translation
from bot.channels.web.files import add_files
from bot.channels.web.pages import add_pages
from bot.container import Container
from bot.ending import end
from bot.errors import SENTENCES, WaymarkError
from bot.settings import ROOT

logger = logging.getLogger(__name__)
# Parts with pages, owners of conversations or background work of their own. Each is called once with the application and
# the house, after the gate was made and before the server starts; it registers its routes and listeners itself.
PARTS: tuple[Callable[[Sanic, Container], None], ...] = (
    add_beyond, add_desk, add_files, add_moving, add_report_desk, add_report_watch, add_findings, add_console,
    add_translation, add_feedback, add_visits,
)
PURGE_EVERY_SECONDS = 3600


def check_port(host: str, port: int) -> None:
    """Raises WaymarkError "port.taken" before anything slow has begun."""
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            raise WaymarkError("port.taken", port=port) from None


def make_app(house: Container, model: Path) -> Sanic:
    """The application, ready to run. `model` is a trained Rasa model."""
    settings = house.settings
    compile_once()
    run_plainly()
    # endpoints.yml reads it: the actions answer on the same port.
    os.environ["WAYMARK_PORT"] = str(settings.port)
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    if is_ourselves(endpoints.action, settings.port):
        endpoints.action = DirectActions(settings.action_timeout)
    if settings.api_token:
        app = rasa.server.create_app(auth_token=settings.api_token, endpoints=endpoints)
    else:
        app = Sanic("waymark", configure_logging=False)
    app.config.KEEP_ALIVE_TIMEOUT = 30
    # Sanic would otherwise write request addresses to a log.
    app.config.ACCESS_LOG = False
    app.config.REQUEST_MAX_SIZE = 1_000_000
    channels = create_http_input_channels(None, str(ROOT / "credentials.yml"))
    _run_the_gate(app, house)
    register(channels, app, route="/webhooks/")
    add_pages(app, house)
    for add in PARTS:
        add(app, house)
    app.register_listener(partial(load_agent_on_start, str(model), endpoints, None), "before_server_start")
    app.register_listener(partial(_must_be_ready, model), "before_server_start")
    app.register_listener(close_resources, "after_server_stop")

    @app.exception(NotFound)
    async def not_found(request: Request, _: Exception) -> HTTPResponse:
        return response.json({"error": "api.closed", "message": SENTENCES["api.closed"]}, status=404)

    return app


async def _must_be_ready(model: Path, app: Sanic, _: Any) -> None:
    # Rasa itself would go on without its model and leave every question unanswered.
    agent = getattr(app.ctx, "agent", None)
    if agent is None or not agent.is_ready():
        raise WaymarkError("model.unloadable", file=model)


def _run_the_gate(app: Sanic, house: Container) -> None:
    house.gate = Gate(house)
    # Made here, before the server listens: a bad database or directory stops the start with its sentence.
    for part in ("database", "wording_messages", "danger", "languages", "gazetteer", "finder"):
        getattr(house, part)

    async def handle(message: UserMessage) -> Any:
        return await app.ctx.agent.handle_message(message)

    house.gate.owned_by("assistant", Beyond(house, Assistant(house, handle)))

    async def start(running: Sanic, _: Any) -> None:
        await house.gate.start()
        running.ctx.purging = asyncio.create_task(_purge(house))

    async def stop(running: Sanic, _: Any) -> None:
        running.ctx.purging.cancel()
        await house.gate.stop()

    async def close(*_: Any) -> None:
        # What still sleeps (the pings of open chats) ends here, as asyncio.run would end it, and without complaints.
        await end(asyncio.all_tasks() - {asyncio.current_task()})
        house.database.close()

    async def hold(*_: Any) -> None:
        house.gate.hold()

    app.register_listener(hold, "before_server_start")
    app.register_listener(start, "after_server_start")
    app.register_listener(stop, "before_server_stop")
    app.register_listener(close, "after_server_stop")


async def _purge(house: Container) -> None:
    """Deletes conversations past their time, at start and every hour."""
    while True:
        try:
            count = await house.conversations.purge(house.settings.retention_days)
            if count:
                logger.info("%d conversations past %d days were deleted", count, house.settings.retention_days)
        except Exception as error:
            logger.error("Old conversations could not be deleted: %s", type(error).__name__)
        await asyncio.sleep(PURGE_EVERY_SECONDS)
