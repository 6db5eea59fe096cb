"""What a person does and sees in the chat, and the server processes it talks to, in the words of the tests."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any

from playwright.sync_api import Page, expect

from tests.ports import free_port

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

# The machine that runs this may be busy with other things.
expect.set_options(timeout=40_000)


def chromium_path() -> str | None:
    names = [os.environ.get("CHROMIUM", ""), "chromium", "chromium-browser", "google-chrome"]
    return next((found for name in names if name and (found := shutil.which(name))), None)


def follow(page: Page, selector: str, timeout: float = 60_000) -> None:
    """Clicks what leads to another page, and waits until that is there: a click alone does not."""
    with page.expect_navigation(timeout=timeout):
        page.click(selector)


class StandIn:
    """A stand-in server process that can be killed and started again on the same port."""

    def __init__(self, folder: Path, stock: bool = False, program: str = "standin.py") -> None:
        self.program = program
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.state_file = folder / "state.json"
        self.arguments = ["--stock"] if stock else []
        self.process: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        command = [sys.executable, str(HERE / self.program), str(self.port), str(self.state_file), *self.arguments]
        self.process = subprocess.Popen(command)
        deadline = time.monotonic() + 90
        while time.monotonic() < deadline:
            try:
                urllib.request.urlopen(self.url + "/other", timeout=1).close()
                return
            except (urllib.error.URLError, OSError):
                if self.process.poll() is not None:
                    raise RuntimeError("the stand-in did not start") from None
                time.sleep(0.1)
        raise TimeoutError("the stand-in did not answer within 90 seconds")

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
