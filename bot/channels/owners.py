"""What the gate may be told to hand a message to."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from bot.store.conversations import Conversation
from bot.store.messages import Inbound


class Owner(Protocol):
    """Who answers in one mode. Gets the message and the conversation, gives messages (see bot.wording.messages).

    None means: on purpose nothing, a person will answer. An empty list is a mistake, and the person is told so.
    """

    def __call__(
        self, message: Inbound, conversation: Conversation, language: str
    ) -> Awaitable[list[dict[str, Any]] | None]: ...


class PressOwner(Protocol):
    """Who answers when a button of theirs was pressed, whoever owns the conversation. Gets what the button carries, too."""

    def __call__(
        self, message: Inbound, conversation: Conversation, language: str, press: dict[str, Any], /
    ) -> Awaitable[list[dict[str, Any]] | None]: ...


# Adds an offer behind the assistant's answers: async (message, conversation, language, answers, press) -> messages to add.
Offering = Callable[
    [Inbound, Conversation, str, list[dict[str, Any]], "dict[str, Any] | None"], Awaitable[list[dict[str, Any]]]
]
# Seals a message's text before anything is written: async (conversation id, message) -> message, or None to refuse it.
Sealer = Callable[[str, Inbound], Awaitable[Inbound | None]]
