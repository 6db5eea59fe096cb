"""A client that speaks exactly stock Rasa's protocol and knows nothing of ours."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
import socketio

from bot.container import Container
from tests.flows.people import PATIENCE
from tests.flows.server import RunningServer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(60)]


class StockWidget:
    """What Rasa's own chat widgets do: a session with null, text without ids, replies by their payload."""

    def __init__(self) -> None:
        self.client = socketio.AsyncClient(reconnection=False)
        self.session: asyncio.Queue[Any] = asyncio.Queue()
        self.heard: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        self.client.on("session_confirm", self.session.put)
        self.client.on("bot_uttered", self.heard.put)

    async def utter(self, text: Any, session: str) -> None:
        await self.client.emit("user_uttered", {"message": text, "customData": {}, "session_id": session})

    async def leave(self) -> None:
        # Without waiting for the long poll that is still open.
        await self.client.eio.disconnect(abort=True)

    async def hear(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.heard.get(), PATIENCE)


@pytest.mark.parametrize("transport", ["polling", "websocket"])
async def test_it_gets_text_and_quick_replies_that_work(
    server: RunningServer, shared_house: Container, transport: str
) -> None:
    widget = StockWidget()
    await widget.client.connect(server.url, transports=[transport], wait_timeout=10)
    await widget.client.emit("session_request", {"session_id": None})
    session = await asyncio.wait_for(widget.session.get(), PATIENCE)
    assert isinstance(session, str)
    await widget.utter(None, session)
    await widget.utter("where can i learn german", session)
    found, notice = await widget.hear(), await widget.hear()
    assert notice["text"] == shared_house.wording_messages.make("utter_privacy_short", "en")["text"]
    for reply in found["quick_replies"]:
        assert set(reply) == {"title", "payload", "content_type"} and reply["content_type"] == "text"
    services = [card for card in found["metadata"]["cards"] if card["kind"] == "service"]
    for card in services:
        assert card["name"] in found["text"] and card["source"]["href"] in found["text"]
        assert all(row["value"] in found["text"] for row in card["rows"])
    button = next(one for one in found["quick_replies"] if one["title"].endswith(services[0]["name"]))
    await widget.utter(button["payload"], session)
    details = await widget.hear()
    assert services[0]["name"] in details["text"]
    assert details["metadata"]["cards"][0]["id"] == services[0]["id"]
    await widget.leave()


async def test_a_client_that_never_asks_for_a_session_is_answered_too(server: RunningServer) -> None:
    widget = StockWidget()
    await widget.client.connect(server.url, transports=["websocket"], wait_timeout=10)
    await widget.client.emit("user_uttered", {"message": "hello"})
    assert (await widget.hear())["quick_replies"]
    await widget.leave()
