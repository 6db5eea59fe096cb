"""The webhook on Sanic: Telegram's secret or nothing, and "taken" only when it is safe."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sanic import Sanic

from bot.channels.telegram.channel import make_blueprint
from bot.channels.telegram.webhook import PATH, SECRET_HEADER, public_address, secret
from tests.ports import free_port
from tests.telegram.bot_api import BotApi
from tests.telegram.stand_ins import StandInHouse


class Served:
    """A Sanic server with the channel on it, as Rasa mounts it."""

    def __init__(self, house: StandInHouse, address: str) -> None:
        self.house, self.address = house, address

    async def post(self, data: Any, token: str | None = None, raw: bytes | None = None) -> int:
        """Posts as Telegram does; the status."""
        headers = {} if token is None else {SECRET_HEADER: token}
        sent = {"data": raw} if raw is not None else {"json": data}
        async with aiohttp.ClientSession() as session, session.post(self.address, headers=headers, **sent) as answer:
            return answer.status


@pytest.fixture
async def served(bot_api: BotApi, tmp_path: Path) -> AsyncIterator[Served]:
    """Webhook mode, running."""
    port = free_port()
    house = StandInHouse(tmp_path, bot_api.base_url, bot_api.token, f"http://127.0.0.1:{port}/")
    Sanic.test_mode = True
    app = Sanic(f"webhook_{port}", configure_logging=False)
    app.blueprint(make_blueprint(house), url_prefix="/webhooks/telegram")
    server = await app.create_server("127.0.0.1", port, return_asyncio_server=True, access_log=False)
    assert server is not None
    await server.startup()
    await server.before_start()
    await server.after_start()
    yield Served(house, f"http://127.0.0.1:{port}{PATH}")
    await server.before_stop()
    await server.close()


def update(api: BotApi, number: int, text: str = "hello") -> dict[str, Any]:
    chat = {"id": 1, "type": "private"}
    message = {"message_id": 1, "date": 1, "text": text, "chat": chat, "from": api.person(1)}
    return {"update_id": number, "message": message}


async def test_telegram_posts_and_gets_through(bot_api: BotApi, served: Served) -> None:
    (call,) = await bot_api.wait_for_call("setWebhook")
    assert call["url"] == served.address and len(call["secret_token"]) == 32
    assert call["max_connections"] == 1 and call["allowed_updates"] == [
        "message", "edited_message", "callback_query", "my_chat_member", "message_reaction"
    ]
    bot_api.push_text(7, "over the webhook", "tr")
    (said,) = await served.house.gate.wait_for(1)
    assert (said["text"], said["prior"]) == ("over the webhook", "tr")
    assert not bot_api.called("getUpdates")


async def test_without_the_secret_nothing_gets_in(bot_api: BotApi, served: Served) -> None:
    right = secret(served.house.secrets, bot_api.token)
    for wrong in (None, "", "x", right[:-1], right + "x", right.upper(), bot_api.token, "ä"):
        assert await served.post(update(bot_api, 1), wrong) == 403
    assert not served.house.gate.accepted
    assert await served.post(update(bot_api, 1), right) == 200
    assert len(served.house.gate.accepted) == 1


async def test_it_is_taken_only_when_safe(bot_api: BotApi, served: Served) -> None:
    await bot_api.wait_for_call("setWebhook")
    served.house.gate.refuse = lambda said: served.house.gate.tries < 3
    bot_api.push_text(7, "keep me")
    assert (await served.house.gate.wait_for(1))[0]["text"] == "keep me"
    await bot_api.wait_until(lambda: len(bot_api.posts) == 3)
    assert bot_api.posts == [500, 500, 200]


async def test_twice_posted_counts_once(bot_api: BotApi, served: Served) -> None:
    right = secret(served.house.secrets, bot_api.token)
    assert [await served.post(update(bot_api, 5), right) for _ in range(3)] == [200, 200, 200]
    assert len(served.house.gate.accepted) == 1


async def test_odd_bodies(bot_api: BotApi, served: Served) -> None:
    right = secret(served.house.secrets, bot_api.token)
    for raw in (b"", b"{", b"[]", b"null", b'"x"', b"{}", b"\xff"):
        assert await served.post(None, right, raw) == 400
    # Sent again it would read no better.
    assert await served.post({"update_id": 1, "message": {"chat": 1}}, right) == 200
    assert await served.post({"update_id": 1, "unknown_kind": {}}, right) == 200
    assert not served.house.gate.accepted


def test_public_addresses() -> None:
    assert public_address("https://a.example/") == f"https://a.example{PATH}"
    assert public_address("https://a.example/waymark") == f"https://a.example/waymark{PATH}"
    assert public_address(f"https://a.example{PATH}") == f"https://a.example{PATH}"


async def test_without_a_token_the_channel_is_off(bot_api: BotApi, tmp_path: Path) -> None:
    blueprint = make_blueprint(StandInHouse(tmp_path, bot_api.base_url, "", "https://a.example"))
    assert not blueprint._future_routes and not blueprint._future_listeners
    await asyncio.sleep(0)
    assert not bot_api.calls
