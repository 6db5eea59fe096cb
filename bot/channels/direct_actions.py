"""Rasa's call of an action without the detour over HTTP to ourselves: the same executor, the same time limit.

`endpoints.yml` points at this process's own /actions/webhook. Where it does, the server puts this in the place of the address:
a request to oneself costs a session, two JSON bodies and two parses a message. Where it points elsewhere (`rasa run
actions`), nothing is replaced.
"""

from __future__ import annotations

import asyncio
import logging
from typing import Any
from urllib.parse import urlparse

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor

from bot.channels.loopback import LOOPBACK

logger = logging.getLogger(__name__)


class DirectActions(EndpointConfig):
    """An action endpoint that calls the executor in this process."""

    def __init__(self, limit_seconds: float) -> None:
        super().__init__(url="http://in-process.invalid", enable_selective_domain=True)
        self._limit = limit_seconds
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *_: Any, json: Any = None, **__: Any) -> Any:
        """Runs the action that Rasa's call names. An action that fails or takes too long raises; the gate then says so."""
        try:
            return await asyncio.wait_for(self._executor.run(json), self._limit)
        except Exception as error:
            logger.error("Action %s failed: %s", json.get("next_action"), type(error).__name__)
            raise


def is_ourselves(endpoint: EndpointConfig | None, port: int) -> bool:
    """Whether an action endpoint is this process's own address."""
    if endpoint is None or not endpoint.url:
        return False
    address = urlparse(endpoint.url)
    return address.hostname in {*LOOPBACK, "localhost"} and address.port == port and address.path == "/actions/webhook"
