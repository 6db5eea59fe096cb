"""Collects what Rasa says, so that the gate can write it to the outbox in one transaction."""

from typing import Any, Dict, List, Text

from rasa.core.channels.channel import OutputChannel


class CollectedOutput(OutputChannel):
    """An output channel that keeps whole messages: text, buttons and metadata together."""

    def __init__(self, channel: Text) -> None:
        self._channel = channel
        self.messages: List[Dict[Text, Any]] = []

    def name(self) -> Text:  # type: ignore[override]
        """The name of the channel that the person uses."""
        return self._channel

    async def send_response(self, recipient_id: Text, message: Dict[Text, Any]) -> None:
        """Keeps one message. Rasa's own version would send its parts one by one."""
        self.messages.append(
            {
                "text": message.get("text") or "",
                "buttons": message.get("buttons") or [],
                "metadata": message.get("custom") or {},
            }
        )
