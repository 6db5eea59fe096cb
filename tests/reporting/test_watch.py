"""What happens by itself, with a clock that is moved: alerts at 50, 80 and 100 %, closing, deletion, publication."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.reporting.clock import ZONE
from bot.store.report_work import Alert
from bot.store.reports import StepRow
from tests.reporting.staff import Staff


def told(alerts: list[Alert], circle: str = "oversight") -> list[str]:
    return sorted(alert.name for alert in alerts if alert.circle == circle)


async def round_of(staff: Staff):  # type: ignore[no-untyped-def]
    return await staff.house.report_watch.round()


async def test_readers_and_oversight_are_told_once_at_50_80_and_100(staff: Staff) -> None:
    filed = await staff.report()  # a Tuesday: Wednesday to Friday are counted
    seen = []
    for moment in ((17, 9), (18, 12), (18, 13), (19, 9), (19, 10), (19, 23), (20, 0), (20, 1)):
        staff.clock.now = dt.datetime(2026, 6, *moment, 30 if moment[1] == 9 else 0, tzinfo=ZONE)
        done = await round_of(staff)
        assert told(done.alerts, "readers") == told(done.alerts)
        seen.append(told(done.alerts))
    assert seen == [[], ["acknowledge_50"], [], [], ["acknowledge_80"], [], ["acknowledge_100"], []]
    staff.clock.forward(days=1)
    for _ in range(2):
        await round_of(staff)
        for part in ("report_work", "report_watch"):  # a restart
            staff.house.__dict__.pop(part)
    audit = [line.what for line in await staff.house.audit.lines() if line.subject == filed.report_id[:6]]
    assert audit.count("reports.acknowledge_100") == 2, "one line for each circle"


async def test_the_audit_does_not_tell_at_which_moment_a_person_acted(staff: Staff) -> None:
    filed = await staff.report()
    person = await staff.house.returning.enter(filed.code)
    assert person
    await staff.house.returning.since(person, True, "beaten", other_reader=False)
    await staff.house.returning.helpful(person, False)
    assert told((await round_of(staff)).alerts) == ["handling", "urgent"]
    assert await staff.house.audit.lines(subject=filed.report_id[:6]) == [], "a line between two others tells the minute"
    staff.clock.forward(days=1)
    await round_of(staff)
    lines = await staff.house.audit.lines(subject=filed.report_id[:6])
    assert sorted(line.what for line in lines) == ["reports.handling", "reports.urgent", "reports.urgent"]
    assert {dt.datetime.fromtimestamp(line.at, dt.timezone.utc) for line in lines} == {
        dt.datetime(2026, 6, 16, tzinfo=dt.timezone.utc)
    }


async def test_who_acknowledges_in_time_is_left_alone_until_the_decision_is_due(staff: Staff) -> None:
    filed = await staff.report()
    await staff.review.acknowledge(filed.report_id, staff.id("anna"))
    seen = []
    for _ in range(32):
        staff.clock.forward(days=1)
        seen += told((await round_of(staff)).alerts)
    assert seen == ["decide_50", "decide_80", "decide_100"]


async def test_a_dated_reason_has_alerts_of_its_own(staff: Staff) -> None:
    filed = await staff.report()
    staff.clock.forward(days=17)
    assert told((await round_of(staff)).alerts) == ["acknowledge_100", "acknowledge_50", "acknowledge_80", "decide_50"]
    await staff.review.delay(filed.report_id, staff.id("anna"), staff.clock.day() + dt.timedelta(days=40), "difficult")
    assert told((await round_of(staff)).alerts) == []
    staff.clock.forward(days=41)
    assert told((await round_of(staff)).alerts) == ["decide_100", "decide_50", "decide_80"]


async def test_the_oversight_is_told_of_refusals_and_complaints_and_readers_cannot_clear_it(staff: Staff) -> None:
    filed = await staff.report()
    await staff.review.decide(filed.report_id, staff.id("anna"), "refused", "not_ours", "nein", "Lampe", "de", "k")
    person = await staff.house.returning.enter(filed.code)
    assert person
    await staff.house.returning.helpful(person, False)
    await staff.house.returning.since(person, True, "again", other_reader=False)
    done = await round_of(staff)
    assert told(done.alerts) == ["handling", "refused", "urgent"] and told(done.alerts, "readers") == ["urgent"]
    work = staff.house.report_work
    for alert in await work.alerts("oversight"):
        await work.seen(alert._replace(circle="readers"), staff.id("anna"))
    assert len(await work.alerts("oversight")) == 3 and await work.alerts("readers") == []
    assert told((await round_of(staff)).alerts) == [], "told once"


async def test_the_second_complaint_and_the_second_alarm_of_a_day_are_told_too(staff: Staff) -> None:
    filed, work = await staff.report(), staff.house.report_work
    person = await staff.house.returning.enter(filed.code)
    assert person

    async def news(circle: str) -> list[str]:
        await round_of(staff)
        alerts = await work.alerts(circle)
        for alert in alerts:
            await work.seen(alert, staff.id("olga"))
        return [alert.kind for alert in alerts]

    await staff.house.returning.helpful(person, False)
    assert await news("oversight") == ["handling"]
    for number in ("one", "two"):
        await staff.house.returning.complain(person, f"the reader threatened me, {number}", number)
        assert await news("oversight") == ["handling"] and await news("readers") == []
    for number in ("three", "four"):
        await staff.house.returning.since(person, True, f"beaten, {number}", False, number)
        assert await news("oversight") == ["urgent"] and await news("readers") == ["urgent"]
    assert await news("oversight") == await news("readers") == []


async def test_a_complaint_keeps_what_it_is_about_and_closes_nothing_later(staff: Staff) -> None:
    filed = await staff.report()
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", "k")
    person = await staff.house.returning.enter(filed.code)
    assert person
    staff.clock.forward(days=20)
    await staff.house.returning.complain(person, "nothing was fixed", "one")
    staff.clock.forward(days=10)
    assert (await round_of(staff)).closed == [filed.report_id], "30 days after the last word that readers know of"
    staff.clock.forward(days=50)
    await staff.house.returning.complain(person, "still nothing", "two")
    staff.clock.forward(days=89)
    assert (await round_of(staff)).emptied == []
    staff.clock.forward(days=1)
    assert (await round_of(staff)).emptied == [filed.report_id]


async def test_what_was_late_is_told_though_it_was_done_while_the_server_stood_still(staff: Staff) -> None:
    filed = await staff.report()
    staff.clock.forward(days=6)
    await staff.review.acknowledge(filed.report_id, staff.id("anna"))
    assert told((await round_of(staff)).alerts) == ["acknowledge_100"]
    staff.clock.forward(days=40)
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "x", "de", "k")
    assert told((await round_of(staff)).alerts) == ["decide_100"]


async def test_decided_closes_by_itself_and_content_goes_after_90_days(staff: Staff) -> None:
    filed = await staff.report("the secret lamp")
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", "k")
    staff.clock.forward(days=29)
    assert (await round_of(staff)).closed == []
    staff.clock.forward(days=1)
    assert (await round_of(staff)).closed == [filed.report_id]
    staff.clock.forward(days=89)
    assert (await round_of(staff)).emptied == []
    staff.clock.forward(days=1)
    assert (await round_of(staff)).emptied == [filed.report_id]
    assert await staff.house.reports.records(filed.report_id) == []
    line = await staff.review.line(filed.report_id, staff.id("anna"))
    assert (line.standing.state, line.standing.outcome) == ("closed", "fixed"), "a line without content stays"
    person = await staff.house.returning.enter(filed.code)
    assert person and (await staff.house.returning.view(person)).talk == []
    assert (await round_of(staff)).emptied == []


@pytest.mark.parametrize("after", [0, 1, 45, 88])
async def test_a_new_message_never_brings_the_deletion_nearer(staff: Staff, after: int) -> None:
    filed = await staff.report()
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", "k")
    await staff.review.close(filed.report_id, staff.id("anna"))
    closed = staff.clock.day()
    person = await staff.house.returning.enter(filed.code)
    assert person
    staff.clock.forward(days=after)
    await staff.house.returning.say(person, "thank you", key="m")
    written = staff.clock.day()
    while not (await round_of(staff)).emptied:
        staff.clock.forward(days=1)
    assert staff.clock.day() == written + dt.timedelta(days=90) >= closed + dt.timedelta(days=90)


async def test_an_open_report_is_never_emptied(staff: Staff) -> None:
    filed = await staff.report()
    for _ in range(20):
        staff.clock.forward(days=30)
        assert not (await round_of(staff)).emptied
    assert len(await staff.house.reports.records(filed.report_id)) == 2


async def decided(staff: Staff, count: int, kind: str = "housing", **answers: str) -> list[str]:
    codes = []
    for place in range(count):
        filed = await staff.report(kind=kind, **answers)
        await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", f"k{place}")
        codes.append(filed.code)
    return codes


async def test_figures_come_in_whole_weeks_and_never_of_fewer_than_five(staff: Staff) -> None:
    findings = staff.house.findings
    await decided(staff, 4)
    await decided(staff, 3, figures="no")
    staff.clock.forward(days=7)
    await round_of(staff)
    assert await findings.batches() == [], "three of the seven did not allow it"
    (code,) = await decided(staff, 1, "work")
    await round_of(staff)
    assert await findings.batches() == [], "this week is not over"
    for _ in range(3):
        staff.clock.forward(days=7)
        await round_of(staff)
    assert await findings.batches() == [], "five are few: four weeks are waited for more"
    staff.clock.forward(days=7)
    await round_of(staff)
    (batch,) = await findings.batches()
    assert (batch.total, batch.begin, batch.end) == (5, None, dt.date(2026, 7, 19))
    assert batch.tables["kind"] == {"other": 5} and batch.tables["outcome"] == {"fixed": 5}
    before = await findings.overview()
    # Withdrawn after it was counted: the figures stay as they were, or the difference would tell.
    person = await staff.house.returning.enter(code)
    assert person and await staff.house.returning.withdraw(person)
    await decided(staff, 4)
    for _ in range(3):
        staff.clock.forward(days=7)
        await round_of(staff)
        assert await findings.overview() == before
    await decided(staff, 2, district="Bobingen")
    staff.clock.forward(days=7)
    await round_of(staff)
    after = await findings.overview()
    assert after.heard == 11 and after.decided["kind"] == {"housing": 6, "other": 5}
    assert after.batches[1].begin == dt.date(2026, 7, 20)
    await decided(staff, 20)
    staff.clock.forward(days=7)
    await round_of(staff)
    assert (await findings.overview()).heard == 31, "twenty need not wait"


async def test_what_is_long_undecided_is_told_too_and_counted_once(staff: Staff) -> None:
    reports = [await staff.report(kind="police") for _ in range(5)]
    staff.clock.forward(days=30 + 30 + 8 + 28)
    await round_of(staff)
    (batch,) = await staff.house.findings.batches()
    assert (batch.population, batch.total, batch.tables["kind"]) == ("late", 5, {"police": 5})
    for place, filed in enumerate(reports):
        await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "x", "de", f"k{place}")
    staff.clock.forward(days=14)
    await round_of(staff)
    assert len(await staff.house.findings.batches()) == 1


async def test_what_is_written_while_content_is_deleted_is_kept(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    filed, reports = await staff.report(), staff.house.reports
    person = await staff.house.returning.enter(filed.code)
    assert person
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", "k")
    await staff.review.close(filed.report_id, staff.id("anna"))
    staff.clock.forward(days=90)
    steps_of = reports.steps

    async def steps(report_id: str) -> list[StepRow]:
        found = await steps_of(report_id)
        monkeypatch.undo()
        await staff.house.returning.say(person, "please open it again, there is new proof", key="q")
        return found

    monkeypatch.setattr(reports, "steps", steps)
    assert (await round_of(staff)).emptied == []
    assert (await staff.house.returning.view(person)).talk[-1].content.text == "please open it again, there is new proof"
    staff.clock.forward(days=89)
    assert (await round_of(staff)).emptied == []
    staff.clock.forward(days=1)
    assert (await round_of(staff)).emptied == [filed.report_id]
