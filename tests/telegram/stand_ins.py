"""A house with just enough in it for the Telegram channel: a gate that keeps a list, keys, addresses, wording."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from bot.handover.stripping import strip
from bot.settings import ROOT, Settings
from bot.store.arrivals import Arrivals
from bot.store.attachments import Attachments
from bot.store.conversations import Conversation
from bot.store.database import Database
from bot.store.messages import Outbound
from bot.store.secrets import Secrets
from bot.wording.wording import Wording

KEY = b"x" * 43 + b"="
WORDING = Wording(ROOT / "domain")


async def until(true: Callable[[], object], timeout: float = 10.0) -> None:
    """Waits until `true()` is so. TimeoutError."""

    async def wait() -> None:
        while not true():
            await asyncio.sleep(0.01)

    await asyncio.wait_for(wait(), timeout)


class ListGate:
    """Keeps what was accepted, each message once. `refuse` says for which texts the inbox fails."""

    def __init__(self) -> None:
        self.accepted: list[dict[str, Any]] = []
        self.files = Fetchers()
        self.tries = 0
        self.refuse: Callable[[dict[str, Any]], bool] = lambda said: False
        self.send: Callable[[Outbound], Awaitable[bool]] | None = None
        self.show: Callable[[str, bool], Awaitable[None]] | None = None
        self._seen: set[tuple[str, str]] = set()

    async def accept(self, **said: Any) -> bool:
        self.tries += 1
        if self.refuse(said):
            raise OSError("the disk is full")
        key = (said["conversation_id"], said["message_id"])
        if key in self._seen:
            return False
        self._seen.add(key)
        self.accepted.append({"text": "", "press": None, "chosen": None, "location": None, "media": False, **said})
        return True

    def deliver_with(self, channel: str, send: Callable[[Outbound], Awaitable[bool]]) -> None:
        assert channel == "telegram"
        self.send = send

    def typing_with(self, channel: str, show: Callable[[str, bool], Awaitable[None]]) -> None:
        self.show = show

    async def wait_for(self, count: int, timeout: float = 10.0) -> list[dict[str, Any]]:
        """The accepted messages once there are at least `count`. TimeoutError."""
        await until(lambda: len(self.accepted) >= count, timeout)
        return self.accepted


class Fetchers:
    """Remembers how files are fetched."""

    def __init__(self) -> None:
        self.fetch: Callable[[str], Awaitable[bytes]] | None = None

    def fetch_with(self, channel: str, fetch: Callable[[str], Awaitable[bytes]]) -> None:
        assert channel == "telegram"
        self.fetch = fetch


class Addresses:
    """The store's memory of chat ids, and of who has a conversation."""

    def __init__(self) -> None:
        self.known: dict[str, str] = {}
        self.modes: dict[str, str] = {}

    async def get(self, identifier: str) -> Conversation | None:
        mode = self.modes.get(identifier)
        return Conversation(identifier, "telegram", mode, "en", False, True) if mode else None

    async def address(self, identifier: str) -> str | None:
        return self.known.get(identifier)


class StandInHouse:
    """The parts of the container that the channel uses."""

    def __init__(self, state: Path, api: str, token: str, webhook: str = "") -> None:
        self.settings = Settings(
            {
                "WAYMARK_STATE": str(state),
                "WAYMARK_TELEGRAM_TOKEN": token,
                "WAYMARK_TELEGRAM_API": api,
                "WAYMARK_TELEGRAM_WEBHOOK": webhook,
            },
            file=state / "none.env",
        )
        self.secrets = Secrets(KEY)
        self.conversations = Addresses()
        self.wording = WORDING
        self.gate = ListGate()
        self.database = Database(self.settings.database_url)
        self.arrivals = Arrivals(self.database)
        self.attachments = Attachments(self.database, self.secrets, strip)

    def conversation(self, chat_id: int) -> str:
        """The conversation id of a chat, whose address the store then knows."""
        identifier = self.secrets.pseudonym("telegram", str(chat_id))
        self.conversations.known[identifier] = str(chat_id)
        return identifier

    def answer(self, chat_id: int, text: str, seq: int = 1, **body: Any) -> Outbound:
        """An answer to a chat, as the outbox has it."""
        metadata = {"language": "en", "direction": "ltr", "kind": "text", "lead": text, "cards": []}
        made = {"text": text, "buttons": [], "metadata": {**metadata, **body.pop("metadata", {})}, **body}
        return Outbound(self.conversation(chat_id), seq, "telegram", made, 0)

    async def deliver(self, *answers: Outbound, pause: float = 0.05) -> None:
        """Delivers as the house does: in order for each conversation, again until it arrived."""
        async def one_after_the_other(mine: list[Outbound]) -> None:
            for answer in mine:
                assert self.gate.send is not None
                while not await self.gate.send(answer):
                    await asyncio.sleep(pause)

        by_conversation: dict[str, list[Outbound]] = {}
        for answer in answers:
            by_conversation.setdefault(answer.conversation_id, []).append(answer)
        await asyncio.gather(*(one_after_the_other(mine) for mine in by_conversation.values()))
