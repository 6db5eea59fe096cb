"""Somebody changes the database: records swapped, cut short, forged, given another author. And what is deleted is gone."""

from __future__ import annotations

import asyncio
import time

import pytest
import sqlalchemy as sa

from bot.container import Container
from bot.errors import WaymarkError
from bot.reporting import keys, receipts, vault
from bot.reporting.intake import Telling
from bot.reporting.limits import Hourly
from bot.reporting.records import Content, context_of
from bot.reporting.tasks import Tasks, number, worked
from bot.store.report_keys import ReportKeys
from bot.store.report_tables import report_draft_records, report_drafts, report_records
from bot.store.reports import RecordRow

READERS, OVERSIGHT = keys.new_pair(), keys.new_pair()


@pytest.fixture
async def house(quiet_house: Container, cheap: None) -> Container:
    for circle, pair in (("readers", READERS), ("oversight", OVERSIGHT)):
        await ReportKeys(quiet_house.database).found(circle, pair.public, b"r" * 32, b"share", b"mark")
    quiet_house.intake.hourly = Hourly(1000, 1000)
    return quiet_house


async def two_reports(house: Container) -> tuple[list[RecordRow], list[RecordRow]]:
    told = [{"what": text, "where": f"{text} street"} for text in ("one", "two")]
    filed = [await house.intake.take(Telling("other", "en", answers)) for answers in told]
    one, two = [await house.reports.records(each.report_id) for each in filed]
    return one, two


async def refused(house: Container, record: RecordRow) -> bool:
    try:
        await house.ledger.opened(record, READERS.private)
    except WaymarkError as error:
        return error.code == "reports.sealed"
    return False


async def test_records_that_were_swapped_moved_or_renamed_do_not_open(house: Container) -> None:
    one, two = await two_reports(house)
    assert not await refused(house, one[0])
    for changed in (
        one[0]._replace(sealed=two[0].sealed), one[0]._replace(sealed=one[1].sealed), one[0]._replace(number=7),
        one[0]._replace(author="reader"), one[0]._replace(about="where"), one[0]._replace(report_id=two[0].report_id),
        one[0]._replace(sealed=one[0].sealed[:-1]), one[0]._replace(sealed=b""), one[0]._replace(sealed=one[0].sealed[32:]),
    ):
        assert await refused(house, changed)


async def test_a_record_forged_with_the_public_key_alone_does_not_open(house: Container) -> None:
    one, _ = await two_reports(house)
    record = one[0]
    context = context_of(record.report_id, record.author, record.about, record.number)
    forged = vault.seal(Content("I made it all up", "en").packed(), [vault.Recipient(READERS.public)], context)
    assert await refused(house, record._replace(sealed=b"\0" * vault.STAMP_BYTES + forged))
    assert await refused(house, record._replace(sealed=record.sealed[: vault.STAMP_BYTES] + forged))
    # Who holds the key file as well can forge; docs/reporting.md says so.
    stamped = vault.stamp(await house.reports.key(), forged, context)
    assert not await refused(house, record._replace(sealed=stamped))


async def test_the_person_reads_the_talk_and_not_the_report_and_nobody_else_reads_notes(house: Container) -> None:
    filed = await house.intake.take(Telling("other", "en", {"what": "told at first"}))
    person = await house.intake.derive(filed.code)
    report = await house.reports.get(filed.report_id)
    assert report is not None
    await house.ledger.add(report, "reader", "answer", Content("an answer", "en"))
    await house.ledger.add(report, "note", "note", Content("among readers", "de"))
    await house.ledger.add(report, "person", "message", Content("more", "en"))

    async def seen(private: bytes) -> list[str]:
        return [content.text for _, content in await house.ledger.readable(report.id, private)]

    assert await seen(person.private) == ["an answer", "more"]
    assert await seen(READERS.private) == ["told at first", "an answer", "among readers", "more"]
    assert await seen(OVERSIGHT.private) == []
    assert await seen(keys.new_pair().private) == []


