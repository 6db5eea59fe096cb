"""One running server for all flows, with Telegram's stand-in beside it, and one more that tests may kill."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.flows.server import RunningServer
from tests.telegram.bot_api import BotApi

OTHER_SITE = "https://city.example"
API_TOKEN = "the-operators-own-token"


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def bot_api() -> AsyncIterator[BotApi]:
    """The stand-in of the Bot API."""
    async with BotApi() as api:
        yield api


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def server(bot_api: BotApi, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServer]:
    """The server that most flows talk to."""
    running = RunningServer(
        tmp_path_factory.mktemp("server"), TELEGRAM_TOKEN=bot_api.token, TELEGRAM_API=bot_api.base_url, ORIGINS=OTHER_SITE
    )
    await running.start()
    yield running
    running.kill()


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def second_api() -> AsyncIterator[BotApi]:
    """The stand-in for the server that is killed."""
    async with BotApi() as api:
        yield api


@pytest_asyncio.fixture(loop_scope="session", scope="session")
async def mortal(second_api: BotApi, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[RunningServer]:
    """A server to kill; its HTTP API is open to who has the token."""
    running = RunningServer(
        tmp_path_factory.mktemp("mortal"), TELEGRAM_TOKEN=second_api.token, TELEGRAM_API=second_api.base_url,
        API_TOKEN=API_TOKEN,
    )
    await running.start()
    yield running
    running.kill()
