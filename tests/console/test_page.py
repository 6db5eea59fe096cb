"""The console's page in real Chromium: signing in, a whole case with the keyboard alone, a lost line, hostile texts."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import expect

from bot.handover.rounds import Rounds
from tests.console.desk_page import ASKED, GERMAN, IN_ARABIC, IN_GERMAN, Open, take, violations, waits_for
from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest

pytestmark = pytest.mark.timeout(280)


def test_the_first_sign_in_by_link(desk: DeskServer, open_desk: Open) -> None:
    _, start = desk.mediator("Fresh Example")
    page = open_desk("")
    expect(page.get_by_label("Name")).to_have_value("")
    # The link is pasted into the tab that is open already.
    page.goto(desk.url + f"/desk/#start=Fresh%20Example:{start}")
    expect(page.get_by_label("Name")).to_have_value("Fresh Example")
    assert start not in page.url, "the start password does not stay in the address"
    assert violations(page) == []
    page.get_by_role("button", name="Sign in").click()
    secret = page.locator(".secret").inner_text().replace(" ", "")
    assert violations(page) == []
    box = page.locator(".qr").bounding_box()
    assert box and box["width"] > 150
    page.get_by_label("New password", exact=True).fill("four random words here")
    page.get_by_label("The same password again").fill("other random words here")
    page.get_by_label("Code from your app").fill(desk.code(secret))
    page.get_by_role("button", name="Finish").click()
    expect(page.get_by_role("alert")).to_contain_text("not the same")
    page.get_by_label("The same password again").fill("four random words here")
    page.get_by_role("button", name="Finish").click()
    expect(page.locator(".queue")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_label("Password")).to_be_visible()
    page.get_by_label("Name").fill("Fresh Example")
    page.get_by_label("Password").fill("not the password")
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("alert")).to_contain_text("not right")


def test_a_whole_case_with_the_keyboard_alone(desk: DeskServer, open_desk: Open) -> None:
    person = desk.person(ASKED)
    page = open_desk()
    row = page.locator(f'[data-id="{person.case_id}"]')
    expect(row).to_be_visible()
    for _ in range(60):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.dataset.id") == person.case_id:
            break
    else:
        raise AssertionError("the keyboard does not reach the case")
    width = row.evaluate("element => getComputedStyle(element).outlineWidth")
    assert width == "3px", "the focus is visible"
    page.keyboard.press("Enter")
    expect(page.locator(".take button")).to_be_visible()
    page.keyboard.press("t")
    field = page.locator(".composer textarea").first
    expect(field).to_be_focused()
    expect(page.locator(".entry.person")).to_contain_text(IN_GERMAN)
    page.keyboard.type(GERMAN)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".checked textarea")).to_have_value(IN_ARABIC)
    expect(page.locator(".back")).to_have_text(GERMAN)
    page.keyboard.press("Control+Enter")
    expect(page.locator(".entry.mediator")).to_contain_text(IN_ARABIC)
    expect(field).to_have_value("")
    assert IN_ARABIC in person.heard()
    page.keyboard.press("Escape")
    page.keyboard.press("Shift+?")
    expect(page.get_by_role("dialog")).to_contain_text("Write a reply")
    page.keyboard.press("Escape")
    page.keyboard.press("n")
    page.keyboard.type("Only for the team")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".notes .entry.note")).to_contain_text("Only for the team")
    assert all("Only for the team" not in text for text in person.heard())
    page.locator(".log").focus()
    page.keyboard.press("a")
    dialog = page.get_by_role("dialog")
    expect(dialog).to_be_visible()
    dialog.get_by_role("button", name="Solved").focus()
    page.keyboard.press("Enter")
    expect(page.locator(".closed-line")).to_contain_text("closed")
    expect(dialog).to_have_count(0)


def test_texts_and_names_are_never_markup(desk: DeskServer, open_desk: Open) -> None:
    attack = "<img src=x onerror=\"document.title='hacked'\"><script>document.title='hacked'</script>"
    person = desk.person(attack, town="<b onmouseover=x>Augsburg</b>")
    person.file("<svg onload=document.title='hacked'>.txt", "text/plain", b"harmless")
    page = open_desk()
    take(page, person)
    expect(page.locator(".entry.person .words").first).to_contain_text("<script>")
    expect(page.locator(".file").first).to_contain_text(".txt")
    field = page.locator(".composer textarea").first
    field.fill(attack)
    page.get_by_role("button", name="Send as it is").click()
    expect(page.locator(".entry.mediator")).to_contain_text("<img")
    page.get_by_role("tab", name="About").click()
    expect(page.locator(".about")).to_contain_text("<b onmouseover")
    assert page.locator(".desk img, .desk script, .desk b").count() == 0
    assert "hacked" not in page.title()


def test_what_is_being_written_survives_a_reload_and_other_cases(desk: DeskServer, open_desk: Open) -> None:
    one, other = desk.person(ASKED), desk.person(ASKED)
    page = open_desk("Alex Example")
    take(page, one)
    field = page.locator(".composer textarea").first
    field.fill("Noch nicht fertig")
    take(page, other)
    expect(field).to_have_value("")
    page.locator(f'[data-id="{one.case_id}"]').click()
    expect(field).to_have_value("Noch nicht fertig")
    page.reload()
    expect(field).to_have_value("Noch nicht fertig")
    page.get_by_role("button", name="Sign out").first.click()
    expect(page.get_by_label("Password")).to_be_visible()
    assert page.evaluate("Object.keys(sessionStorage).length") == 0, "nothing of a case stays in the browser"


def test_a_lost_answer_and_a_lost_line_double_nothing(desk: DeskServer, open_desk: Open) -> None:
    person = desk.person(ASKED)
    page = open_desk("Robin Example")
    take(page, person)
    lost = []

    def swallow(route: Any) -> None:
        # The server does the work; the answer never arrives.
        lost.append(route.fetch().status)
        route.abort()

    page.route("**/reply*", swallow)
    field = page.locator(".composer textarea").first
    field.fill(GERMAN)
    page.get_by_role("button", name="Check translation").click()
    page.get_by_role("button", name="Send", exact=True).click()
    expect(page.locator(".composer .problem")).to_contain_text("Not sent yet")
    expect(field).to_have_value(GERMAN)
    page.unroute("**/reply*", swallow)
    page.get_by_role("button", name="Send", exact=True).click()
    expect(field).to_have_value("")
    expect(page.locator(".entry.mediator")).to_have_count(1)
    assert lost == [200] and person.heard().count(IN_ARABIC) == 1
    page.context.set_offline(True)
    expect(page.locator(".banner")).to_contain_text("No connection", timeout=30000)
    field.fill("Vielen Dank.")
    page.get_by_role("button", name="Send as it is").click()
    expect(page.locator(".composer .problem")).to_contain_text("Not sent yet")
    person.say("أين المستشفى؟")
    page.context.set_offline(False)
    expect(page.locator(".banner")).to_have_text("", timeout=30000)
    expect(page.locator(".entry.person")).to_have_count(2)
    expect(page.locator(".entry.mediator")).to_have_count(2)
    numbers = page.locator(".log [data-number]").evaluate_all("all => all.map(one => Number(one.dataset.number))")
    assert numbers == sorted(set(numbers))
    assert person.heard().count("Vielen Dank.") == 1


def test_a_slow_answer_does_not_take_back_what_the_stream_told(desk: DeskServer, open_desk: Open) -> None:
    person = desk.person(ASKED)
    page = open_desk("Robin Example")
    take(page, person)
    held: list[tuple[Any, Any]] = []
    page.route("**/reply*", lambda route: held.append((route, route.fetch())))
    page.locator(".composer textarea").first.fill(GERMAN)
    page.get_by_role("button", name="Send as it is").click()
    expect(page.locator(".entry.mediator .delivery.pending")).to_have_count(1)
    person.received()
    expect(page.locator(".entry.mediator .delivery.sent")).to_have_count(1)
    waits_for(page, lambda: held)
    route, answer = held[0]
    assert answer.json()["entry"]["delivery"] == "pending", "told before it had arrived"
    route.fulfill(response=answer)
    expect(page.locator(".composer textarea").first).to_have_value("")
    expect(page.locator(".entry.mediator .delivery.sent")).to_have_count(1)


def test_a_new_case_is_announced_with_sound_only_if_wanted(desk: DeskServer, open_desk: Open) -> None:
    page = open_desk()
    expect(page.locator(".queue h3, .empty").first).to_be_visible()
    page.evaluate("() => { window.tones = 0; const made = AudioContext.prototype.createOscillator; "
                  "AudioContext.prototype.createOscillator = function () { window.tones += 1; return made.call(this); }; }")
    desk.person(ASKED)
    expect(page.locator("#announcements")).to_have_text("A new case is waiting.")
    assert page.evaluate("window.tones") == 0
    page.get_by_role("button", name="Settings").click()
    page.get_by_label("Sound for a new case").check()
    page.keyboard.press("Escape")
    before = page.evaluate("window.tones")
    assert before == 2, "it can be heard once when it is switched on"
    person = desk.person(ASKED)
    expect(page.locator(f'[data-id="{person.case_id}"]')).to_be_visible()
    assert page.evaluate("window.tones") == 4
    page.evaluate("localStorage.removeItem('waymark.desk.choices')")


def test_a_lead_hears_and_sees_that_nobody_has_answered_for_a_day(
    desk: DeskServer, open_desk: Open, signed_in: Callable[..., Guest]
) -> None:
    person = desk.person(ASKED)
    page = open_desk("Lea Lead", roles="mediator lead")
    row = page.locator(f'[data-id="{person.case_id}"]')
    expect(row).to_be_visible()
    page.evaluate("() => { window.tones = 0; const made = AudioContext.prototype.createOscillator; "
                  "AudioContext.prototype.createOscillator = function () { window.tones += 1; return made.call(this); }; "
                  "localStorage.setItem('waymark.desk.choices', JSON.stringify({ sound: true })); }")
    desk.run(desk.house.database.run(lambda connection: connection.exec_driver_sql(
        "UPDATE cases SET waiting_since = waiting_since - 86500 WHERE id = ?", (person.case_id,))))
    desk.run(Rounds(desk.house.desk, 30).once())
    expect(row.locator(".chip.alarm")).to_have_text("No answer for a day")
    shown = signed_in("Noor Example").ask("/desk/api/queue").body["cases"]
    assert [one["overdue"] for one in shown if one["id"] == person.case_id] == [False], "who does not lead has the waiting time"
    expect(page.locator("#announcements")).to_have_text("Nobody has answered for 24 hours.")
    assert page.evaluate("window.tones") == 2
    assert violations(page) == []
    page.evaluate("localStorage.removeItem('waymark.desk.choices')")
    take(page, person)
    lead = desk.run(desk.house.mediators.by_name("Lea Lead"))
    assert lead is not None
    desk.run(desk.house.desk.reply(person.case_id, lead.id, GERMAN, key="answers-it"))
    expect(row.locator(".chip.alarm")).to_have_count(0)


def test_a_lead_is_told_of_a_case_that_nobody_may_take(desk: DeskServer, open_desk: Open) -> None:
    page = open_desk("Lea Lead", roles="mediator lead")
    expect(page.locator(".queue h3, .empty").first).to_be_visible()

    async def tell() -> None:
        desk.house.signals.publish("cases", {"kind": "nobody_left", "case": "0" * 32, "code": "K7P-2M", "state": "waiting"})

    desk.run(tell())
    expect(page.locator(".banner.alarm")).to_contain_text("Nobody here may take this case any more.")
    expect(page.locator(".banner.alarm")).to_contain_text("K7P-2M")
    assert violations(page) == []


def test_typing_is_seen_on_both_sides(desk: DeskServer, open_desk: Open) -> None:
    shown: list[bool] = []

    async def show(_: str, __: str, on: bool) -> None:
        shown.append(on)

    desk.house.desk.typing_with(show)
    person = desk.person(ASKED)
    page = open_desk()
    take(page, person)
    expect(page.locator(".entry.person")).to_have_count(1)
    # The widget says it every few seconds: the line that is taken up anew with the case may miss the first.
    writes = functools.partial(desk.house.desk.person_typing, person.conversation_id, True)
    waits_for(page, lambda: desk.run(writes()) or page.locator(".typing").text_content())
    expect(page.locator(".typing")).to_have_text("The person is writing …")
    person.say("أين المستشفى؟")
    expect(page.locator(".entry.person")).to_have_count(2)
    assert page.locator(".typing").text_content() == ""
    page.locator(".composer textarea").first.press_sequentially("Ich")
    waits_for(page, lambda: shown)
    page.wait_for_timeout(500)
    assert shown == [True]
    page.get_by_role("button", name="Send as it is").click()
    expect(page.locator(".entry.mediator")).to_have_count(1)
    waits_for(page, lambda: len(shown) > 1)
    page.wait_for_timeout(300)
    assert shown == [True, False]


def test_a_second_mediator_sees_the_case_go(desk: DeskServer, open_desk: Open) -> None:
    person = desk.person(ASKED)
    first, second = open_desk("Noor Example"), open_desk("Sam Example")
    for page in (first, second):
        page.locator(f'[data-id="{person.case_id}"]').click()
        expect(page.locator(".take button")).to_be_visible()
    first.locator(".take button").click()
    expect(first.locator(".composer textarea").first).to_be_visible()
    expect(second.locator(".nothing")).to_contain_text("not yours")
    expect(second.locator(f'[data-id="{person.case_id}"]')).to_have_count(0)
