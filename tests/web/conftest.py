"""The widget in a real Chromium.

``WAYMARK_WEB_URL`` runs the same conversation against a running Waymark; tests that need the stand-in's own answers
are then skipped.
"""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

HERE = Path(__file__).parent
WIDGET = HERE.parents[1] / "bot/channels/web/widget"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--disable-dev-shm-usage",
]


def chromium_path() -> str | None:
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


class StandIn:
    """A stand-in server process that can be killed and started again on the same port."""

    def __init__(self, folder: Path, stock: bool = False) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.state_file = folder / "state.json"
        self.arguments = ["--stock"] if stock else []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(HERE / "standin.py"), str(self.port), str(self.state_file), *self.arguments]
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + 30
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url + "/other", timeout=1).close()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    raise RuntimeError("the stand-in did not start") from None
                time.sleep(0.1)
        raise TimeoutError("the stand-in did not answer within 30 seconds")

    def kill(self) -> None:
        assert self.process
        self.process.kill()
        self.process.wait(10)

    def wait_dead(self) -> None:
        assert self.process
        self.process.wait(20)

    def post(self, path: str, body: dict[str, Any]) -> Any:
        data = json.dumps(body).encode()
        request = urllib.request.Request(
            self.url + path, data=data, method="POST", headers={"Content-Type": "application/json"}
        )
        with urllib.request.urlopen(request, timeout=10) as answer:
            return json.load(answer)

    def answers(self, scripts: dict[str, list[dict[str, Any]]]) -> None:
        """Sets what is answered to which text, word for word."""
        self.post("/control", {"scripts": scripts})

    def lose_once(self, text: str) -> None:
        self.post("/control", {"refuse": [text]})

    def push(self, message: dict[str, Any]) -> None:
        self.post("/push", message)

    @property
    def state(self) -> Any:
        return json.loads(self.state_file.read_text()) if self.state_file.exists() else {"received": []}

    @property
    def received(self) -> list[str]:
        return [one["message"] for one in self.state["received"]]


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


class ChatPage:
    """What a person does and sees, in the words of the tests. Playwright looks into open shadow roots by itself."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.field = page.locator("#waymark-chat textarea")
        self.log = page.locator("#waymark-chat [role=log]")
        self.bots = self.log.locator(".message.bot")
        self.users = self.log.locator(".message.user")
        self.banner = page.locator("#waymark-chat .banner")

    def say(self, text: str) -> None:
        self.field.fill(text)
        self.field.press("Enter")

    def ask(self, text: str, answers: int = 1) -> None:
        """Says something and waits for that many more messages."""
        before = self.bots.count()
        self.say(text)
        expect(self.bots).to_have_count(before + answers, timeout=20000)

    def ready(self) -> ChatPage:
        expect(self.field).to_be_visible()
        return self

    def online(self) -> ChatPage:
        return self.until("localStorage.getItem('waymark.session')")

    def until(self, expression: str) -> ChatPage:
        """Waits for something to become true in the page: Playwright's own way needs eval, which the policy forbids."""
        deadline = time.monotonic() + 20
        while not self.page.evaluate(expression):
            if time.monotonic() > deadline:
                raise TimeoutError(expression)
            self.page.wait_for_timeout(100)
        return self

    def texts(self, who: str) -> list[str]:
        return self.log.locator(f".message.{who} .text").all_inner_texts()


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
