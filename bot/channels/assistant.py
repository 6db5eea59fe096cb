"""The assistant as the owner of a conversation: hands a message to Rasa and collects what it says."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import UserMessage

from bot.channels.gate import WORD_JOINER
from bot.channels.output import CollectedOutput
from bot.channels.presses import resolve
from bot.container import Container
from bot.store.conversations import Conversation
from bot.store.messages import Inbound


class Assistant:
    """Answers with Rasa. `handle` is Rasa's own entry for a message."""

    def __init__(self, house: Container, handle: Callable[[UserMessage], Awaitable[Any]]) -> None:
        self._house = house
        self._handle = handle

    async def __call__(self, message: Inbound, conversation: Conversation, language: str) -> list[dict[str, Any]]:
        press = await resolve(self._house.messages, message)
        if press is not None and "original" in press:
            return [self._original(press["original"], language)]
        if press is not None and not press:
            return [self._house.wording_messages.make("utter_old_button", language)]
        text = message.body["text"].strip()
        if text.startswith("/"):
            text = WORD_JOINER + text
        if not text and press is None:
            return [self._house.wording_messages.make("utter_topics", language)]
        output = CollectedOutput(conversation.channel)
        await self._handle(
            UserMessage(
                text=text or " ",
                output_channel=output,
                sender_id=conversation.id,
                parse_data=_pressed_parse(press) if press else None,
                input_channel=conversation.channel,
                message_id=message.message_id,
                metadata={"language": language, "press": press},
            )
        )
        return output.messages

    def _original(self, text: str | None, language: str) -> dict[str, Any]:
        if not text:
            return self._house.wording_messages.make("utter_old_button", language)
        metadata = {"language": "en", "direction": "ltr", "kind": "text", "lead": text, "cards": [], "mark": None,
                    "mark_text": None, "original": None, "original_text": None}
        return {"text": text, "buttons": [], "metadata": metadata}


def _pressed_parse(press: dict[str, Any]) -> dict[str, Any]:
    return {"text": "", "intent": {"name": press["intent"], "confidence": 1.0}, "entities": [], "intent_ranking": []}
