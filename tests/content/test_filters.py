"""Wishes, places, the clock, and questions that the directory cannot answer."""

from __future__ import annotations

import datetime as dt

import pytest

from bot.container import Container
from bot.directory import hours
from bot.directory.finder import NEAR_KM, Finder
from tests.content.conftest import WEDNESDAY, Clock

NOTHING = [
    ("en", "how do i repair the gearbox of a tractor"),
    ("en", "what is the capital of australia"),
    ("en", "write me a poem about the moon"),
    ("de", "wie wird das wetter am nordpol"),
    ("de", "welcher film läuft im fernsehen um acht"),
    ("de", "wie lange kocht man ein straußenei"),
    ("fr", "qui a gagné la coupe du monde de rugby"),
    ("fr", "raconte-moi une blague"),
    ("ar", "احكيلي نكتة مضحكة"),
    ("ar", "مين ربح كأس العالم بكرة القدم"),
    ("fa", "یک شعر درباره ماه بگو"),
    ("fa", "قیمت بیت کوین چقدر است"),
    ("uk", "розкажи анекдот"),
    ("uk", "хто виграв чемпіонат світу з футболу"),
    ("ru", "сколько будет двадцать умножить на тридцать"),
    ("ru", "какая погода на марсе"),
    ("tr", "bana komik bir fıkra anlat"),
    ("tr", "ay dünyaya ne kadar uzak"),
]


REFUSED = 0.8


def test_what_the_directory_does_not_know_is_mostly_refused_and_two_shown_as_nearest(finder: Finder) -> None:
    answered = []
    for language, question in NOTHING:
        found = finder.find(question, language, "nlu_fallback", [], None)
        if found.fits:
            answered.append((language, question, found.guide))
        else:
            assert found.guide is None and found.passage is None and len(found.services) == 2
    assert len(answered) <= (1 - REFUSED) * len(NOTHING), answered


def costs(house: Container, service: str) -> list[float | None]:
    return [cost.amount for cost in house.directory.services[service].cost_options]


@pytest.mark.parametrize(("wish", "language", "intent", "question"), [
    ("free", "en", "ask_language_course", "free german course"),
    ("free", "de", "ask_health", "kostenlose Beratung bei Problemen"),
    ("women", "en", "ask_family", "help for women"),
    ("women", "fr", "ask_language_course", "un café pour les femmes"),
    ("women", "fa", "ask_health", "مشاوره برای زنان باردار"),
    ("children", "ru", "ask_health", "врач для детей"),
    ("children", "tr", "ask_language_course", "çocuklar için almanca"),
    ("language:tr", "de", "ask_health", "jemand der türkisch spricht, mir geht es schlecht"),
    ("language:ar", "en", "ask_work", "advice about my rights at work in arabic"),
    ("language:ru", "uk", "ask_health", "Телефон довіри російською"),
])
def test_every_service_shown_fulfils_the_wish(
    shared_house: Container, finder: Finder, wish: str, language: str, intent: str, question: str
) -> None:
    wishes = shared_house.gazetteer.wishes(question, language)
    assert wish in wishes
    found = finder.find(question, language, intent, [wish], None)
    assert found.fits and found.services and not found.unmet
    for name in found.services:
        record = shared_house.directory.services[name]
        spoken = {item.code for item in record.languages}
        assert {
            "free": 0 in costs(shared_house, name),
            "women": "women" in record.audience,
            "children": bool({"children", "parents", "youth"} & set(record.audience)),
        }.get(wish, wish.partition(":")[2] in spoken), name


def test_who_wants_persian_is_shown_dari_too(finder: Finder) -> None:
    found = finder.find("who explains health to me", "en", "ask_health", ["language:fa"], None)
    assert "mimi-health-guides" in found.services


def test_a_wish_that_nothing_fulfils_is_named_and_the_rest_is_shown(finder: Finder) -> None:
    found = finder.find("how can i get my diploma recognised", "en", "ask_schooling", ["language:vi"], None)
    assert found.fits and found.unmet == ["language:vi"]
    assert "recognition-advice-tuer-an-tuer" in found.services


