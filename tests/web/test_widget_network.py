"""A bad network and a server that dies: nothing is lost, nothing is doubled."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.web.browsing import ChatPage

pytestmark = pytest.mark.timeout(180)


def test_messages_written_while_the_server_is_gone_arrive_once_and_in_order(standin, talk) -> None:
    chat = talk()
    chat.ask("one")
    standin.kill()
    expect(chat.banner).to_contain_text("No connection", timeout=6000)
    chat.say("two")
    chat.say("three")
    expect(chat.users.last).to_contain_text("Sending …")
    standin.start()
    expect(chat.bots).to_have_count(3, timeout=40000)
    assert standin.received == ["one", "two", "three"]
    assert chat.texts("bot") == ["You said: one", "You said: two", "You said: three"]
    expect(chat.banner).to_be_empty()
    expect(chat.users.last).not_to_contain_text("Sending …")


@pytest.mark.parametrize("moment", ["die before the acknowledgement", "die after the answer"])
def test_a_server_that_dies_in_the_middle_answers_once(standin, talk, moment) -> None:
    chat = talk()
    chat.say(moment)
    standin.wait_dead()
    standin.start()
    expect(chat.bots).to_have_count(1, timeout=40000)
    chat.ask("and now")
    assert standin.received == [moment, "and now"]
    assert chat.texts("bot") == [f"You said: {moment}", "You said: and now"]


def test_answers_missed_while_away_are_replayed_once(standin, talk) -> None:
    chat = talk()
    chat.ask("one")
    chat.page.context.set_offline(True)
    standin.kill()
    standin.start()
    standin.push({"text": "said while you were away"})
    chat.page.context.set_offline(False)
    expect(chat.bots).to_have_count(2, timeout=40000)
    chat.page.reload()
    chat.ready().online()
    chat.ask("two")
    assert chat.texts("bot") == ["You said: one", "said while you were away", "You said: two"]


def test_a_reload_before_sending_loses_nothing(standin, talk) -> None:
    chat = talk()
    standin.kill()
    expect(chat.banner).to_contain_text("No connection", timeout=6000)
    chat.say("still here")
    stored = chat.page.evaluate("localStorage.getItem('waymark.outbox')")
    assert "still here" in stored
    standin.start()
    chat.page.reload()
    expect(chat.bots).to_have_count(1, timeout=40000)
    assert chat.texts("user") == ["still here"]
    assert standin.received == ["still here"]


def test_a_message_that_got_lost_can_be_tried_again(standin, talk) -> None:
    standin.lose_once("lost")
    chat = talk()
    chat.say("lost")
    expect(chat.users.last).to_contain_text("Sending …")
    expect(chat.users.last).to_contain_text("Not sent yet.", timeout=20000)
    chat.users.last.get_by_role("button", name="Try again").click()
    expect(chat.bots).to_have_count(1)
    assert standin.received == ["lost"]
    expect(chat.users.last.locator(".delivery")).to_be_hidden()


def test_a_message_that_never_gets_through_does_not_hold_up_the_next(standin, talk) -> None:
    standin.lose_once("lost")
    chat = talk()
    chat.say("lost")
    chat.say("next")
    expect(chat.bots).to_have_count(1, timeout=20000)
    assert standin.received == ["next"]


def test_the_session_is_the_servers_and_a_forged_one_is_replaced(standin, talk) -> None:
    chat = talk()
    session = chat.page.evaluate("JSON.parse(localStorage.getItem('waymark.session'))")
    assert session in standin.state["sessions"]
    chat.page.evaluate("localStorage.setItem('waymark.session', '\"web.somebody-else\"')")
    chat.page.reload()
    chat.ready()
    chat.until("!localStorage.getItem('waymark.session').includes('somebody-else')")
    chat.ask("x")
    assert "web.somebody-else" not in standin.state["sessions"]


def test_another_tab_gets_what_was_answered(standin, talk) -> None:
    chat = talk()
    chat.ask("one")
    second = chat.page.context.new_page()
    second.goto(standin.url + "/")
    expect(second.locator("#waymark-chat .message.bot")).to_have_count(1)
    chat.ask("two")
    expect(second.locator("#waymark-chat .message.bot")).to_have_count(2)


def test_without_storage_the_chat_still_works(standin, open_page) -> None:
    forbid = """for (const name of ['localStorage', 'sessionStorage'])
      Object.defineProperty(window, name, { get() { throw new DOMException('no', 'SecurityError'); } });"""
    chat = ChatPage(open_page(standin.url + "/", forbid)).ready()
    chat.ask("one")
    chat.ask("two")
    assert standin.received == ["one", "two"]
