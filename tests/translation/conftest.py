"""What the tests of translation share: the small packages as installed, and an engine over them."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.translation.engine import LocalEngine
from tests.translation.fixture_packages import lay_out


@pytest.fixture(scope="session")
def installed_packages(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with all six small packages installed."""
    return lay_out(tmp_path_factory.mktemp("translation") / "packages")


@pytest.fixture(scope="session")
def engine(installed_packages: Path) -> Iterator[LocalEngine]:
    """An engine in this process over all six."""
    made = LocalEngine(installed_packages, installed_packages.parent / "argos")
    yield made
    made.unload()
