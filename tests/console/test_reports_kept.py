"""What a reader typed is stored, or is still on the page and said not to be: never confirmed and thrown away."""

from __future__ import annotations

import html
import re

import pytest

from bot.reporting.intake import File
from tests.console.desk_server import DeskServer
from tests.console.test_reports import PASSPHRASE, cheap, form, picture, staff, told, unlock
from tests.console.visitor import Answer, Guest

__all__ = ["cheap", "staff"]


def area(page: Answer, name: str) -> str:
    """What stands in the text field with this id."""
    found = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', page.body, re.S)
    assert found, name
    return html.unescape(found.group(1))


def hidden(page: Answer) -> dict[str, str]:
    """The hidden fields of the only form with a passphrase."""
    start = page.body.index('action="/desk/reports/unlock"')
    part = page.body[start : page.body.index("</form>", start)]
    found = re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', part)
    return {name: html.unescape(value) for name, value in found if name != "csrf"}


def test_acts_with_the_key_of_one_page_are_each_done(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, anna = told(desk), staff["anna"]
    unlock(anna, "anna")
    path = filed.report_id
    for _ in range(2):
        assert form(anna, f"{path}/note", text="Hausmeister fragen", key="SAME").status == 303
        assert form(anna, f"{path}/answer", text="Wir sehen nach.", key="SAME").status == 303
    assert form(anna, f"{path}/answer", text="Wir sehen heute nach.", key="SAME").status == 303
    done = form(anna, f"{path}/decide", outcome="fixed", why="", text="Fertig.", summary="Lampe", key="SAME")
    assert done.status == 303 and desk.run(desk.house.reports.get(path)).state == "decided"
    about = [record.about for record in desk.run(desk.house.reports.records(path)) if record.author != "person"]
    assert about == ["note", "answer", "answer", "answer", "summary"]


@pytest.mark.parametrize("act, field", [("answer", "answer-text"), ("note", "note"), ("decide", "decide-text")])
def test_what_was_typed_until_the_keys_were_locked_waits_behind_the_passphrase(
    desk: DeskServer, staff: dict[str, Guest], act: str, field: str
) -> None:
    filed, anna = told(desk, language="ar"), staff["anna"]
    unlock(anna, "anna")
    given = {"text": "lange\r\ngeschrieben <b>", "outcome": "partly", "why": "law", "summary": "kurz", "key": "k",
             "translation": "كتبت طويلاً", "machine": "x"}
    form(anna, "lock")
    page = form(anna, f"{filed.report_id}/{act}", **given)
    assert page.status == 200 and 'name="passphrase"' in page.body and "Lampe" not in page.body
    page = form(anna, "unlock", passphrase="not the right words at all", **hidden(page))
    assert page.status == 403
    page = form(anna, "unlock", passphrase=PASSPHRASE + "anna", **hidden(page))
    assert page.status == 200 and area(page, field) == "lange\ngeschrieben <b>"
    assert desk.house.wording.label("report_desk_typed_kept", "de") in html.unescape(page.body)
    assert [record.author for record in desk.run(desk.house.reports.records(filed.report_id))] == ["person"] * 3
    if act == "decide":
        assert area(page, "summary") == "kurz" and 'value="partly" selected' in page.body and 'value="law" selected' in page.body
    if act != "note":
        assert area(page, "translation") == "كتبت طويلاً"
    given = {**given, "text": area(page, field)}
    assert form(anna, f"{filed.report_id}/{act}", **given).status == 303


def test_a_decision_is_shown_translated_and_can_be_corrected(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, anna = told(desk, "مرحبا", language="ar"), staff["anna"]
    unlock(anna, "anna")
    given = {"outcome": "partly", "why": "law", "text": "Teilweise.", "summary": "Lampe", "key": "k"}
    page = form(anna, f"{filed.report_id}/draft", **given, **{"for": "decide"})
    assert page.status == 200 and area(page, "decide-text") == "Teilweise." and area(page, "summary") == "Lampe"
    assert page.body.index('action="/desk/reports/' + filed.report_id + '/decide"') < page.body.index('id="translation"')
    assert area(page, "answer-text") == "" and page.body.count('id="translation"') == 1
    done = form(anna, f"{filed.report_id}/decide", **given, translation="تم جزئياً", machine="x")
    assert done.status == 303
    person = desk.run(desk.house.returning.enter(filed.code))
    assert person
    (said,) = desk.run(desk.house.returning.view(person)).talk
    assert (said.content.text, said.content.values["mark"], said.content.values["outcome"]) == ("تم جزئياً", "reviewed", "partly")


def test_line_breaks_count_once_and_too_long_a_text_stays(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, anna = told(desk), staff["anna"]
    unlock(anna, "anna")
    text = ("x" * 9 + "\n") * 999 + "x" * 10
    assert len(text) == 10_000
    assert form(anna, f"{filed.report_id}/note", text=text.replace("\n", "\r\n"), key="k").status == 303
    for act, field in (("note", "note"), ("answer", "answer-text")):
        page = form(anna, f"{filed.report_id}/{act}", text="y" * 30_000, key="k")
        assert page.status == 409 and 'role="alert"' in page.body and len(area(page, field)) == 30_000
    page = form(anna, f"{filed.report_id}/decide", text="Ja.", outcome="fixed", why="", summary="z" * 2001, key="k")
    assert page.status == 409 and len(area(page, "summary")) == 2001 and area(page, "decide-text") == "Ja."


def test_a_removed_reader_gets_no_file_either(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, samira = told(desk, files=(File("p.png", "image/png", picture()),)), staff["samira"]
    unlock(samira, "samira")
    (number,) = [record.number for record in desk.run(desk.house.reports.records(filed.report_id)) if record.about == "file"]
    address = f"/desk/reports/{filed.report_id}/files/{number}"
    assert "PNG" in samira.ask(address).body[:8]
    person = desk.run(desk.house.mediators.by_name("anna"))
    assert person
    anna = desk.run(desk.house.report_circles.unlock(person.id, "readers", PASSPHRASE + "anna"))
    desk.run(desk.house.report_circles.remove(anna, samira.id))  # type: ignore[attr-defined]
    answer = samira.ask(address)
    assert answer.status == 403 and "PNG" not in str(answer.body)[:8]
