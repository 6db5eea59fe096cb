"""The readers' pages in a real browser: without scripts, on a phone, right to left, and as axe sees them."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import resources

import pytest
from playwright.sync_api import Browser, BrowserContext

from bot.reporting import keys, receipts
from bot.reporting.intake import Filed, Telling
from bot.store.console_sessions import hashed
from tests.console.desk_server import DeskServer
from tests.web.browsing import follow

PASSPHRASE = "lantern gravel otter museum ninety "
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
ARABIC = "في السكن لا يوجد ماء ساخن منذ أسبوعين، والأطفال مرضى."


@pytest.fixture(scope="module")
def tokens(desk: DeskServer) -> Iterator[dict[str, str]]:
    """Sessions of anna (German), samira (Arabic) and olga (the oversight), their keys unlocked."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (keys, receipts):
            patch.setattr(module, "MEMORY_KIB", 64)
            patch.setattr(module, "PASSES", 1)
        circles = desk.house.report_circles
        sheets, found = desk.run(circles.found()), {}
        for name, language, role in (("anna", "de", "reader"), ("samira", "ar", "reader"), ("olga", "en", "oversight")):
            circle: keys.Circle = "oversight" if role == "oversight" else "readers"
            person = desk.run(desk.house.mediators.add(name, [language], roles=[role]))
            desk.run(circles.enrol(person.id, circle, PASSPHRASE + name))
            desk.run(circles.admit(desk.run(circles.recover(sheets[circle])), person.id))
            found[name] = desk.run(desk.house.console_sessions.open(person.id, "full"))
            unlocked = desk.run(circles.unlock(person.id, circle, PASSPHRASE + name))
            desk.house.report_sessions.put(hashed(found[name]), unlocked)
        yield found


def told(desk: DeskServer, text: str = ARABIC, language: str = "ar") -> Filed:
    answers = {"what": text, "figures": "yes", "when": "this_week"}
    return desk.run(desk.house.intake.take(Telling("housing", language, answers, district="Bobingen")))


def signed_in(browser: Browser, desk: DeskServer, token: str, **options: object) -> BrowserContext:
    context = browser.new_context(**{"viewport": {"width": 390, "height": 800}, **options})  # type: ignore[arg-type]
    context.add_cookies([{"name": "waymark_desk", "value": token, "url": desk.url}])
    return context


@pytest.mark.parametrize(
    ("who", "width", "scheme"), [("anna", 390, "light"), ("samira", 320, "dark"), ("anna", 1200, "light"), ("olga", 390, "dark")]
)
def test_every_page_is_accessible_and_fits(
    desk: DeskServer, browser: Browser, tokens: dict[str, str], who: str, width: int, scheme: str
) -> None:
    filed = told(desk)
    context = signed_in(browser, desk, tokens[who], viewport={"width": width, "height": 800}, color_scheme=scheme)
    page = context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    for path in ("", f"/{filed.report_id}", "/alerts", "/keys"):
        page.goto(f"{desk.url}/desk/reports{path}")
        assert page.locator("html").get_attribute("dir") == ("rtl" if who == "samira" else "ltr")
        page.evaluate("document.querySelectorAll('details').forEach(one => one.open = true)")
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth"), path
        page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
        found = page.evaluate("tags => axe.run(document, { runOnly: tags })", AXE_TAGS)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == [], path
    assert complaints == []
    context.close()


