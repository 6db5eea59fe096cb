"""Fifty people and five mediators at once, against a real server: from the person's send to the mediator's screen.

Persons speak Socket.IO over real web sockets. Mediators sign in at the console as its page does, and hear over server-sent
events: each of the queue, and of each of their ten cases in a window of its own. All speak English: no machine translation
takes part.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import statistics
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

import aiohttp
import pyotp

from bot.cli.bench_chat import Server, free_port
from bot.cli.train import ensure_model
from bot.container import Container, container
from bot.ending import end
from bot.settings import ROOT, Settings

# Seconds between two messages of one person, at random between these: people who read, think and type on a phone.
PAUSE = (2.0, 6.0)
# Seconds that the last messages may still be on their way before they count as lost.
PATIENCE = 20.0
PASSWORD = "one password for the bench"  # noqa: S105  a server that lives for a minute
SAYINGS = (
    "i wait for a letter about my rent", "the office gave me a date", "what papers do i take along", "my landlord has answered",
    "we are four in one room", "i have found the form", "the school has written to us", "the bus does not come any more",
)


class Person:
    """One chat: Socket.IO over a web socket, with the widget's own events."""

    def __init__(self, number: int) -> None:
        self.number = number
        self.sent: dict[str, float] = {}
        self.heard: Counter[str] = Counter()
        self._answers: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self._count = 0
        self._session: str | None = None
        self._confirmed = asyncio.Event()
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reading: asyncio.Task[None] | None = None

    async def connect(self, http: aiohttp.ClientSession, port: int) -> None:
        """Opens the socket and asks for a session."""
        self._socket = await http.ws_connect(f"http://127.0.0.1:{port}/socket.io/?EIO=4&transport=websocket")
        await self._socket.receive_str()
        await self._socket.send_str("40")
        await self._socket.receive_str()
        self._reading = asyncio.create_task(self._read())
        await self._emit("session_request", {"session_id": None})
        await asyncio.wait_for(self._confirmed.wait(), PATIENCE)

    async def _emit(self, event: str, data: dict[str, Any]) -> None:
        assert self._socket is not None
        await self._socket.send_str("42" + json.dumps([event, data]))

    async def _read(self) -> None:
        assert self._socket is not None
        async for packet in self._socket:
            text = str(packet.data)
            if text == "2":
                await self._socket.send_str("3")
            elif text.startswith("42"):
                event, *rest = json.loads(text[2:])
                if event == "session_confirm":
                    self._session = rest[0]
                    self._confirmed.set()
                elif event == "bot_uttered":
                    self.heard[rest[0]["text"]] += 1
                    self._answers.put_nowait(rest[0])

    async def say(self, text: str) -> None:
        """Sends words, and notes when."""
        self.sent[text] = time.monotonic()
        custom = {"language": "en", "language_chosen": True}
        self._count += 1
        name = f"{self.number}-{self._count}"
        await self._emit(
            "user_uttered", {"message": text, "session_id": self._session, "message_id": name, "customData": custom}
        )

    async def ask_for_a_mediator(self) -> None:
        """/person, and the yes."""
        await self.say("/person")
        while True:
            answer = await asyncio.wait_for(self._answers.get(), PATIENCE)
            yes = [one["payload"] for one in answer.get("quick_replies", []) if one["title"] == "Yes, connect me"]
            if yes:
                break
        await self.say(yes[0])
        while "The mediators have your case" not in answer["text"]:
            answer = await asyncio.wait_for(self._answers.get(), PATIENCE)
        self.sent.clear()

    async def talk(self, count: int, chance: random.Random) -> None:
        """Writes so many messages at a person's pace."""
        for index in range(count):
            await asyncio.sleep(chance.uniform(*PAUSE))
            await self.say(f"{SAYINGS[index % len(SAYINGS)]}, says {self.number}-{index}")

    async def leave(self) -> None:
        """Closes the socket."""
        if self._reading is not None:
            self._reading.cancel()
        if self._socket is not None:
            await self._socket.close()