def test_of_two_wishes_the_one_that_can_be_had_is_kept(shared_house: Container, finder: Finder) -> None:
    found = finder.find("german course", "en", "ask_language_course", ["free", "language:vi"], None)
    assert found.unmet == ["language:vi"]
    assert all(0 in costs(shared_house, name) for name in found.services)


@pytest.mark.parametrize(("time", "opens"), [(dt.time(2), False), (dt.time(18), True)])
def test_open_now_follows_the_clock(shared_house: Container, finder: Finder, clock: Clock, time: dt.time, opens: bool) -> None:
    clock.set(WEDNESDAY, time)
    found = finder.find("where do i get food from the food bank", "en", "ask_everyday", ["open_now"], None)
    # The food bank in Graben opens on Wednesday from 17 to 19: one open place is enough.
    assert ("food-banks-district" in found.services and not found.unmet) is opens
    if opens:
        cards = shared_house.cards
        for name in found.services:
            record = shared_house.directory.services[name]
            places = cards.places_with_hours(record) or [None]
            assert any(hours.open_at(cards.schedules(record, place), clock()) for place in places), name
    else:
        assert found.unmet == ["open_now"] or "food-banks-district" not in found.services


def test_on_a_public_holiday_nothing_with_weekly_hours_is_open(finder: Finder, clock: Clock) -> None:
    clock.set(dt.date(2026, 12, 25), dt.time(10))
    found = finder.find("immigration office", "en", "ask_documents", ["open_now"], None)
    assert "immigration-office-augsburg-district" not in found.services or found.unmet == ["open_now"]


@pytest.mark.parametrize(("town", "question"), [
    ("Bobingen", "where can i borrow books"), ("Schwabmünchen", "second hand clothes"), ("Meitingen", "food bank"),
    ("Gersthofen", "help for people with a disability"), ("Königsbrunn", "advice for refugees"),
])
def test_near_a_town_means_near_first_then_placeless_then_far(finder: Finder, town: str, question: str) -> None:
    found = finder.find(question, "en", "nlu_fallback", [], town)
    assert found.fits and not found.unmet
    first = found.distances[found.services[0]]
    assert first.kilometres <= NEAR_KM
    kinds = [
        1 if name not in found.distances else 0 if found.distances[name].kilometres <= NEAR_KM else 2 for name in found.services
    ]
    assert kinds == sorted(kinds)


def test_the_nearest_of_several_places_is_the_one_shown(shared_house: Container, finder: Finder) -> None:
    found = finder.find("food bank", "en", "ask_everyday", [], "Schwabmünchen")
    distance = found.distances["food-banks-district"]
    assert distance.location == "tafel-schwabmuenchen"
    card = shared_house.cards.service("food-banks-district", "en", nearest=list(distance))
    addresses = [row["value"] for row in card["rows"] if row["kind"] == "map"]
    assert len(addresses) == 1 and addresses[0].endswith("86830 Schwabmünchen")


@pytest.mark.parametrize("town", ["Atlantis", "Berlin"])
def test_an_unknown_town_is_said_not_to_be_met(finder: Finder, town: str) -> None:
    found = finder.find("food bank", "en", "ask_everyday", [], town)
    assert found.unmet == [f"place:{town}"] and not found.distances and found.services


def test_a_town_without_anything_near_is_said_not_to_be_met(finder: Finder) -> None:
    found = finder.find("helpline for children and young people", "en", "nlu_fallback", ["language:tr"], "Welden")
    assert "place:Welden" in found.unmet


def test_a_shared_location_becomes_its_town_and_a_far_one_none(finder: Finder) -> None:
    assert finder.nearest_town([48.2700, 10.8340]) == "Bobingen"
    assert finder.nearest_town([52.52, 13.40]) is None
    assert finder.nearest_town("nonsense") is None
