"""A report is worked through; and readers who try what they may not."""

from __future__ import annotations

import datetime as dt
import sqlite3
from pathlib import Path

import pytest

from bot.errors import WaymarkError
from bot.reporting.circles import Unlocked
from bot.reporting.intake import Telling
from bot.reporting.opened import short
from tests.reporting.staff import PASSPHRASE, Staff


async def refused(code: str, call: object) -> None:
    with pytest.raises(WaymarkError) as error:
        await call  # type: ignore[misc]
    assert error.value.code == code


async def session(staff: Staff, code: str):  # type: ignore[no-untyped-def]
    found = await staff.house.returning.enter(code)
    assert found is not None
    return found


async def test_from_the_inbox_to_the_persons_language_and_back(staff: Staff) -> None:
    filed = await staff.report("المصباح مكسور", language="ar", district="Bobingen")
    review, anna = staff.review, staff.id("anna")
    (line,) = await review.lines(anna)
    assert (line.standing.state, line.standing.with_role, line.waiting) == ("received", "readers", False)
    assert [(one.stage, one.day) for one in line.standing.deadlines] == [
        ("acknowledge", dt.date(2026, 6, 19)), ("decide", dt.date(2026, 7, 16))
    ]
    opened = await review.open(filed.report_id, anna, staff.keys["anna"], "de")
    told = next(piece for piece in opened.pieces if piece.row.about == "what")
    assert told.content.text == "المصباح مكسور" and told.translation and told.translation.text == "[de] المصباح مكسور"

    await review.acknowledge(filed.report_id, anna)
    draft = await review.draft(filed.report_id, anna, "Wir sehen nach.", "de")
    assert draft.translation and draft.translation.text == "[ar] Wir sehen nach."
    assert draft.back and draft.back.text == "[de] [ar] Wir sehen nach."
    assert await review.answer(filed.report_id, anna, "Wir sehen nach.", "de", "key-1")
    assert not await review.answer(filed.report_id, anna, "Wir sehen nach.", "de", "key-1"), "sent twice, kept once"
    await review.answer(filed.report_id, anna, "Danke", "de", "key-2", corrected="شكرا")
    await review.note(filed.report_id, anna, "Hausmeister angerufen", "de", "key-3")

    person = await session(staff, filed.code)
    view = await staff.house.returning.view(person)
    said = [(one.author, one.content.text, one.content.values.get("mark")) for one in view.talk]
    assert said == [("reader", "[ar] Wir sehen nach.", "machine"), ("reader", "شكرا", "reviewed")]
    assert view.talk[0].content.values["original"] == "Wir sehen nach."
    assert [step.name for step in view.steps] == ["received", "read", "answer", "answer"]
    assert all(step.role != "anna" for step in view.steps)

    await staff.house.returning.say(person, "متى؟", key="m1")
    (line,) = await review.lines(staff.id("ben"))
    assert line.waiting and line.readers == (anna,)
    assert await review.decide(
        filed.report_id, anna, "fixed", None, "Erledigt.", "Lampe im Treppenhaus, ersetzt.", "de", "key-4"
    )
    (line,) = await review.lines(anna)
    assert (line.standing.state, line.standing.outcome, line.standing.deadlines) == ("decided", "fixed", ())
    await refused("reports.decided", review.decide(filed.report_id, anna, "fixed", None, "x", "y", "de", "key-5"))
    await review.close(filed.report_id, anna)
    assert (await review.line(filed.report_id, anna)).standing.state == "closed"
    assert await staff.house.returning.reopen(person)
    line = await review.line(filed.report_id, anna)
    assert line.standing.state == "received" and line.standing.deadlines, "a reopened report has its promises again"


async def test_the_oversight_reads_the_summary_and_nothing_else(staff: Staff) -> None:
    filed = await staff.report("Quastenberg hit me")
    review, anna, olga = staff.review, staff.id("anna"), staff.keys["olga"]
    await review.answer(filed.report_id, anna, "Wir kümmern uns", "de", "k1")
    await review.decide(filed.report_id, anna, "refused", "not_ours", "Leider nein", "Gewalt, an Beratung verwiesen", "de", "k2")
    seen = await review.overseen(filed.report_id, olga, "de")
    assert [(piece.row.about, piece.content.text) for piece in seen.pieces] == [("summary", "Gewalt, an Beratung verwiesen")]
    assert [step.name for step in seen.steps][-1] == "decided" and seen.line.standing.why == "not_ours"
    await refused("reports.proof", review.open(filed.report_id, anna, olga, "de"))
    await refused("reports.proof", review.overseen(filed.report_id, staff.keys["anna"], "de"))
    await refused("reports.unknown", review.file(filed.report_id, 1, None, olga))


