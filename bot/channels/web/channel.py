"""The web widget's channel, on Rasa's Socket.IO protocol, so that stock Rasa widgets work too.

What differs from Rasa's own channel: session ids are issued and signed here, never chosen by the client; origins are checked;
messages have ids, so that sending again is harmless; answers are numbered and kept, so that a reconnecting client misses none.
"""

from __future__ import annotations

import asyncio
import logging
import secrets as random
import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from rasa.core.channels.socketio import SocketBlueprint
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse
from socketio import AsyncServer

from bot.channels import payload
from bot.channels.gate import WAITING_LIMIT
from bot.channels.web.files import with_files
from bot.container import container
from bot.languages import known_code
from bot.store.messages import Outbound

logger = logging.getLogger(__name__)
# Bytes of one packet: a message of the longest kind with its frame, and no more.
PACKET_LIMIT = 100_000


def shaped(answer: Outbound) -> dict[str, Any]:
    """An answer as the event bot_uttered carries it."""
    replies = [{**button, "content_type": "text"} for button in payload.buttons(answer)]
    shape = {"text": answer.body["text"], "metadata": payload.public_metadata(answer)}
    if replies:
        shape["quick_replies"] = replies
    if answer.seq:
        shape |= {"seq": answer.seq, "message_id": f"{answer.conversation_id[:8]}-{answer.seq}"}
    return shape


