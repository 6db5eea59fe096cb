"""Groups counts so that no published number, and no difference of published numbers, tells of fewer than five reports.

A publication is a batch of reports that were never counted before. In every dimension the batch is divided into groups of at
least five; what is smaller is put together under "other". So

* nothing under five is shown, because no group is smaller;
* no subtraction inside a publication reveals a small number: all dimensions add up to the same total, and what is left
  after taking away shown groups is again a group of at least five, or nothing;
* no subtraction of two publications does: a batch is written once and never changed, and the next one counts other reports.

If "other" would stay under five, the smallest shown group goes into it. Who knows this rule could still work backwards from
a total (two hidden kinds with eight reports in all can only be four and four). Therefore the choice among equals is random, and
in half of the cases one more group goes in than needed: then several divisions remain possible (see tests/reporting/
test_disclosure.py, which tries them all).
"""

from __future__ import annotations

import secrets as random
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TypeVar

LEAST = 5
OTHER = "other"
Item = TypeVar("Item")


def grouped(
    counts: Mapping[str, int], coin: Callable[[], bool] | None = None, lot: Callable[[str], int] | None = None
) -> dict[str, int]:
    """Counts by category as they may be shown, "other" last. ValueError if all together are fewer than five.

    `coin`: whether one more category than needed is hidden; `lot`: the category's lot among equals, the lowest is hidden first.
    Both are random unless a test decides.
    """
    present = {name: count for name, count in counts.items() if count > 0}
    if sum(present.values()) < LEAST:
        raise ValueError("fewer than five reports are never shown")
    shown = {name: count for name, count in present.items() if count >= LEAST and name != OTHER}
    rest = sum(present.values()) - sum(shown.values())
    toss = coin or (lambda: random.randbelow(2) == 0)
    # Between groups of the same size chance decides: a known order would rule divisions out.
    draw = lot or (lambda _name: random.randbelow(2**32))
    order = sorted(shown, key=lambda name: (shown[name], draw(name)))
    while 0 < rest < LEAST:
        rest += shown.pop(order.pop(0))
    if rest and order and toss():
        rest += shown.pop(order.pop(0))
    result = dict(sorted(shown.items(), key=lambda pair: (-pair[1], pair[0])))
    if rest:
        result[OTHER] = rest
    return result


def counted(items: Iterable[Item], of: Callable[[Item], str]) -> Counter[str]:
    """How many items fall into each category."""
    return Counter(of(item) for item in items)


def tables(
    items: Sequence[Item], dimensions: Mapping[str, Callable[[Item], str]], coin: Callable[[], bool] | None = None
) -> dict[str, dict[str, int]]:
    """Each dimension's groups of one batch. Dimensions must not follow from each other (see findings.py)."""
    return {name: grouped(counted(items, of), coin) for name, of in dimensions.items()}


def added(publications: Iterable[Mapping[str, Mapping[str, int]]]) -> dict[str, dict[str, int]]:
    """The sums of publications, by dimension: what the page shows of all time."""
    sums: dict[str, Counter[str]] = {}
    for publication in publications:
        for dimension, groups in publication.items():
            sums.setdefault(dimension, Counter()).update(groups)
    return {
        dimension: dict(sorted(groups.items(), key=lambda pair: (pair[0] == OTHER, -pair[1], pair[0])))
        for dimension, groups in sums.items()
    }
