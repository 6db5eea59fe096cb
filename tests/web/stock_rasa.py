"""Rasa's own Socket.IO channel, unchanged, in a bare Sanic server with an assistant that repeats what it hears.

    python stock_rasa.py PORT
"""

from __future__ import annotations

import sys
from pathlib import Path

from rasa.core.channels.channel import UserMessage
from rasa.core.channels.socketio import SocketIOInput
from sanic import Sanic, response

DIST = Path(__file__).parents[2] / "bot/channels/web/widget/dist"


async def repeat(message: UserMessage) -> None:
    assert message.output_channel
    await message.output_channel.send_text_message(message.sender_id, f"You said: {message.text}")
    await message.output_channel.send_text_with_buttons(
        message.sender_id, "Choose:", [{"title": "One", "payload": "/one"}, {"title": "Two", "payload": "/two"}]
    )


def make_app() -> Sanic:
    app = Sanic("stock_rasa", configure_logging=False)
    app.blueprint(SocketIOInput().blueprint(repeat), url_prefix="/webhooks/socketio")
    app.static("/waymark-widget.js", str(DIST / "waymark-widget.js"))
    app.static("/icon.svg", str(DIST / "icon.svg"))

    @app.get("/")
    async def index(_):  # type: ignore[no-untyped-def]  # Sanic is untyped here
        return response.html((DIST / "index.html").read_text("utf-8"))

    @app.get("/other")
    async def other(_):  # type: ignore[no-untyped-def]
        return response.text("")

    return app


if __name__ == "__main__":
    make_app().run(host="127.0.0.1", port=int(sys.argv[1]), access_log=False)
