"""Collects what Rasa says, so that the gate can write it to the outbox in one transaction."""

from typing import Any

from rasa.core.channels.channel import OutputChannel


class CollectedOutput(OutputChannel):
    """An output channel that keeps whole messages: text, buttons and metadata together."""

    def __init__(self, channel: str) -> None:
        self._channel = channel
        self.messages: list[dict[str, Any]] = []

    def name(self) -> str:
        """The name of the channel that the person uses."""
        return self._channel

    async def send_response(self, recipient_id: str, message: dict[str, Any]) -> None:
        """Keeps one message. Rasa's own version would send its parts one by one."""
        self.messages.append(
            {
                "text": message.get("text") or "",
                "buttons": message.get("buttons") or [],
                "metadata": message.get("custom") or {},
            }
        )
