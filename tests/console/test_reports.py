"""The readers' pages over real HTTP: worked through from unlocking to closing, and attacked."""

from __future__ import annotations

import io
import re
import time
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlencode

import pytest
from PIL import Image

from bot.reporting import keys, receipts
from bot.reporting.intake import File, Filed, Telling
from bot.store.console_sessions import hashed
from tests.console.desk_server import DeskServer
from tests.console.visitor import Answer, Guest

PASSPHRASE = "lantern gravel otter museum ninety "


@pytest.fixture(scope="module", autouse=True)
def cheap() -> Iterator[None]:
    """Argon2id with little memory; its real price is tested in tests/reporting."""
    with pytest.MonkeyPatch.context() as patch:
        for module in (keys, receipts):
            patch.setattr(module, "MEMORY_KIB", 64)
            patch.setattr(module, "PASSES", 1)
        yield


@pytest.fixture(scope="module")
def staff(desk: DeskServer, signed_in: Callable[..., Guest]) -> dict[str, Guest]:
    """anna (German) and samira (Arabic) read, olga is the oversight; cleo has no part in it."""
    sheets = desk.run(desk.house.report_circles.found())
    people = {
        "anna": signed_in("anna", "de", "reader mediator"), "samira": signed_in("samira", "ar", "reader"),
        "olga": signed_in("olga", "en", "oversight"), "cleo": signed_in("cleo", "de", "mediator lead"),
    }
    for name in ("anna", "samira", "olga"):
        circle: keys.Circle = "oversight" if name == "olga" else "readers"
        admitting = desk.run(desk.house.report_circles.recover(sheets[circle]))
        assert form(people[name], "keys/make", passphrase=PASSPHRASE + name, again=PASSPHRASE + name).status == 303
        desk.run(desk.house.report_circles.admit(admitting, people[name].id))  # type: ignore[attr-defined]
    return people


def picture() -> bytes:
    target = io.BytesIO()
    Image.new("L", (8, 8), 90).save(target, "PNG")
    return target.getvalue()


def form(guest: Guest, path: str, **fields: Any) -> Answer:
    """Sends a form as a browser without scripts does."""
    body = urlencode({"csrf": guest.csrf, **fields}).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": ""}
    return guest.ask(f"/desk/reports/{path}", "POST", raw=body, headers=headers)


def unlock(guest: Guest, name: str, back: str = "") -> Answer:
    return form(guest, "unlock", passphrase=PASSPHRASE + name, back=back)


def told(desk: DeskServer, text: str = "die Lampe ist kaputt <b>sehr</b>", language: str = "de", **more: Any) -> Filed:
    answers = {"what": text, "when": "this_week", "figures": "yes"}
    return desk.run(desk.house.intake.take(Telling(more.pop("kind", "housing"), language, answers, **more)))


