"""What changes reaches the page at once: server-sent events over the house's signals.

One stream a page: the queue, and one case with its transcript. An "entry" carries its number as the event's id; a browser
that comes back names the last one it has, and gets what came after. The transcript is always read from the store behind
that number, whatever the signals say: none is missed and none comes twice.
"""

from __future__ import annotations

import asyncio
import json
import math
import time
from typing import Any

from sanic import Sanic
from sanic.request import Request
from sanic.response import BaseHTTPResponse

from bot.channels.console.cases import (
    AT_THE_DESK,
    entries_of,
    page_language,
    readable,
    shown_entries,
    shown_queue,
)
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor
from bot.channels.console.shapes import shapes_for
from bot.container import Container
from bot.errors import WaymarkError
from bot.store.signals import Watcher

# Seconds between signs of life; also how late a stream notices that its session was ended by another process.
HEARTBEAT = 12.0
# Entries up to the last one known whose later changes (a translation, a delivery) may have been missed.
LOOK_BACK = 60
# The queue is told of at most so often, in seconds: at a busy desk each message changes it.
QUEUE_PAUSE = 0.25
HEADERS = {"X-Accel-Buffering": "no", "Cache-Control": "no-store"}


class Streams:
    """The open streams, so that signing out and stopping end them at once."""

    def __init__(self) -> None:
        self._open: dict[str, set[asyncio.Event]] = {}

    def add(self, token_hash: str) -> asyncio.Event:
        """An event that is set when the stream must end."""
        end = asyncio.Event()
        self._open.setdefault(token_hash, set()).add(end)
        return end

    def remove(self, token_hash: str, end: asyncio.Event) -> None:
        """The stream has ended."""
        self._open.get(token_hash, set()).discard(end)
        if not self._open.get(token_hash):
            self._open.pop(token_hash, None)

    def end(self, token_hash: str) -> None:
        """Ends a session's streams."""
        for end in self._open.get(token_hash, ()):
            end.set()

    def end_all(self) -> None:
        """Ends every stream: the server stops."""
        for token_hash in list(self._open):
            self.end(token_hash)


def add_stream(console: Console) -> None:
    """Adds the route."""
    house, streams = console.house, Streams()
    console.when_signed_out(streams.end)

    async def stop(_: Sanic, __: Any) -> None:
        streams.end_all()

    console.app.register_listener(stop, "before_server_stop")

    @console.route("/desk/api/stream", roles=AT_THE_DESK)
    async def stream(request: Request, who: Visitor) -> BaseHTTPResponse | None:
        case_id = str(request.args.get("case", ""))[:64]
        told = str(request.headers.get("last-event-id", "") or request.args.get("after", ""))
        after = int(told) if told.isdecimal() and len(told) < 12 else 0
        # A page that shows a case and no list of them asks for the case alone.
        with_queue = request.args.get("queue") != "0" or not case_id
        topics = [*(["cases"] if with_queue else []), *([f"case:{case_id}"] if case_id else [])]
        watcher, end = house.signals.watch(topics), streams.add(who.session.token_hash)
        try:
            answer = await request.respond(content_type="text/event-stream", headers=HEADERS)
            talk = _Stream(house, who, page_language(request), case_id, after, answer, with_queue)
            await talk.run(watcher, end)
        finally:
            watcher.close()
            streams.remove(who.session.token_hash, end)
        return None


