"""Codes: their form, guessing them, how long right and wrong ones take, what is stored of them."""

from __future__ import annotations

import time
from collections import Counter

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.container import Container
from bot.reporting import receipts
from bot.reporting.intake import Telling
from bot.reporting.keys import new_pair
from bot.reporting.limits import Hourly, WrongCodes
from bot.reporting.receipts import derive, grouped, last_digits, matches, new_code, read_code
from bot.store.report_keys import ReportKeys

KEY = b"k" * 32
SCRIPTS = ("0123456789", "٠١٢٣٤٥٦٧٨٩", "۰۱۲۳۴۵۶۷۸۹")


@settings(max_examples=100, deadline=None)
@given(
    st.text("0123456789", min_size=16, max_size=16), st.sampled_from(SCRIPTS),
    st.sampled_from([" ", "-", "", "\u200f ", "\n"]),
)
def test_a_code_is_read_however_it_is_written(code: str, digits: str, between: str) -> None:
    written = between.join(grouped(code).split()).translate(str.maketrans("0123456789", digits))
    assert read_code(written) == code and last_digits(written) == code
    assert last_digits(written[-4:]) == code[-4:]


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=40))
def test_what_is_no_code_is_none(text: str) -> None:
    found = read_code(text)
    assert found is None or (len(found) == 16 and found.isascii() and found.isdigit())


@pytest.mark.parametrize("text", ["", "1234", "1234 5678 9012 345", "1234 5678 9012 34567", "1234 5678 9012 345x", "½" * 16])
def test_these_are_no_codes(text: str) -> None:
    assert read_code(text) is None


def test_codes_are_random() -> None:
    codes = [new_code() for _ in range(3000)]
    assert len(set(codes)) == 3000
    counts = Counter("".join(codes))
    assert set(counts) == set("0123456789") and max(counts.values()) < 1.1 * 4800


def test_the_price_of_a_guess_is_memory_hard() -> None:
    assert receipts.MEMORY_KIB >= 65_536 and receipts.PASSES >= 3
    began = time.process_time()
    derive("1234567890123456", KEY)
    assert time.process_time() - began > 0.03


def test_one_code_gives_one_receipt_and_another_key_or_code_another(cheap: None) -> None:
    one = derive("1234567890123456", KEY)
    assert one == derive("1234567890123456", KEY)
    for other in (derive("1234567890123457", KEY), derive("1234567890123456", b"x" * 32)):
        assert other.verifier != one.verifier and other.private != one.private and not matches(one, other.verifier)
    assert len({one.verifier, one.private, one.public}) == 3


def test_the_lookup_narrows_a_guess_to_no_more_than_one_in_4096(cheap: None) -> None:
    found = Counter(derive(f"{number:016}", KEY).lookup for number in range(4096))
    assert max(found) < 4096 and len(found) > 2300 and max(found.values()) < 12


async def _site(house: Container) -> None:
    await ReportKeys(house.database).found("readers", new_pair().public, b"r" * 32, b"share", b"mark")
    house.intake.hourly = Hourly(1000, 1000)


async def test_guessing_finds_nothing_and_each_guess_is_slower(quiet_house: Container, cheap: None) -> None:
    await _site(quiet_house)
    for number in range(20):
        await quiet_house.intake.take(Telling("other", "en", {"what": f"story {number}"}))
    returning = quiet_house.returning
    assert [await returning.enter(new_code()) for _ in range(8)] == [None] * 8
    wrong = WrongCodes(free=30, clock=lambda: 100.0)
    pauses = []
    for _ in range(45):
        pauses.append(wrong.pause("somebody"))
        wrong.wrong("somebody")
    assert pauses[:3] == [0, 0, 0] and pauses == sorted(pauses) and pauses[-1] == 8.0
    # Others wait only when very many codes were wrong, whoever typed them.
    fresh = WrongCodes(free=30, clock=lambda: 100.0)
    for _ in range(29):
        fresh.wrong("somebody")
    assert fresh.pause("somebody else") == 0 and fresh.pause(None) == 0
    fresh.wrong("somebody")
    assert fresh.pause(None) > 0


async def test_the_pause_is_over_after_a_while() -> None:
    now = [0.0]
    wrong = WrongCodes(clock=lambda: now[0])
    for _ in range(6):
        wrong.wrong("a")
    assert wrong.pause("a") > 0
    now[0] = 601
    assert wrong.pause("a") == 0


async def test_right_and_wrong_codes_take_the_same(quiet_house: Container) -> None:
    """With the real price of argon2id: the middles of seven of each lie within a tenth of each other.

    Measured alone on an idle machine they differ by less than a hundredth; the rest is room for a busy one.
    """
    await _site(quiet_house)
    code = (await quiet_house.intake.take(Telling("other", "en", {"what": "x" * 20_000}))).code
    returning = quiet_house.returning
    returning._wrong = WrongCodes(free=1000)
    taken: dict[str, list[float]] = {"right": [], "wrong": [], "malformed": []}
    for _ in range(7):
        for kind, typed in (("right", code), ("wrong", new_code()), ("malformed", "not a code at all")):
            began = time.perf_counter()
            session = await returning.enter(typed)
            taken[kind].append(time.perf_counter() - began)
            assert (session is not None) == (kind == "right")
    # The least of seven: what else the machine does only ever adds.
    least = {kind: min(times) for kind, times in taken.items()}
    assert max(least.values()) - min(least.values()) < 0.1 * max(least.values()), least


async def test_only_a_hash_of_the_code_is_stored(quiet_house: Container, cheap: None) -> None:
    await _site(quiet_house)
    filed = await quiet_house.intake.take(Telling("other", "en", {"what": "story"}))
    receipt = await quiet_house.intake.derive(filed.code)
    row = await quiet_house.reports.get(filed.report_id)
    assert row is not None and row.verifier == receipt.verifier and row.person == receipt.public
    stored = quiet_house.settings.state / "waymark.db"
    data = stored.read_bytes() + stored.with_name("waymark.db-wal").read_bytes()
    for form in (filed.code.encode(), grouped(filed.code).encode(), receipt.private, receipt.private.hex().encode()):
        assert form not in data


@pytest.mark.parametrize("text, code", [
    ("my number is 1234 5678 9012 3456, what now?", "1234567890123456"),
    ("1234-5678-9012-3456", "1234567890123456"), ("رقمي ١٢٣٤ ٥٦٧٨ ٩٠١٢ ٣٤٥٦", "1234567890123456"),
    ("\u2066" + "1234\u00a05678\u00a09012\u00a03456\u2069", "1234567890123456"),
    ("call 0821 12345 or 0821 23456", None), ("DE12 3456 7890 1234 5678 90", None), ("I am 16 years old", None),
    ("12345678901234567", None), ("", None),
])
def test_a_code_inside_a_sentence_is_found_and_longer_numbers_are_not(text: str, code: str | None) -> None:
    assert receipts.find_code(text) == code
