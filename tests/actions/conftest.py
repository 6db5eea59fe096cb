"""A talk with the actions alone: rasa_sdk's executor, trackers made by hand, names found by the real gazetteer."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Iterator
from typing import Any

import pytest
from rasa_sdk.executor import ActionExecutor

from bot.container import Container, use
from bot.directory import hours

# Which action Rasa's rules run for an intent that is about details; everything else searches.
DETAILS = {"ask_opening_hours", "ask_cost", "ask_eligibility", "ask_languages_spoken", "ask_location", "ask_contact"}
# Wednesday, no public holiday.
NOON = dt.datetime(2026, 11, 25, 12, 0, tzinfo=hours.ZONE)


class Talk:
    """Remembers the slots from one message to the next, as a tracker does."""

    def __init__(self, house: Container) -> None:
        self.house = house
        self.slots: dict[str, Any] = {"subject": None, "awaiting": None}
        self._executor = ActionExecutor()
        self._executor.register_package("actions")

    def ask(self, text: str, intent: str, language: str = "en") -> dict[str, Any]:
        """What the action of `intent` utters: its response's name and values."""
        action = "action_service_detail" if intent in DETAILS else "action_find_services"
        return self.run(action, text, intent, language)

    def press(self, action: str, **press: Any) -> dict[str, Any]:
        """What an action utters when a button was pressed."""
        return self.run(action, "", "press", "en", press)

    def run(
        self, action: str, text: str, intent: str, language: str, press: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        """Runs one action."""
        latest = {
            "text": text,
            "intent": {"name": intent, "confidence": 0.9},
            "entities": self.house.gazetteer.entities(text),
            "metadata": {"language": language, "press": press},
        }
        call = {
            "next_action": action,
            "sender_id": "someone",
            "domain": {},
            "tracker": {
                "sender_id": "someone", "slots": self.slots, "latest_message": latest, "events": [], "paused": False,
                "followup_action": None, "active_loop": {}, "latest_action_name": None, "latest_input_channel": "web",
            },
        }
        answer = asyncio.run(self._executor.run(call))
        assert answer is not None
        for event in answer["events"]:
            if event["event"] == "slot":
                self.slots[event["name"]] = event["value"]
        assert len(answer["responses"]) == 1
        said: dict[str, Any] = answer["responses"][0]
        return said

    @property
    def subject(self) -> dict[str, Any]:
        """The slot that keeps what the talk is about."""
        return dict(self.slots["subject"])

    def shown(self, said: dict[str, Any], language: str = "en") -> dict[str, Any]:
        """The message that a channel gets for what was said."""
        values = {key: value for key, value in said.items() if value not in (None, [], {})}
        name = values.pop("response")
        for key in ("text", "buttons", "elements", "custom", "template", "image", "attachment"):
            values.pop(key, None)
        return self.house.wording_messages.make(name, language, **values)


@pytest.fixture
def talk(shared_house: Container, monkeypatch: pytest.MonkeyPatch) -> Iterator[Talk]:
    """A new talk; it is always Wednesday noon."""
    use(shared_house)
    monkeypatch.setattr(shared_house.finder, "_now", lambda: NOON)
    monkeypatch.setattr(shared_house.cards, "_now", lambda: NOON)
    yield Talk(shared_house)
