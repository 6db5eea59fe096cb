"""Reports from end to end: the real server, a real browser without JavaScript, Telegram's stand-in, kill -9 in between."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import AsyncIterator
from typing import Any, NamedTuple

import pytest
import pytest_asyncio
from playwright.async_api import BrowserContext, Page, async_playwright

from bot.container import Container
from bot.reporting.clock import ZONE
from bot.reporting.receipts import read_code
from bot.settings import Settings
from tests.flows.people import TelegramPerson
from tests.flows.server import RunningServer
from tests.reporting.photos import photo_with_metadata
from tests.reporting.staff import Staff, staffed
from tests.telegram.bot_api import BotApi, Sent
from tests.web.browsing import FLAGS, chromium_path

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(600)]
ARABIC = "الغرفة رقم تسعة فيها عفن أسود منذ الربيع والمالك لا يرد"
UKRAINIAN = "У підвалі гуртожитку на поверсі з фіолетовими дверима вже місяць немає світла"
ANSWER = "كتبنا إلى المالك، وسيصلح الجدار يوم الخميس"


class Place(NamedTuple):
    """The running server with its Telegram, and the reader's side on the same database."""

    server: RunningServer
    api: BotApi
    staff: Staff

    def label(self, name: str, language: str) -> str:
        return self.staff.house.wording.label(name, language)

    def text(self, name: str, language: str, **values: Any) -> str:
        return self.staff.house.wording.render(f"utter_report_{name}", language, **values).text

    def left(self) -> bytes:
        """Every byte the server has left behind, and what it wrote to its output."""
        files = [path for path in self.server.state.rglob("*") if path.is_file() and not path.is_symlink()]
        files = [path for path in files if not {"models", "cache"} & set(path.relative_to(self.server.state).parts)]
        return b"\n".join(path.read_bytes() for path in files) + self.server.output.encode()


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def place(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Place]:
    async with BotApi() as api:
        folder = tmp_path_factory.mktemp("reports")
        form = "https://help.city.example/report"
        server = RunningServer(folder, TELEGRAM_TOKEN=api.token, TELEGRAM_API=api.base_url, REPORT_URL=form)
        house = Container(Settings({"WAYMARK_STATE": str(server.state)}, file=folder / "none.env"))
        staff = await staffed(house)
        staff.clock.now = dt.datetime.now(ZONE)
        await server.start()
        yield Place(server, api, staff)
        server.kill()
        house.database.close()


@pytest_asyncio.fixture(loop_scope="session")
async def browser() -> AsyncIterator[BrowserContext]:
    """Chromium on a small phone, in Arabic, with JavaScript switched off."""
    async with async_playwright() as play:
        chromium = await play.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        context = await chromium.new_context(
            java_script_enabled=False, locale="ar-SY", viewport={"width": 390, "height": 844}
        )
        yield context
        await chromium.close()


async def solve(page: Page) -> None:
    asked = await page.locator("label[for=sum]").inner_text()
    await page.fill("#sum", str(sum(int(number) for number in re.findall(r"\d+", asked))))


async def main_button(page: Page, form: str = "form") -> None:
    async with page.expect_navigation(timeout=60_000):
        await page.locator(f"{form} button.main").first.click()