async def test_two_who_write_at_once_both_get_a_place(house: Container) -> None:
    filed = await house.intake.take(Telling("other", "en", {"what": "first"}))
    report = await house.reports.get(filed.report_id)
    assert report is not None
    await asyncio.gather(*(
        house.ledger.add(report, "person", "message", Content(f"message {place}", "en"), key=f"k{place}") for place in range(8)
    ))
    records = await house.reports.records(report.id)
    assert [record.number for record in records] == list(range(1, 10))
    assert not any([await refused(house, record) for record in records])


async def test_nothing_is_added_to_a_report_that_was_withdrawn(house: Container) -> None:
    filed = await house.intake.take(Telling("other", "en", {"what": "first"}))
    report = await house.reports.get(filed.report_id)
    assert report is not None and await house.reports.delete(report.id)
    with pytest.raises(WaymarkError) as gone:
        await house.ledger.add(report, "reader", "answer", Content("too late", "en"))
    assert gone.value.code == "reports.gone"
    with house.database.engine.begin() as connection:
        assert connection.execute(sa.select(report_records)).all() == []


async def test_halves_of_reports_are_deleted_when_their_time_is_over(house: Container) -> None:
    interview = house.interview
    standing = await interview.begin("c" * 32, "en", 0)
    standing = await interview.choose_kind("c" * 32, standing, "work")
    await interview.told("c" * 32, standing, "half a story", "k1")
    assert await interview.at("c" * 32)
    with house.database.engine.begin() as connection:
        connection.execute(report_drafts.update().values(until=int(time.time()) - 1))
    assert await interview.at("c" * 32) is None
    assert await interview.drafts.purge() == 1
    with house.database.engine.begin() as connection:
        assert connection.execute(sa.select(report_drafts)).all() == []
        assert connection.execute(sa.select(report_draft_records)).all() == []


async def test_a_half_can_be_finished_once_and_a_crash_in_between_gives_a_new_code_for_the_same_report(house: Container) -> None:
    interview, who = house.interview, "d" * 32
    standing = await interview.choose_kind(who, await interview.begin(who, "en", 0), "work")
    with pytest.raises(WaymarkError) as empty:
        await interview.finish(who, standing)
    assert empty.value.code == "reports.empty"
    await interview.told(who, standing, "a story", "k1")
    first = await interview.finish(who, standing)
    again = await interview.finish(who, standing)
    assert again.report_id == first.report_id and again.code != first.code
    assert len(await house.reports.all()) == 1 and len(await house.reports.records(first.report_id)) == 1
    assert await house.returning.enter(first.code) is None and await house.returning.enter(again.code)


def test_the_hourly_limit_counts_all_and_each() -> None:
    now = [0.0]
    limit = Hourly(5, 2, lambda: now[0])
    assert [limit.take("a") for _ in range(3)] == [True, True, False]
    assert [limit.take("b") for _ in range(3)] == [True, True, False]
    assert [limit.take(None) for _ in range(2)] == [True, False]
    now[0] = 3600.0
    assert limit.take("a")


def test_a_task_is_solved_once_by_sum_or_work(quiet_house: Container) -> None:
    now = [1000.0]
    tasks = Tasks(quiet_house.secrets, lambda: now[0])
    task = tasks.new("report")
    right = str(task.first + task.second)
    assert not tasks.solved(task.token, "report", "99") and not tasks.solved(task.token, "return", right)
    assert tasks.solved(task.token, "report", f" {right}\u200f") and not tasks.solved(task.token, "report", right)
    late = tasks.new("report")
    now[0] += 5 * 3600
    assert not tasks.solved(late.token, "report", str(late.first + late.second))
    assert not tasks.solved("rubbish", "report", "7") and not tasks.solved("", "report", "7")


@pytest.mark.parametrize("work", ["", "-1", "1e9", "٣", "9" * 41, "x"])
def test_work_that_is_no_number_is_none(work: str) -> None:
    assert not worked("token", work)


@pytest.mark.parametrize("text, found", [
    ("12", 12), (" ١٢ ", 12), ("۷", 7), ("", None), ("twelve", None), ("1234", None), ("-3", None),
])
def test_small_numbers_are_read_in_any_script(text: str, found: int | None) -> None:
    assert number(text) == found


def test_codes_and_keys_are_the_size_they_claim() -> None:
    assert receipts.LOOKUP_BITS == 12 and receipts.DIGITS == 16
