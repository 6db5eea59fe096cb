"""One desk for the tests that leave it as it was, and one of its own for those that lock it."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest

from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest
from tests.translation.fixture_packages import lay_out


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    """A running desk, shared by a file's tests."""
    packages = lay_out(tmp_path_factory.mktemp("packages"))
    server = DeskServer(tmp_path_factory.mktemp("desk"), TRANSLATION_PACKAGES=str(packages)).start()
    yield server
    server.stop()


@pytest.fixture(scope="module")
def signed_in(desk: DeskServer) -> Callable[..., Guest]:
    """`signed_in(name, languages, roles)`: a mediator who has signed in; the same name gives the same guest."""
    known: dict[str, Guest] = {}

    def make(name: str, languages: str = "de", roles: str = "mediator") -> Guest:
        if name not in known:
            identifier, start = desk.mediator(name, languages, roles)
            known[name] = Guest(desk).enrol(name, start)
            known[name].id = identifier
        return known[name]

    return make
