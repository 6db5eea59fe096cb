"""Files that a person sends while a mediator has the conversation: fetched from the channel, cleaned, kept.

The message with the channel's own id of the file is safe in the inbox first; fetching comes after, and again after a crash: the
key makes it one file. What cannot be taken is answered with a sentence in the person's language; the words beside it count.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.container import Container
from bot.errors import WaymarkError
from bot.store.attachments import SIZE_LIMIT
from bot.store.messages import Inbound

logger = logging.getLogger(__name__)

# The channel's id of a file -> its bytes. Raises WaymarkError "attachment.*" if it never can, anything else: not now.
Fetch = Callable[[str], Awaitable[bytes]]
PAUSES = (1.0, 3.0, 10.0)
# Error code -> the response that says it.
SAID = {
    "attachment.large": "utter_file_large",
    "attachment.full": "utter_file_full",
    "attachment.empty": "utter_file_broken",
    "attachment.broken": "utter_file_broken",
    "attachment.bomb": "utter_file_broken",
    "attachment.type": "utter_file_type",
    "attachment.not_now": "utter_no_media",
    "attachment.gone": "utter_file_not_received",
}


class Files:
    """Fetches what a message names in `body["files"]`: [{"id", "name", "mime", "size"}]."""

    def __init__(self, house: Container) -> None:
        self._house = house
        self._fetchers: dict[str, Fetch] = {}
        self.seal: Callable[[str, str, str, bytes], Awaitable[None]] | None = None

    def sealed_with(self, take: Callable[[str, str, str, bytes], Awaitable[None]]) -> None:
        """Names who takes the files that come by themselves while a report is told: take(conversation id, key, mime, data)."""
        self.seal = take

    def fetch_with(self, channel: str, fetch: Fetch) -> None:
        """Names how a channel's files are fetched."""
        self._fetchers[channel] = fetch

    async def collect(self, message: Inbound, channel: str, language: str) -> list[dict[str, Any]]:
        """Puts the ids of the kept files into `body["attachments"]`; a sentence for each file that was not taken."""
        refused: list[dict[str, Any]] = []
        kept: list[str] = list(message.body.get("attachments") or [])
        for place, file in enumerate(message.body.get("files") or []):
            try:
                kept.append(await self._one(message, channel, place, file))
            except WaymarkError as error:
                name = SAID.get(error.code, "utter_file_not_received")
                refused.append(await self._house.wording_messages.made(name, language, fill=error.values))
        message.body["attachments"] = kept
        return refused

    async def _one(self, message: Inbound, channel: str, place: int, file: dict[str, Any]) -> str:
        if (file.get("size") or 0) > SIZE_LIMIT:
            raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
        data = await self.fetch(channel, str(file["id"]))
        return await self._house.attachments.put(
            message.conversation_id, str(file.get("name") or "file"), str(file.get("mime") or ""), data,
            key=f"{message.message_id}:{place}",
        )

    async def fetch(self, channel: str, identifier: str) -> bytes:
        """A file's bytes from the channel. Raises WaymarkError "attachment.*" if it cannot be had."""
        fetch = self._fetchers.get(channel)
        if fetch is None:
            raise WaymarkError("attachment.gone")
        for pause in (*PAUSES, None):
            try:
                return await fetch(identifier)
            except WaymarkError:
                raise
            except Exception as error:
                logger.warning("A file could not be fetched yet: %s", type(error).__name__)
            if pause is not None:
                await asyncio.sleep(pause)
        raise WaymarkError("attachment.gone")
