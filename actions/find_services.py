"""Searches the directory and says which records to show: ids and a response name, no prose."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.one_record import answer_from_record, is_follow_up, service_in_focus
from actions.subject import Subject, entity_values, language_of, press_of, subject_of, text_of
from bot.container import container
from bot.directory.finder import Found

Events = list[dict[str, Any]]
SHOWN_AT_ONCE = 3
# A message this short that only names a place or a wish continues the last search ("and in Bobingen?").
FOLLOW_UP_WORDS = 5


async def search(
    question: str, language: str, intent: str, wishes: list[str], town: Optional[str]
) -> Found:
    """The search itself, in a thread: it computes, and must not hold the event loop."""
    return await asyncio.to_thread(container().finder.find, question, language, intent, wishes, town)


def show(dispatcher: CollectingDispatcher, found: Found, subject: Subject, language: str) -> Events:
    """Utters what was found and remembers it."""
    subject.services = found.services
    subject.shown = min(SHOWN_AT_ONCE, len(found.services))
    subject.guide = found.guide
    subject.focus = found.services[0] if found.services else found.guide
    shown = found.services[: subject.shown]
    values: dict[str, Any] = {"services": shown, "distances": found.distances, "more": len(found.services) > subject.shown}
    if not found.services and not found.guide:
        container().unanswered.count(found.topic, language)
        dispatcher.utter_message(response="utter_nothing_at_all")
    elif not found.fits:
        container().unanswered.count(found.topic, language)
        dispatcher.utter_message(response="utter_nothing_fits", services=shown[:2])
        subject.shown = len(shown[:2])
    elif found.unmet:
        dispatcher.utter_message(response="utter_results_without_wish", wishes=found.unmet, **values)
    elif subject.town:
        dispatcher.utter_message(response="utter_results_near", town=subject.town, guide=found.guide,
                                 passage=found.passage, **values)
    elif found.guide:
        dispatcher.utter_message(response="utter_guide", guide=found.guide, passage=found.passage, **values)
    elif subject.wishes:
        dispatcher.utter_message(response="utter_results_wish", wishes=subject.wishes, **values)
    else:
        dispatcher.utter_message(response="utter_results", **values)
    return [subject.slot(), SlotSet("awaiting", None)]


class FindServices(Action):
    """A question in a person's own words."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_find_services"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Searches, with what the question wishes; a short addition continues the last search."""
        language, text = language_of(tracker), text_of(tracker)
        towns = entity_values(tracker, "place")
        wishes = await asyncio.to_thread(container().gazetteer.wishes, text, language)
        last = subject_of(tracker)
        intent = str((tracker.latest_message.get("intent") or {}).get("name") or "")
        town = towns[0] if towns else None
        service = service_in_focus(last)
        if intent == "ask_documents" and service and await is_follow_up(text, language, intent, last):
            return await answer_from_record(dispatcher, last, service, intent, text, language)
        only_addition = len(text.split()) <= FOLLOW_UP_WORDS and (towns or wishes)
        if last.question and ((tracker.get_slot("awaiting") == "place" and town) or (only_addition and intent == "nlu_fallback")):
            subject = Subject(last.question, last.intent, wishes=list(dict.fromkeys([*last.wishes, *wishes])),
                              town=town or last.town)
        else:
            subject = Subject(text, intent, wishes=wishes, town=town)
        if tracker.get_slot("awaiting") == "place" and not town and len(text.split()) <= 3:
            dispatcher.utter_message(response="utter_nearer_unknown")
            return [SlotSet("awaiting", "place")]
        found = await search(subject.question, language, subject.intent, subject.wishes, subject.town)
        return show(dispatcher, found, subject, language)


class Topic(Action):
    """A topic of the menu was pressed."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_topic"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Shows the topic's guides and services."""
        language, topic = language_of(tracker), str(press_of(tracker).get("topic") or "")
        found = await asyncio.to_thread(container().finder.topic, topic, language)
        return show(dispatcher, found, Subject(found.question, f"topic:{topic}"), language)


class MoreResults(Action):
    """More of the last search."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_more_results"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Shows the next three."""
        subject = subject_of(tracker)
        following = subject.services[subject.shown : subject.shown + SHOWN_AT_ONCE]
        if not following:
            dispatcher.utter_message(response="utter_no_more")
            return []
        subject.shown += len(following)
        subject.focus = following[0]
        dispatcher.utter_message(response="utter_results", services=following, more=len(subject.services) > subject.shown)
        return [subject.slot()]


class Nearer(Action):
    """The button "nearer to me"."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_nearer"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Asks where the person is."""
        dispatcher.utter_message(response="utter_nearer")
        return [SlotSet("awaiting", "place")]


class Near(Action):
    """A location was shared."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_near"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Searches again around the nearest town. The exact location is not stored."""
        language, subject = language_of(tracker), subject_of(tracker)
        town = container().finder.nearest_town(press_of(tracker).get("location"))
        if town is None:
            dispatcher.utter_message(response="utter_nearer_unknown")
            return [SlotSet("awaiting", "place")]
        subject.town = town
        if not subject.question:
            dispatcher.utter_message(response="utter_topics")
            return [subject.slot(), SlotSet("awaiting", None)]
        found = await search(subject.question, language, subject.intent, subject.wishes, town)
        return show(dispatcher, found, subject, language)
