"""What the conversation is about: the slot `subject`, read and written in one place."""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Optional

from rasa_sdk import Tracker
from rasa_sdk.events import SlotSet

from bot.languages import BY_CODE, SOURCE_LANGUAGE


@dataclass
class Subject:
    """The last search. `shown` counts the services that were shown; `focus` is the record that was asked about last."""

    question: str = ""
    intent: str = ""
    services: list[str] = field(default_factory=list)
    shown: int = 0
    focus: Optional[str] = None
    guide: Optional[str] = None
    wishes: list[str] = field(default_factory=list)
    town: Optional[str] = None

    def slot(self) -> dict[str, Any]:
        """The event that stores it."""
        event: dict[str, Any] = SlotSet("subject", asdict(self))
        return event


def subject_of(tracker: Tracker) -> Subject:
    """The conversation's subject; an empty one at the beginning."""
    stored = tracker.get_slot("subject")
    known = Subject.__dataclass_fields__
    return Subject(**{key: value for key, value in stored.items() if key in known}) if isinstance(stored, dict) else Subject()


def language_of(tracker: Tracker) -> str:
    """The language to answer in, as the gate settled it."""
    return str((tracker.latest_message.get("metadata") or {}).get("language") or "en")


def words_language_of(tracker: Tracker) -> str:
    """The language that the words of the message are in: those of a language beyond the eight were translated before."""
    language = language_of(tracker)
    return language if language in BY_CODE else SOURCE_LANGUAGE


def press_of(tracker: Tracker) -> dict[str, Any]:
    """What the pressed button carries; empty if words were typed."""
    press = (tracker.latest_message.get("metadata") or {}).get("press")
    return press if isinstance(press, dict) else {}


def text_of(tracker: Tracker) -> str:
    """What the person typed."""
    return str(tracker.latest_message.get("text") or "").strip().strip("\u2060")


def entity_values(tracker: Tracker, kind: str) -> list[str]:
    """The values of one kind of entity in the latest message, in order."""
    return [str(entity["value"]) for entity in tracker.latest_message.get("entities") or [] if entity["entity"] == kind]


def text_without(tracker: Tracker, kinds: tuple[str, ...]) -> str:
    """What the person typed, without the entities of these kinds."""
    text = str(tracker.latest_message.get("text") or "")
    entities = [entity for entity in tracker.latest_message.get("entities") or [] if entity["entity"] in kinds]
    for entity in sorted(entities, key=lambda item: -int(item["start"])):
        text = text[: entity["start"]] + " " + text[entity["end"] :]
    return " ".join(text.split())


def intent_of(tracker: Tracker) -> str:
    """The intent of the latest message."""
    return str((tracker.latest_message.get("intent") or {}).get("name") or "")
