"""What was just answered is on the screen, with the motion that most people have; else a button leads to it."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.browsing import ChatPage

pytestmark = pytest.mark.timeout(180)
LONG = [{"text": "\n".join(f"Line {line} of a long answer, long enough to fill a phone's screen." for line in range(40))}]
SHORT = [{"text": "The short answer."}]


def in_view(chat: ChatPage, text: str) -> None:
    expect(chat.bots.filter(has_text=text).last).to_be_in_viewport(ratio=0.9)


@pytest.mark.parametrize("motion", ["no-preference", "reduce"])
@pytest.mark.parametrize("path", ["/", "/embedding"])
def test_an_answer_faster_than_the_scroll_is_seen(standin: Any, talk: Any, motion: str, path: str) -> None:
    standin.answers({"long": LONG, "short": SHORT, "two": [{"text": "First of two."}, {"text": "Second of two."}]})
    chat = talk(path, reduced_motion=motion)
    chat.ask("long")
    # The person still stands at the beginning of the long answer.
    chat.ask("short")
    in_view(chat, "The short answer.")
    chat.ask("long")
    chat.ask("two", 2)
    in_view(chat, "First of two.")
    in_view(chat, "Second of two.")
    expect(chat.page.locator("#waymark-chat .newest")).to_be_hidden()


def test_who_reads_above_stays_there_and_is_led_to_what_came(standin: Any, talk: Any) -> None:
    standin.answers({"long": LONG})
    chat = talk()
    chat.ask("long")
    chat.ask("long")
    scroller = chat.page.locator("#waymark-chat .scroll")
    scroller.hover()
    chat.page.mouse.wheel(0, -20_000)
    expect(chat.users.first).to_be_in_viewport()
    standin.push({"text": "Something that came later."})
    button = chat.page.get_by_role("button", name="New answer below")
    expect(button).to_be_visible()
    expect(chat.users.first).to_be_in_viewport()
    button.click()
    in_view(chat, "Something that came later.")
    expect(button).to_be_hidden()
    # Deleting the conversation leaves no way to what is gone.
    chat.page.mouse.wheel(0, -20_000)
    expect(chat.users.first).to_be_in_viewport()
    standin.push({"text": "Once more."})
    expect(button).to_be_visible()
    chat.page.get_by_role("button", name="Delete this conversation").click()
    chat.page.get_by_role("button", name="Yes, delete").click()
    expect(button).to_be_hidden()
