"""People to talk to: a mediator where the site has some, advice centres everywhere."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.ask_mediator import offer_mediator
from actions.find_services import Events
from actions.subject import Subject, language_of, subject_of
from bot.container import container


def listed(dispatcher: CollectingDispatcher, response: str, tracker: Tracker, services: list[str], intent: str) -> Events:
    """Utters `response` with the first services as cards and remembers the rest for "more"."""
    subject: Subject = subject_of(tracker)
    subject.services, subject.shown, subject.guide, subject.intent = services, min(3, len(services)), None, intent
    subject.focus = services[0] if services else None
    dispatcher.utter_message(response=response, services=services[:3], more=len(services) > 3, buttons_kind="list")
    return [subject.slot()]


class People(Action):
    """The person wants to talk to a person."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_people"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Offers a mediator if there are any; else the advice centres, those that speak the person's language first."""
        offered = await offer_mediator(dispatcher, tracker)
        if offered is not None:
            return offered
        services = container().finder.advice_centres(language_of(tracker), subject_of(tracker).town)
        return listed(dispatcher, "utter_people", tracker, services, "request_human")
