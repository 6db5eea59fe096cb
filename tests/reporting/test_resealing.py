"""Reports are sealed anew after a member was removed: who stays opens them, who left does not."""

from __future__ import annotations

import asyncio

from bot.reporting.interview import Standing
from bot.reporting.returning import Session
from tests.reporting.staff import PASSPHRASE, Staff


async def test_after_a_removal_reports_are_sealed_anew(staff: Staff) -> None:
    filed = await staff.report("told before")
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", "k")
    circles, anna = staff.house.report_circles, staff.keys["anna"]
    old = staff.keys["ben"]
    await circles.remove(anna, staff.id("ben"))
    assert await staff.review.reseal(anna) > 0
    assert await staff.review.reseal(anna) == 0, "nothing is left to do"
    await circles.retire(anna, [])
    again = await circles.unlock(staff.id("anna"), "readers", PASSPHRASE + "anna")
    assert again.numbers == (2,)
    opened = await staff.review.open(filed.report_id, staff.id("anna"), again, "de")
    assert {piece.row.about for piece in opened.pieces} >= {"what", "answer", "summary"}
    # Who was removed and kept their key: nothing opens, neither old nor new.
    assert (await staff.review.open(filed.report_id, staff.id("ben"), old, "de")).pieces == []
    # The person and the oversight still read what was theirs.
    receipt, report = await staff.house.intake.derive(filed.code), await staff.house.reports.get(filed.report_id)
    assert report
    view = await staff.house.returning.view(Session(report, receipt.private))
    assert [said.content.text for said in view.talk] == ["[ar] gut"]
    assert len((await staff.review.overseen(filed.report_id, staff.keys["olga"], "de")).pieces) == 1


async def test_sealing_anew_for_the_readers_takes_nothing_from_an_oversight_that_changed_its_key(staff: Staff) -> None:
    filed = await staff.report("told before")
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", "k")
    circles = staff.house.report_circles
    otto = await staff.house.mediators.add("otto", ["de"], roles=["oversight"])
    await circles.enrol(otto.id, "oversight", PASSPHRASE + "otto")
    await circles.admit(staff.keys["olga"], otto.id)
    removed = await circles.unlock(otto.id, "oversight", PASSPHRASE + "otto")
    await circles.remove(staff.keys["olga"], otto.id)
    await circles.rotate(staff.keys["anna"])
    assert await staff.review.reseal(staff.keys["anna"]) > 0
    await circles.retire(staff.keys["anna"], [])

    async def summaries(name: str) -> list[str]:
        seen = await staff.review.overseen(filed.report_id, staff.keys[name], "de")
        return [piece.content.text for piece in seen.pieces]

    assert await summaries("olga") == ["Lampe"]
    assert await staff.review.reseal(staff.keys["olga"]) == 1 and await staff.review.reseal(staff.keys["olga"]) == 0
    await circles.retire(staff.keys["olga"], [])
    assert await summaries("olga") == ["Lampe"]
    assert (await staff.review.overseen(filed.report_id, removed, "de")).pieces == [], "who was removed opens it no more"
    assert (await staff.review.open(filed.report_id, staff.id("anna"), staff.keys["anna"], "de")).pieces


async def test_both_circles_seal_anew_at_once(staff: Staff) -> None:
    filed = await staff.report("told before")
    await staff.review.decide(filed.report_id, staff.id("anna"), "fixed", None, "gut", "Lampe", "de", "k")
    circles = staff.house.report_circles
    for name in ("anna", "olga"):
        await circles.rotate(staff.keys[name])
    await asyncio.gather(*(staff.review.reseal(staff.keys[name]) for name in ("anna", "olga")))
    for name in ("anna", "olga"):
        assert await staff.review.reseal(staff.keys[name]) == 0
        await circles.retire(staff.keys[name], [])
    anna = await circles.unlock(staff.id("anna"), "readers", PASSPHRASE + "anna")
    olga = await circles.unlock(staff.id("olga"), "oversight", PASSPHRASE + "olga")
    opened = await staff.review.open(filed.report_id, staff.id("anna"), anna, "de")
    assert {piece.row.about for piece in opened.pieces} >= {"what", "answer", "summary"}
    seen = await staff.review.overseen(filed.report_id, olga, "de")
    assert [piece.content.text for piece in seen.pieces] == ["Lampe"]


async def test_only_a_half_told_report_that_needs_the_old_key_keeps_it_and_it_is_said_until_when(staff: Staff) -> None:
    interview, circles, anna = staff.house.interview, staff.house.report_circles, staff.keys["anna"]

    async def half(name: str) -> Standing:
        standing = await interview.choose_kind(name, await interview.begin(name, "ar", 0), "housing")
        await interview.told(name, standing, "the lamp is broken", "m1", None)
        return standing

    before = await half("before")
    assert await staff.review.half_told(anna) is None, "nothing is old yet"
    await circles.rotate(anna)
    until = await interview.keep("before", before)
    await half("after")
    assert await staff.review.half_told(anna) == until
    assert await staff.review.half_told(staff.keys["olga"]) is None, "the other circle kept its key"
    await interview.drafts.end("before")
    assert await staff.review.half_told(anna) is None, "what was begun since is sealed to the new key"
