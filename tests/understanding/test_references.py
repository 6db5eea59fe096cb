"""Dates, times and the numbers of papers are no words: no danger is seen in them, and no language heard."""

from __future__ import annotations

import random
import string

import pytest

from bot.container import Container
from bot.understanding.references import says_something, without_references

CHANCE = random.Random(20)


def _figures(count: int) -> str:
    return "".join(CHANCE.choice(string.digits) for _ in range(count))


def _letters(count: int) -> str:
    return "".join(CHANCE.choice(string.ascii_uppercase) for _ in range(count))


NUMBERS = {
    "a date": lambda: f"{CHANCE.randint(1, 28)}.{CHANCE.randint(1, 12)}.19{_figures(2)}",
    "a time": lambda: f"{CHANCE.randint(0, 23)}:{CHANCE.randint(10, 59)}",
    "a passport": lambda: _letters(2) + _figures(7),
    "a customer": lambda: _figures(3) + _letters(1) + _figures(6),
    "a register": lambda: _figures(12),
    "an account": lambda: "DE" + _figures(20),
    "an amount": lambda: f"{_figures(3)},{_figures(2)} €",
}


@pytest.mark.parametrize("kind", NUMBERS)
def test_numbers_raise_no_alarm_and_switch_nobody(shared_house: Container, kind: str) -> None:
    for number in (NUMBERS[kind]() for _ in range(150)):
        assert shared_house.danger.look(number).kind is None, number
        assert shared_house.languages.identify(number, prior="tr").code == "tr", number


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("born 14.6.1990 in Homs", "born  .6.  in Homs"),
        ("sa3douni, 3andi mo3id", "sa3douni, 3andi mo3id"),
        ("VG7262717", " "),
        ("write to rosa@example.org or www.example.org/help", "write to   or  "),
        ("https://example.org/hilfe?x=1 was?", "  was?"),
        ("١٤٫٦٫١٩٩٠", " ٫٦٫ "),
        ("", ""),
    ],
)
def test_what_is_left(text: str, left: str) -> None:
    assert without_references(text) == left


@pytest.mark.parametrize(
    ("text", "something"),
    [
        ("14.6.1990", False), ("13:09!", False), ("🔥 112", True), ("我 13", True), ("é", True), ("?", False), ("", False),
        ("rosa@example.org", False),
    ],
)
def test_whether_anything_is_said(text: str, something: bool) -> None:
    assert says_something(text) is something


def test_an_address_alone_is_no_language(shared_house: Container) -> None:
    for address in ("umyigt.buofryn@jijkgh.de", "https://www.mzauytjeu.de/azbrge", "www.dresden.de/hilfe"):
        assert shared_house.danger.look(address).kind is None
        assert shared_house.languages.identify(address, prior="uk").code == "uk"


def test_a_cry_beside_a_number_is_heard(shared_house: Container) -> None:
    assert shared_house.danger.look("14.6.1990 my baby is not breathing").kind == "medical"
    assert shared_house.languages.identify("14.6.1990 я шукаю лікаря", prior="de").code == "uk"
