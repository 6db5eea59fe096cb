"""What many tests need: a house of their own with a database in a temporary folder, and the trained models of the checkout."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sanic import Sanic

from bot.logs import quiet_environment

quiet_environment()
# Sanic rewrites its own methods for each application; only so does it find the originals again for a second one.
Sanic.test_mode = True

from bot.container import Container, use  # noqa: E402
from bot.settings import ROOT, Settings  # noqa: E402


def state_with_models(folder: Path) -> Path:
    """A state folder with its own database and key, and the checkout's models and caches."""
    folder.mkdir(parents=True, exist_ok=True)
    for part in ("models", "cache"):
        (ROOT / "var" / part).mkdir(parents=True, exist_ok=True)
        if not (folder / part).exists():
            (folder / part).symlink_to(ROOT / "var" / part)
    return folder


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Container]:
    """A container with an empty database."""
    made = Container(Settings({"WAYMARK_STATE": str(state_with_models(tmp_path / "state"))}, file=tmp_path / "none.env"))
    use(made)
    yield made
    made.database.close()


@pytest.fixture(scope="session")
def shared_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """One container for tests that only read; its indexes are built once."""
    folder = tmp_path_factory.mktemp("shared")
    made = Container(Settings({"WAYMARK_STATE": str(state_with_models(folder / "state"))}, file=folder / "none.env"))
    yield made
    made.database.close()