def test_a_reader_works_without_scripts(desk: DeskServer, browser: Browser, tokens: dict[str, str]) -> None:
    filed = told(desk)
    context = signed_in(browser, desk, tokens["samira"], java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{desk.url}/desk/reports")
    follow(page, f'a[href="/desk/reports/{filed.report_id}"]')
    assert ARABIC in page.locator("main").inner_text()
    page.fill("#answer-text", "سنتصل بالإدارة غدا")
    follow(page, "#answer button.main")
    assert "سنتصل بالإدارة غدا" in page.locator("main").inner_text() and page.locator("[role=status].said").count() == 1
    person = desk.run(desk.house.returning.enter(filed.code))
    assert person
    assert [said.content.text for said in desk.run(desk.house.returning.view(person)).talk] == ["سنتصل بالإدارة غدا"]
    context.close()


def test_something_new_is_said_and_nothing_that_is_typed_is_lost(
    desk: DeskServer, browser: Browser, tokens: dict[str, str]
) -> None:
    filed = told(desk)
    context = signed_in(browser, desk, tokens["anna"])
    page = context.new_page()
    page.clock.install()
    page.goto(f"{desk.url}/desk/reports/{filed.report_id}")
    page.fill("#answer-text", "ein halber Satz")
    page.clock.run_for(16_000)
    assert page.locator("#new").inner_text() == ""
    told(desk, "Es gibt noch etwas", "de")
    page.clock.run_for(16_000)
    page.locator("#new a").wait_for()
    assert page.locator("#answer-text").input_value() == "ein halber Satz"
    context.close()


def test_locked_keys_are_asked_for_and_the_way_leads_back(desk: DeskServer, browser: Browser, tokens: dict[str, str]) -> None:
    filed = told(desk)
    context = signed_in(browser, desk, tokens["anna"])
    page = context.new_page()
    page.goto(f"{desk.url}/desk/reports/{filed.report_id}")
    follow(page, "header form button")
    page.goto(f"{desk.url}/desk/reports/{filed.report_id}")
    assert ARABIC not in page.content()
    page.fill("#passphrase", "nothing like the right one")
    follow(page, "main button")
    assert page.locator("[role=alert]").count() == 1
    page.fill("#passphrase", PASSPHRASE + "anna")
    follow(page, "main button")
    page.wait_for_selector("#answer")
    assert ARABIC in page.content()
    context.close()


@pytest.mark.parametrize("who", ["anna", "samira"])
def test_what_was_typed_outlives_a_lock_and_a_decision_is_drafted_on_a_phone(
    desk: DeskServer, browser: Browser, tokens: dict[str, str], who: str
) -> None:
    filed = told(desk, "Світло не працює вже тиждень", "uk")
    context = signed_in(browser, desk, tokens[who], viewport={"width": 360, "height": 780})
    page = context.new_page()

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
        found = page.evaluate("tags => axe.run(document, { runOnly: tags })", AXE_TAGS)
        assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []

    page.goto(f"{desk.url}/desk/reports/{filed.report_id}")
    page.locator("details:has(#decide-text) summary").click()
    page.select_option("#outcome", "partly")
    page.select_option("#why", "law")
    page.fill("#decide-text", "Wir haben einen Teil erreicht.\nDer Rest geht nicht.")
    page.fill("#summary", "Licht in einer Unterkunft")
    desk.run(_lock(desk, tokens[who]))
    follow(page, "button[name=for][value=decide]")
    page.fill("#passphrase", PASSPHRASE + who)
    fits()
    follow(page, "main button")
    assert page.locator("#decide-text").input_value() == "Wir haben einen Teil erreicht.\nDer Rest geht nicht."
    assert page.locator("#decide-text:focus").count() == 1, "the page opens where the words are"
    follow(page, "button[name=for][value=decide]")
    page.locator("#translation").fill("Частину зроблено.")
    assert page.locator("script[data-here]").get_attribute("data-here") == f"/desk/reports/{filed.report_id}"
    fits()
    follow(page, "form:has(#decide-text) button.main")
    page.locator("[role=status].said").wait_for()
    person = desk.run(desk.house.returning.enter(filed.code))
    assert person
    (said,) = desk.run(desk.house.returning.view(person)).talk
    assert said.content.text == "Частину зроблено." and said.content.values["outcome"] == "partly"
    context.close()


async def _lock(desk: DeskServer, token: str) -> None:
    desk.house.report_sessions.drop(hashed(token))
