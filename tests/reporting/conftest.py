"""A staffed report desk in a house of its own. Argon2id is cheap here; its real price is tested in tests of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest
import pytest_asyncio

from bot.container import Container
from bot.reporting import keys, receipts
from bot.settings import Settings
from tests.reporting.photos import photo_with_metadata
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
