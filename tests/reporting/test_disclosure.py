"""Small numbers, attacked: by everybody who knows the rule, adds, subtracts, and keeps every publication."""

from __future__ import annotations

import datetime as dt
import itertools
import random
from collections import defaultdict

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linprog

from bot.reporting.disclosure import LEAST, OTHER, added, grouped
from bot.reporting.findings import Entry, make_batch

NAMES = "abcdef"
counts = st.dictionaries(st.sampled_from(NAMES), st.integers(min_value=0, max_value=30)).filter(
    lambda given: sum(given.values()) >= LEAST
)


@settings(max_examples=500, deadline=None)
@given(counts, st.booleans())
def test_nothing_under_five_is_shown_and_nothing_is_lost(true: dict[str, int], coin: bool) -> None:
    shown = grouped(true, lambda: coin)
    assert all(count >= LEAST for count in shown.values())
    assert sum(shown.values()) == sum(true.values())
    assert all(shown[name] == true[name] for name in shown if name != OTHER)


@pytest.mark.parametrize("total", range(LEAST))
def test_fewer_than_five_are_never_shown(total: int) -> None:
    with pytest.raises(ValueError):
        grouped({"a": total})


def outputs(true: dict[str, int]) -> set[tuple[tuple[str, int], ...]]:
    """Everything that could be published of these counts: each way the coin and the lots can fall."""
    return {
        tuple(sorted(grouped(true, lambda side=side: side, lots.index).items()))  # type: ignore[misc]
        for side in (True, False)
        for lots in itertools.permutations(true)
    }


@pytest.mark.parametrize("kinds", [2, 3, 4])
def test_who_knows_the_rule_cannot_work_backwards(kinds: int) -> None:
    """All possible truths, turned round: to each publication, what each hidden number may have been."""
    most = 11 if kinds < 4 else 8
    possible: dict[tuple[tuple[str, int], ...], list[tuple[int, ...]]] = defaultdict(list)
    for numbers in itertools.product(range(most), repeat=kinds):
        if sum(numbers) >= LEAST:
            for output in outputs(dict(zip(NAMES, numbers, strict=False))):
                possible[output].append(numbers)
    assert len(possible) > 50
    for output, truths in possible.items():
        shown = dict(output)
        if sum(shown.values()) >= most + LEAST:
            continue  # the largest numbers are cut off here, and with them some of what is possible
        for place in range(kinds):
            values = {truth[place] for truth in truths}
            assert len(values) > 1 or not 0 < next(iter(values)) < LEAST, (shown, NAMES[place], values)


def entries(rng: random.Random, count: int, week: int) -> list[Entry]:
    made = []
    for place in range(count):
        outcome = rng.choices(["fixed", "partly", "not", "refused", "referred"], [6, 2, 3, 1, 2])[0]
        why = rng.choice(["not_ours", "no_proof", "law"]) if outcome in ("partly", "not", "refused") else ""
        made.append(Entry(
            f"{week}-{place}", dt.date(2026, 1, 5) + dt.timedelta(weeks=week),
            rng.choices(["housing", "police", "work", "children"], [8, 3, 2, 1])[0],
            rng.choices(["Bobingen", "Gersthofen", "not_said"], [6, 1, 2])[0], outcome, why,
            rng.choice(["week", "month", "longer"]),
        ))
    return made


def test_every_difference_of_successive_publications_is_a_group_of_five_or_nothing() -> None:
    rng = random.Random(5)
    for _ in range(60):
        tables, before = [], {}
        for week in range(12):
            fresh = entries(rng, rng.randrange(0, 14), week)
            if len(fresh) < LEAST:
                continue
            tables.append(make_batch("decided", fresh, None, dt.date(2026, 1, 5)).tables)
            now = added(tables)
            for dimension, groups in now.items():
                for name, count in groups.items():
                    difference = count - before.get(dimension, {}).get(name, 0)
                    assert difference == 0 or difference >= LEAST, (dimension, name)
            # Totals against any sum of shown cells: what remains is nothing or at least five.
            total = sum(next(iter(now.values())).values())
            for groups in now.values():
                assert sum(groups.values()) == total
                for size in range(1, len(groups)):
                    for some in itertools.combinations(groups.values(), size):
                        assert total - sum(some) >= LEAST
            before = now


def bounds(batches: list[dict[str, dict[str, int]]], hidden: dict[str, list[str]], cell: dict[str, str]) -> tuple[float, float]:
    """What a solver of equations can say of a cell (of all batches together) from everything that was published.

    Unknowns: for each batch, how many reports have each combination of values. Known: every published group's sum.
    """
    names = list(hidden)
    combinations = list(itertools.product(*(hidden[name] for name in names)))
    size = len(combinations)
    rows, sums = [], []
    for place, tables in enumerate(batches):
        for axis, name in enumerate(names):
            shown = tables[name]
            for group, count in shown.items():
                row = np.zeros(size * len(batches))
                for index, combination in enumerate(combinations):
                    value = combination[axis]
                    if value == group or (group == OTHER and value not in shown):
                        row[place * size + index] = 1
                rows.append(row)
                sums.append(count)
    wanted = np.zeros(size * len(batches))
    for index, combination in enumerate(combinations):
        if all(combination[names.index(name)] == value for name, value in cell.items()):
            for place in range(len(batches)):
                wanted[place * size + index] = 1
    low, high = (linprog(sign * wanted, A_eq=np.array(rows), b_eq=sums, bounds=(0, None), method="highs") for sign in (1, -1))
    assert low.success and high.success
    return low.fun, -high.fun


def test_no_equations_give_a_small_number_away() -> None:
    """Linear programming over all publications: no cell, of one dimension or of two crossed, is pinned to 1 to 4."""
    rng = random.Random(11)
    values = {"kind": ["housing", "police", "work"], "district": ["Bobingen", "Gersthofen"], "time": ["week", "month", "longer"]}
    checked = 0
    for _ in range(6):
        batches = []
        for week in range(3):
            fresh = []
            for place in range(rng.randrange(LEAST, 16)):
                kind = rng.choices(values["kind"], [6, 2, 1])[0]
                place_name = rng.choices(values["district"], [5, 1])[0]
                fresh.append(Entry(f"{week}-{place}", dt.date(2026, 1, 5), kind, place_name, "fixed", "",
                                   rng.choice(values["time"])))
            tables = make_batch("decided", fresh, None, dt.date(2026, 1, 5)).tables
            batches.append({name: tables[name] for name in values})
        cells = [{name: value} for name in values for value in values[name]]
        cells += [{"kind": kind, "district": district} for kind in values["kind"] for district in values["district"]]
        for cell in cells:
            low, high = bounds(batches, values, cell)
            checked += 1
            assert not (high - low < 0.5 and 0.5 < high < LEAST - 0.5), (cell, low, high, batches)
    assert checked > 50


def test_reasons_divide_a_shown_outcome_and_reveal_nothing_smaller() -> None:
    rng = random.Random(3)
    seen = 0
    for week in range(300):
        batch = make_batch("decided", entries(rng, rng.randrange(5, 40), week), None, dt.date(2026, 1, 5))
        for outcome, reasons in batch.why.items():
            seen += 1
            assert sum(reasons.values()) == batch.tables["outcome"][outcome] and min(reasons.values()) >= LEAST
        assert OTHER not in batch.why
    assert seen > 100