def test_locked_pages_show_nothing_of_a_report(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed = told(desk, "Quastenbergs Lampe")
    anna = staff["anna"]
    form(anna, "lock")
    inbox = anna.ask("/desk/reports")
    assert inbox.status == 200 and filed.report_id in inbox.body and "Quastenberg" not in inbox.body
    page = anna.ask(f"/desk/reports/{filed.report_id}")
    assert page.status == 200 and "Quastenberg" not in page.body and 'name="passphrase"' in page.body
    refused = form(anna, f"{filed.report_id}/answer", text="hallo", key="k")
    assert 'name="passphrase"' in refused.body
    assert desk.run(desk.house.reports.steps(filed.report_id))[-1].name == "received"
    wrong = form(anna, "unlock", passphrase="not the right words at all", back=filed.report_id)
    assert wrong.status == 403 and desk.house.wording.label("error_reports_passphrase", "de") in wrong.body
    right = unlock(anna, "anna", filed.report_id)
    assert right.status == 303 and right.headers["Location"] == f"/desk/reports/{filed.report_id}"
    assert "Quastenbergs Lampe" in anna.ask(f"/desk/reports/{filed.report_id}").body


def test_a_report_from_beginning_to_end(desk: DeskServer, staff: dict[str, Guest]) -> None:
    anna = staff["anna"]
    unlock(anna, "anna")
    filed = told(desk)
    path = filed.report_id
    page = anna.ask(f"/desk/reports/{path}").body
    assert "&lt;b&gt;sehr&lt;/b&gt;" in page and "<b>sehr" not in page, "escaped"
    for act, fields in (
        ("take", {}), ("answer", {"text": "Wir sehen nach.", "key": "k1"}), ("note", {"text": "Hausmeister fragen", "key": "k2"}),
        ("delay", {"until": "2099-01-01", "reason": "difficult"}),
        ("decide", {"outcome": "not", "why": "", "text": "Nein.", "summary": "Lampe", "key": "k3"}),
    ):
        answer = form(anna, f"{path}/{act}", **fields)
        if act in ("delay", "decide"):
            assert answer.status == 409 and 'role="alert"' in answer.body, act
            assert ("Nein." in answer.body) == (act == "decide"), "what was typed stays"
        else:
            assert (answer.status, answer.headers["Location"]) == (303, f"/desk/reports/{path}?done=1"), act
    assert form(anna, f"{path}/answer", text="Wir sehen nach.", key="k1").status == 303, "sent twice"
    done = form(anna, f"{path}/decide", outcome="not", why="not_ours", text="Nein.", summary="Lampe", key="k4")
    assert done.status == 303
    names = [step.name for step in desk.run(desk.house.reports.steps(path))]
    assert names == ["received", "read", "answer", "decided"]
    assert form(anna, f"{path}/close").status == 303
    assert form(anna, f"{path}/close").status == 409
    page = anna.ask(f"/desk/reports/{path}").body
    assert "Wir sehen nach." in page and "Hausmeister fragen" in page and "Lampe" in page


def test_a_reference_comes_from_the_directory_alone(desk: DeskServer, staff: dict[str, Guest]) -> None:
    anna = staff["anna"]
    unlock(anna, "anna")
    filed = told(desk)
    assert form(anna, f"{filed.report_id}/refer", service="made-up", key="k").status == 409
    assert form(anna, f"{filed.report_id}/refer", service="labour-inspection-swabia", key="k").status == 303
    person = desk.run(desk.house.returning.enter(filed.code))
    assert person
    (said,) = desk.run(desk.house.returning.view(person)).talk
    assert said.content.values["service"] == "labour-inspection-swabia" and "https://" in said.content.text


def test_files_are_saved_and_never_shown_as_pages_of_ours(desk: DeskServer, staff: dict[str, Guest]) -> None:
    anna = staff["anna"]
    unlock(anna, "anna")
    filed = told(desk, files=(File("a.png", "image/png", picture()),))
    page = anna.ask(f"/desk/reports/{filed.report_id}").body
    (address,) = re.findall(r'href="(/desk/reports/[^"]*/files/\d+)"', page)
    answer = anna.ask(address)
    assert answer.status == 200 and "PNG" in answer.body[:8]
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert "sandbox" in answer.headers["Content-Security-Policy"]
    assert {name.lower(): value for name, value in answer.headers.items()}["content-type"] == "application/octet-stream"
    unlock(staff["olga"], "olga")
    for guest in (staff["olga"], staff["cleo"]):
        assert "PNG" not in str(guest.ask(address).body)[:8]


def test_nobody_else_sees_anything(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed = told(desk, "Quastenberg again")
    cleo, stranger = staff["cleo"], Guest(desk)
    for path in ("alerts", "keys", "pulse", filed.report_id, f"{filed.report_id}/files/1"):
        assert cleo.ask(f"/desk/reports/{path}").status == 403, path
        assert stranger.ask(f"/desk/reports/{path}").status == 401, path
    assert stranger.ask("/desk/reports").status == 401
    for path in ("unlock", "lock", "alerts", f"{filed.report_id}/take", f"{filed.report_id}/decide", "keys/make", "keys/admit"):
        assert form(cleo, path, passphrase=PASSPHRASE + "anna", again=PASSPHRASE + "anna").status == 403, path
    olga = staff["olga"]
    unlock(olga, "olga")
    page = olga.ask(f"/desk/reports/{filed.report_id}")
    assert page.status == 200 and "Quastenberg" not in page.body, "the oversight sees the handling, not what was told"
    for act in ("take", "answer", "note", "decide", "close", "draft"):
        answer = form(olga, f"{filed.report_id}/{act}", text="x", key="k", outcome="fixed", summary="s")
        assert answer.status == 403, act
    assert [step.name for step in desk.run(desk.house.reports.steps(filed.report_id))] == ["received"]


def test_an_excluded_reader_gets_the_same_page_as_for_a_report_that_does_not_exist(
    desk: DeskServer, staff: dict[str, Guest]
) -> None:
    samira = staff["samira"]
    unlock(samira, "samira")
    filed = told(desk, helper=samira.id)  # type: ignore[attr-defined]
    there, nowhere = samira.ask(f"/desk/reports/{filed.report_id}"), samira.ask(f"/desk/reports/{'0' * 32}")
    assert there.status == nowhere.status == 404
    assert re.sub(r"[0-9a-f]{32,}|pulse=\S+", "", there.body) == re.sub(r"[0-9a-f]{32,}|pulse=\S+", "", nowhere.body)
    assert filed.report_id not in samira.ask("/desk/reports").body
    unlock(staff["anna"], "anna")
    assert filed.report_id in staff["anna"].ask("/desk/reports").body


@pytest.mark.parametrize(
    "path", ["unlock", "lock", "keys/make", "keys/change", "keys/admit", "alerts", "REPORT/take", "REPORT/decide"]
)
def test_every_change_needs_our_pages_token_and_origin(desk: DeskServer, staff: dict[str, Guest], path: str) -> None:
    anna = staff["anna"]
    unlock(anna, "anna")
    path = f"/desk/reports/{path.replace('REPORT', told(desk).report_id)}"
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": ""}
    for fields, more in (
        ({}, {}), ({"csrf": "0" * 64}, {}), ({"csrf": anna.csrf}, {"Origin": "https://evil.example"}),
        ({"csrf": staff["samira"].csrf}, {}),
    ):
        assert anna.ask(path, "POST", raw=urlencode(fields).encode(), headers=headers | more).status == 403


def test_signing_out_locks_the_keys(desk: DeskServer) -> None:
    sheets_known = desk.run(desk.house.report_circles.members("readers"))
    assert sheets_known
    identifier, start = desk.mediator("dora", "de", "reader")
    dora = Guest(desk).enrol("dora", start)
    assert form(dora, "keys/make", passphrase=PASSPHRASE + "dora", again="something else entirely").status == 409
    assert form(dora, "keys/make", passphrase="short", again="short").status == 409
    assert form(dora, "keys/make", passphrase=PASSPHRASE + "dora", again=PASSPHRASE + "dora").status == 303
    page = dora.ask("/desk/reports/keys").body
    assert re.search(r"\d{4} \d{4} \d{4} \d{4}", page), "waits to be admitted, with a fingerprint"
    refused = unlock(dora, "dora")
    assert refused.status == 403 and "aufgenommen" in refused.body and 'name="passphrase"' not in refused.body
    # Somebody of the circle admits her in the console.
    anna = Guest(desk)
    anna.jar = {}
    held_before = len(desk.house.report_sessions)
    person = desk.run(desk.house.mediators.by_name("anna"))
    assert person
    token = desk.run(desk.house.console_sessions.open(person.id, "full"))
    anna.jar["waymark_desk"] = token
    anna.refresh()
    unlock(anna, "anna")
    seen = anna.ask("/desk/reports/keys").body
    fingerprint = re.search(r'name="fingerprint" value="([\d ]+)"', seen)
    assert fingerprint
    assert form(anna, "keys/admit", member=identifier, fingerprint="0000 0000 0000 0000").status == 409
    assert form(anna, "keys/admit", member=identifier, fingerprint=fingerprint[1]).status == 303
    assert unlock(dora, "dora").status == 303
    assert len(desk.house.report_sessions) >= held_before + 1
    keys_held = desk.house.report_sessions.get(_hash(dora), identifier)
    assert keys_held is not None and keys_held.numbers
    session = _hash(dora)
    assert dora.post("/desk/api/sign-out").status == 200
    assert keys_held.numbers == () and desk.house.report_sessions.get(session, identifier) is None


def _hash(guest: Guest) -> str:
    return hashed(guest.jar["waymark_desk"])


def test_a_draft_keeps_the_words_and_shows_the_translation(desk: DeskServer, staff: dict[str, Guest]) -> None:
    anna = staff["anna"]
    unlock(anna, "anna")
    filed = told(desk, "مرحبا", language="ar")
    page = form(anna, f"{filed.report_id}/draft", text="Guten Tag", key="k")
    assert page.status == 200 and "Guten Tag</textarea>" in page.body and 'name="translation"' in page.body
    sent = form(anna, f"{filed.report_id}/answer", text="Guten Tag", translation="مرحباً بكم", machine="x", key="k2")
    assert sent.status == 303
    person = desk.run(desk.house.returning.enter(filed.code))
    assert person
    (said,) = desk.run(desk.house.returning.view(person)).talk
    assert (said.content.text, said.content.values["mark"]) == ("مرحباً بكم", "reviewed")


def test_where_nothing_can_translate_the_reader_is_told_before_and_after(desk: DeskServer, staff: dict[str, Guest]) -> None:
    anna = staff["anna"]
    unlock(anna, "anna")
    filed, label = told(desk, "ሰላም", language="ti"), desk.house.wording.label
    assert not desk.house.translator.can("de", "ti"), "nothing here translates into Tigrinya"
    page = form(anna, f"{filed.report_id}/draft", text="Guten Tag", key="k").body
    assert label("report_desk_untranslated", "de", language="Tigrinya", own="Deutsch") in page
    assert page.count("Guten Tag") == 1 and label("report_desk_back_translation", "de") not in page
    for act, more in (("answer", {}), ("decide", {"outcome": "fixed", "summary": "Lampe"})):
        sent = form(anna, f"{filed.report_id}/{act}", text="Guten Tag", key=act, **more)
        assert sent.headers["Location"].endswith("?done=untranslated")
        assert label("report_desk_done_untranslated", "de", own="Deutsch") in anna.ask(sent.headers["Location"]).body


def test_what_goes_wrong_is_a_sentence_and_never_a_trace(desk: DeskServer, staff: dict[str, Guest]) -> None:
    anna = staff["anna"]
    unlock(anna, "anna")
    path = told(desk).report_id
    for act, fields in (
        ("answer", {"text": ""}), ("answer", {"text": "x" * 10_400}), ("delay", {"until": "yesterday", "reason": "difficult"}),
        ("pass", {"to": "nobody"}), ("link", {"other": "ZZZZZZ"}), ("note", {"text": "   "}), ("decide", {"outcome": "magic"}),
    ):
        answer = form(anna, f"{path}/{act}", key="k", **fields)
        assert answer.status == 409 and 'role="alert"' in answer.body and "Traceback" not in answer.body, act
    assert form(anna, f"{path}/unheard-of").status == 404
    assert anna.ask("/desk/reports/zzz").status in (403, 404)


def test_overdue_alerts_stand_on_both_sides_and_each_clears_its_own(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed = told(desk)
    review, ahead = desk.house.report_review, 12 * 86400
    late = desk.house.wording.label("report_desk_alert_acknowledge_late", "de")
    late_in_english = desk.house.wording.label("report_desk_alert_acknowledge_late", "en")
    try:
        review._now = lambda: time.time() + ahead
        desk.run(desk.house.report_watch.round())
        anna, olga = staff["anna"], staff["olga"]
        assert f"{filed.report_id[:6].upper()}</bdi></a>: {late}" in anna.ask("/desk/reports/alerts").body
        assert filed.report_id in olga.ask("/desk/reports/alerts").body
        (own,) = [
            alert for alert in desk.run(desk.house.report_work.alerts("readers"))
            if alert.report_id == filed.report_id and alert.name == "acknowledge_100"
        ]
        seen = {"report": own.report_id, "name": own.name, "began": str(own.began)}
        assert form(anna, "alerts", **seen).status == 303
        assert f"{filed.report_id[:6].upper()}</bdi></a>: {late}" not in anna.ask("/desk/reports/alerts").body
        assert f"{filed.report_id[:6].upper()}</bdi></a>: {late_in_english}" in olga.ask("/desk/reports/alerts").body
        inbox = anna.ask("/desk/reports").body
        assert desk.house.wording.label("report_desk_overdue", "de", date="X").split("X")[0].strip() in inbox
    finally:
        review._now = time.time


def test_a_removed_reader_is_out_at_once_though_signed_in_and_unlocked(desk: DeskServer, staff: dict[str, Guest]) -> None:
    filed, samira = told(desk), staff["samira"]
    unlock(samira, "samira")
    person = desk.run(desk.house.mediators.by_name("anna"))
    assert person
    anna = desk.run(desk.house.report_circles.unlock(person.id, "readers", PASSPHRASE + "anna"))
    desk.run(desk.house.report_circles.remove(anna, samira.id))  # type: ignore[attr-defined]
    page = samira.ask(f"/desk/reports/{filed.report_id}")
    assert page.status == 403 and "Lampe" not in page.body
    assert form(samira, f"{filed.report_id}/answer", text="x", key="k").status == 403
    assert [step.name for step in desk.run(desk.house.reports.steps(filed.report_id))] == ["received"]
    later = told(desk, "danach")
    assert "danach" not in str(samira.ask(f"/desk/reports/{later.report_id}").body)
    unlock(staff["anna"], "anna")
    assert "danach" in staff["anna"].ask(f"/desk/reports/{later.report_id}").body, "sealed to the new key"
