"""Two browsers talk to each other through the real server: an Arabic person in the widget, a German mediator in the console."""

from __future__ import annotations

import asyncio
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pyotp
import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from bot.container import Container
from bot.settings import ROOT
from tests.flows.server import RunningServer
from tests.translation.fixture_packages import SENTENCES, lay_out
from tests.web.browsing import FLAGS, ChatPage, chromium_path

pytestmark = pytest.mark.timeout(400)
WAIT = 60_000
PASSWORD = "four random words here"
ASKED = "المؤجر يريد أن يطردنا."
ANSWER, MORE = "Sie können ohne Termin kommen.", "Der Termin ist am Montag."


def start(server: RunningServer) -> None:
    """Starts the server from a thread: Playwright's own event loop runs in this one."""
    with ThreadPoolExecutor(1) as thread:
        thread.submit(asyncio.run, server.start()).result()


@pytest.fixture(scope="module")
def house_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningServer]:
    """The real server with the small translation packages."""
    packages = lay_out(tmp_path_factory.mktemp("packages"))
    server = RunningServer(tmp_path_factory.mktemp("console"), TRANSLATION_PACKAGES=str(packages))
    start(server)
    yield server
    server.kill()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


def command(server: RunningServer, *words: str) -> str:
    """A `waymark` command beside the running server, on its database."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("WAYMARK_")}
    own = {"WAYMARK_STATE": str(server.state), "WAYMARK_PORT": str(server.port)}
    run = subprocess.run(
        [sys.executable, "-c", "from bot.cli.main import app; app()", *words], cwd=ROOT, env=clean | own, timeout=120,
        capture_output=True, text=True,
    )
    assert run.returncode == 0, run.stdout + run.stderr
    return run.stdout


def signed_in(server: RunningServer, browser: Browser, name: str, languages: str) -> tuple[Page, str]:
    """Adds a mediator by command, follows the printed link, signs in for the first time; the page and the codes' secret."""
    told = command(server, "mediators", "add", name, "--languages", languages)
    link = re.search(r"http\S+#start=\S+", told)
    assert link, told
    context = browser.new_context(locale="en-GB", viewport={"width": 1360, "height": 860}, reduced_motion="reduce")
    page = context.new_page()
    page.set_default_timeout(WAIT)
    page.goto(link.group())
    page.get_by_role("button", name="Sign in").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.get_by_label("New password", exact=True).fill(PASSWORD)
    page.get_by_label("The same password again").fill(PASSWORD)
    page.get_by_label("Code from your app").fill(pyotp.TOTP(secret).now())
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".queue")).to_be_visible(timeout=WAIT)
    return page, secret


def button(house: Container, name: str, language: str = "ar") -> str:
    return house.wording.label(name, language).strip("\u2066\u2067\u2068\u2069 ")


def test_a_widget_and_a_console_talk(house_server: RunningServer, chromium: Browser, shared_house: Container) -> None:
    expect.set_options(timeout=WAIT)
    desk, _ = signed_in(house_server, chromium, "Mediator One", "de")
    widget = chromium.new_context(locale="ar", viewport={"width": 390, "height": 780}, reduced_motion="reduce").new_page()
    widget.set_default_timeout(WAIT)
    widget.goto(house_server.url + "/")
    chat = ChatPage(widget).ready().online()

    # Ask, want a person, say yes: only then is there a case.
    chat.say("مرحبا")
    expect(chat.bots.first).to_be_visible()
    person = widget.locator("button.reply", has_text=button(shared_house, "button_person"))
    person.last.click()
    expect(desk.locator(".queue .row")).to_have_count(0)
    widget.locator("button.reply", has_text=button(shared_house, "button_desk_yes")).last.click()
    row = desk.locator(".queue .row")
    expect(row).to_have_count(1)
    expect(row).to_contain_text("Arabic")
    chat.say(ASKED)
    expect(chat.users.last).to_contain_text(ASKED)

    # Nothing of the words is seen before somebody has the case.
    row.click()
    expect(desk.locator(".take")).to_be_visible()
    assert ASKED not in desk.locator(".desk").inner_text()
    desk.locator(".take button").click()
    asked = desk.locator(".entry.person", has_text=ASKED)
    expect(asked).to_contain_text(SENTENCES["ar-en-de"][ASKED])
    assert [one.get_attribute("dir") for one in asked.locator(".words").all()] == ["ltr", "rtl"]

    # The person writes: it is seen. The mediator writes: so is that.
    chat.field.press_sequentially("أين", delay=60)
    expect(desk.locator(".typing")).not_to_have_text("")
    chat.field.fill("")
    field = desk.locator(".composer textarea").first
    field.press_sequentially(ANSWER, delay=5)
    expect(widget.locator("#waymark-chat .typing.on")).to_be_visible()

    # Looked at, sent, arrived in Arabic; delivered is shown.
    desk.get_by_role("button", name="Check translation").click()
    arabic = SENTENCES["de-en-ar"][ANSWER]
    expect(desk.locator(".checked textarea")).to_have_value(arabic)
    expect(desk.locator(".checked .back, .checked .hint").first).to_be_visible()
    desk.get_by_role("button", name="Send", exact=True).click()
    said = chat.log.locator(".message.bot", has_text=arabic)
    expect(said).to_have_count(1)
    assert said.locator("[dir=rtl]").count() or widget.locator("#waymark-chat .panel").get_attribute("dir") == "rtl"
    expect(desk.locator(".entry.mediator .delivery.sent")).to_have_count(1)

    # Rasa stays silent while a person has the conversation.
    before = chat.bots.count()
    chat.say("أين المستشفى؟")
    expect(desk.locator(".entry.person", has_text="أين المستشفى؟")).to_be_visible()
    widget.wait_for_timeout(1500)
    assert chat.bots.count() == before

    # A reload on both sides: nothing is missing, nothing is there twice.
    numbers = "all => all.map(one => one.dataset.number)"
    shown = desk.locator(".log [data-number]").evaluate_all(numbers)
    desk.reload()
    widget.reload()
    expect(desk.locator(".entry.person", has_text="أين المستشفى؟")).to_be_visible()
    assert desk.locator(".log [data-number]").evaluate_all(numbers) == shown
    expect(chat.log.locator(".message.bot", has_text=arabic)).to_have_count(1)

    # A private note stays inside; a card arrives in Arabic.
    desk.get_by_role("tab", name="Notes").click()
    desk.get_by_label("Note for the team").fill("Nur für uns")
    desk.get_by_role("button", name="Keep the note").click()
    expect(desk.locator(".notes .entry.note")).to_contain_text("Nur für uns")
    desk.get_by_role("tab", name="Directory").click()
    desk.get_by_label("Search the directory").fill("Hilfe wenn der Vermieter kündigt")
    desk.get_by_role("button", name="Send this card").first.click()
    expect(chat.log.locator(".message.bot .card")).not_to_have_count(0)
    assert "Nur für uns" not in chat.log.inner_text()

    # Back to the assistant, which answers again.
    desk.get_by_role("button", name="Actions").click()
    desk.get_by_role("dialog").get_by_role("button", name="Solved").click()
    expect(desk.locator(".closed-line")).to_be_visible()
    count = chat.bots.count()
    chat.say("أين أجد طبيبا؟")
    expect(chat.bots).not_to_have_count(count)
    widget.wait_for_timeout(2000)
    assert chat.log.locator(".message.bot .card").count() > 1, "the assistant found services"
    expect(desk.locator(".entry.person", has_text="أين أجد طبيبا؟")).to_have_count(0)


