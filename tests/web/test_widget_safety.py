"""Leaving quickly, deleting, and text that tries to be more than text."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web import samples
from tests.web.browsing import ChatPage

pytestmark = pytest.mark.timeout(120)

STORED = "[...Object.keys(localStorage), ...Object.keys(sessionStorage)]"


def gone(chat, url: str) -> None:
    chat.page.wait_for_url("**" + url)
    assert chat.page.evaluate(STORED) == []
    chat.page.go_back()
    assert "one" not in (chat.page.locator("body").inner_text())


def test_quick_exit_clears_and_leaves(standin, talk) -> None:
    chat = talk("/embedding")
    chat.ask("one")
    chat.page.get_by_role("button", name="Leave quickly").click()
    gone(chat, "/exited")


@pytest.mark.parametrize("width", [390, 1200])
def test_escape_three_times_leaves(standin, talk, width) -> None:
    chat = talk("/embedding", viewport={"width": width, "height": 800})
    chat.ask("one")
    for _ in range(3):
        chat.page.keyboard.press("Escape")
    gone(chat, "/exited")


def test_escape_is_the_sites_own_while_the_chat_is_closed(standin, talk) -> None:
    chat = talk("/embedding", viewport={"width": 1200, "height": 800})
    chat.page.keyboard.press("Escape")
    expect(chat.page.get_by_role("dialog")).to_be_hidden()
    chat.page.wait_for_timeout(2200)
    for _ in range(4):
        chat.page.keyboard.press("Escape")
    chat.page.wait_for_timeout(300)
    assert chat.page.url.endswith("/embedding")


def test_the_default_exit_is_a_harmless_page(standin, talk) -> None:
    chat = talk()
    seen: list[str] = []
    chat.page.route("https://www.google.com/**", lambda route: (seen.append(route.request.url), route.abort()))
    chat.page.get_by_role("button", name="Leave quickly").click()
    for _ in range(400):
        if not seen:
            chat.page.wait_for_timeout(50)
    chat.page.wait_for_timeout(500)
    assert seen == ["https://www.google.com/search?q=weather"]


def test_forgetting_asks_first_and_then_deletes_here_and_there(standin, talk) -> None:
    chat = talk()
    chat.ask("one")
    session = chat.page.evaluate("JSON.parse(localStorage.getItem('waymark.session'))")
    chat.page.get_by_role("button", name="Delete this conversation").click()
    dialog = chat.page.get_by_role("dialog", name="Delete this conversation?")
    dialog.get_by_role("button", name="No, keep it").click()
    assert standin.state["forgotten"] == []
    chat.page.get_by_role("button", name="Delete this conversation").click()
    dialog.get_by_role("button", name="Yes, delete").click()
    expect(chat.banner).to_have_text("The conversation is deleted.")
    expect(chat.log).to_be_empty()
    assert standin.state["forgotten"] == [session]
    chat.until("localStorage.getItem('waymark.session')")
    assert session not in chat.page.evaluate("JSON.stringify(localStorage) + JSON.stringify(sessionStorage)")
    chat.ask("two")
    assert chat.texts("bot") == ["You said: two"]


def test_forgetting_without_connection_is_done_later_and_says_so(standin, talk) -> None:
    chat = talk()
    chat.ask("one")
    session = chat.page.evaluate("JSON.parse(localStorage.getItem('waymark.session'))")
    standin.kill()
    expect(chat.banner).to_contain_text("No connection", timeout=6000)
    chat.page.get_by_role("button", name="Delete this conversation").click()
    chat.page.get_by_role("button", name="Yes, delete").click()
    expect(chat.banner).to_contain_text("The server has not confirmed it yet.")
    expect(chat.log).to_be_empty()
    standin.start()
    chat.online()
    assert standin.state["forgotten"] == [session]
    chat.until("localStorage.getItem('waymark.forget') === '[]'")


def test_forgetting_on_a_server_that_cannot_is_not_called_done(stock, open_page) -> None:
    chat = ChatPage(open_page(stock.url + "/")).ready().online()
    chat.ask("one")
    chat.page.get_by_role("button", name="Delete this conversation").click()
    chat.page.get_by_role("button", name="Yes, delete").click()
    expect(chat.banner).to_contain_text("The server has not confirmed it yet.", timeout=20000)
    chat.online().ask("two")
    assert chat.texts("bot") == ["You said: two"]


def test_leaving_in_one_tab_empties_the_other(standin, talk) -> None:
    chat = talk()
    chat.ask("one")
    second = chat.page.context.new_page()
    second.goto(standin.url + "/embedding")
    second.locator(".launcher").click()
    expect(second.locator(".message.bot")).to_have_count(1)
    second.get_by_role("button", name="Leave quickly").click()
    expect(chat.log).to_be_empty()


def test_text_stays_text(standin, talk) -> None:
    standin.answers({"attack": samples.HOSTILE})
    chat = talk()
    chat.ask("attack")
    chat.say('<img src=x onerror="window.stolen=1">')
    chat.log.get_by_role("button", name="Show the original").click()
    chat.page.get_by_text("<u>reply</u>").click()
    chat.page.wait_for_timeout(500)
    assert chat.page.evaluate("window.stolen") is None
    assert chat.log.locator("img, script, b, i, u, svg[onload]").count() == 0
    hrefs = [link.get_attribute("href") for link in chat.log.locator("a").all()]
    assert [href for href in hrefs if href and not href.startswith(("http", "tel:"))] == []
