"""Signals inside one process: who watches a topic hears of changes at once and reads the store for what they are.

Topics: "cases" (any case), "case:<id>", "conversation:<id>". A signal carries no text that anybody wrote.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable
from typing import Any, NamedTuple

# A watcher that is this far behind is told to read everything anew instead.
BACKLOG = 500


class Signal(NamedTuple):
    """One change. `data["kind"]` says which; kind "resync" means: some signals were dropped, read everything anew."""

    topic: str
    data: dict[str, Any]


class Watcher:
    """One watcher's queue. Made at once, so that nothing published after `watch` is missed; close it when done."""

    def __init__(self, signals: Signals, topics: frozenset[str]) -> None:
        self._signals = signals
        self.topics = topics
        self.queue: asyncio.Queue[Signal] = asyncio.Queue()

    async def next(self, timeout: float | None = None) -> Signal | None:
        """The next signal; None if none came within `timeout` seconds."""
        try:
            return await asyncio.wait_for(self.queue.get(), timeout)
        except asyncio.TimeoutError:
            return None

    def close(self) -> None:
        """Hears nothing more."""
        self._signals.leave(self)


class Signals:
    """Publishes in the event loop. Publishing never waits and never fails."""

    def __init__(self) -> None:
        self._watchers: set[Watcher] = set()

    def watch(self, topics: Iterable[str]) -> Watcher:
        """A watcher of these topics, from this moment on."""
        watcher = Watcher(self, frozenset(topics))
        self._watchers.add(watcher)
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Takes a watcher out."""
        self._watchers.discard(watcher)

    def publish(self, topic: str, data: dict[str, Any]) -> None:
        """Tells every watcher of the topic. Call it in the event loop, after the change is committed."""
        for watcher in tuple(self._watchers):
            if topic not in watcher.topics:
                continue
            if watcher.queue.qsize() >= BACKLOG:
                while not watcher.queue.empty():
                    watcher.queue.get_nowait()
                watcher.queue.put_nowait(Signal(topic, {"kind": "resync"}))
                continue
            watcher.queue.put_nowait(Signal(topic, data))

    async def subscribe(self, topics: Iterable[str]) -> AsyncIterator[Signal]:
        """Signals of these topics as they come, for `async for`. Listening begins with the first step."""
        watcher = self.watch(topics)
        try:
            while True:
                yield await watcher.queue.get()
        finally:
            watcher.close()
