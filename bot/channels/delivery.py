"""Outbox -> channel: in order for each conversation, again with growing pauses until it arrived."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable

from bot.container import Container
from bot.store.messages import Outbound

logger = logging.getLogger(__name__)

Sender = Callable[[Outbound], Awaitable[bool]]
# Seconds before the next try: 1, 2, 4 ... up to this.
LONGEST_PAUSE = 300.0


class Delivery:
    """Sends answers with the channels' senders. True from a sender means delivered; False or an exception: try again.

    A channel that calls for its answers itself (the web widget, REST) marks them delivered on its own and has no sender.
    """

    def __init__(self, house: Container) -> None:
        self._house = house
        self.senders: dict[str, Sender] = {}
        self._queues: dict[str, asyncio.Queue[Outbound]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}

    async def start(self) -> None:
        """Takes up what was not delivered before."""
        for channel in self.senders:
            await self.deliver(await self._house.messages.undelivered(channel))

    async def stop(self) -> None:
        """Stops sending; the rest stays in the outbox."""
        for task in self._workers.values():
            task.cancel()
        await asyncio.gather(*self._workers.values(), return_exceptions=True)

    async def deliver(self, answers: list[Outbound]) -> None:
        """Queues answers behind what already waits for the same conversation. Does not wait for the channel."""
        for answer in answers:
            if answer.channel not in self.senders:
                continue
            queue = self._queues.setdefault(answer.conversation_id, asyncio.Queue())
            queue.put_nowait(answer)
            if answer.conversation_id not in self._workers:
                task = asyncio.create_task(self._work(answer.conversation_id, queue))
                self._workers[answer.conversation_id] = task

    async def _work(self, identifier: str, queue: asyncio.Queue[Outbound]) -> None:
        try:
            while not queue.empty():
                await self._send(queue.get_nowait())
        finally:
            self._workers.pop(identifier, None)
            if queue.empty():
                self._queues.pop(identifier, None)

    async def _send(self, answer: Outbound) -> None:
        pause = 1.0
        while True:
            try:
                if await self.senders[answer.channel](answer):
                    break
            except asyncio.CancelledError:
                raise
            except Exception as error:
                logger.warning("An answer on %s could not be sent yet: %s", answer.channel, type(error).__name__)
            if answer.seq:
                await self._house.messages.failed(answer.conversation_id, answer.seq)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
        if answer.seq:
            await self._house.messages.delivered(answer.conversation_id, [answer.seq])
