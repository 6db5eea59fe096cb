"""The desk's own part of the server in a thread: real HTTP and a real database, without Rasa, ready in a second."""

from __future__ import annotations

import asyncio
import secrets
import threading
import time
from collections.abc import Coroutine
from pathlib import Path
from typing import Any, TypeVar

import pyotp
from sanic import Sanic
from sanic.touchup import TouchUp

from bot.channels.console.console import add_console
from bot.channels.gate import Gate
from bot.container import Container, use
from bot.settings import Settings
from bot.store.messages import Inbound
from tests.conftest import state_with_models
from tests.ports import free_port

Answer = TypeVar("Answer")


class Clock:
    """Seconds that a test may move."""

    def __init__(self) -> None:
        self.ahead = 0.0

    def __call__(self) -> float:
        return time.time() + self.ahead


class Person:
    """A person's side of a case, without a channel: what they say reaches the desk as the gate hands it on."""

    def __init__(self, server: DeskServer, conversation_id: str, language: str) -> None:
        self.server = server
        self.conversation_id = conversation_id
        self.language = language
        self.case_id = ""
        self._count = 0

    def say(self, text: str, open_case: dict[str, Any] | None = None, **body: Any) -> None:
        self._count += 1
        message = Inbound(self.conversation_id, f"m{self._count}", {"text": text, **body})
        self.server.run(self._say(message, open_case))

    def file(self, name: str, mime: str, data: bytes) -> str:
        """Sends a file; its id."""
        identifier = self.server.run(self.server.house.attachments.put(self.conversation_id, name, mime, data))
        self.say("", attachments=[identifier])
        return identifier

    def heard(self) -> list[str]:
        """Everything that went out to the person, in order."""
        return [one.body["text"] for one in self.server.run(self.server.house.messages.since(self.conversation_id, 0))]

    def received(self) -> None:
        """Their device has everything that went out to them, and says so."""
        for one in self.server.run(self.server.house.messages.since(self.conversation_id, 0)):
            self.server.run(self.server.house.desk.delivered(self.conversation_id, one.seq, "sent"))

    async def _say(self, message: Inbound, open_case: dict[str, Any] | None) -> None:
        house = self.server.house
        await house.messages.receive(message, "web", None)
        if open_case is not None:
            await house.conversations.set_language(self.conversation_id, self.language, chosen=True)
            case = await house.desk.open(self.conversation_id, **{"reason": "asked", **open_case})
            self.case_id = case.id
        conversation = await house.conversations.get(self.conversation_id)
        assert conversation is not None
        await house.desk.receive(message, conversation, self.language)


class DeskServer:
    """Starts on a free port. `run` runs a coroutine of the house in the server's own loop."""

    def __init__(self, folder: Path, **settings: str) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        own = {"STATE": str(state_with_models(folder / "state")), "PORT": str(self.port)} | settings
        self.house = Container(
            Settings({f"WAYMARK_{name}": value for name, value in own.items()}, file=folder / "none.env")
        )
        self.clock = Clock()
        self.app: Sanic | None = None
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._failed: BaseException | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> DeskServer:
        self._thread.start()
        assert self._ready.wait(60), "the desk did not start"
        if self._failed is not None:
            raise self._failed
        return self

    def stop(self) -> None:
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(20)
        self.house.database.close()

    def run(self, work: Coroutine[Any, Any, Answer]) -> Answer:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def mediator(self, name: str, languages: str = "de", roles: str = "mediator", **more: Any) -> tuple[str, str]:
        """A new mediator: id and start password."""

        async def add() -> tuple[str, str]:
            made = await self.house.mediators.add(name, languages.split(), roles=roles.split(), **more)
            return made.id, await self.house.sign_in.start(made.id)

        return self.run(add())

    def person(self, text: str, language: str = "ar", **details: Any) -> Person:
        """Somebody on the web who has a case and has said `text` in it."""
        person = Person(self, secrets.token_hex(16), language)
        person.say(text, open_case=details)
        return person

    def code(self, secret: str, steps: int = 0) -> str:
        """The one-time code of this moment by the server's clock, or of so many half minutes later."""
        return str(pyotp.TOTP(secret).at(int(self.clock()) + 30 * steps))

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_until_complete(self._begin())
        except BaseException as error:
            self._failed = error
            self._ready.set()
            return
        self._ready.set()
        self._loop.run_forever()

    async def _begin(self) -> None:
        use(self.house)
        self.app = Sanic(f"desk{self.port}", configure_logging=False)
        self.app.config.ACCESS_LOG = False
        self.app.config.REQUEST_MAX_SIZE = 1_000_000
        self.house.gate = Gate(self.house)
        self.house.desk.deliver_with(self.house.gate.delivery.deliver)
        self.house.console_sessions._now = self.clock
        self.house.sign_in._now = self.clock
        self.house.sign_in._attempts._now = self.clock
        add_console(self.app, self.house)
        self._server = await self.app.create_server(
            host="127.0.0.1", port=self.port, return_asyncio_server=True, access_log=False
        )
        await self._server.startup()
        # Sanic rewrites its own methods at start and cannot do that a second time in one process.
        TouchUp._registry.clear()
        await self._server.before_start()
        await self._server.start_serving()
        await self._server.after_start()

    async def _end(self) -> None:
        await self._server.before_stop()
        self._server.close()
        await self._server.wait_closed()
        await self._server.after_stop()
