"""Joins the desk to the gate: who answers in mode "desk", which buttons are the desk's own, and when a mediator is offered."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Sanic

from bot.channels.offers import Offers
from bot.channels.owners import Owner, PressOwner
from bot.channels.presses import resolve
from bot.container import Container
from bot.errors import WaymarkError
from bot.handover.rounds import Rounds
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

Answer = list[dict[str, Any]] | None
# What the assistant answers in a case, too: the person's own settings, rights and an original text.
ALWAYS = frozenset(
    {"change_language", "press_language", "privacy_info", "forget_me", "press_forget", "press_keep", "press_help", "file_report"}
)
ASKED = ("topic", "town", "not_from", "woman", "skip")


class DeskChannel:
    """The owner of mode "desk", and of the desk's buttons in every mode."""

    def __init__(self, house: Container, assistant: Owner) -> None:
        self._house = house
        self._assistant = assistant
        self._say = house.wording_messages.made

    def register(self) -> None:
        """Tells the gate."""
        gate = self._house.gate
        gate.owned_by("desk", self.receive)
        presses: dict[str, PressOwner] = {
            "request_human": self.asked, "press_desk_yes": self.agreed, "press_desk_who": self.who,
            "press_desk_no": self.declined, "press_desk_centres": self.centres, "press_desk_back": self.back,
            "press_desk_other": self.other, "press_not_helpful": self.unhelpful,
        }
        for name in ASKED:
            presses[f"press_desk_{name}"] = self._asking(name)
        for intent, owner in presses.items():
            gate.pressed_by(intent, owner)
        self._house.desk.deliver_with(gate.delivery.deliver_followed)
        gate.delivery.outcome_with(self._house.desk.delivered)
        self._house.desk.typing_with(gate.show_typing)
        gate.offering(Offers(self._house))

    async def receive(self, message: Inbound, conversation: Conversation, language: str) -> Answer:
        """A message in a case goes to the mediators; a press of an earlier button does not wake the assistant."""
        press = await resolve(self._house.messages, message)
        if press is None:
            return await self._heard(message, conversation, language)
        if "original" in press or press.get("intent") in ALWAYS or await self._house.cases.open_of(conversation.id) is None:
            return await self._assistant(message, conversation, language)
        if press.get("intent") == "press_near":
            # A place that was shared in a case is for the mediator, as words: the town, never the exact spot.
            town = self._house.finder.nearest_town(press.get("location"))
            if town is not None:
                said = Inbound(message.conversation_id, message.message_id, {**message.body, "text": town})
                return await self._heard(said, conversation, language)
        return [await self._say("utter_desk_busy", language)]

    async def _heard(self, message: Inbound, conversation: Conversation, language: str) -> Answer:
        try:
            return await self._house.reception.receive(message, conversation, language)
        except WaymarkError as error:
            if error.code not in ("desk.closed", "desk.unknown"):
                raise
        # The case was closed while this was on its way, and the person was told so: the assistant answers, as it said it would.
        answers: list[dict[str, Any]] = []
        files = message.body.get("attachments")
        if files:
            await self._house.attachments.delete(files)
            answers.append(await self._say("utter_no_media", language))
        danger = message.body.get("danger")
        if danger:
            return [*answers, await self._say("utter_danger_next", language, carried={"reason": "danger", "danger": danger})]
        if message.body["text"].strip() or not files:
            answers += await self._assistant(message, conversation._replace(mode="assistant"), language) or []
        return answers

    async def asked(self, message: Inbound, conversation: Conversation, language: str, press: dict[str, Any]) -> Answer:
        """The button "talk to a person", or /person."""
        status = await self._status(conversation, language)
        if status is not None:
            return status
        offer = await self._house.reception.offer(language)
        if offer is None:
            return await self._assistant(message, conversation, language)
        return [await self._say("utter_desk_offer", language, carried=_carried(press), **offer)]

    async def agreed(self, _: Inbound, conversation: Conversation, language: str, press: dict[str, Any]) -> Answer:
        """The yes. An old one, while a mediator has the case, begins nothing."""
        status = await self._status(conversation, language, taken=True)
        if status is not None:
            return status
        if not await self._house.reception.staffed():
            return [await self._say("utter_old_button", language)]
        return await self._house.reception.agreed(conversation, language, press)

    async def who(self, _: Inbound, __: Conversation, language: str, press: dict[str, Any]) -> Answer:
        """Who can see this?"""
        return await self._house.reception.who(language, _carried(press))

    async def declined(self, _: Inbound, conversation: Conversation, language: str, __: dict[str, Any]) -> Answer:
        """No, thank you. In a case "I have told nobody" would be untrue."""
        status = await self._status(conversation, language)
        return status or [await self._say("utter_desk_no", language)]

    async def centres(self, message: Inbound, conversation: Conversation, language: str, _: dict[str, Any]) -> Answer:
        """Addresses instead of a mediator."""
        return await self._house.reception.centres(language)

    async def back(self, _: Inbound, conversation: Conversation, language: str, __: dict[str, Any]) -> Answer:
        """Back to the assistant."""
        return await self._house.reception.back(conversation, language)

    async def other(self, _: Inbound, conversation: Conversation, language: str, __: dict[str, Any]) -> Answer:
        """Someone else, please."""
        return await self._house.reception.other(conversation, language)

    async def unhelpful(self, _: Inbound, conversation: Conversation, language: str, __: dict[str, Any]) -> Answer:
        """An answer did not help."""
        status = await self._status(conversation, language)
        if status is not None:
            return status
        staffed = await self._house.reception.staffed()
        return [await self._say("utter_desk_offer_unhelpful" if staffed else "utter_default", language)]

    async def _status(self, conversation: Conversation, language: str, taken: bool = False) -> Answer:
        """Where the case stands, for a press that means nothing in one; None without a case. `taken`: only if somebody has it."""
        if conversation.mode != "desk":
            return None
        return await self._house.reception.status(conversation, language, taken)

    def _asking(self, name: str) -> PressOwner:
        async def ask(_: Inbound, conversation: Conversation, language: str, press: dict[str, Any]) -> Answer:
            return await self._house.reception.ask(conversation, language, name, press)

        return ask


def _carried(press: dict[str, Any]) -> dict[str, Any]:
    return {name: press[name] for name in ("reason", "danger", "topic", "minor") if press.get(name)}


def add_desk(app: Sanic, house: Container) -> None:
    """A part of the server: the desk and its background work."""
    DeskChannel(house, house.gate.owner("assistant")).register()
    rounds = Rounds(house.desk, house.settings.case_days)

    async def start(running: Sanic, _: Any) -> None:
        await house.desk.translate_open()
        running.ctx.desk_rounds = asyncio.create_task(rounds.run())

    async def stop(running: Sanic, _: Any) -> None:
        running.ctx.desk_rounds.cancel()

    app.register_listener(start, "after_server_start")
    app.register_listener(stop, "before_server_stop")
