"""The widget in a real Chromium.

``WAYMARK_WEB_URL`` runs the same conversation against a running Waymark; tests that need the stand-in's own answers
are then skipped.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from tests.web.browsing import FLAGS, ChatPage, StandIn, chromium_path


@pytest.fixture
def standin(tmp_path: Path) -> Iterator[StandIn]:
    if os.environ.get("WAYMARK_WEB_URL"):
        pytest.skip("needs the stand-in's own answers")
    server = StandIn(tmp_path)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def stock(tmp_path: Path) -> Iterator[StandIn]:
    server = StandIn(tmp_path, stock=True)
    server.start()
    yield server
    server.kill()


@pytest.fixture
def stock_rasa(tmp_path: Path) -> Iterator[StandIn]:
    """Rasa's own channel instead of an imitation of it. Importing Rasa takes its time."""
    pytest.importorskip("sanic")
    server = StandIn(tmp_path, program="stock_rasa.py")
    server.start()
    yield server
    server.kill()


@pytest.fixture
def base_url(request: pytest.FixtureRequest) -> str:
    """Where the chat page is: a running Waymark, or the stand-in."""
    url = os.environ.get("WAYMARK_WEB_URL")
    return url.rstrip("/") if url else request.getfixturevalue("standin").url


# By module, not by session: Playwright keeps an event loop running in this thread, which the asyncio tests of other
# modules would trip over.
@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    path = chromium_path()
    if path is None:
        pytest.fail("no Chromium found: `make browser` installs it, or CHROMIUM names one")
    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(executable_path=path, args=FLAGS)
        yield chromium
        chromium.close()


OpenPage = Callable[..., Page]


@pytest.fixture
def open_page(browser: Browser) -> Iterator[OpenPage]:
    """``open_page(url, **context options)`` opens a page of its own; an error in the page's scripts fails the test."""
    contexts = []
    errors: list[str] = []

    def opener(url: str, init: str | None = None, **options: Any) -> Page:
        context = browser.new_context(**{"locale": "en-GB", "viewport": {"width": 390, "height": 780}, **options})
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(15000)
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on(
            "console",
            lambda message: errors.append(message.text) if "Content Security Policy" in message.text else None,
        )
        if init:
            page.add_init_script(init)
        page.goto(url)
        return page

    yield opener
    for context in contexts:
        context.close()
    assert not errors


@pytest.fixture
def chat(base_url: str, open_page: OpenPage) -> ChatPage:
    return ChatPage(open_page(base_url + "/")).ready().online()


@pytest.fixture
def talk(standin: StandIn, open_page: OpenPage) -> Callable[..., ChatPage]:
    """``talk(path="/", **context options)`` opens a chat on the stand-in."""

    def opener(path: str = "/", init: str | None = None, **options: Any) -> ChatPage:
        chat = ChatPage(open_page(standin.url + path, init, **options))
        if path.startswith("/embedding"):
            chat.page.locator("#waymark-chat .launcher").click()
        return chat.ready().online()

    return opener
