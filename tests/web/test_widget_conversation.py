"""Asking and being answered, from left to right and from right to left."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web import samples
from tests.web.browsing import ChatPage

pytestmark = pytest.mark.timeout(120)


def test_a_question_is_answered(chat) -> None:
    chat.say("hello")
    expect(chat.users.last).to_contain_text("hello")
    expect(chat.bots.last).to_be_visible(timeout=20000)
    expect(chat.field).to_have_value("")


def test_cards_quick_replies_and_the_original(standin, talk) -> None:
    standin.answers({"Where can I learn German?": samples.ENGLISH_CARDS, "b:7f3a": [{"text": "The details."}]})
    chat = talk()
    chat.ask("Where can I learn German?", 3)
    card = chat.log.locator(".card")
    expect(card.get_by_role("heading", name="Example language school")).to_be_visible()
    expect(card.get_by_role("link", name="069 90009-123")).to_have_attribute("href", "tel:+496990009123")
    map_link = card.get_by_role("link", name="Beispielweg 3")
    expect(map_link).to_have_attribute("rel", "noopener noreferrer")
    expect(chat.log.get_by_text("Not yet checked by a person")).to_be_visible()
    original = chat.log.get_by_text("Diese Stellen können helfen.")
    expect(original).to_be_hidden()
    chat.log.get_by_role("button", name="Show the original").click()
    expect(original).to_be_visible()
    expect(original).to_have_attribute("lang", "de")
    chat.log.get_by_role("button", name="Details").click()
    expect(chat.bots.last).to_contain_text("The details.")
    assert chat.texts("user")[-1] == "Details", "the person sees what they pressed, not its payload"
    assert standin.received[-1] == "b:7f3a"


def test_arabic_runs_from_right_to_left(standin, talk) -> None:
    standin.answers({"أين أتعلم الألمانية؟": samples.ARABIC_CARDS})
    chat = talk(locale="ar-EG")
    panel = chat.page.locator("#waymark-chat .panel")
    expect(panel).to_have_attribute("dir", "rtl")
    assert chat.page.evaluate("[document.documentElement.lang, document.documentElement.dir]") == ["ar", "rtl"]
    chat.ask("أين أتعلم الألمانية؟", 2)
    content = chat.bots.first.locator(".content")
    expect(content).to_have_attribute("dir", "rtl")
    expect(content).to_have_attribute("lang", "ar")
    isolated = content.locator("bdi").all_inner_texts()
    assert "08:30–12:00" in isolated and "A2" in isolated, "a number goes with the letters that belong to it"
    expect(content.get_by_role("link")).to_have_attribute("href", "tel:06990009123")
    bubble, log = chat.bots.first.locator(".bubble").bounding_box(), chat.log.bounding_box()
    assert bubble and log
    assert log["x"] + log["width"] - bubble["x"] - bubble["width"] < 40, "answers stand at the right"
    assert standin.state["received"][-1]["customData"] == {"language": "ar", "language_chosen": False}


def test_a_left_to_right_message_keeps_its_direction_in_a_right_to_left_chat(standin, talk) -> None:
    german = {"text": "Guten Tag!", "metadata": {"language": "de", "direction": "ltr"}}
    standin.answers({"x": [german, {"text": "שלום ABC"}]})
    chat = talk(locale="fa-IR")
    chat.ask("x", 2)
    expect(chat.bots.first.locator(".content")).to_have_attribute("dir", "ltr")
    expect(chat.bots.last.locator(".text")).to_have_attribute("dir", "auto")


@pytest.mark.parametrize("code", ["en", "de", "ar", "fa", "uk", "ru", "tr", "fr"])
def test_each_language_can_be_chosen_and_stays(standin, talk, code) -> None:
    chat = talk()
    chat.page.get_by_role("combobox").select_option(code)
    placeholder = chat.field.get_attribute("placeholder")
    assert placeholder
    chat.page.reload()
    chat.ready()
    expect(chat.field).to_have_attribute("placeholder", placeholder)
    chat.ask("x")
    assert standin.state["received"][-1]["customData"] == {"language": code, "language_chosen": True}


def test_the_page_proposes_a_language_and_does_not_impose_it(standin, talk) -> None:
    chat = talk("/embedding?language=uk", locale="de-DE")
    select = chat.page.get_by_role("combobox")
    expect(select).to_have_value("uk")
    chat.ask("x")
    assert standin.state["received"][-1]["customData"]["language_chosen"] is False
    select.select_option("de")
    chat.ask("y")
    assert standin.state["received"][-1]["customData"] == {"language": "de", "language_chosen": True}
    assert standin.state["language"]["language"] == "de"


def test_danger_stands_out_with_numbers_to_tap(standin, talk) -> None:
    standin.answers({"help": samples.DANGER})
    chat = talk()
    chat.ask("help")
    calls = chat.log.locator("a.call")
    assert [link.get_attribute("href") for link in calls.all()] == ["tel:112", "tel:110", "tel:116016"]
    for link in calls.all():
        box = link.bounding_box()
        assert box and box["height"] >= 56
    expect(chat.bots.last.locator(".text a")).to_have_attribute("href", "tel:112")


def test_reading_aloud(standin, talk) -> None:
    said = """
      window.spoken = [];
      Object.defineProperty(window, 'speechSynthesis', { value: {
        getVoices: () => [{ lang: 'ar-SA', name: 'a' }, { lang: 'en-GB', name: 'b' }],
        cancel() {}, addEventListener() {},
        speak(one) { window.spoken.push([one.lang, one.text]); window.finish = () => one.onend && one.onend(); },
      } });
      window.SpeechSynthesisUtterance = function (text) { this.text = text; };
    """
    standin.answers({"x": samples.ARABIC_CARDS, "y": [{"text": "Merhaba", "metadata": {"language": "tr"}}]})
    chat = talk(init=said)
    chat.ask("x", 2)
    button = chat.bots.first.get_by_role("button", name="Read aloud")
    button.click()
    spoken = chat.page.evaluate("window.spoken")
    assert spoken[0][0] == "ar-SA" and spoken[0][1].startswith("يمكنك")
    expect(chat.bots.first.get_by_role("button", name="Stop reading")).to_be_visible()
    chat.page.evaluate("window.finish()")
    expect(button).to_be_visible()
    chat.ask("y")
    expect(chat.bots.last.get_by_role("button", name="Read aloud")).to_have_count(0)


def test_no_button_to_read_where_the_browser_cannot(standin, talk) -> None:
    chat = talk(init="Object.defineProperty(window, 'speechSynthesis', { value: undefined })")
    chat.ask("x")
    expect(chat.log.locator(".read")).to_be_hidden()


def test_writing_is_shown_while_the_server_thinks(standin, talk) -> None:
    chat = talk()
    chat.say("slow")
    expect(chat.page.get_by_text("Waymark is writing …")).to_be_visible()
    expect(chat.bots).to_have_count(1)
    expect(chat.page.get_by_text("Waymark is writing …")).to_be_hidden()


def test_a_site_cannot_disturb_the_chat_nor_the_chat_the_site(standin, talk) -> None:
    chat = talk("/embedding", viewport={"width": 1200, "height": 800})
    style = chat.field.evaluate("e => [getComputedStyle(e).letterSpacing, getComputedStyle(e).fontSize]")
    assert style[0] == "normal"
    assert float(style[1].removesuffix("px")) >= 16
    chat.ask("x")
    assert chat.page.evaluate("Object.keys(window).filter(name => /waymark|^io$/i.test(name))") == []


def test_the_chat_box_opens_closes_and_comes_back_after_a_change_of_page(standin, talk) -> None:
    chat = talk("/embedding", viewport={"width": 1200, "height": 800})
    dialog = chat.page.get_by_role("dialog", name="Waymark")
    chat.ask("first")
    chat.page.reload()
    expect(dialog).to_be_visible()
    expect(chat.log).to_contain_text("You said: first")
    chat.page.get_by_role("button", name="Close the chat").click()
    expect(dialog).to_be_hidden()
    expect(chat.page.locator(".launcher")).to_be_focused()
    standin.push({"text": "News for you"})
    expect(chat.page.get_by_role("button", name="There is a new message")).to_be_visible()


def test_rasas_own_channel_is_enough(stock_rasa, open_page) -> None:
    chat = ChatPage(open_page(stock_rasa.url + "/")).ready().online()
    chat.ask("one", 2)
    chat.log.get_by_role("button", name="Two").click()
    expect(chat.bots).to_have_count(4)
    assert chat.texts("bot") == ["You said: one", "Choose:", "You said: /two", "Choose:"]
    assert chat.texts("user") == ["one", "Two"]
    chat.until("localStorage.getItem('waymark.outbox') === '[]'")
