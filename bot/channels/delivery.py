"""Outbox -> channel: in order for each conversation, again with growing pauses until it arrived.

From us an answer goes out at least once. The person sees it once: on the web by its number, which the widget knows; on Telegram
by the message ids that were stored, and by looking for a message whose confirmation was lost. What can never arrive (the person
has blocked the bot) is given up and shown to the mediator, and so is what waits too long for a widget to come back.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from bot.container import Container
from bot.ending import end
from bot.store.messages import Outbound

logger = logging.getLogger(__name__)

# True: delivered. False: try again. None: kept, the client calls for it when it is back (see `arrived`).
Sender = Callable[[Outbound], Awaitable[bool | None]]
# (conversation id, number, "sent" or "failed")
Tell = Callable[[str, int, str], Awaitable[None]]
# Seconds before the next try: 1, 2, 4 ... up to this.
LONGEST_PAUSE = 300.0
# Seconds that an answer waits for a widget before the mediator is told that it did not arrive. It still waits then.
WIDGET_PATIENCE = 24 * 3600
LOOK_EVERY_SECONDS = 600
# Seconds that a conversation which moves waits for what is being sent at that moment.
SENDING_PATIENCE = 5.0


class Undeliverable(Exception):
    """This answer can never arrive: the person has blocked us or is gone. Trying again is no use."""


class Delivery:
    """Sends answers with the channels' senders; an exception of a sender other than Undeliverable means: try again.

    A channel that calls for its answers itself (REST) marks them delivered on its own and has no sender.
    """

    def __init__(self, house: Container) -> None:
        self._house = house
        self.senders: dict[str, Sender] = {}
        self._queues: dict[str, asyncio.Queue[Outbound]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._tell: Tell | None = None
        self._followed: set[tuple[str, int]] = set()
        self._withdrawn: set[tuple[str, int]] = set()
        # Conversation -> set when what is being sent has arrived, or has not; set when it may be sent again.
        self._sending: dict[str, asyncio.Event] = {}
        self._held: dict[str, asyncio.Event] = {}
        self._looking: asyncio.Task[None] | None = None

    def outcome_with(self, tell: Tell) -> None:
        """Names who hears what became of the answers given to `deliver_followed`."""
        self._tell = tell

    async def start(self) -> None:
        """Takes up what was not delivered before. Whether it left us before the end is not known: attempts are at least 1."""
        for channel in self.senders:
            left = await self._house.messages.undelivered(channel)
            await self.deliver_followed([answer._replace(attempts=answer.attempts + 1) for answer in left])
        self._looking = asyncio.create_task(self._look())

    async def stop(self) -> None:
        """Stops sending; the rest stays in the outbox."""
        await end([*self._workers.values(), *([self._looking] if self._looking else [])])

    async def deliver_followed(self, answers: list[Outbound]) -> None:
        """As `deliver`; what becomes of them is told to who was named in `outcome_with`."""
        self._followed.update((answer.conversation_id, answer.seq) for answer in answers if answer.seq)
        await self.deliver(answers)

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

    @asynccontextmanager
    async def held(self, conversation_id: str) -> AsyncIterator[None]:
        """Nothing of this conversation is sent meanwhile; what is being sent has arrived, or hangs for longer than we wait.

        Else an answer under way when a conversation moves would count as undelivered, and go out in both places.
        """
        released = self._held[conversation_id] = asyncio.Event()
        try:
            sending = self._sending.get(conversation_id)
            if sending is not None:
                with suppress(asyncio.TimeoutError):
                    await asyncio.wait_for(sending.wait(), SENDING_PATIENCE)
            yield
        finally:
            if self._held.get(conversation_id) is released:
                del self._held[conversation_id]
            released.set()

    def withdraw(self, conversation_id: str, seqs: list[int]) -> None:
        """These answers go out elsewhere: they are not tried here any more. Call it while the conversation is `held`."""
        waiting = self._queues.get(conversation_id)
        if waiting is not None or conversation_id in self._workers:
            self._withdrawn.update((conversation_id, seq) for seq in seqs)

    async def arrived(self, conversation_id: str, channel: str, seen: int) -> None:
        """A client came back and has, or was given, everything up to number `seen`."""
        left = await self._house.messages.undelivered_of(conversation_id, channel)
        waiting = [answer.seq for answer in left if answer.seq <= seen]
        if waiting:
            await self._house.messages.delivered(conversation_id, waiting)
            for seq in waiting:
                await self._outcome(conversation_id, seq, "sent")

    async def _work(self, identifier: str, queue: asyncio.Queue[Outbound]) -> None:
        try:
            while not queue.empty():
                await self._send(queue.get_nowait())
        finally:
            self._workers.pop(identifier, None)
            self._withdrawn = {key for key in self._withdrawn if key[0] != identifier or not queue.empty()}
            if queue.empty():
                self._queues.pop(identifier, None)

    async def _send(self, answer: Outbound) -> None:
        pause = 1.0
        while True:
            while answer.conversation_id in self._held:
                await self._held[answer.conversation_id].wait()
            if (answer.conversation_id, answer.seq) in self._withdrawn:
                self._followed.discard((answer.conversation_id, answer.seq))
                return
            sending = self._sending[answer.conversation_id] = asyncio.Event()
            try:
                done = await self._try(answer)
            finally:
                del self._sending[answer.conversation_id]
                sending.set()
            if done is not False:
                return
            answer = answer._replace(attempts=answer.attempts + 1)
            await asyncio.sleep(pause)
            pause = min(pause * 2, LONGEST_PAUSE)

    async def _try(self, answer: Outbound) -> bool | None:
        """One try, with the note of what came of it; False: again."""
        done: bool | None = False
        try:
            done = await self.senders[answer.channel](answer)
        except asyncio.CancelledError:
            raise
        except Undeliverable:
            await self._done(answer, "failed")
            return None
        except Exception as error:
            logger.warning("An answer on %s could not be sent yet: %s", answer.channel, type(error).__name__)
        if done:
            await self._done(answer, "sent")
        elif done is False and answer.seq:
            await self._house.messages.failed(answer.conversation_id, answer.seq)
        return done

    async def _done(self, answer: Outbound, outcome: str) -> None:
        if not answer.seq:
            return
        await self._house.messages.delivered(answer.conversation_id, [answer.seq])
        key = (answer.conversation_id, answer.seq)
        if key in self._followed:
            self._followed.discard(key)
            await self._outcome(*key, outcome)

    async def _outcome(self, conversation_id: str, seq: int, outcome: str) -> None:
        if self._tell is None:
            return
        try:
            await self._tell(conversation_id, seq, outcome)
        except Exception as error:  # telling it must not keep the next answer from going out
            logger.error("What became of an answer could not be noted: %s", type(error).__name__)

    async def _look(self) -> None:
        """Tells of answers that no widget has called for in a day."""
        told: set[tuple[str, int]] = set()
        while True:
            try:
                waiting = await self._house.messages.waiting_since("web", WIDGET_PATIENCE)
                for conversation_id, seq in waiting:
                    if (conversation_id, seq) not in told:
                        await self._outcome(conversation_id, seq, "failed")
                told = set(waiting)
            except Exception as error:
                logger.error("Waiting answers could not be looked through: %s", type(error).__name__)
            await asyncio.sleep(LOOK_EVERY_SECONDS)
