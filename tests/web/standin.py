"""A small stand-in for Waymark's Socket.IO channel, for the widget's tests.

It speaks the protocol and nothing else: signed-looking session ids, acknowledgements, numbered answers that are
replayed, deletion. What it answers is put in by the test. State lives in one file and is written before anything is
acknowledged, so that killing the process at any moment loses nothing that was acknowledged.

    python standin.py PORT STATE_FILE [--stock]

``--stock`` leaves out everything Rasa's own channel does not have: no numbers, no replay, no ``user_ack``.
"""

from __future__ import annotations

import asyncio
import json
import os
import sys
import uuid
from pathlib import Path
from typing import Any

import socketio
from aiohttp import web

DIST = Path(__file__).parents[2] / "bot/channels/web/widget/dist"
# What a careful site sends: no inline script, no inline style, no foreign host.
STRICT = (
    "default-src 'none'; script-src 'self'; connect-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'"
)

# A host page with styles of its own that would ruin a chat box they could reach.
EMBEDDING = """<!doctype html><html lang="{language}"><head><meta charset="utf-8"><title>A town's page</title>
<link rel="stylesheet" href="/host.css"></head>
<body><main><h1>A town's page</h1><p><a href="/other">Some link</a></p></main>
<script src="/waymark-widget.js" data-language="{language}" data-position="{position}"
  data-exit-url="/exited"></script></body></html>"""
HOST_CSS = "* { letter-spacing: 3px } button { display: none } div { background: yellow !important; font-size: 7px }"


class StandIn:
    """The channel's state and its event handlers."""

    def __init__(self, state_file: Path, stock: bool) -> None:
        self.file, self.stock = state_file, stock
        self.state: dict[str, Any] = {"sessions": {}, "scripts": {}, "received": [], "forgotten": [], "refuse": []}
        if state_file.exists():
            self.state.update(json.loads(state_file.read_text()))
        self.server = socketio.AsyncServer(async_mode="aiohttp", cors_allowed_origins="*")
        for event in ("session_request", "user_uttered", "forget", "set_language"):
            self.server.on(event, getattr(self, event))

    def save(self) -> None:
        temporary = self.file.with_suffix(".new")
        temporary.write_text(json.dumps(self.state))
        temporary.replace(self.file)

    async def session_request(self, sid: str, data: dict[str, Any] | None) -> None:
        data = data or {}
        session = data.get("session_id")
        if self.stock:
            session = session or uuid.uuid4().hex
            self.state["sessions"].setdefault(session, {"log": [], "ids": []})
            await self.server.enter_room(sid, session)
            await self.server.emit("session_confirm", session, to=sid)
            return
        if session not in self.state["sessions"]:
            session = "web." + uuid.uuid4().hex
            self.state["sessions"][session] = {"log": [], "ids": []}
            self.save()
        await self.server.enter_room(sid, session)
        await self.server.emit("session_confirm", {"session_id": session}, to=sid)
        for message in self.state["sessions"][session]["log"]:
            if message["seq"] > (data.get("last_seq") or 0):
                await self.server.emit("bot_uttered", message, to=sid)

    async def user_uttered(self, sid: str, data: dict[str, Any]) -> None:
        text, message_id, name = data["message"], data["message_id"], data["session_id"]
        if text in self.state["refuse"]:
            # As if the message had been lost on the way: once.
            self.state["refuse"].remove(text)
            self.save()
            await asyncio.sleep(3600)
        session = self.state["sessions"].setdefault(name, {"log": [], "ids": []})
        answers: list[dict[str, Any]] = []
        if self.stock or message_id not in session["ids"]:
            session["ids"].append(message_id)
            self.state["received"].append(data)
            for answer in self.state["scripts"].get(text, [{"text": f"You said: {text}"}]):
                answers.append({**answer})
                if not self.stock:
                    answers[-1].update(seq=len(session["log"]) + 1, message_id=uuid.uuid4().hex)
                session["log"].append(answers[-1])
            self.save()
        if text == "die before the acknowledgement" and answers:
            os._exit(1)
        if not self.stock:
            await self.server.emit("user_ack", {"message_id": message_id}, to=sid)
            await self.server.emit("typing", {"on": True}, room=name)
        await asyncio.sleep(0.3 if text != "slow" else 1.5)
        for answer in answers:
            await self.server.emit("bot_uttered", answer, room=name)
        if text == "die after the answer":
            await asyncio.sleep(0.2)
            os._exit(1)

    async def forget(self, sid: str, data: dict[str, Any]) -> None:
        if self.stock:
            return
        self.state["sessions"].pop(data["session_id"], None)
        self.state["forgotten"].append(data["session_id"])
        self.save()
        await self.server.leave_room(sid, data["session_id"])
        await self.server.emit("forgotten", {}, to=sid)

    async def set_language(self, sid: str, data: dict[str, Any]) -> None:
        self.state["language"] = data
        self.save()

    # For the tests only.

    async def control(self, request: web.Request) -> web.Response:
        """Sets what is answered to which text: ``{"scripts": {text: [messages]}, "refuse": [texts]}``."""
        wanted = await request.json()
        self.state["scripts"].update(wanted.get("scripts", {}))
        self.state["refuse"] += wanted.get("refuse", [])
        self.save()
        return web.json_response(self.state)

    async def push(self, request: web.Request) -> web.Response:
        """Says something unasked, in every session."""
        message = await request.json()
        for name, session in self.state["sessions"].items():
            numbered = {**message, "seq": len(session["log"]) + 1, "message_id": uuid.uuid4().hex}
            session["log"].append(numbered)
            self.save()
            await self.server.emit("bot_uttered", numbered, room=name)
        return web.json_response({})


KINDS = {".html": "text/html", ".js": "application/javascript", ".svg": "image/svg+xml"}


def built(name: str) -> web.Response:
    kind = KINDS[Path(name).suffix]
    return web.Response(
        body=(DIST / name).read_bytes(), content_type=kind, charset="utf-8", headers={"Content-Security-Policy": STRICT}
    )


async def index(_: web.Request) -> web.Response:
    return built("index.html")


async def script(_: web.Request) -> web.Response:
    return built("waymark-widget.js")


async def icon(_: web.Request) -> web.Response:
    return built("icon.svg")


async def embedding(request: web.Request) -> web.Response:
    page = EMBEDDING.format(
        language=request.query.get("language", "en"), position=request.query.get("position", "end")
    )
    return web.Response(
        text=page,
        content_type="text/html",
        headers={"Content-Security-Policy": STRICT + "; style-src 'self'"},
    )


async def host_css(_: web.Request) -> web.Response:
    return web.Response(text=HOST_CSS, content_type="text/css")


async def other(request: web.Request) -> web.Response:
    return web.Response(text=f"<!doctype html><title>{request.path}</title><p>Elsewhere", content_type="text/html")


def make_app(stand_in: StandIn) -> web.Application:
    app = web.Application()
    stand_in.server.attach(app)
    app.router.add_get("/", index)
    app.router.add_get("/waymark-widget.js", script)
    app.router.add_get("/icon.svg", icon)
    app.router.add_get("/embedding", embedding)
    app.router.add_get("/host.css", host_css)
    app.router.add_get("/other", other)
    app.router.add_get("/exited", other)
    app.router.add_post("/control", stand_in.control)
    app.router.add_post("/push", stand_in.push)
    return app


if __name__ == "__main__":
    web.run_app(
        make_app(StandIn(Path(sys.argv[2]), "--stock" in sys.argv)),
        host="127.0.0.1",
        port=int(sys.argv[1]),
        print=None,
        access_log=None,
        shutdown_timeout=1,
    )
