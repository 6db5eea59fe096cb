"""Answers more about a record that was shown: all of it, or the one thing that was asked."""

from __future__ import annotations

import asyncio
from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.find_services import Events, continued, search, show
from actions.one_service import answer_about, service_asked_about
from actions.subject import Subject, entity_values, intent_of, language_of, press_of, subject_of, text_of, words_language_of
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
        language, text, subject = language_of(tracker), text_of(tracker), subject_of(tracker)
        wishes = await asyncio.to_thread(container().gazetteer.wishes, text, words_language_of(tracker))
        town = next(iter(entity_values(tracker, "place")), None)
        if intent_of(tracker) == "ask_location" and town:
            # "And in Schwabmünchen?" sounds like a question where it is, but asks for the same help there.
            further = continued(tracker, subject, wishes, town)
            if further is not None:
                return show(dispatcher, await search(further, language), further, language)
        service = await service_asked_about(tracker, subject)
        if service is not None:
            return [await answer_about(dispatcher, tracker, subject, service)]
        if not text:
            dispatcher.utter_message(response="utter_which_one")
            return []
        fresh = Subject(text, intent_of(tracker), wishes=wishes, town=town)
        return show(dispatcher, await search(fresh, language), fresh, language)
