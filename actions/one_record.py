"""What is asked about one record: which it is, and what its card says to that."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk.executor import CollectingDispatcher

from actions.subject import Subject
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


def service_in_focus(subject: Subject) -> str | None:
    """The service that is being talked about: the one asked about last, else the first that the guide names."""
    directory = container().directory
    if subject.focus in directory.services:
        return subject.focus
    return next(iter(directory.guides[subject.guide].services), None) if subject.guide in directory.guides else None


async def is_follow_up(text: str, language: str, intent: str, subject: Subject) -> bool:
    """Whether the question is about what was shown, and not about a subject that it names itself."""
    house = container()
    # Papers are a subject too ("I lost my passport"): there any word of its own makes it a new question.
    if intent == "ask_documents":
        return not await asyncio.to_thread(house.followups.names_subject, text, language, True)
    if not await asyncio.to_thread(house.followups.names_subject, text, language):
        return True
    return not await asyncio.to_thread(house.finder.is_new_subject, text, language, subject)


async def answer_from_record(
    dispatcher: CollectingDispatcher, subject: Subject, service: str, intent: str, text: str, language: str
) -> list[dict[str, Any]]:
    """Says what the service's card has on the question; if it has nothing, how to ask there."""
    house = container()
    subject.focus = service
    rows = ROWS[intent]
    card = await asyncio.to_thread(house.cards.service, service, language, True)
    labels = {house.wording.label(row, language) for row in rows}
    if not any(row["label"] in labels for row in card["rows"]):
        dispatcher.utter_message(response="utter_detail_unknown", named=service, services=[service], full=True,
                                 only=list(CONTACT))
        return [subject.slot()]
    moment = house.finder.moment(text, language) if intent == "ask_opening_hours" else None
    answer = house.finder.open_then(service, moment, language) if moment else None
    if answer is None:
        dispatcher.utter_message(response="utter_detail", services=[service], full=True, only=list(rows))
    else:
        response = "utter_open_answer" if answer.open else "utter_closed_answer"
        dispatcher.utter_message(response=response, named=service, when=answer.words, services=[service], full=True,
                                 only=list(rows))
    return [subject.slot()]