async def test_who_helped_to_tell_it_is_no_reader_of_it(staff: Staff) -> None:
    helper = staff.id("ben")
    filed = await staff.house.intake.take(Telling("work", "uk", {"what": "тут"}, helper=helper))
    review, keys = staff.review, staff.keys["ben"]
    assert await review.lines(helper) == [] and len(await review.lines(staff.id("anna"))) == 1
    other = await staff.report()
    for attempt in (
        review.line(filed.report_id, helper),
        review.open(filed.report_id, helper, keys, "de"),
        review.file(filed.report_id, 1, helper, keys),
        review.acknowledge(filed.report_id, helper),
        review.draft(filed.report_id, helper, "x", "de"),
        review.answer(filed.report_id, helper, "x", "de", "k"),
        review.refer(filed.report_id, helper, "s", "x", "k"),
        review.note(filed.report_id, helper, "x", "de", "k"),
        review.delay(filed.report_id, helper, dt.date(2026, 7, 1), "difficult"),
        review.decide(filed.report_id, helper, "fixed", None, "x", "y", "de", "k"),
        review.close(filed.report_id, helper),
        review.pass_on(filed.report_id, helper, helper),
        review.link(filed.report_id, helper, short(other.report_id)),
        review.unlink(filed.report_id, helper, other.report_id),
        review.line("0" * 32, helper),
    ):
        await refused("reports.unknown", attempt)
    for unseen in (filed.report_id, short(filed.report_id), other.report_id, "", "ZZZZZZ"):
        await refused("reports.link", review.link(other.report_id, helper, unseen))
    await refused("reports.excluded", review.pass_on(filed.report_id, staff.id("anna"), helper))
    # A link made by another reader shows nothing of it to who is excluded.
    await review.link(other.report_id, staff.id("anna"), short(filed.report_id))
    assert (await review.open(other.report_id, helper, keys, "de")).links == []
    assert len((await review.open(other.report_id, staff.id("anna"), staff.keys["anna"], "de")).links) == 1


async def test_a_person_who_wants_another_reader_gets_one(staff: Staff) -> None:
    filed = await staff.report()
    await staff.review.acknowledge(filed.report_id, staff.id("anna"))
    person = await session(staff, filed.code)
    await staff.house.returning.since(person, True, "he came back", other_reader=True)
    await refused("reports.unknown", staff.review.open(filed.report_id, staff.id("anna"), staff.keys["anna"], "de"))
    (line,) = await staff.review.lines(staff.id("ben"))
    assert line.report.urgent and line.readers == ()
    seen = await staff.review.overseen(filed.report_id, staff.keys["olga"], "de")
    assert [piece.row.about for piece in seen.pieces] == ["since"]


async def test_another_reader_is_one_who_has_never_had_it(staff: Staff) -> None:
    filed = await staff.report()
    anna, ben = staff.id("anna"), staff.id("ben")
    await staff.review.answer(filed.report_id, anna, "hallo", "de", "k")
    await staff.review.pass_on(filed.report_id, anna, ben)
    carl = await staff.house.mediators.add("carl", ["de"], roles=["reader"])
    await staff.house.report_circles.enrol(carl.id, "readers", PASSPHRASE + "carl")
    await staff.house.report_circles.admit(staff.keys["ben"], carl.id)
    person = await session(staff, filed.code)
    await staff.house.returning.since(person, True, "anna told my boss", other_reader=True)
    for name in ("anna", "ben"):
        await refused("reports.unknown", staff.review.open(filed.report_id, staff.id(name), staff.keys[name], "de"))
    assert [line.report.id for line in await staff.review.lines(carl.id)] == [filed.report_id]
    assert [step.name for step in (await staff.house.returning.view(person)).steps][-1] == "since"