class _Stream:
    """One page's stream."""

    def __init__(
        self, house: Container, who: Visitor, language: str, case_id: str, after: int, answer: BaseHTTPResponse,
        with_queue: bool,
    ) -> None:
        self._house = house
        self._who = who
        self._language = language
        self._case_id = case_id
        self._last = after
        self._answer = answer
        self._queue_due = 0.0
        self._told_queue: list[dict[str, Any]] = []
        self._with_queue = with_queue
        self._looked = time.monotonic()

    async def run(self, watcher: Watcher, end: asyncio.Event) -> None:
        """Tells what is, then what changes, until the page leaves or the session ends."""
        await self._answer.send("retry: 1500\n\n")
        await self._tell("hello", {"after": self._last})
        if self._with_queue:
            await self._tell_queue()
        if self._case_id:
            await self._tell_missed()
        ending = asyncio.ensure_future(end.wait())
        coming = asyncio.ensure_future(watcher.queue.get())
        try:
            while not end.is_set():
                due = min(self._queue_due or math.inf, self._looked + HEARTBEAT) - time.monotonic()
                await asyncio.wait({coming, ending}, timeout=max(0.0, due), return_when=asyncio.FIRST_COMPLETED)
                if coming.done():
                    heard, coming = coming.result(), asyncio.ensure_future(watcher.queue.get())
                    await self._hear(heard.topic, heard.data)
                if self._queue_due and self._queue_due <= time.monotonic():
                    await self._tell_queue()
                if self._looked + HEARTBEAT <= time.monotonic() and not await self._alive():
                    break
            if end.is_set():
                await self._tell("signed_out", {})
        finally:
            ending.cancel()
            coming.cancel()
        await self._answer.eof()

    async def _alive(self) -> bool:
        """A sign of life, and a look at whether the session still stands; another process may have ended it."""
        self._looked = time.monotonic()
        mediator = await self._house.mediators.get(self._who.id)
        still = await self._house.console_sessions.still_open(self._who.session.token_hash)
        if mediator is None or not mediator.active or not still:
            await self._tell("signed_out", {})
            return False
        await self._tell("alive", {})
        if self._with_queue:
            await self._tell_queue(only_news=True)
        if self._case_id:
            await self._tell_new()
        return True

    async def _hear(self, topic: str, data: dict[str, Any]) -> None:
        if topic == "cases":
            # What a line of the queue shows does not depend on a translation that came, or on what has arrived.
            if data.get("kind") in {"changed", "delivery"}:
                return
            if data.get("kind") == "nobody_left" and "lead" in self._who.roles:
                # A lead who has stepped back, too, does not find the case in the queue: its code is all they get.
                await self._tell("nobody_left", {"code": data["code"]})
            self._queue_due = self._queue_due or time.monotonic() + QUEUE_PAUSE
            return
        kind = data.get("kind")
        if kind == "typing":
            await self._tell("typing", {"on": data.get("on") is True})
        elif kind == "resync":
            await self._tell_missed()
        else:
            await self._tell_new()
            if kind in {"changed", "delivery"} and isinstance(data.get("number"), int):
                await self._tell_changed(data["number"], data["number"])
            if kind not in {"changed", "delivery"}:
                await self._tell_case()

    async def _tell_missed(self) -> None:
        """After a break: what is new, and what may have changed of what the page has."""
        known = self._last
        await self._tell_case()
        await self._tell_changed(max(1, known - LOOK_BACK), known)
        await self._tell_new()

    async def _tell_new(self) -> None:
        for entry in await self._entries(self._last):
            await self._tell("entry", entry, entry["number"])
            self._last = entry["number"]

    async def _tell_changed(self, first: int, last: int) -> None:
        for entry in await self._entries(first - 1) if last else []:
            if entry["number"] <= last:
                await self._tell("changed", entry)

    async def _entries(self, after: int) -> list[dict[str, Any]]:
        try:
            case = await readable(self._house, self._case_id, self._who)
            entries = await entries_of(self._house, case, self._who, after)
        except WaymarkError:
            return []
        return await shown_entries(self._house, entries, self._who, self._language)

    async def _tell_case(self) -> None:
        try:
            case = await readable(self._house, self._case_id, self._who)
        except WaymarkError:
            # Passed on, deleted by the person, or taken by somebody else: nothing of it is theirs to see any more.
            await self._tell("gone", {"id": self._case_id})
            return
        shapes = await shapes_for(self._house, self._who.id, self._language)
        await self._tell("case", shapes.case(case))

    async def _tell_queue(self, only_news: bool = False) -> None:
        """`only_news`: nothing if the page has it already. A command beside the server changes cases without a signal."""
        self._queue_due = 0.0
        cases = await shown_queue(self._house, self._who, self._language)
        if only_news and cases == self._told_queue:
            return
        self._told_queue = cases
        await self._tell("queue", {"cases": cases})

    async def _tell(self, event: str, data: dict[str, Any], number: int | None = None) -> None:
        # json escapes line ends, so that no text can begin an event of its own.
        name = f"id: {number}\n" if number is not None else ""
        await self._answer.send(f"{name}event: {event}\ndata: {json.dumps(data)}\n\n")
