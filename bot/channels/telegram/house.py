"""What this channel needs of the house. The container keeps these promises; tests keep them with less."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from typing import Any, Protocol

from bot.channels.telegram.pieces import AttachmentStore
from bot.settings import Settings
from bot.store.arrivals import Arrival
from bot.store.conversations import Conversation
from bot.store.messages import Outbound

CHANNEL = "telegram"


class Fetchers(Protocol):
    """Is told how this channel's files are fetched; see bot.channels.files."""

    def fetch_with(self, channel: str, fetch: Callable[[str], Awaitable[bytes]]) -> None: ...


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
        files: Sequence[dict[str, Any]] = (),
        reply_to: int | None = None,
        edit_of: str | None = None,
    ) -> bool: ...

    @property
    def files(self) -> Fetchers: ...

    def deliver_with(self, channel: str, send: Callable[[Outbound], Awaitable[bool | None]]) -> None: ...

    def typing_with(self, channel: str, show: Callable[[str, bool], Awaitable[None]]) -> None: ...


class Pseudonyms(Protocol):
    """Makes conversation ids of chat ids, and the webhook's secret of the token."""

    def pseudonym(self, channel: str, address: str) -> str: ...


class Addresses(Protocol):
    """Finds the chat id of a conversation id, or None when it was forgotten; and the conversation itself."""

    async def address(self, identifier: str) -> str | None: ...

    async def get(self, identifier: str) -> Conversation | None: ...


class ArrivalStore(Protocol):
    """Which message of a chat is what; see bot.store.arrivals."""

    async def note(
        self, conversation_id: str, message_id: int, *, seq: int | None = None, place: int = 0, key: str | None = None
    ) -> None: ...

    async def of_answer(self, conversation_id: str, seq: int) -> list[Arrival]: ...

    async def of_key(self, conversation_id: str, key: str) -> list[Arrival]: ...

    async def of_message(self, conversation_id: str, message_id: int) -> Arrival | None: ...

    async def latest(self) -> int: ...

    async def latest_of(self, conversation_id: str, seq: int) -> int: ...


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

    @property
    def arrivals(self) -> ArrivalStore: ...

    @property
    def attachments(self) -> AttachmentStore: ...
