"""Early warning: silent on quiet noise, awake when something rises, and never about a handful."""

from __future__ import annotations

import datetime as dt
import json
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.stats import nbinom

from bot.container import Container
from bot.reporting.clock import ZONE
from bot.reporting.intake import Telling
from bot.reporting.warnings import CHANCE, LEAST, WEEKS, Warnings, chance_of, unusual
from bot.store.case_tables import cases
from bot.store.feedback import Figure, VisitFeedback, monday_of, week_of
from tests.reporting.staff import Staff

NOW = "2026-W30"
EARLIER = [week_of(monday_of(NOW) - dt.timedelta(weeks=back)) for back in range(1, WEEKS + 1)]


def figures(before: list[int], now: int, topic: str = "housing", signal: str = "reports") -> list[Figure]:
    rows = [Figure(week, signal, topic, "Bobingen", count) for week, count in zip(EARLIER, before, strict=True)]
    return [*rows, Figure(NOW, signal, topic, "Bobingen", now)]


@pytest.mark.parametrize("median", [0, 1, 2.5, 7, 20])
@pytest.mark.parametrize("count", [1, 5, 9, 25])
def test_the_chance_is_the_negative_binomials(median: float, count: int) -> None:
    before = [int(median)] * 4 + [int(median + 0.5)] * 4
    expected = nbinom.sf(count - 1, WEEKS * float(np.median(before)) + 0.5, WEEKS / (WEEKS + 1))
    assert chance_of(count, before) == pytest.approx(expected, rel=1e-6, abs=1e-9)


@pytest.mark.parametrize("rate", [0.2, 1.0, 3.0, 8.0, 25.0])
def test_quiet_noise_gives_next_to_no_alarms(rate: float) -> None:
    """A hundred figures over forty years of weeks at an unchanged rate: fewer than one false alarm a figure in ten years."""
    rng = np.random.default_rng(int(rate * 10))
    weeks, cells = 52 * 8, 25
    alarms = 0
    noise = rng.poisson(rate, (cells, weeks + WEEKS))
    for cell in noise:
        for week in range(WEEKS, weeks + WEEKS):
            before = [int(count) for count in cell[week - WEEKS : week]]
            alarms += cell[week] >= LEAST and chance_of(int(cell[week]), before) < CHANCE
    share = alarms / (weeks * cells)
    print(f"rate {rate}: {alarms} false alarms in {weeks * cells} weeks of a figure ({share:.5f})")
    assert share < 1 / (52 * 10)


@pytest.mark.parametrize(
    ("before", "now"), [([0] * 8, 5), ([1, 0, 2, 1, 1, 0, 1, 1], 9), ([5, 4, 6, 5, 5, 4, 6, 5], 18), ([20] * 8, 45)]
)
def test_a_real_rise_is_seen(before: list[int], now: int) -> None:
    (warning,) = unusual(figures(before, now), NOW)
    assert warning.number == now and warning.usual == float(np.median(before)) and warning.one_in > 2000


@pytest.mark.parametrize(
    ("before", "now"), [([0] * 8, 4), ([3] * 8, 6), ([20] * 8, 28), ([5, 4, 6, 5, 5, 4, 6, 5], 0), ([9] * 8, 9)]
)
def test_what_is_usual_or_small_is_not(before: list[int], now: int) -> None:
    assert unusual(figures(before, now), NOW) == []


def test_one_wild_week_before_does_not_hide_the_next() -> None:
    assert unusual(figures([2, 1, 40, 2, 1, 2, 2, 1], 12), NOW)


def test_a_change_of_the_year_is_one_week_after_another() -> None:
    week = week_of(dt.date(2026, 1, 1))
    assert week == "2026-W01" and week_of(monday_of(week) - dt.timedelta(weeks=1)) == "2025-W52"
    assert week_of(dt.date(2027, 1, 1)) == "2026-W53"


async def test_collected_from_what_the_house_counts(staff: Staff) -> None:
    house: Container = staff.house
    store = VisitFeedback(house.database, house.secrets)
    warnings = Warnings(store, lambda record: ("housing", "Bobingen"), staff.clock.day)
    await warnings.collect()
    assert await warnings.now() == []
    for place in range(6):
        await staff.report(kind="police", district="Gersthofen")
        await store.add(week_of(staff.clock.day()), f"record-{place}", "person", {"turned_away": "yes", "open": "yes"})
    for _ in range(9):
        await staff.house.intake.take(Telling("work", "de", {"what": "x", "figures": "no"}))
    await warnings.collect()
    await warnings.collect()
    found = {(one.signal, one.topic, one.district, one.number) for one in await warnings.now()}
    assert found == {("reports", "police", "Gersthofen", 6), ("turned_away", "housing", "Bobingen", 6)}, "allowed figures alone"
    # What is withdrawn or deleted afterwards leaves the comparison as it was.
    for report in await house.reports.all():
        await house.reports.delete(report.id)
    await warnings.collect()
    assert len(await warnings.now()) == 2
    staff.clock.forward(days=63)
    assert await warnings.now() == []


async def test_what_was_unusual_on_sunday_is_still_told_on_monday(staff: Staff) -> None:
    warnings = staff.house.warnings
    staff.clock.now = dt.datetime(2026, 11, 22, 23, 50, tzinfo=ZONE)
    for _ in range(8):
        await staff.report(kind="police", district="Gersthofen")
    await warnings.collect()

    async def told() -> list[tuple[int, bool]]:
        return [(one.number, one.last) for one in await warnings.now()]

    assert await told() == [(8, False)]
    staff.clock.forward(minutes=20)
    assert await told() == [(8, True)]
    for _ in range(20):
        await staff.report(kind="police", district="Gersthofen")
    await warnings.collect()
    assert await told() == [(20, False)], "one line for one figure, the present week's"
    staff.clock.forward(days=14)
    assert await told() == []


# A Tuesday noon; and Sunday night where the server counts in UTC, Monday already where the house stands.
@pytest.mark.parametrize("moment", ["2026-11-24T12:00:00+00:00", "2026-11-29T23:10:00+00:00"])
async def test_questions_and_handovers_that_nobody_answered_are_counted(
    staff: Staff, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = staff.house
    staff.clock.now = dt.datetime.fromisoformat(moment).astimezone(ZONE)
    monkeypatch.setattr("bot.container.time", SimpleNamespace(time=staff.clock))
    for _ in range(7):
        house.unanswered.count("housing", "ar")
    details = house.secrets.seal(json.dumps({"topic": "health", "town": "Bobingen", "wishes": [], "tried": []}))
    now = int(staff.clock())
    with house.database.engine.begin() as connection:
        for place in range(9):
            # Six ended without an answer, three were answered.
            outcome, replied = ("no_answer", None) if place < 6 else ("solved", now)
            connection.execute(cases.insert().values(
                id=f"case-{place}", code=f"C{place}", conversation_id=f"c{place}", state="closed", language="ar", details=details,
                created_at=now, updated_at=now, closed_at=now, outcome=outcome, first_reply_at=replied,
            ))
    await house.warnings.collect()
    found = {(one.signal, one.topic, one.district, one.number) for one in await house.warnings.now()}
    assert found == {("questions", "housing", "", 7), ("handovers", "health", "Bobingen", 6)}
