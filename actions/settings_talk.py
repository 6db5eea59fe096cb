"""Language, privacy, forgetting, and yes or no to what was asked."""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.events import SlotSet
from rasa_sdk.executor import CollectingDispatcher

from actions.find_services import Events
from actions.subject import entity_values, language_of, press_of
from bot.container import container
from bot.languages import known_code


class ChooseLanguage(Action):
    """The person wants another language."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Sets the language that was named, or shows all."""
        named = known_code(next(iter(entity_values(tracker, "language")), None))
        if named:
            return await _set(dispatcher, tracker, named)
        dispatcher.utter_message(response="utter_choose_language")
        return []


class SetLanguage(Action):
    """A language's button was pressed."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_set_language"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Sets it."""
        code = known_code(str(press_of(tracker).get("code") or ""))
        if code is None:
            dispatcher.utter_message(response="utter_choose_language")
            return []
        return await _set(dispatcher, tracker, code)


async def _set(dispatcher: CollectingDispatcher, tracker: Tracker, code: str) -> Events:
    before = language_of(tracker)
    await container().conversations.set_language(tracker.sender_id, code, chosen=True)
    response = "utter_language_kept" if code == before else "utter_language_set"
    dispatcher.utter_message(response=response, in_language=code, language_code=code)
    return []


class Privacy(Action):
    """What is kept."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_privacy"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Says it in full."""
        dispatcher.utter_message(response="utter_privacy")
        return []


class ForgetConfirm(Action):
    """The person wants everything deleted."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_forget_confirm"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Asks once: it cannot be undone."""
        dispatcher.utter_message(response="utter_forget_confirm")
        return [SlotSet("awaiting", "forget")]


class Forget(Action):
    """Deletion was confirmed by button."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_forget"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Says so; the gate deletes once Rasa has written its own state, so that nothing is written after."""
        dispatcher.utter_message(response="utter_forgotten", effect="forget")
        return []


def _asked_to_forget(tracker: Tracker) -> bool:
    """Whether the question before this answer was "delete everything?": a "yes" to anything else must never delete."""
    intents = [event["parse_data"]["intent"]["name"] for event in tracker.events if event.get("event") == "user"]
    return tracker.get_slot("awaiting") == "forget" and intents[-2:-1] == ["forget_me"]


class Yes(Action):
    """The person agrees."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer_yes"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Does what was asked, if something was."""
        if _asked_to_forget(tracker):
            dispatcher.utter_message(response="utter_forgotten", effect="forget")
            return []
        dispatcher.utter_message(response="utter_affirm")
        return [SlotSet("awaiting", None)]


class No(Action):
    """The person declines."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_answer_no"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Leaves what was asked."""
        kept = _asked_to_forget(tracker)
        dispatcher.utter_message(response="utter_not_forgotten" if kept else "utter_deny")
        return [SlotSet("awaiting", None)]
