"""Answers more about a record that was shown: all of it, or the one thing that was asked."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.find_services import Events, search, show
from actions.one_record import answer_from_record, is_follow_up, service_in_focus
from actions.subject import Subject, entity_values, language_of, press_of, subject_of, text_of
from bot.container import container


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
        town = next(iter(entity_values(tracker, "place")), None)
        subject = subject_of(tracker)
        named = await asyncio.to_thread(house.finder.named, text, language, subject.services)
        service = named or service_in_focus(subject)
        follows = named is not None or await is_follow_up(text, language, intent, subject)
        if follows and intent == "ask_location" and town and subject.question:
            # "And in Bobingen?" asks for the same thing there.
            subject.town = town
            found = await search(subject.question, language, subject.intent, subject.wishes, town)
            return show(dispatcher, found, subject, language)
        if service is not None and follows:
            return await answer_from_record(dispatcher, subject, service, intent, text, language)
        if not text or not await asyncio.to_thread(house.followups.names_subject, text, language, True):
            dispatcher.utter_message(response="utter_which_one")
            return []
        fresh = Subject(text, intent, wishes=await asyncio.to_thread(house.gazetteer.wishes, text, language), town=town)
        return show(dispatcher, await search(text, language, intent, fresh.wishes, fresh.town), fresh, language)
