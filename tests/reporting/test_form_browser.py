"""The form in real Chromium: axe, the keyboard alone, small screens, right to left, with and without JavaScript."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from bot.container import Container
from bot.reporting import keys, receipts
from bot.reporting.limits import Hourly
from bot.reporting.records import Content
from bot.settings import Settings
from bot.store.report_keys import ReportKeys
from tests.conftest import state_with_models
from tests.reporting.site import Site
from tests.web.browsing import FLAGS, chromium_path, follow
from tests.web.test_widget_accessibility import violations

pytestmark = pytest.mark.timeout(180)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("browser")
    house = Container(Settings({"WAYMARK_STATE": str(state_with_models(folder / "state"))}, file=folder / "none.env"))
    running = Site(house)
    running.start()
    running.run(ReportKeys(house.database).found("readers", keys.new_pair().public, b"r" * 32, b"share", b"mark"))
    house.intake.hourly = Hourly(1000, 1000)
    yield running
    running.stop()
    house.database.close()


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=chromium_path(), args=FLAGS)
        yield browser
        browser.close()


def page_of(chromium: Browser, **options: Any) -> Page:
    return chromium.new_context(**options).new_page()


def sum_of(page: Page) -> str:
    return str(sum(int(number) for number in re.findall(r"\d+", page.locator("label[for=sum]").text_content() or "")))


def tell(page: Page, site: Site, language: str, story: str, scripts: bool = True) -> str:
    page.goto(f"{site.url}/report?lang={language}")
    page.check("#kind-work")
    follow(page, "form button.main")
    page.fill("#what", story)
    if not scripts:
        page.fill("#sum", sum_of(page))
    follow(page, "form button.main")
    return " ".join(page.locator("#number").inner_text().split())


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("language", ["en", "ar"])
def test_axe_finds_nothing_on_any_page(chromium: Browser, site: Site, language: str, scheme: str, cheap: None) -> None:
    page = page_of(chromium, color_scheme=scheme, viewport={"width": 390, "height": 844}, bypass_csp=True)
    page.goto(f"{site.url}/report?lang={language}")
    assert violations(page) == []
    page.check("#kind-discrimination")
    follow(page, "form button.main")
    assert violations(page) == []
    follow(page, "form button.main")
    assert page.locator("#trouble").is_visible() and violations(page) == []
    code = tell(page, site, language, "a story for axe")
    assert violations(page) == []
    page.fill("#last", code[-4:])
    follow(page, "form button.main")
    assert violations(page) == []
    page.goto(f"{site.url}/report/return?lang={language}")
    assert violations(page) == []
    receipt = site.run(site.house.intake.derive(receipts.read_code(code)))
    report = next(r for r in site.run(site.house.reports.with_lookup(receipt.lookup)) if r.verifier == receipt.verifier)
    site.run(site.house.ledger.add(report, "reader", "answer", Content("An answer", "en"), key="a"))
    page.fill("#code", code)
    follow(page, "form button.main")
    assert page.locator(".talk").is_visible() and violations(page) == []
    follow(page, "form:has(input[value=withdraw]) button")
    assert page.locator(".question").is_visible() and violations(page) == []
    page.context.close()


@pytest.mark.parametrize("width", [320, 390, 1280])
@pytest.mark.parametrize("language", ["de", "ar"])
def test_nothing_runs_over_the_edge(chromium: Browser, site: Site, width: int, language: str, cheap: None) -> None:
    page = page_of(chromium, viewport={"width": width, "height": 700})

    def fits() -> bool:
        return bool(page.evaluate("document.documentElement.scrollWidth <= innerWidth"))

    page.goto(f"{site.url}/report?lang={language}")
    assert fits()
    page.check("#kind-violence")
    follow(page, "form button.main")
    assert fits()
    tell(page, site, language, "a" * 300)
    assert fits()
    page.context.close()


def test_a_whole_report_with_the_keyboard_alone(chromium: Browser, site: Site, cheap: None) -> None:
    page = page_of(chromium, java_script_enabled=False, viewport={"width": 1100, "height": 800})

    def tab_to(selector: str) -> None:
        for _ in range(60):
            if page.locator(f"{selector}:focus").count():
                return
            page.keyboard.press("Tab")
        raise AssertionError(selector)

    page.goto(f"{site.url}/report?lang=en")
    page.keyboard.press("Tab")
    assert page.locator(".leave:focus").count(), "the way out is the first thing the keyboard reaches"
    tab_to("[name=kind]")
    page.keyboard.press("ArrowDown")
    with page.expect_navigation():
        page.keyboard.press("Enter")
    tab_to("#what")
    page.keyboard.type("Typed with the keyboard alone.")
    tab_to("#sum")
    page.keyboard.type(sum_of(page))
    page.keyboard.press("Enter")
    code = " ".join(page.locator("#number").inner_text().split())
    tab_to("#last")
    page.keyboard.type(code[-4:])
    page.keyboard.press("Enter")
    # Enter does not wait for the page it leads to.
    page.get_by_text(site.house.wording.render("utter_report_form_leave", "en").text).wait_for()
    page.context.close()


def test_with_javascript_no_sum_is_asked_and_nothing_is_stored_or_fetched_elsewhere(
    chromium: Browser, site: Site, cheap: None
) -> None:
    page = page_of(chromium)
    asked: list[str] = []
    said: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.on("console", lambda message: said.append(message.text))
    page.on("pageerror", lambda error: said.append(str(error)))
    page.goto(f"{site.url}/report?lang=en")
    page.check("#kind-other")
    follow(page, "form button.main")
    assert page.locator(".task").is_hidden()
    page.fill("#what", "with javascript")
    follow(page, "form button.main")
    assert page.locator("#number").is_visible() and page.locator("[data-print]").is_visible()
    assert page.evaluate("[localStorage.length, sessionStorage.length, document.cookie]") == [0, 0, ""]
    assert page.context.cookies() == [] and said == []
    assert all(url.startswith((site.url, "data:")) for url in asked)
    page.locator("details").first.locator("summary").click()
    assert page.locator("img.qr").is_visible()
    page.context.close()


def test_a_right_to_left_page_shows_the_number_left_to_right(chromium: Browser, site: Site, cheap: None) -> None:
    page = page_of(chromium, java_script_enabled=False)
    code = tell(page, site, "ar", "قصة قصيرة", scripts=False)
    boxes = [page.locator("#number span").nth(place).bounding_box() for place in range(4)]
    assert [page.locator("#number span").nth(place).inner_text() for place in range(4)] == code.split()
    first, second = boxes[0], boxes[1]
    assert first and second and first["x"] < second["x"]
    page.context.close()


@pytest.mark.parametrize("scripts", [False, True])
def test_too_large_a_film_loses_no_word_in_a_browser(
    chromium: Browser, site: Site, cheap: None, tmp_path: Path, scripts: bool
) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"x" * 45_000_000)
    page = page_of(chromium, java_script_enabled=scripts, locale="de-DE", viewport={"width": 360, "height": 780})
    page.goto(f"{site.url}/report?lang=ar")
    page.check("#kind-work")
    follow(page, "form button.main")
    page.fill("#what", "قصة طويلة\nبسطرين")
    page.set_input_files("#files", str(film))
    if scripts:
        assert "20" in page.locator("#files").evaluate("field => field.validationMessage"), "said before a long way for nothing"
        page.locator("#files").evaluate("field => field.setCustomValidity('')")
    else:
        page.fill("#sum", sum_of(page))
    follow(page, "form button.main")
    page.locator("#trouble").wait_for()
    assert page.locator("html").get_attribute("lang") == "ar"
    assert page.locator("#what").input_value() == "قصة طويلة\nبسطرين"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth") if scripts else True
    page.context.close()


# A browser whose work is done only when the test says so: `setTimeout(…, 0)` is how the page goes on with it.
HELD = """
  const later = window.setTimeout;
  window.held = [];
  window.setTimeout = (act, time, ...more) => (window.free || time !== 0 ? later(act, time, ...more) : window.held.push(act));
  window.release = () => { window.free = true; for (const act of window.held.splice(0)) later(act, 0); };