class Desk:
    """One mediator at the console."""

    def __init__(self, port: int, name: str) -> None:
        self._url = f"http://127.0.0.1:{port}"
        self._name = name
        self._http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))
        self._csrf = ""
        self._streams: list[asyncio.Task[None]] = []
        self.shown: dict[str, float] = {}
        self.times: Counter[str] = Counter()
        self.replied: list[str] = []

    async def ask(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """One request of the console's page; RuntimeError if it is refused."""
        how = "GET" if body is None else "POST"
        headers = {"Origin": self._url, "X-CSRF-Token": self._csrf}
        async with self._http.request(how, f"{self._url}/desk/api/{path}", json=body, headers=headers) as answer:
            found = await answer.json()
            if answer.status != 200:
                raise RuntimeError(f"The console answered {answer.status} to {path}: {found}")
            return found

    async def sign_in(self, start_password: str) -> None:
        """The first sign-in, with a one-time code."""
        await self.ask("sign-in", {"name": self._name, "password": start_password})
        self._csrf = (await self.ask("me"))["csrf"]
        secret = (await self.ask("sign-in/enrolment"))["secret"]
        await self.ask("sign-in/enrol", {"password": PASSWORD, "code": pyotp.TOTP(secret).now()})
        self._csrf = (await self.ask("me"))["csrf"]

    async def take(self, count: int) -> int:
        """Takes up to so many waiting cases and watches each; how many they became."""
        self._streams.append(asyncio.create_task(self._watch_queue()))
        waiting = [case for case in (await self.ask("queue"))["cases"] if case["mediator"] is None][:count]
        for case in waiting:
            await self.ask(f"cases/{case['id']}/take", {})
            self._streams.append(asyncio.create_task(self._watch(case["id"])))
        return len(waiting)

    async def _watch_queue(self) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._http.get(f"{self._url}/desk/api/stream", timeout=timeout) as stream:
            async for _ in stream.content:
                pass

    async def _watch(self, case_id: str) -> None:
        timeout = aiohttp.ClientTimeout(total=None)
        async with self._http.get(f"{self._url}/desk/api/stream?queue=0&case={case_id}", timeout=timeout) as stream:
            event = ""
            async for line in stream.content:
                if line.startswith(b"event: "):
                    event = line[7:].decode().strip()
                elif line.startswith(b"data: ") and event == "entry":
                    self._see(case_id, json.loads(line[6:]), time.monotonic())

    def _see(self, case_id: str, entry: dict[str, Any], now: float) -> None:
        if entry["author"] != "person" or entry.get("kind") == "before":
            return
        self.times[entry["text"]] += 1
        if self.times[entry["text"]] == 1:
            self.shown[entry["text"]] = now
            self._streams.append(asyncio.create_task(self._answer(case_id, entry["text"])))

    async def _answer(self, case_id: str, text: str) -> None:
        await asyncio.sleep(0.5)
        reply = f"I have read: {text}"
        self.replied.append(reply)
        await self.ask(f"cases/{case_id}/reply", {"text": reply, "key": str(hash(text)), "untranslated": True})

    async def leave(self) -> None:
        """Closes the page."""
        await end(self._streams)
        await self._http.close()


def figures(persons: list[Person], desks: list[Desk]) -> dict[str, Any]:
    """p95 of the way to the mediator's screen in ms; what never came, and what came twice, in both directions."""
    shown: dict[str, float] = {}
    times: Counter[str] = Counter()
    for desk in desks:
        shown |= desk.shown
        times += desk.times
    sent = {text: at for person in persons for text, at in person.sent.items()}
    waits = sorted(shown[text] - at for text, at in sent.items() if text in shown)
    heard = Counter[str]()
    for person in persons:
        heard += person.heard
    replied = [reply for desk in desks for reply in desk.replied]
    place = statistics.quantiles(waits, n=100) if len(waits) > 1 else [0.0] * 99
    return {
        "p95_ms": round(1000 * place[94], 1),
        "lost": sum(text not in shown for text in sent) + sum(not heard[reply] for reply in replied),
        "doubled": sum(count - 1 for count in times.values()) + sum(max(0, heard[reply] - 1) for reply in replied),
        "p50_ms": round(1000 * place[49], 1),
        "p99_ms": round(1000 * place[98], 1),
        "messages": len(sent),
        "replies": len(replied),
    }


async def _measure(house: Container, server: Server, people: int, mediators: int, messages: int) -> dict[str, Any]:
    starts = []
    for number in range(mediators):
        made = await house.mediators.add(f"Mediator {number}", ["en"])
        starts.append((made.name, await house.sign_in.start(made.id)))
    connector = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=connector) as http:
        await server.ready(http)
        desks = [Desk(server.port, name) for name, _ in starts]
        persons = [Person(number) for number in range(people)]
        try:
            for desk, (_, password) in zip(desks, starts, strict=True):
                await desk.sign_in(password)
            for person in persons:
                await person.connect(http, server.port)
                await person.ask_for_a_mediator()
            share = -(-people // mediators)
            for desk in desks:
                await desk.take(share)
            await asyncio.sleep(1.0)
            chance = random.Random(4)  # noqa: S311  pauses between messages
            before = server.cpu_seconds()
            await asyncio.gather(*(person.talk(messages, chance) for person in persons))
            await _quiet(persons, desks, messages)
            found = figures(persons, desks)
            # Of the server alone: what a message and its reply cost, whatever else the machine does beside it.
            spent = server.cpu_seconds() - before
            return found | {"cpu_ms_per_message_and_reply": round(1000 * spent / max(1, found["messages"]), 1)}
        finally:
            for person in persons:
                await person.leave()
            for desk in desks:
                await desk.leave()


async def _quiet(persons: list[Person], desks: list[Desk], messages: int) -> None:
    """Waits until everything has come, or patience is at an end."""
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline:
        found = figures(persons, desks)
        if found["replies"] >= len(persons) * messages and not found["lost"]:
            await asyncio.sleep(0.5)  # what comes twice comes late
            return
        await asyncio.sleep(0.2)


def bench_desk(people: int, mediators: int, messages: int) -> dict[str, Any]:
    """The figures of one run with a server of its own."""
    ensure_model(container())
    with tempfile.TemporaryDirectory() as name:
        state = Path(name) / "state"
        state.mkdir()
        for part in ("models", "cache"):
            (state / part).symlink_to(container().settings.state / part)
        port = free_port()
        own = {"WAYMARK_PORT": str(port), "WAYMARK_STATE": str(state), "WAYMARK_TELEGRAM_TOKEN": "", "WAYMARK_STAFF_GROUPS": ""}
        house = Container(Settings({**os.environ, **own}))
        server = Server([sys.executable, "-c", "from bot.cli.main import app; app()", "run"], ROOT, port, os.environ | own)
        try:
            return asyncio.run(_measure(house, server, people, mediators, messages))
        finally:
            server.stop()
            house.database.close()
