"""A staffed report desk in a house of its own. Argon2id is cheap here; its real price is tested in tests of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.container import Container
from bot.reporting import keys, receipts
from bot.reporting.limits import Hourly, WrongCodes
from bot.settings import Settings
from bot.store.report_keys import ReportKeys
from tests.conftest import state_with_models
from tests.reporting.chat import Chatting
from tests.reporting.photos import photo_with_metadata
from tests.reporting.plain_browser import OVERSIGHT, READERS, Browser
from tests.reporting.site import Site
from tests.reporting.staff import Staff, staffed


@pytest.fixture
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with little memory."""
    for module in (keys, receipts):
        monkeypatch.setattr(module, "MEMORY_KIB", 64)
        monkeypatch.setattr(module, "PASSES", 1)


@pytest.fixture
def quiet_house(tmp_path: Path) -> Iterator[Container]:
    """A house without models: reports need none."""
    made = Container(Settings({"WAYMARK_STATE": str(tmp_path / "state")}, file=tmp_path / "none.env"))
    yield made
    made.database.close()


@pytest_asyncio.fixture
async def staff(quiet_house: Container, cheap: None) -> AsyncIterator[Staff]:
    """The staffed desk."""
    yield await staffed(quiet_house)


@pytest.fixture(scope="session")
def photo() -> bytes:
    return photo_with_metadata()


@pytest.fixture(scope="module")
def form_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """The real pages over a store with two circles of readers."""
    folder = tmp_path_factory.mktemp("form")
    house = Container(Settings({"WAYMARK_STATE": str(state_with_models(folder / "state"))}, file=folder / "none.env"))
    running = Site(house)
    running.start()
    for circle, pair in (("readers", READERS), ("oversight", OVERSIGHT)):
        running.run(ReportKeys(house.database).found(circle, pair.public, b"r" * 32, b"share", b"mark"))
    yield running
    running.stop()
    house.database.close()


@pytest.fixture
def form(form_site: Site, cheap: None) -> Browser:
    """A browser at the form; limits are far away."""
    form_site.house.intake.hourly = Hourly(1000, 1000)
    form_site.house.returning._wrong = WrongCodes(free=1000)
    return Browser(form_site)


@pytest.fixture(scope="module")
def readers() -> keys.Pair:
    """Who reads the reports of the chat."""
    return keys.new_pair()


@pytest.fixture(scope="module")
def chat_site(tmp_path_factory: pytest.TempPathFactory, readers: keys.Pair) -> Iterator[Container]:
    """A house that takes reports in the chat."""
    folder = tmp_path_factory.mktemp("chat")
    made = Container(Settings({"WAYMARK_STATE": str(state_with_models(folder / "state"))}, file=folder / "none.env"))
    for circle, pair in (("readers", readers), ("oversight", OVERSIGHT)):
        asyncio.run(ReportKeys(made.database).found(circle, pair.public, b"r" * 32, b"share", b"mark"))
    yield made
    made.database.close()


@pytest_asyncio.fixture
async def chat(chat_site: Container, cheap: None) -> AsyncIterator[Chatting]:
    """A person in the chat."""
    person = Chatting(chat_site)
    yield person
    await person.stop()
