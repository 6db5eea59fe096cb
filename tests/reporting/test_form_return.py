"""Coming back to a report by its code, over HTTP: what is shown, what can be done, and what opens nothing."""

from __future__ import annotations

import html

import pytest
import sqlalchemy as sa

from bot.channels.reports.tickets import Tickets
from bot.reporting.records import Content
from bot.store.tables import metadata
from tests.reporting.plain_browser import OVERSIGHT, READERS, Browser


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
    assert form.has("reopened") and form.report(code).state == "received", "as the readers see it"
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
    assert form.has("since_unread") and not form.has("since_taken"), "nobody holds a key here"
    top = html.unescape(form.page.split("<h2>")[0])
    label = form.site.house.wording.label
    assert label("report_state_unread", "en") in top and label("report_step_readerless", "en") in top
    assert label("report_state_received", "en") not in top and 'class="next"' not in top
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


UKRAINIAN = "Лампа в кімнаті досі не працює, і ніхто не прийшов до нас"
ARABIC = "المصباح في غرفتي مكسور منذ شهر ولا أحد يصلحه"


def test_what_is_said_later_is_in_the_language_it_is_written_in(form: Browser) -> None:
    arabic = Browser(form.site, "ar")
    arabic.open()
    arabic.send(what=ARABIC)
    code = arabic.code()
    later = Browser(form.site, "uk")
    later.enter(code)
    later.act("more", text=UKRAINIAN)
    later.act("more", text="ні")
    later.act("more", text="شكرا لكم")
    later.act("since", happened="yes", other="no", text="Вони погрожували мені через цю скаргу")
    later.act("complain", text="Ніхто не відповідає на мої повідомлення")
    house, report = form.site.house, form.report(code)
    assert report.language == "ar"
    told = form.site.run(house.ledger.readable(report.id, READERS.private))
    assert [content.language for _, content in told if content.text] == ["ar", "uk", "uk", "ar", "uk"]
    told = form.site.run(house.ledger.readable(report.id, OVERSIGHT.private))
    assert [content.language for _, content in told] == ["uk"]
