"""Searches the directory and says which records to show: ids and a response name, no prose."""

from __future__ import annotations

import asyncio
from typing import Any, Optional

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.one_service import answer_about, service_asked_about
from actions.subject import (
    Subject,
    entity_values,
    intent_of,
    language_of,
    press_of,
    subject_of,
    text_of,
    text_without,
    words_language_of,
)
from bot.container import container
from bot.directory.finder import Found

Events = list[dict[str, Any]]
SHOWN_AT_ONCE = 3
# A message this short that only names a place or a wish continues the last search ("and in Bobingen?"); so does one whose
# other words are all mere links, however it was understood.
FOLLOW_UP_WORDS = 4
LINKING_LETTERS = 3
# A question about papers this short asks about the service that was shown ("which papers do I need?").
DOCUMENTS_WORDS = 8


async def search(subject: Subject, language: str) -> Found:
    """The search itself, in a thread: it computes, and must not hold the event loop."""
    return await asyncio.to_thread(
        container().finder.find, subject.question, language, subject.intent, subject.wishes, subject.town
    )


def continued(tracker: Tracker, last: Subject, wishes: list[str], town: Optional[str]) -> Optional[Subject]:
    """The last search with a place or wish added, if that is all a message says; else None."""
    if not last.question or not (town or wishes):
        return None
    rest = text_without(tracker, ("place", "language")).split()
    only_addition = len(rest) < FOLLOW_UP_WORDS and (
        intent_of(tracker) in {"nlu_fallback", "ask_location"} or all(len(word) <= LINKING_LETTERS for word in rest)
    )
    if not only_addition and not (tracker.get_slot("awaiting") == "place" and town):
        return None
    return Subject(last.question, last.intent, wishes=list(dict.fromkeys([*last.wishes, *wishes])), town=town or last.town)


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
        dispatcher.utter_message(response="utter_results_without_wish", wishes=found.unmet, guide=found.guide,
                                 passage=found.passage, **values)
    elif subject.town:
        dispatcher.utter_message(response="utter_results_near", town=subject.town, guide=found.guide,
                                 passage=found.passage, **values)
    elif subject.wishes and found.services:
        dispatcher.utter_message(response="utter_results_wish", wishes=subject.wishes, guide=found.guide,
                                 passage=found.passage, **values)
    elif found.guide:
        dispatcher.utter_message(response="utter_guide", guide=found.guide, passage=found.passage, **values)
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
        town = next(iter(entity_values(tracker, "place")), None)
        wishes = await asyncio.to_thread(container().gazetteer.wishes, text, words_language_of(tracker))
        last = subject_of(tracker)
        if intent_of(tracker) == "ask_documents" and len(text.split()) <= DOCUMENTS_WORDS:
            service = await service_asked_about(tracker, last)
            if service is not None:
                return [await answer_about(dispatcher, tracker, last, service)]
        if tracker.get_slot("awaiting") == "place" and not town and len(text.split()) <= 3:
            dispatcher.utter_message(response="utter_nearer_unknown")
            return [SlotSet("awaiting", "place")]
        subject = continued(tracker, last, wishes, town) or Subject(text, intent_of(tracker), wishes=wishes, town=town)
        return show(dispatcher, await search(subject, language), subject, language)


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
        found = await search(subject, language)
        return show(dispatcher, found, subject, language)