async def test_an_arabic_report_on_the_form_without_javascript(place: Place, browser: BrowserContext) -> None:
    asked: list[str] = []
    browser.on("request", lambda request: asked.append(request.url))
    page = await browser.new_page()
    await page.goto(place.server.url + "/report")
    assert await page.locator("html").get_attribute("dir") == "rtl"
    assert place.text("who_network", "ar") in await page.locator("main").inner_text()
    await page.check("#kind-housing")
    await main_button(page)
    await page.fill("#what", ARABIC)
    await page.select_option("#district", "Bobingen")
    await page.check("#going_on-yes")
    await solve(page)
    await main_button(page)
    code = " ".join((await page.locator("#number").inner_text()).split())
    assert read_code(code)
    await page.fill("#last", code[-4:])
    await main_button(page)
    assert place.text("form_leave", "ar") in await page.locator("main").inner_text()
    assert await browser.cookies() == []
    assert all(url.startswith((place.server.url, "data:")) for url in asked)

    place.server.kill()
    house, staff = place.staff.house, place.staff
    [report] = [one for one in await house.reports.all() if one.language == "ar"]
    seen = await staff.review.open(report.id, staff.id("anna"), staff.keys["anna"], "de")
    assert ARABIC in str(seen)
    await staff.review.answer(
        report.id, staff.id("anna"), "Wir haben dem Eigentümer geschrieben.", "de", "key-1", corrected=ANSWER
    )
    await place.server.start()

    await page.goto(place.server.url + "/report/return")
    await page.fill("#code", code)
    await solve(page)
    await main_button(page)
    shown = await page.locator("main").inner_text()
    assert ANSWER in shown and place.label("report_step_received", "ar") in shown
    assert "code=" not in page.url and not re.search(r"\d{4}", page.url.replace(str(place.server.port), ""))
    await page.fill("#text", "شكرا، ننتظر يوم الخميس")
    await main_button(page, "form:has(#text)")
    assert place.text("more_taken", "ar") in await page.locator(".told").inner_text()
    again = await staff.review.open(report.id, staff.id("anna"), staff.keys["anna"], "de")
    assert "ننتظر يوم الخميس" in str(again)

    for secret in (ARABIC, ANSWER, "ننتظر", code, code.replace(" ", "")):
        assert secret.encode() not in place.left(), secret


class Chatting:
    """A person on Telegram: says or presses, and waits for a message with the button that must come."""

    def __init__(self, place: Place, chat: int, language: str) -> None:
        self.place, self.language = place, language
        self.person = TelegramPerson(place.api, chat, language)
        self.seen = 0

    def label(self, name: str) -> str:
        return self.place.label(name, self.language)

    async def until(self, button: str) -> str:
        """What came, once there is a message with this button."""
        title = self.label(button)
        await self.place.api.wait_until(lambda: self._with(title, self.seen) is not None, 60)
        came, self.seen = self.person.got[self.seen :], len(self.person.got)
        return "\n".join(message.plain for message in came)

    def _with(self, title: str, after: int = 0) -> Sent | None:
        found = [one for one in self.person.got[after:] if any(button["text"] == title for button in one.flat_buttons)]
        return found[-1] if found else None

    async def say(self, text: str, then: str) -> str:
        self.place.api.push_text(self.person.chat, text, self.language)
        return await self.until(then)

    async def press(self, button: str, then: str) -> str:
        message = self._with(self.label(button))
        assert message is not None, button
        self.place.api.press(message, self.label(button), self.language)
        return await self.until(then)


async def test_a_ukrainian_report_on_telegram_and_back_by_code_after_a_restart(place: Place) -> None:
    chat = Chatting(place, 880055, "uk")
    words = await chat.say("/report", "report_button_begin")
    assert "https://help.city.example/report" in words and "Telegram" in words and "110" in words
    await chat.press("report_button_begin", "report_kind_housing")
    await chat.press("report_kind_housing", "report_button_back")
    await chat.say(UKRAINIAN, "report_button_done")
    await chat.press("report_button_done", "report_button_skip")
    await chat.say("Бобінген", "report_choice_this_month")
    await chat.press("report_choice_this_month", "report_choice_yes")
    await chat.press("report_choice_yes", "report_choice_yes")
    await chat.press("report_choice_yes", "report_choice_yes")
    await chat.press("report_choice_yes", "report_button_send")
    words = await chat.press("report_button_send", "report_button_stop")
    words = await chat.say(str(sum(int(number) for number in re.findall(r"\d+", words))), "report_button_new_number")
    found = re.search(r"\d{4} \d{4} \d{4} \d{4}", words)
    assert found, words
    code = found.group()
    assert "/report" in await chat.say(code[-4:], "button_topics")

    staff = place.staff
    [report] = [one for one in await staff.house.reports.all() if one.language == "uk"]
    assert report.district == "Bobingen" and report.figures and report.noted
    await staff.review.answer(report.id, staff.id("ben"), "Der Strom geht wieder.", "de", "key-2")
    place.server.kill()
    await place.server.start()

    await chat.say("/report", "report_button_begin")
    await chat.press("report_button_have_number", "report_button_stop")
    words = await chat.say(code, "report_button_withdraw")
    assert "[uk] Der Strom geht wieder." in words
    await chat.press("report_button_withdraw", "report_button_withdraw_yes")
    words = await chat.press("report_button_withdraw_yes", "button_topics")
    assert place.text("withdrawn", "uk") in words
    assert await staff.house.reports.get(report.id) is None
    for secret in (UKRAINIAN, "фіолетовими", "Der Strom", code, code.replace(" ", "")):
        assert secret.encode() not in place.left(), secret


