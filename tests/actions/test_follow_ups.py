"""A question that only makes sense after the last one keeps its subject; one with a subject of its own does not."""

from __future__ import annotations

from typing import Any

import pytest

from tests.actions.conftest import Talk

FOOD = ("where do i get food with little money", "ask_everyday")


def rows(talk: Talk, said: dict[str, Any], language: str = "en") -> list[tuple[str, str]]:
    """Label and value of the first card's rows."""
    card = talk.shown(said, language)["metadata"]["cards"][0]
    return [(row["label"], row["value"]) for row in card["rows"]]


def test_papers_are_those_of_the_service_in_focus(talk: Talk) -> None:
    talk.ask(*FOOD)
    talk.press("action_show_details", record="food-banks-district")
    said = talk.ask("which papers do I need?", "ask_documents")
    assert said["response"] == "utter_detail" and said["services"] == ["food-banks-district"]
    assert rows(talk, said) == [("Bring with you", "Food bank card (Tafelausweis)")]


def test_papers_for_something_else_are_searched_for(talk: Talk) -> None:
    talk.ask(*FOOD)
    said = talk.ask("which papers do i need for citizenship", "ask_documents")
    assert "naturalisation-office-augsburg-district" in said["services"]
    assert talk.subject["question"] == "which papers do i need for citizenship"


def test_papers_without_a_subject_are_searched_for(talk: Talk) -> None:
    said = talk.ask("which papers do I need?", "ask_documents")
    assert said["response"] != "utter_detail" and talk.subject["question"]


def test_open_on_saturday_is_answered_for_that_day(talk: Talk) -> None:
    talk.press("action_show_details", record="social-department-store")
    said = talk.ask("is it open on Saturday?", "ask_opening_hours")
    assert said["response"] in {"utter_open_answer", "utter_closed_answer"}
    assert said["named"] == "social-department-store" and said["when"].startswith("Saturday")
    monday = talk.ask("and on monday at 10:00", "ask_opening_hours")
    assert monday["when"] == "Monday 10:00"


def test_open_on_tuesday_at_several_places_shows_each_with_its_address(talk: Talk) -> None:
    talk.press("action_show_details", record="food-banks-district")
    said = talk.ask("is it open on Tuesday?", "ask_opening_hours")
    assert said["response"] == "utter_detail"
    labels = [label for label, _ in rows(talk, said)]
    assert labels[:4] == ["Address", "Opening hours", "Address", "Opening hours"]


def test_open_in_a_named_town_is_answered_for_the_place_there(talk: Talk) -> None:
    talk.press("action_show_details", record="food-banks-district")
    said = talk.ask("is it open in Bobingen on Tuesday?", "ask_opening_hours")
    assert said["response"] == "utter_open_answer" and said["when"] == "Tuesday 12:30–16:00"
    said = talk.ask("is it open in Graben on Tuesday?", "ask_opening_hours")
    assert said["response"] == "utter_closed_answer" and said["when"] == "Tuesday"


@pytest.mark.parametrize("intent", ["nlu_fallback", "ask_location", "ask_everyday"])
@pytest.mark.parametrize(("text", "language"), [
    ("and in Schwabmünchen?", "en"), ("und in Schwabmünchen?", "de"), ("а в Швабмюнхен?", "ru"), ("et à Schwabmünchen ?", "fr"),
    ("و در Schwabmünchen؟", "fa"),
])
def test_another_town_keeps_the_question(talk: Talk, text: str, language: str, intent: str) -> None:
    talk.ask(*FOOD)
    said = talk.ask(text, intent, language)
    assert talk.subject["question"] == FOOD[0] and talk.subject["town"] == "Schwabmünchen"
    assert said["response"] == "utter_results_near" and said["town"] == "Schwabmünchen"
    kilometres, place = said["distances"][said["services"][0]]
    assert kilometres < 5
    assert talk.house.directory.locations[place].addresses[0].city == "Schwabmünchen"


