"""Takes the pictures of docs/mediating.md: a real run of the desk with sample cases, in Chromium, as small PNG files.

    .venv/bin/python -m tools.take_desk_screenshots [LANGUAGE]

LANGUAGE is that of the page (default en). The cases in the pictures are made up; nobody in them has a name.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright

from bot.settings import ROOT
from tests.console.desk_server import DeskServer
from tests.translation.fixture_packages import lay_out
from tests.web.browsing import FLAGS, chromium_path

IMAGES = ROOT / "docs" / "images"
# Enough colours for a page of text and a few tints; a fifth of the file's size.
COLOURS = 96
PASSWORD = "four random words here"
DESKTOP, PHONE = {"width": 1280, "height": 800}, {"width": 390, "height": 780}
ANSWER = "Sie können ohne Termin kommen."


def keep(page: Page, name: str) -> None:
    """A picture of the page as docs/images/desk-NAME.png."""
    file = IMAGES / f"desk-{name}.png"
    page.wait_for_timeout(400)
    page.screenshot(path=file)
    with Image.open(file) as picture:
        picture.convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE).save(file, optimize=True)
    print(f"{file.relative_to(ROOT)}: {file.stat().st_size // 1000} kB")


def enter(browser: Browser, server: DeskServer, language: str, name: str, start: str) -> Page:
    """The first sign-in, with pictures of it."""
    page = browser.new_context(viewport=DESKTOP, reduced_motion="reduce", locale="en-GB").new_page()
    kept = "'waymark.desk.language'"
    page.add_init_script(f"localStorage.getItem({kept}) || localStorage.setItem({kept}, '{language}')")
    page.goto(f"{server.url}/desk/#start={name.replace(' ', '%20')}:{start}")
    page.locator("form .primary").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    page.set_viewport_size({"width": 700, "height": 1080})
    keep(page, "first-sign-in")
    page.set_viewport_size(DESKTOP)
    fields = page.locator("input[type=password]")
    fields.nth(0).fill(PASSWORD)
    fields.nth(1).fill(PASSWORD)
    page.locator("input.code").fill(server.code(secret))
    page.locator("form .primary").click()
    page.locator(".queue .row").first.wait_for()
    return page


def take_all(server: DeskServer, browser: Browser, language: str) -> None:
    """All pictures, in the order in which a mediator meets them."""
    _, start = server.mediator("Mediator One", "de", gender="woman")
    server.mediator("Mediator Two", "de uk")
    person = server.person("المؤجر يريد أن يطردنا.", topic="housing", town="Augsburg", wishes=("woman",))
    server.person("Моя дитина захворіла.", "uk", topic="health", town="Friedberg")
    server.person("از فردا دادگاه دارم.", "fa", topic="rights", deadline="04.12.2026")
    page = enter(browser, server, language, "Mediator One", start)
    keep(page, "queue")
    page.locator(f'[data-id="{person.case_id}"]').click()
    page.locator(".take button").wait_for()
    keep(page, "take")
    page.locator(".take button").click()
    page.locator(".entry.person .side").nth(1).wait_for(timeout=90_000)
    field = page.locator(".composer textarea").first
    field.fill(ANSWER)
    page.locator(".main-act").click()
    page.locator(".checked textarea").wait_for(timeout=90_000)
    page.locator(".helps input[type=search]").first.fill("Vermieter kündigt Wohnung")
    page.locator(".record").first.wait_for(timeout=90_000)
    field.focus()
    keep(page, "answer")
    page.locator(".main-act").click()
    page.locator(".entry.mediator").wait_for()
    person.say("لدينا موعد غدًا.")
    page.locator(".entry.person").nth(1).wait_for(timeout=90_000)
    page.wait_for_timeout(4000)
    page.locator(".case-more").click()
    keep(page, "actions")
    page.keyboard.press("Escape")
    page.set_viewport_size(PHONE)
    page.locator(".log").evaluate("log => { log.scrollTop = 0; }")
    keep(page, "phone")
    page.evaluate("localStorage.setItem('waymark.desk.language', 'ar')")
    page.set_viewport_size(DESKTOP)
    page.emulate_media(color_scheme="dark")
    page.reload()
    page.locator(".entry.mediator").wait_for()
    keep(page, "arabic-dark")


def main() -> None:
    language = sys.argv[1] if len(sys.argv) > 1 else "en"
    IMAGES.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        packages = lay_out(Path(folder) / "packages")
        server = DeskServer(Path(folder) / "desk", TRANSLATION_PACKAGES=str(packages)).start()
        try:
            with sync_playwright() as playwright:
                browser = playwright.chromium.launch(executable_path=chromium_path(), args=FLAGS)
                take_all(server, browser, language)
                browser.close()
        finally:
            server.stop()


if __name__ == "__main__":
    main()