def test_the_server_dies_and_nothing_is_lost_or_doubled(
    house_server: RunningServer, chromium: Browser, shared_house: Container
) -> None:
    expect.set_options(timeout=WAIT)
    desk, _ = signed_in(house_server, chromium, "Mediator Two", "de")
    widget = chromium.new_context(locale="ar", viewport={"width": 390, "height": 780}, reduced_motion="reduce").new_page()
    widget.set_default_timeout(WAIT)
    widget.goto(house_server.url + "/")
    chat = ChatPage(widget).ready().online()
    chat.say("مرحبا")
    expect(chat.bots.first).to_be_visible()
    widget.locator("button.reply", has_text=button(shared_house, "button_person")).last.click()
    widget.locator("button.reply", has_text=button(shared_house, "button_desk_yes")).last.click()
    desk.locator(".queue .row").first.click()
    desk.locator(".take button").click()
    field = desk.locator(".composer textarea").first
    expect(field).to_be_visible()
    house_server.kill()
    expect(desk.locator(".banner")).to_contain_text("No connection")
    field.fill(MORE)
    desk.get_by_role("button", name="Send as it is").click()
    expect(desk.locator(".composer .problem")).to_contain_text("Not sent yet")
    chat.say("هل ما زلت هنا؟")
    start(house_server)
    expect(desk.locator(".banner")).to_have_text("", timeout=WAIT)
    expect(desk.locator(".entry.mediator", has_text=MORE)).to_have_count(1)
    expect(desk.locator(".entry.person", has_text="هل ما زلت هنا؟")).to_have_count(1)
    expect(chat.log.locator(".message.bot", has_text=MORE)).to_have_count(1)
    expect(field).to_have_value("")


def test_disabling_by_command_ends_the_open_page(house_server: RunningServer, chromium: Browser) -> None:
    expect.set_options(timeout=WAIT)
    desk, _ = signed_in(house_server, chromium, "Mediator Three", "de")
    assert "Mediator Three" in command(house_server, "mediators", "list")
    command(house_server, "mediators", "disable", "Mediator Three")
    expect(desk.get_by_label("Password")).to_be_visible(timeout=WAIT)
    desk.get_by_label("Name").fill("Mediator Three")
    desk.get_by_label("Password").fill(PASSWORD)
    desk.get_by_role("button", name="Sign in").click()
    expect(desk.get_by_role("alert")).to_contain_text("not right")
    assert "link" in command(house_server, "mediators", "reset", "Mediator Three")


def test_health_and_the_chat_page_are_as_before(house_server: RunningServer, chromium: Browser) -> None:
    page = chromium.new_page()
    answer = page.goto(house_server.url + "/health")
    assert answer and answer.status == 200
    answer = page.goto(house_server.url + "/")
    assert answer and "waymark-widget.js" in answer.text()
    assert page.goto(house_server.url + "/desk").url.endswith("/desk/")  # type: ignore[union-attr]


def test_nothing_that_was_said_is_in_the_servers_output(house_server: RunningServer) -> None:
    for text in (ASKED, ANSWER, "Nur für uns", PASSWORD, "هل ما زلت هنا"):
        assert text not in house_server.output


