"""The form as a browser sends it, and as nobody's browser sends it: over HTTP against the real pages and store."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import requests
import sqlalchemy as sa

from bot.channels.reports.telling import helper_ticket
from bot.channels.reports.tickets import Tickets
from bot.container import Container
from bot.languages import CODES
from bot.reporting import keys, receipts
from bot.reporting.limits import Hourly, WrongCodes
from bot.reporting.questions import kinds
from bot.reporting.records import Content
from bot.settings import Settings
from bot.store.report_key_tables import report_keys
from bot.store.report_keys import ReportKeys
from bot.store.tables import metadata
from tests.conftest import state_with_models
from tests.reporting.site import Site

READERS, OVERSIGHT = keys.new_pair(), keys.new_pair()


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    folder = tmp_path_factory.mktemp("form")
    house = Container(Settings({"WAYMARK_STATE": str(state_with_models(folder / "state"))}, file=folder / "none.env"))
    running = Site(house)
    running.start()
    for circle, pair in (("readers", READERS), ("oversight", OVERSIGHT)):
        running.run(ReportKeys(house.database).found(circle, pair.public, b"r" * 32, b"share", b"mark"))
    yield running
    running.stop()
    house.database.close()


class Browser:
    """Sends forms as a browser without JavaScript does."""

    def __init__(self, site: Site, language: str = "en") -> None:
        self.site, self.language = site, language
        self.session = requests.Session()
        self.page = ""
        self.answer: Any = None

    def get(self, path: str, **headers: str) -> str:
        self.answer = self.session.get(self.site.url + path, headers=headers, timeout=30)
        self.page = self.answer.text
        return self.page

    def post(self, path: str, files: Any = (), **fields: str) -> str:
        multipart = [(name, (None, value)) for name, value in {"lang": self.language, **fields}.items()]
        self.answer = self.session.post(self.site.url + path, files=[*multipart, *files], timeout=60)
        self.page = self.answer.text
        return self.page

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, name
        return html.unescape(found.group(1))

    def sum(self) -> str:
        asked = re.search(r'<label for="sum">(.*?)</label>', self.page)
        assert asked
        return str(sum(int(number) for number in re.findall(r"\d+", asked.group(1))))

    def open(self, kind: str = "housing") -> str:
        return self.post("/report/tell", kind=kind, helper="")

    def send(self, files: Any = (), **fields: str) -> str:
        values = {"kind": "housing", "task": self.hidden("task"), "sum": self.sum(), **fields}
        return self.post("/report/send", files, **values)

    def code(self) -> str:
        found = re.search(r'id="number"[^>]*>(.*?)</p>', self.page, re.S)
        assert found, self.page
        return " ".join(re.findall(r"\d{4}", found.group(1)))

    def enter(self, code: str) -> str:
        self.get("/report/return")
        return self.post("/report/return", code=code, task=self.hidden("task"), sum=self.sum())

    def act(self, act: str, files: Any = (), **fields: str) -> str:
        carried = {"ticket": self.hidden("ticket"), "key": self.hidden("key"), "act": act}
        return self.post("/report/act", files, **{**carried, **fields})

    def has(self, name: str, **values: Any) -> bool:
        text = self.site.house.wording.render(f"utter_report_{name}", self.language, **values).text
        return text in html.unescape(self.page)

    def report(self, code: str) -> Any:
        receipt = self.site.run(self.site.house.intake.derive(receipts.read_code(code)))
        found = self.site.run(self.site.house.reports.with_lookup(receipt.lookup))
        return next((one for one in found if one.verifier == receipt.verifier), None)


@pytest.fixture
def form(site: Site, cheap: None) -> Browser:
    site.house.intake.hourly = Hourly(1000, 1000)
    site.house.returning._wrong = WrongCodes(free=1000)
    return Browser(site)


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


def test_nothing_told_is_in_the_database_or_its_log_in_the_clear(form: Browser, photo: bytes) -> None:
    form.open()
    form.send([("files", ("aunt.jpg", photo, "image/jpeg"))], what="The viola teacher shouted cucumber", where="Hidden lane 7")
    code = form.code()
    state = Path(form.site.house.settings.state)
    left = b"".join(file.read_bytes() for file in state.glob("waymark.db*"))
    for secret in ("viola", "cucumber", "Hidden lane", "aunt", "Planted camera", code, code.replace(" ", "")):
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
    assert fresh.answer.status_code == 400 and fresh.has("form_wrong_sum")
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


def test_return_answer_talk_reopen_and_withdraw(form: Browser) -> None:
    form.open()
    form.send(what="to come back to")
    code = form.code()
    report, house = form.report(code), form.site.house
    form.site.run(house.ledger.add(report, "reader", "answer", Content(
        "We wrote to the owner", "en", {"mark": "good", "original": "Wir haben geschrieben", "original_language": "de"}
    ), key="a"))
    page = form.enter(code)
    assert "We wrote to the owner" in page and "Wir haben geschrieben" in page and form.has("machine")
    assert "to come back to" not in page, "who finds the paper must not read the report"
    assert code not in page and code.replace(" ", "") not in page
    assert form.report(code).noted
    form.act("more", text="the owner came")
    assert form.has("more_taken") and "the owner came" in form.page
    form.act("helpful", helpful="yes")
    assert form.has("helpful_taken")
    form.site.run(house.reports.change(report.id, state="closed"))
    form.act("look")
    form.act("reopen")
    assert form.has("reopened") and form.report(code).state == "read"
    form.act("withdraw")
    assert form.has("ask_withdraw") and form.report(code)
    ticket, key = form.hidden("ticket"), form.hidden("key")
    form.act("withdraw_yes")
    assert form.has("withdrawn") and form.report(code) is None
    with house.database.engine.begin() as connection:
        for table in metadata.sorted_tables:
            assert not any(report.id in map(str, row) for row in connection.execute(sa.select(table))), table.name
    form.post("/report/act", ticket=ticket, key=key, act="more", text="ghost")
    assert form.answer.status_code == 404 and form.has("gone")
    assert form.enter(code) and form.answer.status_code == 400 and form.has("code_unknown")


def test_something_bad_since_goes_to_the_top_and_to_another_reader(form: Browser) -> None:
    form.open()
    form.send(what="first")
    code = form.code()
    report, house = form.report(code), form.site.house
    assert form.site.run(house.reports.assign(report.id, "reader-a", report.day))
    form.enter(code)
    form.act("since", happened="yes", other="yes", text="they shouted at me because of it")
    assert form.has("since_taken")
    after = form.report(code)
    assert after.urgent and after.excluded == {"reader-a"} and form.site.run(house.reports.readers(report.id)) == []
    assert not form.site.run(house.reports.assign(report.id, "reader-a", report.day))
    assert form.site.run(house.reports.all())[0].urgent
    seen = form.site.run(house.ledger.readable(report.id, OVERSIGHT.private))
    assert [content.text for _, content in seen] == ["they shouted at me because of it"]
    form.act("since", happened="no", text="")
    assert form.has("since_no")


def test_a_message_sent_twice_is_there_once(form: Browser) -> None:
    form.open()
    form.send(what="first")
    form.enter(form.code())
    ticket, key = form.hidden("ticket"), form.hidden("key")
    for _ in range(2):
        form.post("/report/act", ticket=ticket, key=key, act="more", text="only once please")
    assert form.page.count("only once please") == 1


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


@pytest.mark.parametrize("ticket", ["", "gAAAAAB", "x" * 3000])
def test_forged_tickets_open_nothing(form: Browser, ticket: str) -> None:
    form.post("/report/act", ticket=ticket, act="withdraw_yes", key="k")
    assert form.answer.status_code == 400 and form.has("session_over")
    form.post("/report/noted", ticket=ticket, last="1234")
    assert form.answer.status_code == 400 and form.has("form_expired")


def test_a_ticket_serves_one_purpose_and_ends() -> None:
    from cryptography.fernet import Fernet

    from bot.store.secrets import Secrets

    now = [1000.0]
    tickets = Tickets(Secrets(Fernet.generate_key()), lambda: now[0])
    ticket = tickets.make("code", report="r")
    assert tickets.read("session", ticket) is None and tickets.read("code", ticket) == {"report": "r"}
    now[0] += 1801
    assert tickets.read("code", ticket) is None
    assert Tickets(Secrets(Fernet.generate_key())).read("code", ticket) is None


def test_wrong_codes_open_nothing(form: Browser) -> None:
    form.enter("1234 5678 9012 3456")
    assert form.answer.status_code == 400 and form.has("code_unknown") and "1234 5678" not in form.page


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
