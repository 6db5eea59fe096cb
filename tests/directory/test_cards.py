"""A card holds the record's own numbers, links and addresses byte for byte, in every language and reading direction."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

from bot.container import Container
from bot.directory import hours
from bot.directory.cards import EMERGENCY, Cards
from bot.directory.places import Distance
from bot.languages import CODES

WEDNESDAY_NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=hours.ZONE)
# The weekday names that hours are written with, Tuesday's.
TUESDAY = {"en": "Tue", "de": "Di", "fr": "mar", "tr": "Sal", "uk": "вт", "ru": "вт", "ar": "الثلاثاء", "fa": "سه"}


@pytest.fixture
def cards(shared_house: Container, monkeypatch: pytest.MonkeyPatch) -> Cards:
    """Cards on a Wednesday at noon."""
    monkeypatch.setattr(shared_house.cards, "_now", lambda: WEDNESDAY_NOON)
    return shared_house.cards


def values(card: dict[str, Any], kind: str) -> list[str]:
    return [row["value"] for row in card["rows"] if row["kind"] == kind]


def links(card: dict[str, Any]) -> list[str]:
    return [row["href"] for row in card["rows"] if row["href"]]


@pytest.mark.parametrize("language", CODES)
def test_every_full_card_has_all_contacts_of_its_record_unchanged(cards: Cards, shared_house: Container, language: str) -> None:
    directory = shared_house.directory
    for service in directory.services.values():
        card = cards.service(service.id, language, full=True)
        for phone in cards.phones(service):
            dialled = "tel:" + "".join(sign for sign in phone.number if sign in "+0123456789")
            assert dialled in links(card), service.id
        if service.email:
            assert f"mailto:{service.email}" in links(card) and service.email in values(card, "link")
        if service.url:
            assert service.url in links(card) and service.url in values(card, "link")
        shown = "\n".join(values(card, "map"))
        for place in service.locations:
            for address in directory.locations[place].addresses:
                assert f"{address.address_1}" in shown and f"{address.postal_code} {address.city}" in shown
        assert card["source"]["href"] == service.source_url
        assert f"{service.assured_date:%d.%m.%Y}" in card["assured"]
        assert card["alternate_name"] == service.alternate_name
        assert card["name"] and card["description"]


@pytest.mark.parametrize("language", CODES)
def test_every_card_is_labelled_in_its_language_and_has_latin_digits(
    cards: Cards, shared_house: Container, language: str
) -> None:
    for identifier in shared_house.directory.services:
        card = cards.service(identifier, language, full=True)
        for row in card["rows"]:
            assert row["label"] or row["kind"] == "text"
            assert not set("٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹") & set(row["value"] + row["label"]), identifier
    english = {row["label"] for row in cards.service("food-banks-district", "en", full=True)["rows"]}
    if language != "en":
        assert not english & {row["label"] for row in cards.service("food-banks-district", language, full=True)["rows"]}


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_right_to_left_messages_keep_numbers_readable(shared_house: Container, language: str) -> None:
    message = shared_house.wording_messages.make("utter_details", language, services=["womens-shelter-augsburg"], full=True)
    assert message["metadata"]["direction"] == "rtl"
    assert "0821 650874010" in message["text"]


@pytest.mark.parametrize("language", CODES)
def test_what_nobody_reviewed_is_marked_and_carries_its_original(cards: Cards, language: str) -> None:
    card = cards.service("food-banks-district", language)
    assert card["reviewed"] is (language == "en")
    assert (card["original"] is None) is (language == "en")


@pytest.mark.parametrize("language", CODES)
def test_several_places_each_have_their_own_hours(cards: Cards, shared_house: Container, language: str) -> None:
    service = shared_house.directory.services["food-banks-district"]
    card = cards.service(service.id, language, full=True)
    kinds = [row["kind"] for row in card["rows"] if row["kind"] in {"map", "hours"}]
    places = [shared_house.directory.locations[place] for place in service.locations]
    assert kinds == [kind for place in places for kind in ("map", *(["hours"] if place.schedules else []))]
    for place, address in zip(places, values(card, "map"), strict=True):
        assert address.startswith(place.name)
    bobingen = values(card, "hours")[0]
    assert "12:30–16:00" in bobingen and TUESDAY[language] in bobingen
    assert "17:00–19:00" not in bobingen


def test_a_short_card_has_one_place_with_its_own_hours(cards: Cards) -> None:
    first = cards.service("food-banks-district", "en")
    assert len(values(first, "map")) == 1 and "12:30–16:00" in values(first, "hours")[0]
    graben = cards.service("food-banks-district", "en", nearest=Distance(2.4, "tafel-graben"))
    assert "Graben" in values(graben, "map")[0] and "17:00–19:00" in values(graben, "hours")[0]


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize(("kilometres", "shown"), [(0.2, "1"), (7.6, "8"), (12.0, "12")])
def test_the_distance_stands_below_the_address(cards: Cards, language: str, kilometres: float, shown: str) -> None:
    # As a list: that is how it comes back from an action server.
    card = cards.service("food-banks-district", language, nearest=[kilometres, "tafel-bobingen"])
    place = next(number for number, row in enumerate(card["rows"]) if row["kind"] == "map")
    assert shown in card["rows"][place + 1]["value"].split() or f"{shown}" in card["rows"][place + 1]["value"]


def test_open_now_follows_the_clock(cards: Cards, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = values(cards.service("food-banks-district", "en", nearest=[1, "tafel-graben"]), "hours")[0]
    assert closed.startswith("Closed now. Opens again: Wednesday 17:00")
    monkeypatch.setattr(cards, "_now", lambda: WEDNESDAY_NOON.replace(hour=18))
    assert values(cards.service("food-banks-district", "en", nearest=[1, "tafel-graben"]), "hours")[0].startswith("Open now")


@pytest.mark.parametrize("language", CODES)
def test_a_service_that_is_closed_for_now_says_so_first(cards: Cards, shared_house: Container, language: str) -> None:
    closed = [service for service in shared_house.directory.services.values() if service.status == "temporarily closed"]
    assert closed
    for service in closed:
        assert service.alert
        first = cards.service(service.id, language)["rows"][0]
        assert first["kind"] == "alert"
        assert first["value"] == cards.catalog(language).get(service.alert).text


@pytest.mark.parametrize("language", CODES)
@pytest.mark.parametrize("kind", sorted(EMERGENCY))
def test_in_danger_there_are_numbers_to_tap_and_nothing_else(cards: Cards, kind: str, language: str) -> None:
    shown = cards.emergency(kind, language)
    assert len(shown) == len(EMERGENCY[kind])
    for card in shown:
        assert card["rows"] and all(row["kind"] == "phone" and row["href"].startswith("tel:") for row in card["rows"])
    first = {"violence": "110", "child": "110"}.get(kind, "112")
    assert first in shown[0]["rows"][0]["value"]


@pytest.mark.parametrize("language", CODES)
def test_a_guide_has_its_steps_in_order_and_the_law_as_it_is_cited(cards: Cards, shared_house: Container, language: str) -> None:
    for guide in shared_house.directory.guides.values():
        card = cards.guide(guide.id, language, full=True)
        steps = values(card, "steps")[0].split("\n")
        assert [line.split(" ")[0] for line in steps] == [f"{place}." for place in range(1, len(guide.steps) + 1)], guide.id
        if guide.legal_basis:
            assert ", ".join(guide.legal_basis) in values(card, "name")


def test_reporting_bodies_say_whether_they_are_the_police(cards: Cards) -> None:
    rows = {row["label"]: row["value"] for row in cards.service("complaint-to-bavarian-police", "en")["rows"]}
    assert rows["Independent of the police"] == "No" and "You can stay anonymous" not in rows
    rows = {row["label"]: row["value"] for row in cards.service("helpline-violence-against-women", "en")["rows"]}
    assert rows["Independent of the police"] == "Yes" and rows["You can stay anonymous"] == "Yes"


def test_only_the_emergency_services_show_an_emergency_number(cards: Cards, shared_house: Container) -> None:
    # The police's 110 once stood on the card for complaints about them.
    known = {name for kind in EMERGENCY.values() for name in kind}
    for service in shared_house.directory.services.values():
        shown = {"tel:110", "tel:112"} & set(links(cards.service(service.id, "ar", full=True)))
        assert not shown or service.id in known, service.id
