"""Joins the way to another channel to the gate: /move gives a code, and a message that is a code takes the conversation here."""

from __future__ import annotations

from typing import Any

from sanic import Sanic

from bot.channels.delivery import Delivery
from bot.container import Container
from bot.store.codes import is_like_a_code
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

INTENT = "move_channel"


class MovingChannel:
    """The owner of codes, in every mode."""

    def __init__(self, house: Container) -> None:
        self._house = house

    def register(self) -> None:
        """Tells the gate."""
        self._house.gate.pressed_by(INTENT, self.begin)
        self._house.gate.read_by(is_like_a_code, self.enter)

    async def begin(
        self, _: Inbound, conversation: Conversation, language: str, __: dict[str, Any]
    ) -> list[dict[str, Any]]:
        """/move"""
        return [await self._house.moving.begin(conversation.id, language)]

    async def enter(self, message: Inbound, conversation: Conversation, language: str) -> list[dict[str, Any]]:
        """A code was written."""
        delivery: Delivery = self._house.gate.delivery
        arrived = await self._house.moving.enter(message.body["text"], conversation.id, language, delivery)
        moved = arrived.moved
        if moved is None:
            return [arrived.here]
        if arrived.there is not None:
            told = await self._house.messages.answer(None, moved.old_id, moved.old_channel, [arrived.there])
            await delivery.deliver(told)
        # What had not arrived in the old place, in its order.
        await delivery.deliver_followed(await self._house.messages.undelivered_of(moved.new_id, conversation.channel))
        for case_id in moved.case_ids:
            case = await self._house.cases.get(case_id)
            if case is not None:
                self._house.signals.publish(
                    "cases", {"kind": "state", "case": case.id, "code": case.code, "state": case.state}
                )
        return [arrived.here]


def add_moving(app: Sanic, house: Container) -> None:
    """A part of the server."""
    MovingChannel(house).register()
