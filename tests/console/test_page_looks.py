"""How the console's page looks and reads in real Chromium: both directions, a phone, axe, less motion."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.console.desk_page import ASKED, DESKTOP, GERMAN, PHONE, Open, take, violations
from tests.console.desk_server import DeskServer

pytestmark = pytest.mark.timeout(280)

RUNS_OFF = """() => [...document.querySelectorAll('button, a, select, textarea, input, p, h2, h3, .entry, .row')]
  .filter(e => e.checkVisibility() && !e.closest('.unseen') && !e.classList.contains('unseen'))
  .map(e => [e, e.getBoundingClientRect()])
  .filter(([, box]) => box.width > 1 && (box.left < -1 || box.right > innerWidth + 1))
  .map(([e]) => e.className + ': ' + e.textContent.slice(0, 60))
  .concat(document.documentElement.scrollWidth > innerWidth + 1 ? ['the page itself'] : [])"""


def test_both_directions_are_right(desk: DeskServer, open_desk: Open) -> None:
    person = desk.person(ASKED)
    page = open_desk()
    take(page, person)
    sides = page.locator(".entry.person .words")
    expect(sides).to_have_count(2)
    assert [one.get_attribute("dir") for one in sides.all()] == ["ltr", "rtl"]
    assert [one.get_attribute("lang") for one in sides.all()] == ["de", "ar"]
    assert sides.nth(1).evaluate("element => getComputedStyle(element).direction") == "rtl"
    arabic = open_desk("Sam Example", language="ar")
    expect(arabic.locator(".queue")).to_be_visible()
    assert arabic.evaluate("document.documentElement.dir") == "rtl"
    queue, helps = arabic.locator(".queue").bounding_box(), arabic.locator(".helps").bounding_box()
    assert queue and helps and queue["x"] > helps["x"], "the list stands on the right"


@pytest.mark.parametrize("language", ["en", "de", "ar"])
def test_on_a_phone_nothing_runs_off(desk: DeskServer, open_desk: Open, language: str) -> None:
    person = desk.person(ASKED, town="Augsburg", wishes=("woman",), deadline="27.11.2026")
    page = open_desk(language=language, viewport=PHONE, has_touch=True)
    expect(page.locator(f'[data-id="{person.case_id}"]')).to_be_visible()
    assert page.evaluate(RUNS_OFF) == []
    take(page, person)
    field = page.locator(".composer textarea").first
    field.fill(GERMAN)
    page.locator(".main-act").click()
    expect(page.locator(".checked textarea")).to_be_visible()
    for width in (390, 320):
        page.set_viewport_size({"width": width, "height": 800})
        assert page.evaluate(RUNS_OFF) == [], width
    small = page.evaluate(
        """() => [...document.querySelectorAll('button, select, textarea, .row')].filter(e => e.checkVisibility())
          .map(e => [e.textContent, e.getBoundingClientRect()]).filter(([, box]) => box.height < 24 || box.width < 24)
          .map(([name]) => name)"""
    )
    assert small == [], "targets of at least 24 by 24 points (WCAG 2.2, 2.5.8)"
    page.locator(".main-act").click()
    expect(page.locator(".entry.mediator")).to_have_count(1)
    page.locator(".open-helps").click()
    expect(page.locator(".helps")).to_be_visible()
    assert page.evaluate(RUNS_OFF) == []
    page.keyboard.press("Escape")
    expect(page.locator(".helps")).to_be_hidden()
    page.locator(".to-queue").click()
    expect(page.locator(".queue")).to_be_visible()


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize(("language", "size"), [("en", DESKTOP), ("ar", PHONE)])
def test_axe_finds_nothing(desk: DeskServer, open_desk: Open, scheme: str, language: str, size: dict[str, int]) -> None:
    person = desk.person(ASKED, danger="medical", town="Augsburg", wishes=("woman",))
    page = open_desk(language=language, viewport=size, color_scheme=scheme)
    expect(page.locator(f'[data-id="{person.case_id}"]')).to_be_visible()
    assert violations(page) == []
    take(page, person)
    page.locator(".composer textarea").first.fill(GERMAN)
    page.locator(".main-act").click()
    expect(page.locator(".checked textarea")).to_be_visible()
    assert violations(page) == []
    page.locator(".main-act").click()
    expect(page.locator(".entry.mediator")).to_have_count(1)
    for tab in range(4):
        if size is PHONE and not page.locator(".helps").is_visible():
            page.locator(".open-helps").click()
        page.get_by_role("tab").nth(tab).click()
        page.wait_for_timeout(200)
        assert violations(page) == []
    if size is PHONE:
        page.keyboard.press("Escape")
    page.locator(".case-more").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    assert violations(page) == []


def test_less_motion_when_asked(desk: DeskServer, open_desk: Open) -> None:
    page = open_desk()
    moving = page.evaluate(
        "() => [...document.querySelectorAll('*')].filter(e => { const s = getComputedStyle(e); "
        "return s.animationName !== 'none' || parseFloat(s.transitionDuration) > 0; }).length"
    )
    assert moving == 0
