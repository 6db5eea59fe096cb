"""What a mediator does on the desk's page, in the words of the tests."""

from __future__ import annotations

from collections.abc import Callable

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from tests.console.desk_server import Person

ASKED, IN_GERMAN = "أحتاج إلى شقة لعائلتي.", "Ich brauche eine Wohnung für meine Familie."
GERMAN, IN_ARABIC = "Ich brauche einen Arzt.", "أحتاج إلى طبيب."
DESKTOP, PHONE = {"width": 1360, "height": 860}, {"width": 390, "height": 800}
Open = Callable[..., Page]


def waits_for(page: Page, true: Callable[[], object]) -> None:
    """Lets the page go on until something has happened."""
    for _ in range(400):
        if true():
            return
        page.wait_for_timeout(50)
    raise AssertionError("it did not happen within 20 seconds")


def take(page: Page, person: Person) -> None:
    page.locator(f'[data-id="{person.case_id}"]').click()
    page.locator(".take button").click()
    expect(page.locator(".composer textarea").first).to_be_visible()


def violations(page: Page) -> list[str]:
    found = Axe().run(page, options={"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]})
    return [f"{one['id']}: {one['nodes'][0]['html']} {one['nodes'][0]['failureSummary']}" for one in found.response["violations"]]
