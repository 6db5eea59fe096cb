"""The console's page in real Chromium: who speaks both languages, a case that goes and comes, what is closed, a small window."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.console.desk_page import ASKED, DESKTOP, GERMAN, IN_ARABIC, Open, take
from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest

pytestmark = pytest.mark.timeout(280)
Sign = Callable[..., Guest]


def test_who_speaks_both_is_asked_before_the_wrong_one_goes_out(desk: DeskServer, open_desk: Open, signed_in: Sign) -> None:
    person = desk.person(ASKED)
    signed_in("Both Example", "de ar")
    page = open_desk("Both Example")
    take(page, person)
    expect(page.locator(".entry.person .words")).to_have_count(1)
    field, log = page.locator(".composer textarea").first, page.locator(".entry.mediator")
    field.fill("أهلا بك، كيف أساعدك اليوم؟")
    page.get_by_role("button", name="Send", exact=True).click()
    expect(log).to_have_count(1)
    before = person.heard()
    field.fill(GERMAN)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("this looks like \u2068German\u2069, and the person reads \u2068Arabic")
    assert person.heard() == before
    page.get_by_role("button", name="Check translation").click()
    expect(page.locator(".checked textarea")).to_have_value(IN_ARABIC)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(log).to_have_count(2)
    assert person.heard() == [*before, IN_ARABIC]
    field.fill(GERMAN + " Bitte.")
    page.get_by_role("button", name="Send", exact=True).click()
    page.get_by_role("button", name="Send as it is").click()
    expect(log).to_have_count(3)
    assert person.heard()[-1] == GERMAN + " Bitte."
    # A word tells nothing of its language; who wants it translated says so.
    field.fill("Danke")
    page.get_by_role("button", name="Check translation").click()
    expect(page.locator(".checked textarea")).to_be_visible()
    page.reload()
    expect(page.locator(".checked textarea")).to_be_visible()


def test_a_case_that_had_gone_comes_back(desk: DeskServer, open_desk: Open, signed_in: Sign) -> None:
    person = desk.person(ASKED)
    noor = signed_in("Noor Example")
    page = open_desk("Sam Example")
    page.locator(f'[data-id="{person.case_id}"]').click()
    expect(page.locator(".take button")).to_be_visible()
    noor.post(f"/desk/api/cases/{person.case_id}/take")
    expect(page.locator(".nothing")).to_contain_text("A colleague has taken it")
    assert noor.post(f"/desk/api/cases/{person.case_id}/pass", {"to": signed_in("Sam Example").id}).status == 200
    expect(page.locator(".composer textarea").first).to_be_visible()
    expect(page.locator(".entry.person")).to_have_count(1)
    expect(page.locator(".entry.system").last).to_contain_text("passed on to a colleague")


def test_what_is_done_is_not_offered_again(desk: DeskServer, open_desk: Open, signed_in: Sign) -> None:
    person = desk.person(ASKED)
    sam, kim = signed_in("Sam Example"), signed_in("Kim Example")
    page = open_desk()
    take(page, person)
    page.locator(".composer textarea").first.fill(GERMAN)
    page.get_by_role("button", name="Send as it is").click()
    expect(page.locator(".entry-acts button")).to_have_count(3)
    page.locator(".case-more").click()
    second = page.get_by_role("dialog").locator("section", has_text="Ask a second mediator")
    second.locator("select").select_option(sam.id)
    second.get_by_role("button", name="Ask").click()
    expect(page.locator(".entry.system").last).to_contain_text("A second mediator was asked.")
    page.locator(".case-more").click()
    expect(second.locator(f'option[value="{kim.id}"]')).to_have_count(1)
    expect(second.locator(f'option[value="{sam.id}"]')).to_have_count(0)
    page.get_by_role("dialog").get_by_role("button", name="I wait for the person").click()
    expect(page.locator(".entry.system").last).to_contain_text("we wait for the person")
    page.locator(".case-more").click()
    page.get_by_role("dialog").get_by_role("button", name="Solved").click()
    expect(page.locator(".case-foot")).to_contain_text("closed")
    expect(page.locator(".entry-acts")).to_have_count(0)


@pytest.mark.parametrize("height", [DESKTOP["height"], 620, 540])
def test_the_way_to_send_is_always_in_sight(desk: DeskServer, open_desk: Open, height: int) -> None:
    person = desk.person("ሓገዝ የድልየኒ", language="ti")
    page = open_desk(viewport={"width": DESKTOP["width"], "height": height})
    take(page, person)
    page.locator(".composer textarea").first.fill("\n".join([GERMAN] * 8))
    page.get_by_role("button", name="Check translation").click()
    expect(page.locator(".checked .notice")).to_be_visible()
    for name in ("Send as it is", "Add a file"):
        assert in_sight(page, name, height), name
    log = page.locator(".log").bounding_box()
    assert log and log["height"] >= 120


def in_sight(page: Page, name: str, height: int) -> bool:
    box = page.get_by_role("button", name=name).bounding_box()
    assert box
    middle = page.evaluate(
        "([x, y]) => { const found = document.elementFromPoint(x, y)?.closest('button'); "
        "return found ? found.textContent + (found.getAttribute('aria-label') || '') + found.title : ''; }",
        [box["x"] + box["width"] / 2, box["y"] + box["height"] / 2],
    )
    return box["y"] + box["height"] <= height and name in middle