"""
# So much work that no first piece of it finds the number.
FIRST_PIECE_FAILS = "const first = TextEncoder.prototype.encode; let count = 0;" \
    "TextEncoder.prototype.encode = function (text) { return first.call(this, count++ < 2000 ? 'nothing' : text); };"


@pytest.mark.parametrize("language", ["en", "ar"])
def test_send_is_pressed_before_the_work_is_done(chromium: Browser, site: Site, cheap: None, language: str) -> None:
    page = page_of(chromium, viewport={"width": 360, "height": 780}, bypass_csp=True)
    page.goto(f"{site.url}/report?lang={language}")
    page.check("#kind-work")
    page.add_init_script(HELD + FIRST_PIECE_FAILS)
    follow(page, "form button.main")
    page.fill("#what", "in a hurry")
    sent: list[str] = []
    page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    says = site.house.wording.label
    button = page.locator("form button.main")
    for _ in range(2):
        button.click()
        assert button.inner_text() == says("report_button_wait", language), "a second tap changes nothing"
        assert page.locator(".wait").inner_text() == says("report_form_wait", language)
    assert sent == [] and page.locator(".task").is_hidden()
    with page.expect_navigation():
        page.evaluate("release()")
    assert page.locator("#number").is_visible() and len(sent) == 1
    page.context.close()


def test_pressed_at_once_nobody_is_told_of_a_wrong_sum(chromium: Browser, site: Site, cheap: None) -> None:
    page = page_of(chromium)
    for _ in range(5):
        tell(page, site, "en", "at once")
    page.context.close()


def test_where_the_work_fails_the_sum_is_asked(chromium: Browser, site: Site, cheap: None) -> None:
    page = page_of(chromium, bypass_csp=True)
    page.goto(f"{site.url}/report?lang=en")
    page.check("#kind-work")
    page.add_init_script(HELD + FIRST_PIECE_FAILS)
    follow(page, "form button.main")
    page.fill("#what", "no work here")
    page.locator("form button.main").click()
    page.evaluate("TextEncoder.prototype.encode = () => { throw new Error('not here'); }; release()")
    page.locator("#sum").wait_for()
    assert page.locator("#sum:focus").count() == 1 and page.locator("form button.main").inner_text() != "One moment …"
    page.fill("#sum", sum_of(page))
    follow(page, "form button.main")
    assert page.locator("#number").is_visible()
    page.context.close()


@pytest.mark.parametrize("path", ["/report/tell", "/report/return"])
def test_the_sum_never_disappears_once_it_was_seen(chromium: Browser, site: Site, cheap: None, path: str) -> None:
    page = page_of(chromium, bypass_csp=True)
    # What the page shows of the sum, at every frame from the first.
    page.add_init_script(
        "window.seen = []; const look = () => { const sum = document.getElementById('sum');"
        "if (sum) window.seen.push(sum.checkVisibility()); requestAnimationFrame(look); }; requestAnimationFrame(look);"
    )
    if path == "/report/return":
        page.goto(site.url + path)
    else:
        page.goto(f"{site.url}/report?lang=en")
        page.check("#kind-work")
        follow(page, "form button.main")
    page.wait_for_function("document.querySelector('[name=work]').value && window.seen.length > 3")
    assert set(page.evaluate("seen")) == {False}
    page.context.close()


def test_without_the_script_the_sum_stands_there(chromium: Browser, site: Site, cheap: None) -> None:
    page = page_of(chromium)
    page.route("**/report.js", lambda route: route.abort())
    page.goto(f"{site.url}/report/return")
    assert page.locator("#sum").is_visible()
    page.context.close()


@pytest.mark.parametrize("scripts", [False, True])
def test_back_to_another_kind_keeps_what_was_typed(chromium: Browser, site: Site, cheap: None, scripts: bool) -> None:
    page = page_of(chromium, java_script_enabled=scripts, viewport={"width": 360, "height": 780})
    page.goto(f"{site.url}/report?lang=ar")
    page.check("#kind-housing")
    follow(page, "form button.main")
    page.fill("#what", "قصة طويلة\nبسطرين")
    follow(page, "button[formaction]")
    assert page.locator("#kind-housing").is_checked() and page.context.cookies() == []
    assert page.get_by_text(site.house.wording.label("report_kinds_kept", "ar")).is_visible()
    page.check("#kind-police")
    follow(page, "form button.main")
    assert page.locator("[name=kind]").get_attribute("value") == "police"
    assert page.locator("#what").input_value() == "قصة طويلة\nبسطرين"
    page.context.close()
