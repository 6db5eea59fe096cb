"""The widget in real Chromium against the real server: one conversation from left to right, one from right to left."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from bot.container import Container
from tests.flows.phrases import DANGER, PHRASES
from tests.flows.server import RunningServer
from tests.web.browsing import ChatPage
from tests.web.conftest import browser, open_page  # noqa: F401  the fixtures of the widget's own tests

pytestmark = pytest.mark.timeout(120)
SIZES = {"phone": {"width": 390, "height": 780}, "desk": {"width": 1280, "height": 900}}


class Album:
    """Screenshots in a folder, numbered in order."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.count = 0

    def take(self, page: Page, name: str) -> None:
        self.count += 1
        page.screenshot(path=self.folder / f"{self.count:02}-{name}.png")


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("language", ["en", "ar"])
def test_a_conversation_on_the_chat_page(
    server: RunningServer, shared_house: Container, open_page: Callable[..., Page],  # noqa: F811
    tmp_path_factory: pytest.TempPathFactory, language: str, size: str,
) -> None:
    house, words = shared_house, PHRASES[language]
    album = Album(tmp_path_factory.mktemp(f"shots-{language}-{size}"))
    page = open_page(server.url + "/", locale=language, viewport=SIZES[size], reduced_motion="reduce")
    chat = ChatPage(page).ready().online()
    panel = page.locator("#waymark-chat .panel")
    expect(panel).to_have_attribute("dir", house.wording.direction(language))
    chat.ask(words.greeting, 2)
    album.take(page, "greeting")
    chat.ask(words.question)
    found = chat.bots.last
    cards = found.locator(".card")
    assert cards.count() >= 2
    lead = found.locator(".bubble .text:not(.original)")
    # The lead alone: the cards' own words stand on the cards, not once more above them.
    assert len(lead.inner_text()) < 300
    album.take(page, "found")
    if language != "en":
        expect(found.get_by_text(house.wording.label("mark_fuzzy", language)).first).to_be_visible()
    prefix = house.wording.label("button_details", language, name="\u2026").split("\u2026")[0].strip("\u2068 ")
    before = chat.bots.count()
    found.locator("button.reply", has_text=prefix).first.click()
    expect(chat.bots).to_have_count(before + 1)
    details = chat.bots.last.locator(".card")
    expect(details).to_have_count(1)
    service = next(
        service for service in house.directory.services.values()
        if house.cards.name(service.id, language) == details.locator("h3").inner_text()
    )
    expect(details.locator(".card-foot a")).to_have_attribute("href", service.source_url)
    expect(details.locator(".card-foot")).to_contain_text(f"{service.assured_date:%d.%m.%Y}")
    album.take(page, "details")
    chat.ask(words.cost)
    assert chat.bots.last.locator(".card h3").inner_text() == house.cards.name(service.id, language)
    chat.ask(next(text for code, text, _ in DANGER if code == language), 2)
    danger = chat.bots.nth(chat.bots.count() - 2)
    calls = [link.get_attribute("href") for link in danger.locator("a.call").all()]
    assert "tel:110" in calls
    album.take(page, "danger")
    check_nothing_sticks_out(page)


def check_nothing_sticks_out(page: Page) -> None:
    """Nobody has to scroll sideways."""
    wide: Any = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    assert wide <= 0


def test_what_a_person_types_is_never_markup(server: RunningServer, open_page: Callable[..., Page]) -> None:  # noqa: F811
    chat = ChatPage(open_page(server.url + "/")).ready().online()
    chat.ask("<img src=x onerror=document.title='stolen'> <b>hello</b>", 2)
    expect(chat.users.last).to_contain_text("<b>hello</b>")
    assert chat.page.title() != "stolen"


def test_the_conversation_survives_a_reload_and_forgetting_empties_it(
    server: RunningServer, open_page: Callable[..., Page]  # noqa: F811
) -> None:
    chat = ChatPage(open_page(server.url + "/")).ready().online()
    chat.ask("hello", 2)
    chat.page.reload()
    chat.ready()
    expect(chat.bots).to_have_count(2)
    chat.ask("thank you")
    # Typed, confirmed by button: the server gives a new session, and what follows is seen as new.
    chat.ask("/forget")
    before = chat.bots.count()
    chat.bots.last.locator("button.reply").first.click()
    expect(chat.bots).to_have_count(before + 1)
    chat.ask("hello", 2)


def test_a_language_chosen_in_the_conversation_changes_the_words_around_it(
    server: RunningServer, open_page: Callable[..., Page]  # noqa: F811
) -> None:
    chat = ChatPage(open_page(server.url + "/", locale="en-GB")).ready().online()
    chat.ask("/language", 2)
    chat.bots.first.locator("button.reply", has_text="Türkçe").click()
    expect(chat.page.get_by_role("combobox")).to_have_value("tr")
    expect(chat.bots).to_have_count(3)
    chat.ask("merhaba")
    expect(chat.bots.last.locator(".content")).to_have_attribute("lang", "tr")
