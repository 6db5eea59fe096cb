"""Who may not, or not now, reads why in their own language, finds a way on, and keeps what they were writing."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from importlib import resources
from typing import Any

import pytest
from playwright.sync_api import Browser

from bot.errors import SENTENCES, WaymarkError
from bot.languages import CODES
from bot.reporting.keys import Circle
from bot.wording.refusals import LABELS, sentence
from tests.console.desk_server import DeskServer
from tests.console.test_reports import PASSPHRASE, cheap, form, staff, told, unlock
from tests.console.test_reports_in_chromium import AXE_TAGS
from tests.console.test_reports_kept import area
from tests.console.visitor import Answer, Guest
from tests.web.browsing import follow

__all__ = ["cheap", "staff"]
WRITTEN = "lange\ngeschrieben <b>"


def says(desk: DeskServer, page: Answer, label: str, language: str = "de", **values: Any) -> bool:
    return desk.house.wording.label(label, language, **values) in html.unescape(page.body)


def signed_out_form(page: Answer) -> dict[str, str]:
    """The hidden fields of the form that sends the words back."""
    start = page.body.index('action="/desk/reports/kept"')
    part = page.body[start : page.body.index("</form>", start)]
    return {name: html.unescape(value) for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', part)}


def again(desk: DeskServer, guest: Guest) -> None:
    """Signs in once more, in another tab."""
    guest.jar["waymark_desk"] = desk.run(desk.house.console_sessions.open(guest.id, "full"))
    guest.refresh()


def sign_out(guest: Guest) -> str:
    """Signs out in another tab; the token that the page of this tab still carries."""
    token = guest.csrf
    assert guest.post("/desk/api/sign-out").status == 200
    return token


@pytest.mark.parametrize(
    "act, field", [("answer", "answer-text"), ("note", "note"), ("decide", "decide-text"), ("draft", "answer-text")]
)
def test_who_was_signed_out_while_writing_gets_the_words_back_and_sends_them_after_signing_in(
    desk: DeskServer, staff: dict[str, Guest], act: str, field: str
) -> None:
    filed, anna = told(desk, language="ar"), staff["anna"]
    unlock(anna, "anna")
    given = {"text": WRITTEN, "outcome": "partly", "why": "law", "summary": "kurz", "translation": "كتبت", "machine": "x",
             "csrf": sign_out(anna), "lang": "de", "key": "k"}
    page = form(anna, f"{filed.report_id}/{act}", **given)
    assert page.status == 401 and '<html lang="de"' in page.body and page.headers["Cache-Control"] == "no-store"
    assert says(desk, page, "report_desk_typed_kept") and says(desk, page, "report_desk_sign_in_tab")
    assert "Lampe" not in page.body and 'autocomplete="off"' in page.body and "geschrieben &lt;b&gt;" in page.body
    kept = signed_out_form(page)
    # Pressed before anybody has signed in: the words stay.
    page = form(anna, "kept", **kept)
    assert page.status == 401 and signed_out_form(page) == kept
    again(desk, anna)
    page = form(anna, "kept", **kept, csrf="")
    assert page.status == 200 and 'name="passphrase"' in page.body, "the keys were locked by signing out"
    start = page.body.index('action="/desk/reports/unlock"')
    hidden = dict(re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', page.body[start:]))
    hidden = {name: html.unescape(value) for name, value in hidden.items() if name != "csrf"}
    page = form(anna, "unlock", passphrase=PASSPHRASE + "anna", **hidden)
    assert page.status == 200 and area(page, field) == WRITTEN and says(desk, page, "report_desk_typed_kept")
    assert [record.author for record in desk.run(desk.house.reports.records(filed.report_id))] == ["person"] * 3, "nothing sent"


def test_who_signed_in_anew_in_another_tab_keeps_the_words_of_the_old_page(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, anna = told(desk), staff["anna"]
    old = sign_out(anna)
    again(desk, anna)
    unlock(anna, "anna")
    page = form(anna, f"{filed.report_id}/note", text=WRITTEN, csrf=old)
    assert page.status == 403 and says(desk, page, "console_error_console_forged")
    page = form(anna, "kept", **signed_out_form(page))
    assert page.status == 200 and area(page, "note") == WRITTEN
    assert len(desk.run(desk.house.reports.records(filed.report_id))) == 3


def test_the_way_back_for_words_takes_them_from_our_own_page_alone(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, anna = told(desk), staff["anna"]
    again(desk, anna)
    unlock(anna, "anna")
    for guest in (anna, Guest(desk)):
        answer = guest.ask(
            "/desk/reports/kept", "POST", raw=f"back={filed.report_id}&act=note&text=planted".encode(),
            headers={"Origin": "https://evil.example", "Content-Type": "application/x-www-form-urlencoded"},
        )
        assert answer.status in (401, 403) and "planted" not in answer.body and "Lampe" not in answer.body
    assert form(staff["cleo"], "kept", back=filed.report_id, act="note", text="x").status == 403
    unlock(staff["samira"], "samira")
    helped = told(desk, helper=staff["samira"].id)
    answer = form(staff["samira"], "kept", back=helped.report_id, act="note", text="x")
    assert answer.status == 404 and "Lampe" not in answer.body, "no way round an exclusion"


@pytest.mark.parametrize("path", ["", "/keys", "/alerts", "/warnings", "/" + "0" * 32])
@pytest.mark.parametrize("language", ["ar", "de"])
def test_a_page_that_is_opened_without_signing_in_is_a_page(desk: DeskServer, path: str, language: str) -> None:
    page = Guest(desk).ask(f"/desk/reports{path}", headers={"Accept-Language": language, "Accept": "text/html,*/*"})
    assert page.status == 401 and f'<html lang="{language}"' in page.body
    assert says(desk, page, "report_desk_sign_in", language) and 'href="/desk/"' in page.body
    assert f'href="/desk/reports{path}"' in page.body, "the way on after signing in"


def test_a_role_is_refused_with_a_page_and_scripts_get_json(desk: DeskServer, staff: dict[str, Guest]) -> None:
    cleo = staff["cleo"]
    page = cleo.ask("/desk/reports/keys")
    assert page.status == 403 and '<html lang="de"' in page.body and says(desk, page, "console_error_console_role")
    assert 'href="/desk/reports"' in page.body, "a lead has pages there"
    assert Guest(desk).ask("/desk/reports/pulse").body["error"] == "console.signed_out"
    assert cleo.ask("/desk/reports/pulse").body["error"] == "console.role"
    assert cleo.ask("/desk/reports/keys", headers={"Accept": "application/json"}).body["error"] == "console.role"
    assert Guest(desk).ask("/desk/api/queue").body["error"] == "console.signed_out"


def test_a_long_text_in_arabic_with_its_translation_is_not_too_large(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, anna = told(desk, language="ar"), staff["anna"]
    again(desk, anna)
    unlock(anna, "anna")
    text = "م" * 9_000
    assert form(anna, f"{filed.report_id}/answer", text=text, translation=text, machine="", key="k").status == 303


def test_every_refusal_has_a_wording_in_every_language(desk: DeskServer) -> None:
    assert set(LABELS) <= set(SENTENCES)
    values = {"limit": 10, "days": 90, "length": 14, "seconds": 3}
    for code in LABELS:
        said = {language: sentence(WaymarkError(code, **values), desk.house.wording, language) for language in CODES}
        assert len(set(said.values())) == len(CODES), code


@pytest.mark.parametrize("who, language", [("anna", "de"), ("samira", "ar")])
def test_what_went_wrong_is_said_in_the_language_of_the_page(
    desk: DeskServer, staff: dict[str, Guest], who: str, language: str
) -> None:
    filed, guest = told(desk), staff[who]
    again(desk, guest)
    nobody = form(guest, "unlock", passphrase="nothing like the right one", back=filed.report_id)
    assert says(desk, nobody, "error_reports_passphrase", language)
    unlock(guest, who)
    for act, fields, label, values in (
        ("link", {"other": "ZZZZZZ"}, "reports_link", {}), ("note", {"text": " "}, "reports_text", {"limit": 10_000}),
        ("delay", {"until": "2020-01-01", "reason": "difficult"}, "reports_delay", {"days": 90}),
        ("delay", {"until": "yesterday", "reason": "difficult"}, "reports_day", {}),
        ("decide", {"outcome": "not", "text": "x", "summary": "x"}, "reports_outcome", {}),
    ):
        page = form(guest, f"{filed.report_id}/{act}", key="k", **fields)
        assert page.status == 409 and says(desk, page, f"error_{label}", language, **values), act
    page = guest.ask(f"/desk/reports/{'0' * 32}")
    assert page.status == 404 and says(desk, page, "error_reports_unknown", language)
    page = form(guest, "keys/make", passphrase=PASSPHRASE, again="another")
    assert says(desk, page, "report_desk_key_differ", language) and 'role="alert" dir="auto"' in page.body


def test_an_error_does_not_say_that_the_inbox_is_empty(desk: DeskServer, staff: dict[str, Guest]) -> None:
    told(desk)
    anna = staff["anna"]
    again(desk, anna)
    unlock(anna, "anna")
    page = anna.ask(f"/desk/reports/{'0' * 32}")
    assert not says(desk, page, "report_desk_none") and '<a class="button" href="/desk/reports">' in page.body


def test_a_report_is_given_to_nobody_who_could_not_open_it(
    desk: DeskServer, staff: dict[str, Guest], signed_in: Callable[..., Guest]
) -> None:
    filed, anna = told(desk), staff["anna"]
    again(desk, anna)
    unlock(anna, "anna")
    keyless, waiting = signed_in("Keyless Example", "de", "reader"), signed_in("Waiting Example", "de", "reader")
    assert form(waiting, "keys/make", passphrase=PASSPHRASE, again=PASSPHRASE).status == 303
    turned = signed_in("Turned Example", "de", "oversight")
    assert form(turned, "keys/make", passphrase=PASSPHRASE, again=PASSPHRASE).status == 303
    olga = desk.run(desk.house.report_circles.unlock(staff["olga"].id, "oversight", PASSPHRASE + "olga"))
    desk.run(desk.house.report_circles.admit(olga, turned.id))
    # A reader by role alone: the key is the oversight's. No command makes that any more; a database may hold it from before.
    desk.run(desk.house.database.run(lambda connection: connection.exec_driver_sql(
        "UPDATE mediators SET roles = 'oversight reader' WHERE id = ?", (turned.id,))))
    desk.run(desk.house.mediators.change(turned.id, languages=["de"]))
    page = anna.ask(f"/desk/reports/{filed.report_id}").body
    offered = re.findall(r'<option value="([^"]+)"', page[page.index('id="to"') : page.index("</select>", page.index('id="to"'))])
    assert offered == [staff["samira"].id]
    for guest in (keyless, waiting, turned, staff["cleo"]):
        answer = form(anna, f"{filed.report_id}/pass", to=guest.id)
        assert answer.status == 409 and says(desk, answer, "error_reports_excluded"), guest.id
    assert form(anna, f"{filed.report_id}/pass", to=staff["samira"].id).status == 303
    assert desk.run(desk.house.reports.readers(filed.report_id)) == [staff["samira"].id]


def test_a_member_with_locked_keys_is_told_to_unlock_to_admit_somebody(
    desk: DeskServer, staff: dict[str, Guest], signed_in: Callable[..., Guest]
) -> None:
    new, anna = signed_in("New Example", "de", "reader"), staff["anna"]
    form(new, "keys/make", passphrase=PASSPHRASE, again=PASSPHRASE)
    again(desk, anna)
    page = anna.ask("/desk/reports/keys")
    assert says(desk, page, "report_desk_key_locked") and 'action="/desk/reports/keys/admit"' not in page.body
    assert 'action="/desk/reports/unlock"' not in new.ask("/desk/reports/keys").body, "who waits has nothing to unlock"
    answer = form(anna, "unlock", passphrase="wrong at first, as it happens", back="keys")
    assert answer.status == 403 and 'name="back" value="keys"' in answer.body
    answer = unlock(anna, "anna", "keys")
    assert answer.status == 303 and answer.headers["Location"] == "/desk/reports/keys"
    page = anna.ask("/desk/reports/keys")
    assert 'action="/desk/reports/keys/admit"' in page.body and not says(desk, page, "report_desk_key_locked")


def test_a_reader_whose_words_outlive_a_sign_out_in_a_real_browser(
    desk: DeskServer, browser: Browser, staff: dict[str, Guest]
) -> None:
    filed, samira = told(desk), staff["samira"]
    again(desk, samira)
    unlock(samira, "samira")
    context = browser.new_context(viewport={"width": 360, "height": 780})
    cookie = {"name": "waymark_desk", "url": desk.url}
    context.add_cookies([{**cookie, "value": samira.jar["waymark_desk"]}])  # type: ignore[list-item]
    page = context.new_page()
    page.goto(f"{desk.url}/desk/reports/{filed.report_id}")
    page.fill("#answer-text", "كتبت طويلاً\nبسطرين")
    sign_out(samira)
    follow(page, "#answer button.main")
    assert page.locator("html").get_attribute("dir") == "rtl"
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", AXE_TAGS)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    with page.expect_popup() as opened:
        page.locator("a[target=_blank]").click()
    opened.value.close()
    again(desk, samira)
    context.add_cookies([{**cookie, "value": samira.jar["waymark_desk"]}])  # type: ignore[list-item]
    follow(page, "form[action='/desk/reports/kept'] button")
    page.fill("#passphrase", PASSPHRASE + "samira")
    follow(page, "main button.main")
    assert page.locator("#answer-text").input_value() == "كتبت طويلاً\nبسطرين"
    context.close()


# Last, since samira is no reader any more afterwards.
def test_a_removed_reader_is_told_so_and_not_asked_for_a_passphrase(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, samira = told(desk), staff["samira"]
    again(desk, samira)
    unlock(samira, "samira")
    circle: Circle = "readers"
    anna = desk.run(desk.house.report_circles.unlock(staff["anna"].id, circle, PASSPHRASE + "anna"))
    desk.run(desk.house.report_circles.remove(anna, samira.id))
    for answer in (samira.ask(f"/desk/reports/{filed.report_id}"), form(samira, f"{filed.report_id}/note", text="x", key="k")):
        assert answer.status == 403 and says(desk, answer, "error_reports_removed", "ar")
        assert not says(desk, answer, "error_reports_locked", "ar") and 'name="passphrase"' not in answer.body
    form(samira, "lock")
    answer = samira.ask(f"/desk/reports/{filed.report_id}")
    assert answer.status == 403 and says(desk, answer, "error_reports_no_key", "ar") and 'name="passphrase"' not in answer.body