def test_a_new_question_with_a_town_is_a_new_question(talk: Talk) -> None:
    talk.ask(*FOOD)
    talk.ask("public library in Bobingen", "ask_everyday")
    assert talk.subject["question"] == "public library in Bobingen"


def test_a_wish_alone_is_added_to_the_question(talk: Talk) -> None:
    talk.ask("i want to learn german", "ask_language_course")
    said = talk.ask("for free?", "nlu_fallback")
    assert talk.subject["question"] == "i want to learn german" and talk.subject["wishes"] == ["free"]
    assert said["response"] in {"utter_results_wish", "utter_results_without_wish"}


SPEAK = [
    ("do they speak arabic", "en"), ("sprechen die auch arabisch", "de"), ("بيحكوا عربي هنيك؟", "ar"),
    ("parlent-ils arabe ?", "fr"), ("там говорят по-арабски?", "ru"), ("чи говорять там арабською?", "uk"),
    ("orada arapça konuşan var mı", "tr"), ("آیا آنجا عربی صحبت می‌کنند؟", "fa"),
]


@pytest.mark.parametrize(("text", "language"), SPEAK)
def test_languages_spoken_are_those_of_the_service_in_focus(talk: Talk, text: str, language: str) -> None:
    talk.press("action_show_details", record="fair-integration-augsburg")
    said = talk.ask(text, "ask_languages_spoken", language)
    assert said["response"] == "utter_detail" and said["services"] == ["fair-integration-augsburg"]
    assert len(rows(talk, said, language)) == 1


def test_what_the_record_does_not_say_is_said_to_be_unknown_with_the_contact(talk: Talk) -> None:
    talk.press("action_show_details", record="womens-shelter-augsburg")
    said = talk.ask("do they speak arabic", "ask_languages_spoken")
    assert said["response"] == "utter_detail_unknown" and said["named"] == "womens-shelter-augsburg"
    assert "0821 650874010" in talk.shown(said)["text"]


NEW = [
    ("how much is a driving licence", "ask_cost", "en", "driving-licence-office"),
    ("where is the immigration office", "ask_location", "en", "immigration-office-augsburg-district"),
    ("wann hat die ausländerbehörde offen", "ask_opening_hours", "de", "immigration-office-augsburg-district"),
    ("сколько стоит детский сад в месяц", "ask_cost", "ru", "pay-for-day-care"),
    ("гроші за дитячий садок скільки коштує", "ask_cost", "uk", "pay-for-day-care"),
]


@pytest.mark.parametrize(("text", "intent", "language", "record"), NEW)
def test_a_question_about_another_subject_is_searched_for(talk: Talk, text: str, intent: str, language: str, record: str) -> None:
    talk.press("action_show_details", record="fair-integration-augsburg")
    said = talk.ask(text, intent, language)
    assert talk.subject["question"] == text
    assert record in {said.get("guide"), *said["services"]}


def test_details_of_nothing_yet_are_searched_for(talk: Talk) -> None:
    talk.ask("how much does day care cost", "ask_cost")
    assert talk.subject["question"] == "how much does day care cost"


def test_more_results_go_on_where_the_last_ended(talk: Talk) -> None:
    first = talk.ask(*FOOD)
    more = talk.press("action_more_results")
    assert more["services"] and not set(more["services"]) & set(first["services"])


def test_nothing_that_fits_is_said_and_counted_without_the_text(talk: Talk) -> None:
    before = sum(row[-1] for row in talk.house.unanswered.counts())
    said = talk.ask("how do I build a rocket to the moon with xylophones", "nlu_fallback")
    assert said["response"] == "utter_nothing_fits" and len(said["services"]) == 2
    rows = talk.house.unanswered.counts()
    assert sum(row[-1] for row in rows) == before + 1
    assert not any("rocket" in str(part) for row in rows for part in row)
