"""People who talk to the real server: over Socket.IO, over Telegram's stand-in, over REST."""

from __future__ import annotations

import asyncio
import uuid
from collections.abc import Callable
from typing import Any

import aiohttp
import socketio

from tests.telegram.bot_api import BotApi, Sent

if not hasattr(aiohttp, "ClientWSTimeout"):
    # python-engineio's client wants aiohttp 3.11; Rasa holds it at 3.9, which takes the seconds themselves.
    aiohttp.ClientWSTimeout = lambda ws_close: ws_close  # type: ignore[attr-defined]

# Seconds for one answer; far more than it takes, far less than a test may.
PATIENCE = 30.0
Answer = dict[str, Any]


class WebPerson:
    """Speaks the widget's protocol with the real client. `said`: every bot_uttered in order of arrival."""

    def __init__(self, url: str, session: str | None = None, **custom: Any) -> None:
        self.url = url
        self.session = session
        self.custom = custom
        self.said: list[Answer] = []
        self.doubled: list[Answer] = []
        self.acknowledged: list[str] = []
        self.sessions: list[str] = []
        self.forgotten = 0
        self._numbers: set[tuple[str | None, int | None]] = set()
        self._changed = asyncio.Condition()
        self.client = socketio.AsyncClient(reconnection=False)
        self.client.on("bot_uttered", self._on_said)
        self.client.on("session_confirm", self._on_session)
        self.client.on("user_ack", self._on_ack)
        self.client.on("forgotten", self._on_forgotten)

    async def connect(self, **headers: str) -> WebPerson:
        """Connects and asks for its session, or for a new one."""
        await asyncio.wait_for(
            self.client.connect(self.url, transports=["websocket"], headers=headers, wait_timeout=10), PATIENCE
        )
        await self.ask_for_session()
        return self

    async def ask_for_session(self) -> None:
        known = len(self.sessions)
        last = max((answer.get("seq") or 0 for answer in self.said), default=0)
        await self.client.emit("session_request", {"session_id": self.session, "last_seq": last})
        await self.until(lambda: len(self.sessions) > known)

    async def lost(self) -> None:
        """Waits until the connection is gone."""
        await asyncio.wait_for(self.client.wait(), PATIENCE)

    async def leave(self) -> None:
        await self.client.disconnect()

    async def send(self, text: Any, message_id: str | None = None) -> Any:
        """Sends without waiting for the answer; what the server acknowledged."""
        said = {"message": text, "session_id": self.session, "message_id": message_id or uuid.uuid4().hex,
                "customData": self.custom}
        return await asyncio.wait_for(self.client.call("user_uttered", said, timeout=int(PATIENCE)), PATIENCE + 5)

    async def say(self, text: str, answers: int = 1) -> list[Answer]:
        """Says something; the next `answers` answers."""
        before = len(self.said)
        await self.send(text)
        await self.until(lambda: len(self.said) >= before + answers)
        return self.said[before:]

    async def press(self, answer: Answer, title: str) -> list[Answer]:
        """Presses the first button whose title begins with `title`."""
        return await self.say(next(one["payload"] for one in answer["quick_replies"] if one["title"].startswith(title)))

    async def until(self, true: Callable[[], object], timeout: float = PATIENCE) -> None:
        """Waits for something to become true of what has arrived. TimeoutError."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(true), timeout)

    async def _tell(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _on_said(self, answer: Answer) -> None:
        # A replay can overtake what is said meanwhile; the numbers are there to tell the same answer.
        number = (self.sessions[-1] if self.sessions else None, answer.get("seq"))
        known = number[1] is not None and number in self._numbers
        self._numbers.add(number)
        (self.doubled if known else self.said).append(answer)
        await self._tell()

    async def _on_session(self, session: str) -> None:
        self.session = session
        self.sessions.append(session)
        await self._tell()

    async def _on_ack(self, data: dict[str, Any]) -> None:
        self.acknowledged.append(data["message_id"])
        await self._tell()

    async def _on_forgotten(self, _: Any) -> None:
        self.forgotten += 1
        await self._tell()


class TelegramPerson:
    """A private chat with the bot. An answer may be several messages; its buttons are under the last."""

    def __init__(self, api: BotApi, chat: int, language_code: str | None = "en") -> None:
        self.api = api
        self.chat = chat
        self.language_code = language_code

    @property
    def got(self) -> list[Sent]:
        return self.api.to(self.chat)

    async def say(self, text: str) -> list[Sent]:
        """Writes; all messages up to the first with buttons."""
        before = len(self.got)
        self.api.push_text(self.chat, text, self.language_code)
        return await self._answer(before)

    async def press(self, message: Sent, title: str) -> list[Sent]:
        before = len(self.got)
        self.api.press(message, title, self.language_code)
        return await self._answer(before)

    async def press_data(self, data: str) -> list[Sent]:
        """Presses a button with any id, as a changed client can."""
        before = len(self.got)
        self.api.push_callback(self.chat, 1, data, self.language_code)
        return await self._answer(before)

    async def _answer(self, before: int) -> list[Sent]:
        await self.api.wait_until(lambda: any(message.buttons for message in self.got[before:]), PATIENCE)
        return self.got[before:]

    async def expect(self, count: int) -> list[Sent]:
        """All messages so far, once there are `count`."""
        return await self.api.wait_for(count, PATIENCE, self.chat)


async def rest(url: str, sender: str, text: str, **more: Any) -> list[Answer]:
    """One message over REST; its answers."""
    status, body = await post(url + "/webhooks/rest/webhook", {"sender": sender, "message": text, **more})
    assert status == 200, body
    answers: list[Answer] = body
    return answers


async def post(url: str, body: Any, **headers: str) -> tuple[int, Any]:
    """Posts JSON (or bytes as they are); status and parsed answer."""
    how = {"data": body} if isinstance(body, (bytes, str)) else {"json": body}
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE * 2)) as session,
        session.post(url, headers=headers, **how) as answer,
    ):
        return answer.status, await answer.json(content_type=None)


async def fetch(url: str, method: str = "GET", **headers: str) -> tuple[int, str]:
    """Any request without a body; status and text."""
    async with (
        aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE)) as session,
        session.request(method, url, headers=headers) as answer,
    ):
        return answer.status, await answer.text()
