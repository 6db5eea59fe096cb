"""Runs the custom actions in this process, behind an address that answers only on this machine.

The contract is Rasa's own: `endpoints.yml` points here, and pointing it elsewhere (`rasa run actions`) needs no change.
"""

from __future__ import annotations

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa_sdk.executor import ActionExecutor
from rasa_sdk.interfaces import ActionExecutionRejection, ActionNotFoundException
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.loopback import is_local
from bot.container import container
from bot.errors import SENTENCES

logger = logging.getLogger(__name__)


class ActionsChannel(InputChannel):
    """No channel for people: it only lets Rasa's registration mount the actions' address."""

    @classmethod
    def name(cls) -> str:
        """The name in credentials.yml."""
        return "actions"

    def url_prefix(self) -> str:
        """An absolute prefix, so that it does not stand below /webhooks/."""
        return "/actions"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The one route: POST /actions/webhook."""
        blueprint = Blueprint("actions_in_process")
        executor = ActionExecutor()
        executor.register_package("actions")
        limit = container().settings.action_timeout

        @blueprint.post("/webhook")
        async def run(request: Request) -> HTTPResponse:
            if not is_local(request):
                return response.json({"message": SENTENCES["actions.remote"]}, status=403)
            call = request.json
            try:
                result = await asyncio.wait_for(executor.run(call), limit)
            except ActionExecutionRejection as error:
                return response.json({"error": str(error), "action_name": error.action_name}, status=400)
            except ActionNotFoundException as error:
                return response.json({"error": str(error), "action_name": error.action_name}, status=404)
            except Exception as error:  # the gate then says that something went wrong; silence would be worse
                logger.error("Action %s failed: %s", call.get("next_action"), type(error).__name__)
                return response.json({"error": "failed", "action_name": call.get("next_action")}, status=500)
            return response.raw(json.dumps(result).encode(), content_type="application/json")

        return blueprint
