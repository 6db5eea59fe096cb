"""The form as a browser sends it, and as nobody's browser sends it: over HTTP against the real pages and store."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pytest
import requests
import sqlalchemy as sa

from bot.channels.reports.telling import helper_ticket
from bot.channels.reports.tickets import Tickets
from bot.languages import CODES
from bot.reporting.limits import Hourly
from bot.reporting.questions import kinds
from bot.store.report_key_tables import report_keys
from tests.reporting.plain_browser import READERS, Browser


@pytest.mark.parametrize("language", CODES)
def test_who_can_see_this_comes_first_in_every_language(form: Browser, language: str) -> None:
    form.language = language
    page = form.get(f"/report?lang={language}")
    assert f'lang="{language}"' in page and form.has("who_network") and form.has("protects")
    assert page.index('id="danger"') < page.index("<form") and "tel:110" in page
    assert all(f'value="{kind}"' in page for kind in kinds())


def test_the_browsers_language_is_taken_and_an_unknown_one_reads_english(form: Browser) -> None:
    assert '<html lang="uk"' in form.get("/report", **{"Accept-Language": "xx, uk-UA;q=0.8, de;q=0.5"})
    assert '<html lang="en"' in form.get("/report?lang=xx", **{"Accept-Language": "xx"})


def test_a_heading_is_not_said_again_by_the_text_below_it(form: Browser) -> None:
    for language in CODES:
        heading = form.site.house.wording.label("report_title_protects", language)
        assert html.unescape(form.get(f"/report?lang={language}")).count(heading) == 1, language


@pytest.mark.parametrize("path", ["/report", "/report/return", "/report/report.css", "/report/report.js"])
def test_no_cookie_no_third_party_no_copy(form: Browser, path: str) -> None:
    form.get(path)
    headers = form.answer.headers
    assert form.answer.status_code == 200 and "Set-Cookie" not in headers
    assert "default-src 'none'" in headers["Content-Security-Policy"] and headers["Referrer-Policy"] == "no-referrer"
    assert "unsafe" not in headers["Content-Security-Policy"]
    if not path.endswith((".css", ".js")):
        assert headers["Cache-Control"] == "no-store"
        fetched = re.findall(r'(?:src|action)="([^"]+)"|<link[^>]+href="([^"]+)"', form.page)
        assert all((one or two).startswith(("/report", "data:")) for one, two in fetched)


def test_a_whole_report_is_sealed_and_its_code_is_shown_once(form: Browser) -> None:
    form.open()
    story = "The purple pipe in the cellar leaks since the carnival"
    page = form.send(
        what=story, district="Bobingen", where="room 12", when="this_month", going_on="yes", contact="yes", figures="yes"
    )
    code = form.code()
    assert "image/svg+xml" in page and form.answer.status_code == 200
    report = form.report(code)
    assert (report.kind, report.district, report.language) == ("housing", "Bobingen", "en")
    assert report.figures and not report.noted
    told = form.site.run(form.site.house.ledger.readable(report.id, READERS.private))
    assert [(record.about, content.text or content.values["choice"]) for record, content in told] == [
        ("what", story), ("where", "Bobingen\nroom 12"), ("when", "this_month"), ("going_on", "yes"), ("contact", "yes"),
        ("figures", "yes"),
    ]
    assert form.post("/report/noted", ticket=form.hidden("ticket"), last="0000" if code[-4:] != "0000" else "1111")
    assert form.answer.status_code == 400 and form.has("form_code_wrong") and form.code() == code
    form.post("/report/noted", ticket=form.hidden("ticket"), last=code[-4:])
    assert form.has("form_leave") and form.report(code).noted and code not in form.page


def test_the_town_is_not_kept_in_the_open_unless_figures_are_allowed(form: Browser) -> None:
    form.open()
    form.send(what="a leak", district="Bobingen", figures="no")
    assert form.report(form.code()).district is None
    form.open()
    form.send(what="a leak", district="Bobingen")
    assert form.report(form.code()).district is None


def test_who_tells_in_another_language_than_the_page_is_translated_from_it(form: Browser) -> None:
    form.open()
    form.send(what="المصباح في غرفتي مكسور منذ شهر ولا أحد يصلحه وقد كتبت لهم مرات كثيرة")
    report = form.report(form.code())
    (told,) = form.site.run(form.site.house.ledger.readable(report.id, READERS.private))
    assert (report.language, told[1].language) == ("en", "ar"), "read from Arabic, answered in the language of the page"


def test_nothing_told_is_in_the_database_or_its_log_in_the_clear(form: Browser, photo: bytes) -> None:
    form.open()
    files = [("files", ("grandmother.jpg", photo, "image/jpeg"))]
    form.send(files, what="The viola teacher shouted cucumber", where="Hidden lane 7")
    code = form.code()
    state = Path(form.site.house.settings.state)
    left = b"".join(file.read_bytes() for file in state.glob("waymark.db*"))
    for secret in ("viola", "cucumber", "Hidden lane", "grandmother", "Planted camera", code, code.replace(" ", "")):
        assert secret.encode() not in left, secret


def test_a_photo_loses_its_metadata_and_its_name(form: Browser, photo: bytes) -> None:
    form.open()
    form.send([("files", ("me at home.jpg", photo, "image/jpeg"))], what="")
    report = form.report(form.code())
    [(record, content)] = form.site.run(form.site.house.ledger.readable(report.id, READERS.private))
    assert record.about == "file" and content.data[:2] == b"\xff\xd8" and b"Planted" not in content.data
    assert "home" not in content.name


def test_an_empty_report_is_refused_and_the_person_may_try_again(form: Browser) -> None:
    form.open()
    form.send(what="  ", where="Bobingen")
    assert form.answer.status_code == 400 and form.has("form_empty") and 'value="Bobingen"' in form.page
    form.send(what="now with words")
    assert form.code()


def test_a_wrong_sum_keeps_what_was_written(form: Browser) -> None:
    form.open()
    form.send(what="written <b>with care</b>", sum="999")
    assert form.answer.status_code == 400 and form.has("form_wrong_sum")
    assert "written &lt;b&gt;with care&lt;/b&gt;" in form.page
    form.send(what="written with care")
    assert form.code()


def test_the_work_of_a_browser_counts_instead_of_the_sum(form: Browser) -> None:
    from bot.reporting.tasks import worked

    form.open()
    token = form.hidden("task")
    work = next(str(number) for number in range(10_000_000) if worked(token, str(number)))
    form.send(what="worked", sum="", work=work, task=token)
    assert form.code()


def test_a_form_sent_twice_is_one_report_with_one_code(form: Browser) -> None:
    form.open()
    fields = {"what": "sent twice", "task": form.hidden("task"), "sum": form.sum()}
    form.send(**fields)
    first, before = form.code(), len(form.site.run(form.site.house.reports.all()))
    form.post("/report/send", kind="housing", **fields)
    assert form.code() == first and len(form.site.run(form.site.house.reports.all())) == before


def test_a_request_replayed_later_is_refused(form: Browser) -> None:
    form.open()
    fields = {"what": "replayed", "task": form.hidden("task"), "sum": form.sum()}
    form.send(**fields)
    before = len(form.site.run(form.site.house.reports.all()))
    fresh = Browser(form.site)
    # As after the two minutes in which a second tap gets the same page.
    import gc

    from bot.channels.reports.once import Once

    for once in [one for one in gc.get_objects() if isinstance(one, Once)]:
        once._tasks.clear()
    fresh.post("/report/send", kind="housing", **fields)
    assert fresh.answer.status_code == 400 and fresh.has("form_sent_before")
    assert len(form.site.run(form.site.house.reports.all())) == before


def test_a_task_of_one_form_does_not_serve_another(form: Browser) -> None:
    form.get("/report/return")
    token, answer = form.hidden("task"), form.sum()
    form.open()
    form.send(what="x", task=token, sum=answer)
    assert form.answer.status_code == 400


def test_the_hourly_limit_says_so_and_keeps_what_was_written(form: Browser) -> None:
    form.site.house.intake.hourly = Hourly(0, 1)
    form.open()
    form.send(what="one too many")
    assert form.answer.status_code == 400 and form.has("form_many") and "one too many" in form.page


@pytest.mark.parametrize("body, kind", [
    (b"", "multipart/form-data; boundary=x"), (b"--x\r\nrubbish", "multipart/form-data; boundary=x"),
    (b"\xff\xfe\x00", "application/x-www-form-urlencoded"), (b"{}", "application/json"), (b"--x--", "multipart/form-data"),
])
@pytest.mark.parametrize("path", ["/report/tell", "/report/send", "/report/noted", "/report/return", "/report/act"])
def test_what_no_browser_sends_gets_a_page_and_no_error(form: Browser, path: str, body: bytes, kind: str) -> None:
    answer = requests.post(form.site.url + path, data=body, headers={"Content-Type": kind}, timeout=30)
    assert answer.status_code in (200, 400) and "<html" in answer.text


def test_too_large_a_form_is_refused_with_a_sentence(form: Browser) -> None:
    form.open()
    try:
        form.send([("files", ("big.bin", b"x" * 23_000_000, "image/jpeg"))], what="big")
    except requests.ConnectionError:
        return  # the server hung up while the rest was still coming: refused as well
    assert form.answer.status_code == 413 and form.has("form_too_much")


def test_a_broken_picture_is_refused_with_a_sentence(form: Browser) -> None:
    form.open()
    form.send([("files", ("broken.jpg", b"\xff\xd8\xff rubbish", "image/jpeg"))], what="see the picture")
    assert form.answer.status_code == 400 and form.has("form_file") and "see the picture" in form.page


def test_danger_in_a_story_shows_the_numbers_with_the_code(form: Browser) -> None:
    form.open("violence")
    form.send(kind="violence", what="help my husband is beating me now")
    assert form.code() and form.page.index("tel:110") < form.page.index('id="number"')


def test_a_mediator_who_helps_is_bound_as_mediator_and_not_as_reader(form: Browser) -> None:
    house = form.site.house
    ticket = helper_ticket(Tickets(house.secrets), "mediator-7")
    form.get(f"/report?with={ticket}")
    assert form.has("helper")
    form.post("/report/tell", kind="housing", helper=form.hidden("helper"))
    form.send(what="told together", helper=form.hidden("helper"))
    report = form.report(form.code())
    assert report.excluded == {"mediator-7"} and not form.site.run(house.reports.assign(report.id, "mediator-7", report.day))
    told = form.site.run(house.ledger.readable(report.id, READERS.private))
    assert ("helper", {"mediator": "mediator-7"}) in [(record.about, dict(content.values)) for record, content in told]


@pytest.mark.parametrize("forged", ["mediator-7", "gAAAAA", "x" * 500, "%00"])
def test_a_helper_cannot_be_made_up(form: Browser, forged: str) -> None:
    form.get(f"/report?with={forged}")
    assert not form.has("helper") and form.answer.status_code == 200


def test_every_step_has_words_and_every_kind_and_place_exists(form: Browser) -> None:
    names = set(form.site.house.wording.names())
    services = form.site.house.directory.services
    for kind in kinds().values():
        assert f"report_kind_{kind.name}" in names and f"utter_report_ask_what_{kind.name}" in names
        assert kind.elsewhere and all(service in services for service in kind.elsewhere), kind.name
        assert kind.note is None or f"utter_report_note_{kind.note}" in names
        for question in kind.asks:
            assert question.form == "story" or f"utter_report_ask_{question.name}" in names
            assert all(f"report_choice_{choice}" in names for choice in question.choices)


def test_a_site_without_keys_names_who_takes_reports(form: Browser) -> None:
    form.open()
    fields = {"what": "too late", "task": form.hidden("task"), "sum": form.sum()}
    engine = form.site.house.database.engine
    with engine.begin() as connection:
        kept = [dict(row) for row in connection.execute(sa.select(report_keys)).mappings()]
        connection.execute(report_keys.delete())
    try:
        form.get("/report?lang=en")
        assert form.has("closed") and "<form" not in form.page and "tel:" in form.page
        form.post("/report/tell", kind="housing")
        assert form.has("closed")
        form.post("/report/send", kind="housing", **fields)
        assert form.has("closed")
    finally:
        with engine.begin() as connection:
            connection.execute(report_keys.insert(), kept)


def test_a_failure_of_ours_is_a_calm_page_and_says_nothing_of_what_was_written(
    form: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    async def broken(*_: object) -> None:
        raise RuntimeError("the disk is full of cucumbers")

    form.open()
    monkeypatch.setattr(form.site.house.reports, "create", broken)
    form.send(what="written in spite of it")
    assert form.answer.status_code == 500 and form.has("form_failed") and "written in spite of it" in form.page
    monkeypatch.setattr(form.site.house.ledger, "open_for_reports", broken)
    form.get("/report")
    assert form.answer.status_code == 500 and form.has("form_failed")
    assert "cucumbers" not in caplog.text and "in spite" not in caplog.text
