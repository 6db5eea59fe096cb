"""Answers more about a record that was shown: all of it, or the one thing that was asked."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.find_services import Events, search, show
from actions.subject import Subject, entity_values, language_of, press_of, subject_of, text_of
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


class ShowDetails(Action):
    """The details button of a service or a guide."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_show_details"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Shows everything the record says."""
        record = str(press_of(tracker).get("record") or "")
        subject, directory = subject_of(tracker), container().directory
        if record in directory.guides:
            subject.guide = subject.focus = record
            helpers = list(directory.guides[record].services[:3])
            dispatcher.utter_message(response="utter_guide_steps", guide=record, services=helpers, full=True)
        elif record in directory.services:
            subject.focus = record
            dispatcher.utter_message(response="utter_details", services=[record], full=True)
        else:
            dispatcher.utter_message(response="utter_old_button")
        return [subject.slot()]


class ServiceDetail(Action):
    """A question about one service: hours, cost, languages, papers, place, contact."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_service_detail"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Answers from the record in focus; a question that names another subject is searched for instead."""
        language, text, house = language_of(tracker), text_of(tracker), container()
        intent = str((tracker.latest_message.get("intent") or {}).get("name") or "")
        subject = subject_of(tracker)
        named = await asyncio.to_thread(house.finder.named, text, language, subject.services)
        if named is not None:
            subject.focus = named
        focus = subject.focus if subject.focus in house.directory.services else None
        if focus is None and subject.guide:
            focus = next(iter(house.directory.guides[subject.guide].services), None)
        if focus is None or (named is None and await asyncio.to_thread(house.finder.is_new_subject, text, language, subject)):
            if not text:
                dispatcher.utter_message(response="utter_which_one")
                return []
            fresh = Subject(text, intent, wishes=await asyncio.to_thread(house.gazetteer.wishes, text, language),
                            town=next(iter(entity_values(tracker, "place")), None))
            return show(dispatcher, await search(text, language, intent, fresh.wishes, fresh.town), fresh, language)
        subject.focus = focus
        rows = ROWS[intent]
        card = await asyncio.to_thread(house.cards.service, focus, language, True)
        labels = {house.wording.label(row, language) for row in rows}
        if any(row["label"] in labels for row in card["rows"]):
            moment = house.finder.moment(text, language) if intent == "ask_opening_hours" else None
            answer = house.finder.open_then(focus, moment, language) if moment else None
            if answer is not None:
                response = "utter_open_answer" if answer.open else "utter_closed_answer"
                dispatcher.utter_message(response=response, named=focus, when=answer.words, services=[focus], full=True,
                                         only=list(rows))
            else:
                dispatcher.utter_message(response="utter_detail", services=[focus], full=True, only=list(rows))
        else:
            dispatcher.utter_message(response="utter_detail_unknown", named=focus, services=[focus], full=True,
                                     only=list(CONTACT))
        return [subject.slot()]
