"""Visit feedback in the chat: five questions by button after a card's details were shown. Rasa takes no part."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from bot.container import Container
from bot.reporting.feedback import ANSWERS, QUESTIONS
from bot.store.conversations import Conversation
from bot.store.messages import Inbound
from bot.wording.messages import button

PRESS = "press_visit"


def add_feedback(_: Sanic, house: Container) -> None:
    """Takes over the button under a card's details."""
    house.gate.pressed_by(PRESS, VisitTalk(house))


class VisitTalk:
    """Asks one question after the other. What was answered so far travels in the buttons; nothing is stored before the end."""

    def __init__(self, house: Container) -> None:
        self._house = house

    async def __call__(
        self, message: Inbound, conversation: Conversation, language: str, press: dict[str, Any], /
    ) -> list[dict[str, Any]]:
        record, given = str(press.get("record") or ""), dict(press.get("answers") or {})
        if record not in self._house.directory.services:
            return [self._house.wording_messages.make("utter_old_button", language)]
        left = [question for question in QUESTIONS if question not in given]
        if left:
            return [self._ask(left[0], record, given, language)]
        counted = await self._house.visit_feedback.visited(record, given, conversation.id)
        return [self._house.wording_messages.make("utter_feedback_thanks" if counted else "utter_feedback_twice", language)]

    def _ask(self, question: str, record: str, given: dict[str, str], language: str) -> dict[str, Any]:
        buttons = [
            button(self._house.wording.label(f"button_visit_{answer}", language), PRESS, record=record,
                   answers={**given, question: answer})
            for answer in ANSWERS
        ]
        return self._house.wording_messages.make(f"utter_feedback_{question}", language, named=record, buttons=buttons)