async def test_words_lead_to_the_report_desk_and_a_crash_in_the_middle_loses_nothing(place: Place) -> None:
    chat = Chatting(place, 880056, "en")
    await chat.say("I want to report something", "report_button_begin")
    await chat.press("report_button_begin", "report_button_stop")
    await chat.press("report_button_begin", "report_kind_other")
    await chat.press("report_kind_other", "report_button_back")
    await chat.say("the letters of our house disappear from the box", "report_button_done")
    place.server.kill()
    await place.server.start()
    assert place.text("ask_where", "en") in await chat.press("report_button_done", "report_button_skip")
    await chat.press("report_button_stop", "report_button_delete")
    assert place.text("stopped", "en") in await chat.press("report_button_delete", "button_topics")
    assert b"letters of our house" not in place.left()


async def test_the_chat_box_takes_a_photo_and_keeps_nothing_of_the_report_on_the_device(place: Place) -> None:
    async with async_playwright() as play:
        chromium = await play.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        page = await (await chromium.new_context(locale="en-GB", viewport={"width": 1100, "height": 800})).new_page()
        await page.goto(place.server.url + "/")

        async def say(text: str) -> None:
            await page.get_by_role("textbox").fill(text)
            await page.keyboard.press("Enter")

        async def press(name: str) -> None:
            await page.get_by_role("button", name=place.label(name, "en"), exact=True).last.click(timeout=60_000)

        await say("/report")
        await press("report_button_begin")
        await press("report_kind_other")
        await page.get_by_text(place.text("ask_what_other", "en")[:40]).wait_for(timeout=60_000)
        await page.locator("input[type=file]").set_input_files(
            {"name": "my aunt.jpg", "mimeType": "image/jpeg", "buffer": photo_with_metadata()}
        )
        await page.get_by_text(place.text("more_story", "en")[:25]).wait_for(timeout=60_000)
        await say("the orange gate is locked at night")
        await page.get_by_text(place.text("more_story", "en")[:25]).nth(1).wait_for(timeout=60_000)
        await press("report_button_done")
        for name in ("where", "when", "going_on", "contact", "figures"):
            await page.get_by_text(place.text(f"ask_{name}", "en")[:25]).last.wait_for(timeout=60_000)
            await press("report_button_skip")
        await press("report_button_send")
        asked = page.get_by_text(re.compile(r"how much is \d+ \+ \d+")).last
        await asked.wait_for(timeout=60_000)
        await say(str(sum(int(number) for number in re.findall(r"\d+", await asked.inner_text()))))
        shown = page.get_by_text(re.compile(r"\d{4} \d{4} \d{4} \d{4}")).last
        await shown.wait_for(timeout=60_000)
        code = re.findall(r"\d{4} \d{4} \d{4} \d{4}", await shown.inner_text())[0]
        kept = await page.evaluate("JSON.stringify([{...localStorage}, {...sessionStorage}])")
        assert "waymark.transcript" in kept
        for secret in (code, code.replace(" ", ""), "orange gate", "my aunt"):
            assert secret not in kept, secret
        await chromium.close()
    house, staff = place.staff.house, place.staff
    [report] = [one for one in await house.reports.all() if one.kind == "other"]
    opened = await staff.review.open(report.id, staff.id("anna"), staff.keys["anna"], "de")
    assert "the orange gate is locked at night" in str(opened)
    assert {record.about for record in await house.reports.records(report.id)} == {"what", "file"}
    for secret in (b"orange gate", b"my aunt", b"Planted camera", code.encode()):
        assert secret not in place.left(), secret
