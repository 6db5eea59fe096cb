"""WCAG 2.2 AA as far as a machine can tell: axe, the keyboard alone, small screens, large text."""

from __future__ import annotations

from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web import samples
from tests.web.browsing import ChatPage

pytestmark = pytest.mark.timeout(180)

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


def violations(page: Any) -> list[str]:
    # Through the debugger, not as a script element: the page's policy allows none.
    axe = resources.files(pytest.importorskip("axe_playwright_python", reason="brings axe-core in its wheel"))
    page.evaluate((axe / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", TAGS)
    nodes = [(rule["id"], node) for rule in found["violations"] for node in rule["nodes"]]
    return [f"{rule}: {node['target']} {node['failureSummary']}" for rule, node in nodes]


def filled(standin: Any, talk: Any, path: str = "/", **options: Any) -> Any:
    standin.answers({"course": samples.ENGLISH_CARDS, "دورة": samples.ARABIC_CARDS, "help": samples.DANGER})
    chat = talk(path, reduced_motion="reduce", **options)
    chat.ask("course", 3)
    chat.ask("دورة", 2)
    chat.ask("help")
    return chat


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", ["/", "/embedding"])
@pytest.mark.parametrize("locale", ["en-GB", "ar-EG"])
def test_axe_finds_nothing(standin, talk, scheme, path, locale) -> None:
    forget = {"en-GB": "Delete this conversation", "ar-EG": "حذف هذه المحادثة"}[locale]
    # On a site the page's language decides, on our own page the browser's.
    path = f"{path}?language={locale[:2]}"
    size = {"width": 1100, "height": 800}
    chat = filled(standin, talk, path, color_scheme=scheme, locale=locale, viewport=size)
    assert violations(chat.page) == []
    chat.page.get_by_role("button", name=forget).click()
    expect(chat.page.locator("#waymark-chat .confirm")).to_be_visible()
    assert violations(chat.page) == []


def focused(page: Any) -> str:
    script = """() => { let e = document.activeElement; while (e && e.shadowRoot) e = e.shadowRoot.activeElement;
      return e ? (e.getAttribute('aria-label') || e.innerText || e.tagName).trim() : ''; }"""
    return str(page.evaluate(script))


def test_a_whole_conversation_with_the_keyboard_alone(standin, open_page) -> None:
    standin.answers({"course": samples.ENGLISH_CARDS, "b:7f3c": [{"text": "A person will answer."}]})
    chat = ChatPage(open_page(standin.url + "/embedding", viewport={"width": 1200, "height": 800}))
    page = chat.page

    def tab_to(name: str, key: str = "Tab") -> None:
        for _ in range(40):
            page.keyboard.press(key)
            if focused(page) == name:
                return
        raise AssertionError(f"the keyboard does not reach {name!r}")

    tab_to("Questions? Ask here")
    width = page.locator(".launcher").evaluate("e => getComputedStyle(e).outlineWidth")
    assert width == "3px", "the focus is visible"
    page.keyboard.press("Enter")
    assert focused(page) == "Your message"
    page.keyboard.type("course")
    page.keyboard.press("Enter")
    expect(chat.bots).to_have_count(3)
    tab_to("Talk to a person", "Shift+Tab")
    page.keyboard.press("Enter")
    expect(chat.bots).to_have_count(4)
    tab_to("Delete this conversation", "Shift+Tab")
    page.keyboard.press("Enter")
    assert focused(page) == "No, keep it", "the harmless answer comes first"
    page.keyboard.press("Escape")
    expect(page.locator(".confirm")).to_be_hidden()
    assert focused(page) == "Delete this conversation"
    tab_to("Language", "Shift+Tab")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    assert focused(page) == "Questions? Ask here"


def test_on_a_phone_the_page_behind_does_not_take_the_keyboard(standin, talk) -> None:
    chat = talk("/embedding")
    names = set()
    for _ in range(12):
        chat.page.keyboard.press("Tab")
        names.add(focused(chat.page))
    assert "Some link" not in names
    assert "Send" in names


RUNS_OFF = """() => {
  const root = document.querySelector('#waymark-chat').shadowRoot;
  const wide = [document.documentElement, ...root.querySelectorAll('.scroll, .panel, .header, .card, .bubble')]
    .filter(e => e.scrollWidth > e.clientWidth + 1).map(e => e.className || e.tagName);
  const outside = [...root.querySelectorAll('button, a, select, textarea, p, h3, dd')]
    .filter(e => e.checkVisibility())
    .map(e => [e, e.getBoundingClientRect()])
    .filter(([, box]) => box.width && (box.left < -1 || box.right > innerWidth + 1))
    .map(([e]) => e.className + e.textContent);
  return [...wide, ...outside];
}"""


@pytest.mark.parametrize("path", ["/", "/embedding"])
@pytest.mark.parametrize("locale", ["en-GB", "de-DE", "ar-EG", "fr-FR", "ru-RU"])
def test_nothing_runs_off_the_screen(standin, talk, path, locale) -> None:
    chat = filled(standin, talk, path, locale=locale, viewport={"width": 320, "height": 700})
    page = chat.page
    scroller = page.locator("#waymark-chat .scroll")
    for width, text_size in [(320, "100%"), (320, "200%"), (640, "200%"), (1280, "200%"), (1280, "100%")]:
        page.set_viewport_size({"width": width, "height": 700})
        page.evaluate("size => { document.documentElement.style.fontSize = size }", text_size)
        page.wait_for_timeout(200)
        assert page.evaluate(RUNS_OFF) == [], (width, text_size)
        box = scroller.bounding_box()
        assert box and box["height"] >= 150, "the header and the composer leave room for the conversation"


def test_targets_are_large_enough_for_a_thumb(standin, talk) -> None:
    chat = filled(standin, talk)
    small = chat.page.evaluate(
        """() => [...document.querySelector('#waymark-chat').shadowRoot.querySelectorAll('button, select, textarea, a')]
          .filter(e => e.checkVisibility() && !e.closest('.text'))
          .map(e => [e.className || e.textContent, e.getBoundingClientRect()])
          .filter(([, box]) => box.height < 43.9 || box.width < 43.9).map(([name]) => name)"""
    )
    assert [name for name in small if name != "112"] == []


def test_new_messages_are_announced_politely_and_old_ones_not_again(standin, talk) -> None:
    chat = talk()
    expect(chat.log).to_have_attribute("aria-live", "polite")
    expect(chat.log).to_have_attribute("aria-label", "Conversation")
    chat.ask("x")
    assert chat.users.last.inner_text().startswith("You wrote:")
    assert chat.bots.last.inner_text().startswith("Waymark wrote:")


def test_less_motion_when_asked(standin, talk) -> None:
    chat = filled(standin, talk)
    names = chat.bots.last.evaluate("e => getComputedStyle(e).animationName")
    assert names == "none"


def test_without_scripts_the_emergency_numbers_are_there_in_eight_languages(standin, open_page) -> None:
    page = open_page(standin.url + "/", java_script_enabled=False)
    paragraphs = page.locator("p").all()
    assert [p.get_attribute("lang") for p in paragraphs] == ["en", "de", "ar", "fa", "uk", "ru", "tr", "fr"]
    for paragraph in paragraphs:
        assert [a.get_attribute("href") for a in paragraph.locator("a").all()] == ["tel:112", "tel:110"]
