"""The Telegram channel as Rasa mounts it. Without a token it is off and does nothing."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.telegram.house import CHANNEL, House
from bot.channels.telegram.runner import Runner
from bot.container import container


class TelegramChannel(InputChannel):
    """Telegram: polling by default, the webhook at /webhooks/telegram/update if WAYMARK_TELEGRAM_WEBHOOK is set."""

    @classmethod
    def name(cls) -> str:
        """The channel's name and address prefix."""
        return CHANNEL

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Rasa's way in is not used: every message goes through the gate."""
        return make_blueprint(container())


def make_blueprint(house: House) -> Blueprint:
    """The channel's listeners and, with a webhook, its one route. `house.gate` is asked for when the server starts."""
    blueprint = Blueprint("telegram_channel")
    if not house.settings.telegram_token:
        return blueprint
    running: list[Runner] = []

    async def connect(*_: Any) -> None:
        # Here and not earlier: connections belong to the event loop of the worker that uses them.
        running.append(Runner(house))
        running[0].connect()

    async def start(*_: Any) -> None:
        running[0].start()

    async def stop(*_: Any) -> None:
        while running:
            await running.pop().stop()

    async def receive(request: Request) -> HTTPResponse:
        return await running[0].posted(request)

    blueprint.listener("before_server_start")(connect)
    blueprint.listener("after_server_start")(start)
    blueprint.listener("before_server_stop")(stop)
    if house.settings.telegram_webhook:
        blueprint.add_route(receive, "/update", methods=["POST"], name="telegram_update")
    return blueprint
