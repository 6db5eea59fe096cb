"""Files that mediators send, fetched and kept with the person's conversation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from telegram import Bot

from bot.channels.telegram.fetching import Fetcher
from bot.channels.telegram.staff.house import StaffHouse
from bot.errors import WaymarkError
from bot.store.attachments import SIZE_LIMIT
from bot.store.case_records import Case


class Files:
    """Fetches with one bot."""

    def __init__(self, house: StaffHouse, bot: Bot) -> None:
        self._house = house
        self._fetcher = Fetcher(bot)

    async def keep(self, case: Case, files: Sequence[dict[str, Any]]) -> list[str]:
        """The ids of files, see Written.files, once they are kept. WaymarkError "attachment.*": not all can be had."""
        if any((file["size"] or 0) > SIZE_LIMIT for file in files):
            raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
        kept: list[str] = []
        for file in files:
            data = await self._fetcher.fetch(str(file["id"]))
            kept.append(await self._house.attachments.put(
                case.conversation_id, str(file["name"]), str(file["mime"]), data, key=str(file["key"])
            ))
        return kept
