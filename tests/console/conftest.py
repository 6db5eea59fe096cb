"""One desk for the tests that leave it as it was, and one of its own for those that lock it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.console.desk_page import DESKTOP, Open
from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest
from tests.translation.fixture_packages import lay_out
from tests.web.browsing import FLAGS, chromium_path


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


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield chromium
        chromium.close()


@pytest.fixture(scope="module")
def warm(desk: DeskServer) -> None:
    """The translator reads its books before the first question to it."""
    for source, target in (("de", "ar"), ("ar", "de")):
        desk.run(desk.house.translator.translate("1", source, target, personal=True))


@pytest.fixture
def open_desk(browser: Browser, desk: DeskServer, signed_in: Callable[..., Guest], warm: None) -> Iterator[Open]:
    """`open_desk(name, language, **context options)`: the desk's page, signed in. Errors in its scripts fail the test."""
    contexts: list[BrowserContext] = []
    errors: list[str] = []

    def opener(name: str = "Noor Example", language: str = "en", roles: str = "mediator", **options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", "viewport": DESKTOP, "reduced_motion": "reduce", **options})
        contexts.append(context)
        if name:
            guest = signed_in(name, roles=roles)
            context.add_cookies([
                {"name": key, "value": value, "domain": "127.0.0.1", "path": "/desk"} for key, value in guest.jar.items()
            ])
        page = context.new_page()
        page.set_default_timeout(40000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda message: errors.append(message.text) if "Content Security" in message.text else None)
        page.add_init_script(f"localStorage.setItem('waymark.desk.language', '{language}')")
        page.goto(desk.url + "/desk/")
        return page

    yield opener
    for context in contexts:
        context.close()
    assert not errors
