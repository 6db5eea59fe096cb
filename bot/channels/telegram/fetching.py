"""Files that people send: fetched from Telegram by their id."""

from __future__ import annotations

from telegram import Bot
from telegram.error import BadRequest

from bot.errors import WaymarkError
from bot.store.attachments import SIZE_LIMIT


class Fetcher:
    """Fetches with one bot; only the bot that was given a file's id can use it."""

    def __init__(self, bot: Bot) -> None:
        self._bot = bot

    async def fetch(self, identifier: str) -> bytes:
        """The bytes of a file. WaymarkError "attachment.large" or "attachment.gone" if it cannot be had, ever."""
        try:
            file = await self._bot.get_file(identifier)
        except BadRequest as error:
            if "too big" in error.message.lower():
                raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20) from None
            raise WaymarkError("attachment.gone") from None
        if (file.file_size or 0) > SIZE_LIMIT:
            raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
        return bytes(await file.download_as_bytearray())
