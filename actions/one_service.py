"""Answers the one thing that was asked about a service: hours, cost, languages, papers, place, contact."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.subject import Subject, entity_values, intent_of, language_of, text_of, text_without, words_language_of
from bot.container import container

# Which rows of a card answer which question.
ROWS = {
    "ask_opening_hours": ("card_hours", "card_phone"),
    "ask_cost": ("card_cost",),
    "ask_eligibility": ("card_for_whom", "card_age", "card_area", "card_how"),
    "ask_languages_spoken": ("card_languages", "card_interpreter"),
    "ask_location": ("card_address", "card_getting_there", "card_access"),
    "ask_contact": ("card_phone", "card_email", "card_website"),
    "ask_documents": ("card_documents", "card_how"),
}
CONTACT = ("card_phone", "card_email", "card_website", "card_address")


async def service_asked_about(tracker: Tracker, subject: Subject) -> Optional[str]:
    """The service that a question about details means: the one it names, else the one in focus; None if the question is
    about another subject, or nothing was talked about yet."""
    house = container()
    named = await asyncio.to_thread(house.finder.named, text_of(tracker), words_language_of(tracker), subject.services)
    if named is not None:
        return named
    plain = text_without(tracker, ("place", "language"))
    if await asyncio.to_thread(house.finder.is_new_subject, plain, words_language_of(tracker), subject):
        return None
    if subject.focus in house.directory.services:
        return subject.focus
    if subject.guide:
        return next(iter(house.directory.guides[subject.guide].services), None)
    return None


async def answer_about(dispatcher: CollectingDispatcher, tracker: Tracker, subject: Subject, service: str) -> dict[str, Any]:
    """Says the rows of the card that answer, or that the record does not say it and whom to ask. Returns the slot."""
    house, language, intent = container(), language_of(tracker), intent_of(tracker)
    subject.focus = service
    town = next(iter(entity_values(tracker, "place")), subject.town)
    nearest = house.finder.distance(service, town)
    card = await asyncio.to_thread(house.cards.service, service, language, True, nearest)
    rows = ROWS[intent]
    if intent == "ask_opening_hours" and len(house.cards.places_with_hours(house.directory.services[service])) > 1:
        # Each place keeps its own hours: without the addresses nobody could tell them apart.
        rows = ("card_address", *rows)
    wanted = {house.wording.label(row, language) for row in ROWS[intent]}
    values: dict[str, Any] = {"services": [service], "full": True, "distances": {service: nearest} if nearest else {}}
    if not any(row["label"] in wanted for row in card["rows"]):
        dispatcher.utter_message(response="utter_detail_unknown", named=service, only=list(CONTACT), **values)
        return subject.slot()
    moment = house.finder.moment(text_of(tracker), words_language_of(tracker)) if intent == "ask_opening_hours" else None
    answer = house.finder.open_then(service, moment, language, town) if moment else None
    if answer is None:
        dispatcher.utter_message(response="utter_detail", only=list(rows), **values)
    else:
        response = "utter_open_answer" if answer.open else "utter_closed_answer"
        dispatcher.utter_message(response=response, named=service, when=answer.words, only=list(rows), **values)
    return subject.slot()