class WebChannel(InputChannel):
    """Socket.IO at /socket.io."""

    @classmethod
    def name(cls) -> str:
        """The channel's name."""
        return "web"

    def url_prefix(self) -> str:
        """The root: Socket.IO clients look for /socket.io there."""
        return "/"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """Sets up the Socket.IO server and its events."""
        house = container()
        port = house.settings.port
        own = [f"http://127.0.0.1:{port}", f"http://localhost:{port}", *house.settings.origins]
        server = AsyncServer(
            async_mode="sanic", cors_allowed_origins=own, max_http_buffer_size=PACKET_LIMIT, logger=False,
            engineio_logger=False,
        )
        blueprint = SocketBlueprint(server, "/socket.io", "web_channel", __name__)
        events = _Events(server)
        events.register()

        @blueprint.listener("before_server_start")
        async def connect_to_gate(*_: Any) -> None:
            async def send(answer: Outbound) -> bool | None:
                there = bool(list(server.manager.get_participants("/", answer.conversation_id)))
                await events.say(answer, answer.conversation_id)
                if answer.body["metadata"].get("effect") == "forget":
                    # Numbers begin again after a deletion; with a new session the client counts anew as well.
                    await events.renew(answer.conversation_id)
                # Kept in the outbox in any case: a client that missed it asks for it by number when it is back. With nobody
                # there it has not arrived yet, and a mediator who wrote it is told so after a while.
                return True if there or not answer.seq else None

            async def show(identifier: str, on: bool) -> None:
                await server.emit("typing", {"on": on}, room=identifier)

            house.gate.deliver_with("web", send)
            house.gate.typing_with("web", show)

        @blueprint.listener("after_server_start")
        async def follow(app: Any, _: Any) -> None:
            app.ctx.following_cases = asyncio.create_task(events.follow_cases())

        @blueprint.listener("before_server_stop")
        async def stop(app: Any, _: Any) -> None:
            app.ctx.following_cases.cancel()

        @blueprint.get("/webhooks/web/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        return blueprint




class _Events:
    """The events of the protocol. A client's session id counts only if this server signed it."""

    def __init__(self, server: AsyncServer) -> None:
        self._server = server
        self._house = container()

    def register(self) -> None:
        """Connects the handlers."""
        self._server.on("session_request", self.session_request)
        self._server.on("user_uttered", self.user_uttered)
        self._server.on("set_language", self.set_language)
        self._server.on("forget", self.forget)
        self._server.on("typing", self.typing)

    async def session_request(self, sid: str, data: Any = None) -> None:
        """Gives the client its session back, or a new one, and then what it missed."""
        data = data if isinstance(data, dict) else {}
        last = data.get("last_seq")
        last = last if isinstance(last, int) and not isinstance(last, bool) and 0 <= last < 2**53 else None
        identifier = self._house.secrets.verify(data.get("session_id")) or random.token_hex(16)
        conversation = self._house.secrets.pseudonym("web", identifier)
        missed = [] if last is None else await self._house.messages.since(conversation, last)
        if last and not missed and not await self._house.messages.one(conversation, last):
            # The client has seen more than is kept: the conversation was deleted. Its numbers would begin again below what
            # the client has seen, and it would take every answer for an old one.
            identifier = random.token_hex(16)
        conversation = await self._open(sid, identifier)
        await self._server.emit("session_confirm", self._house.secrets.sign(identifier), room=sid)
        if last is not None:
            # Asked for once more: what was answered before this client was in the room went to nobody. Twice is harmless.
            missed = await self._house.messages.since(conversation, last)
        for answer in missed:
            await self.say(answer, sid)
        await self.tell_owner(conversation, sid)
        if last is not None:
            seen = max([last, *(answer.seq for answer in missed)])
            await self._house.gate.delivery.arrived(conversation, "web", seen)

    async def say(self, answer: Outbound, room: str) -> None:
        """Sends an answer, with the addresses of its files."""
        shape = shaped(answer)
        files = await with_files(self._house, answer)
        if files or shape["metadata"].get("attachments"):
            shape["metadata"] = {**shape["metadata"], "attachments": files}
        await self._server.emit("bot_uttered", shape, room=room)

    async def tell_owner(self, conversation: str, room: str) -> None:
        """Tells whether a mediator has the conversation: only then can files be sent."""
        known = await self._house.conversations.get(conversation)
        await self._server.emit("owner", {"mode": known.mode if known else "assistant"}, room=room)

    async def follow_cases(self) -> None:
        """Tells open widgets when a mediator gets their conversation, and when the assistant has it again."""
        watcher = self._house.signals.watch(["cases"])
        try:
            while True:
                signal = await watcher.next()
                case = await self._house.cases.get(str(signal.data.get("case"))) if signal else None
                if signal and case and signal.data.get("kind") in ("opened", "closed", "state"):
                    await self.tell_owner(case.conversation_id, case.conversation_id)
        finally:
            watcher.close()

    async def renew(self, conversation: str) -> None:
        """Gives everybody in a deleted conversation one new session."""
        identifier = random.token_hex(16)
        for sid, _ in list(self._server.manager.get_participants("/", conversation)):
            await self._open(sid, identifier)
            await self._server.emit("session_confirm", self._house.secrets.sign(identifier), room=sid)

    async def set_language(self, sid: str, data: Any = None) -> None:
        """The person chose a language in the widget."""
        data = data if isinstance(data, dict) else {}
        language = known_code(_text(data.get("language")))
        if language and data.get("language_chosen"):
            await self._house.conversations.set_language(await self._conversation(sid, data), language, chosen=True)

    async def _open(self, sid: str, identifier: str) -> str:
        conversation = self._house.secrets.pseudonym("web", identifier)
        session = await self._server.get_session(sid)
        before = session.get("conversation") if session else None
        if before and before != conversation:
            await self._server.leave_room(sid, before)  # one connection hears one conversation
        await self._server.save_session(sid, {"conversation": conversation})
        await self._server.enter_room(sid, conversation)
        return conversation

    async def _conversation(self, sid: str, data: dict[str, Any]) -> str:
        session = await self._server.get_session(sid)
        known = session.get("conversation") if session else None
        identifier = self._house.secrets.verify(data.get("session_id"))
        if identifier is not None:
            conversation = self._house.secrets.pseudonym("web", identifier)
            return conversation if conversation == known else await self._open(sid, identifier)
        # A stock widget may talk before it asks for a session; it then has one for this connection.
        return known or await self._open(sid, random.token_hex(16))

    async def user_uttered(self, sid: str, data: Any = None) -> dict[str, Any]:
        """Takes a message. Acknowledged, by event and by callback, only once it is written down."""
        data = data if isinstance(data, dict) else {}
        text = data.get("message")
        if not isinstance(text, str) or not text.strip():
            return {"accepted": False}  # stock widgets open with a null message
        conversation = await self._conversation(sid, data)
        custom = data.get("customData")
        custom = custom if isinstance(custom, dict) else {}
        if self._house.gate.waiting(conversation) >= WAITING_LIMIT:
            busy = self._house.wording_messages.make("utter_busy", _text(custom.get("language")) or "en")
            await self._server.emit("bot_uttered", shaped(Outbound(conversation, 0, "web", busy, 0)), room=sid)
            return {"accepted": False}
        message_id = data.get("message_id")
        message_id = message_id if isinstance(message_id, str) and message_id else uuid.uuid4().hex
        press = payload.pressed(text.strip())
        language = _text(custom.get("language"))
        await self._house.gate.accept(
            channel="web", conversation_id=conversation, message_id=message_id, text="" if press else text,
            press=text.strip() if press else None, prior=language, chosen=language if custom.get("language_chosen") else None,
        )
        await self._server.emit("user_ack", {"message_id": message_id}, room=sid)
        return {"accepted": True, "message_id": message_id}

    async def typing(self, sid: str, data: Any = None) -> None:
        """The person writes, or has stopped: who has their case sees it. Only ever for this connection's own conversation."""
        session = await self._server.get_session(sid)
        conversation = session.get("conversation") if session else None
        if conversation:
            await self._house.desk.person_typing(conversation, isinstance(data, dict) and data.get("on") is True)

    async def forget(self, sid: str, data: Any = None) -> None:
        """Deletes the conversation at once."""
        data = data if isinstance(data, dict) else {}
        # By its id alone: an old session that is forgotten late must not become this connection's session again.
        identifier = self._house.secrets.verify(data.get("session_id"))
        conversation = (
            self._house.secrets.pseudonym("web", identifier) if identifier else await self._conversation(sid, data)
        )
        await self._house.gate.forget(conversation)
        session_id = _text(data.get("session_id"))
        await self._server.emit("forgotten", {"session_id": session_id} if session_id else {}, room=sid)


def _text(value: Any) -> str | None:
    return value if isinstance(value, str) else None