async def test_where_no_other_reader_is_left_the_person_reads_it_and_the_oversight_is_told(staff: Staff) -> None:
    filed = await staff.report()
    for name in ("anna", "ben"):
        await staff.review.acknowledge(filed.report_id, staff.id(name))
    person = await session(staff, filed.code)
    await staff.house.returning.since(person, True, "he came back", other_reader=True)
    for name in ("anna", "ben"):
        assert await staff.review.lines(staff.id(name)) == []
    view = await staff.house.returning.view(person)
    assert [step.name for step in view.steps][-2:] == ["since", "readerless"]
    done = await staff.house.report_watch.round()
    assert [(alert.name, alert.circle) for alert in done.alerts if alert.name != "urgent"] == [("readerless", "oversight")]
    assert view.state == "unread" and view.next_date is None
    cleo = await staff.house.mediators.add("cleo", ["de"], roles=["reader"])
    await staff.house.report_circles.enrol(cleo.id, "readers", PASSPHRASE + "cleo")
    await staff.house.report_circles.admit(staff.keys["anna"], cleo.id)
    view = await staff.house.returning.view(person)
    assert view.state != "unread" and view.next_date is not None, "somebody can read it again"


async def test_locked_keys_open_nothing(staff: Staff) -> None:
    filed = await staff.report()
    staff.keys["anna"].lock()
    await refused_or_empty(staff, filed.report_id, staff.keys["anna"])
    strangers = Unlocked(staff.id("anna"), "readers", b"x" * 32, {1: b"y" * 32})
    await refused_or_empty(staff, filed.report_id, strangers)


async def refused_or_empty(staff: Staff, report_id: str, keys: Unlocked) -> None:
    opened = await staff.review.open(report_id, staff.id("anna"), keys, "de")
    assert opened.pieces == []


async def test_swapped_moved_cut_and_forged_records_do_not_open(staff: Staff) -> None:
    one, two = await staff.report("first"), await staff.report("second")
    file = Path(staff.house.database.url.removeprefix("sqlite:///"))

    def rows() -> dict[tuple[str, int], bytes]:
        with sqlite3.connect(file) as database:
            return {(row[0], row[1]): row[2] for row in database.execute("SELECT report_id, number, sealed FROM report_records")}

    def put(report_id: str, sealed: bytes) -> None:
        with sqlite3.connect(file) as database:
            database.execute("UPDATE report_records SET sealed = ? WHERE report_id = ? AND number = 1", (sealed, report_id))

    kept = rows()
    mine, other = kept[one.report_id, 1], kept[two.report_id, 1]
    for forged in (other, mine[:-1], mine[:200], mine[:32] + other[32:], other[:32] + mine[32:],
                   mine[:40] + bytes([mine[40] ^ 1]) + mine[41:], mine + b"\0"):
        put(one.report_id, forged)
        try:
            opened = await staff.review.open(one.report_id, staff.id("anna"), staff.keys["anna"], "de")
        except WaymarkError as error:
            assert error.code == "reports.sealed"
        else:
            assert not [piece for piece in opened.pieces if piece.row.number == 1], "shown although it was changed"
    put(one.report_id, mine)
    assert (await staff.review.open(one.report_id, staff.id("anna"), staff.keys["anna"], "de")).pieces[0].content.text == "first"


@pytest.mark.parametrize(
    ("outcome", "why", "code"),
    [("fixed", "not_ours", "reports.outcome"), ("not", None, "reports.outcome"), ("refused", "because", "reports.outcome"),
     ("", None, "reports.outcome"), ("refused", "", "reports.outcome")],
)
async def test_an_outcome_owes_its_reason(staff: Staff, outcome: str, why: str | None, code: str) -> None:
    filed = await staff.report()
    await refused(code, staff.review.decide(filed.report_id, staff.id("anna"), outcome, why, "text", "summary", "de", "k"))
    await refused("reports.summary", staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "t", " ", "de", "k"))
    await refused("reports.text", staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, " ", "s", "de", "k"))
    assert (await staff.review.line(filed.report_id, None)).standing.outcome is None


async def test_a_delay_is_dated_and_has_a_reason(staff: Staff) -> None:
    filed = await staff.report()
    anna, review = staff.id("anna"), staff.review
    for until, reason in ((dt.date(2026, 6, 16), "difficult"), (dt.date(2026, 9, 15), "difficult"), (dt.date(2026, 7, 30), "x")):
        await refused("reports.delay", review.delay(filed.report_id, anna, until, reason))
    await review.delay(filed.report_id, anna, dt.date(2026, 7, 30), "other_office")
    line = await review.line(filed.report_id, anna)
    assert line.standing.delay == "other_office" and [one.day for one in line.standing.deadlines] == [dt.date(2026, 7, 30)]


