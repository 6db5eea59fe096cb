"""Actions without a server, for the terminal chat: the same executor, called directly."""

from __future__ import annotations

from typing import Any

from rasa.utils.endpoints import EndpointConfig
from rasa_sdk.executor import ActionExecutor


class DirectActions(EndpointConfig):
    """An action endpoint that calls the executor in this process instead of an address."""

    def __init__(self) -> None:
        super().__init__(url="http://in-process.invalid", enable_selective_domain=True)
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    async def request(self, *_: Any, json: Any = None, **__: Any) -> Any:
        """Runs the action that Rasa's call names."""
        return await self._executor.run(json)


def actions_in_process() -> DirectActions:
    """The endpoint to give to Rasa."""
    return DirectActions()
