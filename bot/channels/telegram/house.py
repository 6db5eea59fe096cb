"""What this channel needs of the house. The container keeps these promises; tests keep them with less."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from bot.settings import Settings
from bot.store.messages import Outbound

CHANNEL = "telegram"


class Gate(Protocol):
    """The way in, and who sends the answers; see bot.channels.gate."""

    async def accept(
        self,
        *,
        channel: str,
        conversation_id: str,
        message_id: str,
        text: str = "",
        press: str | None = None,
        prior: str | None = None,
        chosen: str | None = None,
        address: str | None = None,
        location: tuple[float, float] | None = None,
        media: bool = False,
    ) -> bool: ...

    def deliver_with(self, channel: str, send: Callable[[Outbound], Awaitable[bool]]) -> None: ...

    def typing_with(self, channel: str, show: Callable[[str, bool], Awaitable[None]]) -> None: ...


class Pseudonyms(Protocol):
    """Makes conversation ids of chat ids, and the webhook's secret of the token."""

    def pseudonym(self, channel: str, address: str) -> str: ...


class Addresses(Protocol):
    """Finds the chat id of a conversation id, or None when it was forgotten."""

    async def address(self, identifier: str) -> str | None: ...


class Labels(Protocol):
    """Short texts by name and language."""

    def label(self, name: str, language: str, /, **values: Any) -> str: ...


class House(Protocol):
    """The parts of the container used here."""

    @property
    def settings(self) -> Settings: ...

    @property
    def secrets(self) -> Pseudonyms: ...

    @property
    def conversations(self) -> Addresses: ...

    @property
    def wording(self) -> Labels: ...

    @property
    def gate(self) -> Gate: ...
