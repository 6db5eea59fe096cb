"""What both sides of the desk stand on: the store, the signals, the way out, translations that come after."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from typing import Any

from bot.handover.expectations import Expectations
from bot.handover.records import Case, Entry
from bot.handover.rights import Rights
from bot.handover.speech import Speech
from bot.store.case_records import Step
from bot.store.cases import Cases
from bot.store.conversations import Conversations
from bot.store.history import History
from bot.store.mediators import Mediators
from bot.store.messages import Outbound
from bot.store.signals import Signals

logger = logging.getLogger(__name__)
Typing = Callable[[str, str, bool], Awaitable[None]]


class Floor:
    """`deliver_with` and `typing_with` are told by the server how to reach people.

    The container puts in `centres`, ids of advice centres for a language, for when nobody here is left, and `clearly_in`, the
    language that a text is in beyond doubt, if there is one, where another is expected.
    """

    centres: Callable[[str], list[str]]
    clearly_in: Callable[[str, str], str | None]

    def __init__(
        self, cases: Cases, mediators: Mediators, conversations: Conversations, history: History, signals: Signals,
        speech: Speech, expectations: Expectations, clock: Callable[[], float] = time.time,
    ) -> None:
        self.cases = cases
        self.mediators = mediators
        self.conversations = conversations
        self.history = history
        self.signals = signals
        self.speech = speech
        self.expectations = expectations
        self.clock = clock
        self._rights = Rights(cases, mediators)
        self._deliver: Callable[[list[Outbound]], Awaitable[None]] | None = None
        self._typing: Typing | None = None
        self._tasks: set[asyncio.Task[None]] = set()

    def deliver_with(self, deliver: Callable[[list[Outbound]], Awaitable[None]]) -> None:
        """Names how answers go out once they stand in the outbox (the gate's delivery)."""
        self._deliver = deliver

    def typing_with(self, show: Typing) -> None:
        """Names how a channel shows that a mediator writes: show(channel, conversation id, on)."""
        self._typing = show

    async def settle(self) -> None:
        """Waits for the translations that are under way."""
        while self._tasks:
            await asyncio.gather(*tuple(self._tasks), return_exceptions=True)

    async def translate_open(self) -> None:
        """Makes up for the translations that a crash has cut off."""
        for case in await self.cases.all_open():
            if case.mediator_id is not None:
                self._later(self._translate_all(case))

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        # Not waited for: the original is on the screen and safe; its translation follows as soon as the engine is free.
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Coroutine[Any, Any, None]) -> None:
        try:
            await work
        except Exception as error:  # the original stays; the next look at the case tries again
            logger.error("An entry could not be translated: %s", type(error).__name__)

    async def _translate_all(self, case: Case) -> None:
        for entry in await self.cases.entries(case.id):
            if entry.author == "person":
                await self._translate_for_desk(case, entry)

    async def _translate_for_desk(self, case: Case, entry: Entry) -> None:
        """Adds the translation for who has the case."""
        reader = await self._reader_language(case, entry.source_language)
        if reader is None or not entry.text.strip() or (entry.translation and entry.translation.target == reader):
            return
        translation = await self.speech.translated(entry.text, entry.source_language, reader, "case")
        # Read again: it may have been edited or deleted while the engine worked.
        present = await self.cases.entry(entry.case_id, entry.number)
        if present is None or present.text != entry.text:
            return
        await self.cases.rewrite(present._replace(translation=translation))
        self._tell(case, "changed", entry.number)

    async def _reader_language(self, case: Case, spoken: str) -> str | None:
        mediator = await self.mediators.get(case.mediator_id) if case.mediator_id else None
        if mediator is None or spoken in mediator.languages:
            return None
        return mediator.languages[0]

    async def _send(self, step: Step) -> None:
        if step.outbounds and self._deliver is not None:
            await self._deliver(step.outbounds)

    def _tell(self, case: Case, kind: str, number: int | None = None, **more: Any) -> None:
        data: dict[str, Any] = {"kind": kind, "case": case.id, "code": case.code, "state": case.state, **more}
        if number is not None:
            data["number"] = number
        for topic in ("cases", f"case:{case.id}", f"conversation:{case.conversation_id}"):
            self.signals.publish(topic, data)
