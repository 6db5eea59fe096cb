"""Two people act on a report in the same moment: one of them wins, and all see the same."""

from __future__ import annotations

import asyncio

from bot.errors import WaymarkError
from bot.reporting.intake import Filed
from bot.reporting.returning import Session
from tests.reporting.staff import Staff


async def session(staff: Staff, filed: Filed) -> Session:
    found = await staff.house.returning.enter(filed.code)
    assert found is not None
    return found


async def steps(staff: Staff, filed: Filed) -> list[str]:
    return [step.name for step in await staff.house.reports.steps(filed.report_id)]


async def agree(staff: Staff, filed: Filed) -> str:
    """The state, which readers and the person must see alike."""
    line = await staff.review.line(filed.report_id, None)
    view = await staff.house.returning.view(await session(staff, filed))
    assert view.report.state == line.report.state == line.standing.state
    assert view.next_date == (line.standing.next.day if line.standing.next else None)
    return line.standing.state


async def test_of_two_readers_who_decide_one_is_told_that_it_was_decided(staff: Staff) -> None:
    filed, review = await staff.report(), staff.review
    done = await asyncio.gather(
        review.decide(filed.report_id, staff.id("anna"), "fixed", None, "fertig", "summary", "de", "a"),
        review.decide(filed.report_id, staff.id("ben"), "refused", "law", "abgelehnt", "summary", "de", "b"),
        return_exceptions=True,
    )
    assert done.count("sent") == 1
    (error,) = [one for one in done if isinstance(one, WaymarkError)]
    assert error.code == "reports.decided"
    assert (await steps(staff, filed)).count("decided") == 1
    view = await staff.house.returning.view(await session(staff, filed))
    assert len(view.talk) == 1, "the person gets one decision"
    seen = await review.overseen(filed.report_id, staff.keys["olga"], "de")
    assert [piece.row.about for piece in seen.pieces] == ["summary"]
    assert await agree(staff, filed) == "decided"


async def test_who_confirms_a_report_in_the_moment_of_its_decision_does_not_open_it_again(staff: Staff) -> None:
    filed, review = await staff.report(), staff.review
    await asyncio.gather(
        review.decide(filed.report_id, staff.id("anna"), "fixed", None, "fertig", "summary", "de", "a"),
        *(review.acknowledge(filed.report_id, staff.id("ben")) for _ in range(5)),
    )
    assert await agree(staff, filed) == "decided"


async def test_an_alarm_in_the_moment_of_the_decision_is_never_lost(staff: Staff) -> None:
    for late in range(4):
        filed, review = await staff.report(), staff.review
        person = await session(staff, filed)
        await review.acknowledge(filed.report_id, staff.id("anna"))

        async def alarm(person: Session = person, late: int = late) -> None:
            for _ in range(late):
                await staff.house.reports.get(person.report.id)
            await staff.house.returning.since(person, True, "he came back", other_reader=False, key="s")

        await asyncio.gather(
            review.decide(filed.report_id, staff.id("anna"), "fixed", None, "fertig", "summary", "de", "a"), alarm()
        )
        assert await agree(staff, filed) in ("received", "decided")
        assert (await steps(staff, filed)).count("since") == 1


async def test_opening_again_twice_is_opening_again_once(staff: Staff) -> None:
    filed = await staff.report()
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "fertig", "summary", "de", "a")
    person = await session(staff, filed)
    done = await asyncio.gather(staff.house.returning.reopen(person), staff.house.returning.reopen(person))
    assert sorted(done) == [False, True] and (await steps(staff, filed)).count("reopened") == 1
    assert await agree(staff, filed) == "received"


async def test_what_is_opened_again_has_new_dates_and_all_see_the_same(staff: Staff) -> None:
    for way in ("reopen", "since"):
        filed, review = await staff.report(), staff.review
        assert await agree(staff, filed) == "received"
        await review.acknowledge(filed.report_id, staff.id("anna"))
        assert await agree(staff, filed) == "read"
        await review.decide(filed.report_id, staff.id("anna"), "fixed", None, "fertig", "summary", "de", "a")
        staff.clock.forward(days=60)
        person = await session(staff, filed)
        if way == "reopen":
            await staff.house.returning.reopen(person)
        else:
            await staff.house.returning.since(person, True, "again", other_reader=False)
        assert await agree(staff, filed) == "received"
        view = await staff.house.returning.view(person)
        assert view.next_date is not None and view.next_date > staff.clock.day()
        await review.acknowledge(filed.report_id, staff.id("ben"))
        assert await agree(staff, filed) == "read"


async def test_a_message_that_comes_twice_takes_the_report_from_no_new_reader(staff: Staff) -> None:
    filed, review = await staff.report(), staff.review
    await review.acknowledge(filed.report_id, staff.id("anna"))
    person = await session(staff, filed)
    await staff.house.returning.since(person, True, "he came back", other_reader=True, key="s")
    await review.acknowledge(filed.report_id, staff.id("ben"))
    await staff.house.returning.since(person, True, "he came back", other_reader=True, key="s")
    assert (await review.line(filed.report_id, staff.id("ben"))).readers == (staff.id("ben"),)
