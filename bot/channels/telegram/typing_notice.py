"""The notice "typing ..." while an answer takes longer than a moment."""

from __future__ import annotations

import asyncio
import logging

from telegram import Bot
from telegram.constants import ChatAction
from telegram.error import TelegramError

from bot.channels.telegram.limits import Pace
from bot.channels.telegram.outbound import Sender
from bot.ending import end

logger = logging.getLogger(__name__)

# Most answers are faster than this; a notice that comes after the answer would promise another one.
FIRST_AFTER = 0.7
# Telegram takes the notice down after five seconds.
AGAIN_AFTER = 4.5
AT_MOST = 8


class TypingNotice:
    """Shows and stops the notice by conversation."""

    def __init__(self, bot: Bot, sender: Sender, pace: Pace, first_after: float = FIRST_AFTER) -> None:
        self._bot = bot
        self._sender = sender
        self._pace = pace
        self._first_after = first_after
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def show(self, conversation_id: str, on: bool) -> None:
        """Starts or stops; never waits for Telegram and never fails."""
        running = self._tasks.pop(conversation_id, None)
        if running is not None:
            running.cancel()
        if on:
            task = asyncio.create_task(self._run(conversation_id))
            self._tasks[conversation_id] = task
            task.add_done_callback(lambda done: self._gone(conversation_id, done))

    async def stop(self) -> None:
        """Stops all."""
        await end(self._tasks.values())

    def _gone(self, conversation_id: str, task: asyncio.Task[None]) -> None:
        if self._tasks.get(conversation_id) is task:
            del self._tasks[conversation_id]

    async def _run(self, conversation_id: str) -> None:
        try:
            await asyncio.sleep(self._first_after)
            chat = await self._sender.chat(conversation_id)
            for _ in range(AT_MOST):
                if chat is None or self._pace.paused_for(chat) > 0:
                    return
                await self._bot.send_chat_action(chat, ChatAction.TYPING)
                await asyncio.sleep(AGAIN_AFTER)
        except TelegramError as error:
            logger.debug("No typing notice: %s", type(error).__name__)
        except Exception as error:
            logger.warning("No typing notice: %s", type(error).__name__)
