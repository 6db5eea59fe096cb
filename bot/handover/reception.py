"""What the desk says by itself: how it works, the person's yes, a few optional questions, and where things stand."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from bot.handover.desk import Desk
from bot.handover.records import Case
from bot.handover.urgency import says
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

Answer = list[dict[str, Any]]
# A town or "not someone from" is a few words; more is a message to the mediators.
FEW_LETTERS = 80


class Reception:
    """Answers are messages for the channels. `group`: whether the team works in a Telegram group, where all members read.

    `centres`: ids of advice centres for a language, for when nobody here is left.
    """

    def __init__(self, desk: Desk, group: Callable[[], bool], centres: Callable[[str], list[str]]) -> None:
        self._desk = desk
        self._say = desk.speech.say
        self._group = group
        self._centres = centres

    async def staffed(self) -> bool:
        """Whether this site has mediators at all."""
        return bool(await self._desk.staff())

    async def offer(self, language: str) -> dict[str, Any] | None:
        """Values for response utter_desk_offer: the one sentence on who reads along, and when; None without mediators."""
        return await self._desk.wait_values(language) if await self.staffed() else None

    async def who(self, language: str, carried: dict[str, Any]) -> Answer:
        """Who can see this, in full. `carried` goes on to the yes button."""
        return [await self._say("utter_desk_who_group" if self._group() else "utter_desk_who", language, carried=carried)]

    async def agreed(self, conversation: Conversation, language: str, press: dict[str, Any]) -> Answer:
        """The person said yes: the case begins. Saying it twice is one case."""
        reason, topic = str(press.get("reason") or "asked"), press.get("topic")
        await self._desk.open(
            conversation.id, reason=reason, danger=press.get("danger"), topic=topic, language=language,
            minor=bool(press.get("minor")),
        )
        return [await self._say("utter_desk_opened", language, **await self._desk.wait_values(language))]

    async def status(self, conversation: Conversation, language: str, taken: bool = False) -> Answer | None:
        """/person in a case: who has it, and the ways out; None if there is no open case, or if it must be `taken` and is not."""
        case = await self._desk.cases.open_of(conversation.id)
        if case is None:
            return None
        mediator = await self._desk.mediators.get(case.mediator_id) if case.mediator_id else None
        if mediator is not None:
            return [await self._say("utter_desk_status_taken", language, name=mediator.name)]
        if taken:
            return None
        if await self._desk.is_stuck(case):
            return [await self._desk.elsewhere(language)]
        return [await self._say("utter_desk_status", language, **await self._desk.wait_values(language))]

    async def back(self, conversation: Conversation, language: str) -> Answer | None:
        """Back to the assistant: said by the desk itself, in the transaction that closes the case."""
        if await self._desk.give_back(conversation.id) is None:
            await self._desk.conversations.set_mode(conversation.id, "assistant")
            return [await self._say("utter_desk_back", language)]
        return None

    async def other(self, conversation: Conversation, language: str) -> Answer | None:
        """Someone else, please."""
        case = await self._desk.cases.open_of(conversation.id)
        if case is None:
            return [await self._say("utter_desk_no", language)]
        if case.mediator_id is None:
            return [await self._say("utter_desk_other", language)]
        if all(one.id == case.mediator_id for one in await self._desk.best(case)):
            # Nobody else works here: to let go of the one there is would leave the person waiting for nobody.
            return await self.centres(language)
        await self._desk.someone_else(conversation.id)
        return None

    async def centres(self, language: str) -> Answer:
        """Addresses of people elsewhere who help."""
        return [await self._say("utter_desk_centres", language, services=self._centres(language))]

    async def ask(self, conversation: Conversation, language: str, what: str, press: dict[str, Any]) -> Answer | None:
        """The optional questions: `what` is topic, town, not_from, woman or skip."""
        case = await self._desk.cases.open_of(conversation.id)
        if case is None:
            return [await self._say("utter_old_button", language)]
        if case.mediator_id is not None and (what in ("town", "not_from") or (what == "topic" and not press.get("topic"))):
            # An earlier button: what they would write next is for the mediator who has the case now.
            return await self.status(conversation, language)
        if what == "topic" and press.get("topic"):
            await self._desk.tell_about(case, topic=str(press["topic"]), asking=None)
        elif what == "woman":
            await self._desk.tell_about(case, wishes=_with(case, "woman"), asking=None)
        elif what == "skip":
            await self._desk.tell_about(case, asking=None)
        else:
            await self._desk.tell_about(case, asking=what)
            return [await self._say(f"utter_desk_ask_{what}", language)]
        if case.mediator_id is not None:
            return await self.status(conversation, language)
        return [await self._say("utter_desk_noted", language)]

    async def receive(self, message: Inbound, conversation: Conversation, language: str) -> Answer | None:
        """What the person writes in a case. Words for the way back and for someone else are heard here, too."""
        text = str(message.body.get("text") or "").strip()
        if says("back", text):
            return await self.back(conversation, language)
        if says("someone_else", text):
            return await self.other(conversation, language)
        case = await self._desk.cases.open_of(conversation.id)
        waits = case is not None and case.mediator_id is None
        asked = case.asking if case is not None and waits and not message.body.get("danger") else None
        if case is None or asked not in ("town", "not_from") or not 0 < len(text) <= FEW_LETTERS:
            return await self._desk.receive(message, conversation, language, case)
        # In the transcript as well: what was asked for may be answered with something else that matters.
        await self._desk.receive(message, conversation, language, case)
        details: dict[str, Any] = {"town": text} if asked == "town" else {"wishes": _with(case, f"not:{text}")}
        if not await self._desk.answered(case, **details):
            return None
        return [await self._say("utter_desk_noted", language)]


def _with(case: Case, wish: str) -> Sequence[str]:
    return tuple(dict.fromkeys([*case.wishes, wish]))