async def test_a_language_that_nothing_translates_is_sent_as_it_is_and_says_so(staff: Staff) -> None:
    filed = await staff.report(language="zz")
    await staff.review.answer(filed.report_id, staff.id("anna"), "Guten Tag", "de", "k")
    (said,) = (await staff.house.returning.view(await session(staff, filed.code))).talk
    assert (said.content.text, said.content.language, said.content.values["mark"]) == ("Guten Tag", "de", "untranslated")


async def test_withdrawn_means_gone_with_links_and_alerts(staff: Staff) -> None:
    one, two = await staff.report(), await staff.report()
    await staff.review.link(one.report_id, staff.id("anna"), short(two.report_id))
    for report in (one, two):
        await staff.house.audit.note("reports.opened", staff.id("anna"), short(report.report_id))
        await staff.house.returning.helpful(await session(staff, report.code), False)
    await staff.house.report_watch.round()
    staff.clock.forward(days=1)
    await staff.house.report_watch.round()
    assert await staff.house.audit.lines(subject=one.report_id[:6])
    await staff.house.returning.withdraw(await session(staff, one.code))
    file = Path(staff.house.database.url.removeprefix("sqlite:///"))
    with sqlite3.connect(file) as database:
        tables = [row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        assert len(tables) > 10
        for table in tables:
            for row in database.execute(f"SELECT * FROM {table}"):
                told = [value.lower() for value in row if isinstance(value, str)]
                assert one.report_id not in told and short(one.report_id).lower() not in told, table
    kept = [line.what for line in await staff.house.audit.lines() if line.who == staff.id("anna") and line.subject is None]
    assert kept == ["reports.opened"], "that a reader did something stays, without what it was about"
    of_the_other = [line.what for line in await staff.house.audit.lines() if (line.subject or "").lower() == two.report_id[:6]]
    assert sorted(of_the_other) == ["reports.handling", "reports.opened"]
    await refused("reports.unknown", staff.review.answer(one.report_id, staff.id("anna"), "x", "de", "k"))


async def test_a_complaint_about_the_handling_reaches_the_oversight_alone(staff: Staff) -> None:
    filed = await staff.report()
    await staff.review.acknowledge(filed.report_id, staff.id("anna"))
    person = await session(staff, filed.code)
    await staff.house.returning.say(person, "one more thing", key="m")
    await staff.review.answer(filed.report_id, staff.id("anna"), "danke", "de", "a")
    before = await staff.review.line(filed.report_id, staff.id("anna"))
    assert not await staff.house.returning.complain(person, "  ")
    assert await staff.house.returning.complain(person, "the reader shouts at me", "k")
    assert await staff.house.returning.complain(person, "the reader shouts at me", "k")
    opened = await staff.review.open(filed.report_id, staff.id("anna"), staff.keys["anna"], "de")
    assert "complaint" not in [piece.row.about for piece in opened.pieces] + [step.name for step in opened.steps]
    assert opened.line == before and not before.waiting, "readers see no sign of it"
    seen = await staff.review.overseen(filed.report_id, staff.keys["olga"], "de")
    assert [(piece.row.about, piece.content.text) for piece in seen.pieces] == [("complaint", "the reader shouts at me")]
    done = await staff.house.report_watch.round()
    assert [(alert.name, alert.circle) for alert in done.alerts] == [("handling", "oversight")]
    view = await staff.house.returning.view(person)
    assert view.talk[-1].content.text == "the reader shouts at me", "the person sees what they sent"
    assert await staff.review.reseal(staff.keys["anna"]) == 0


async def test_two_things_done_on_one_page_are_two(staff: Staff) -> None:
    filed, anna, review = await staff.report(), staff.id("anna"), staff.review
    assert await review.note(filed.report_id, anna, "notiz", "de", "page")
    assert await review.answer(filed.report_id, anna, "hallo", "de", "page")
    assert await review.refer(filed.report_id, anna, "service", "a card", "page")
    assert await review.decide(filed.report_id, anna, "fixed", None, "fertig", "Lampe", "de", "page")
    person, returning = await session(staff, filed.code), staff.house.returning
    await returning.say(person, "thank you", key="form")
    await returning.complain(person, "it took long", key="form")
    await returning.since(person, True, "he came back", other_reader=False, key="form")
    told = [record.about for record in await staff.house.reports.records(filed.report_id)]
    assert told == ["what", "figures", "note", "answer", "answer", "answer", "summary", "message", "complaint", "since"]
