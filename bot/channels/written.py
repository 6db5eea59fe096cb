"""What was answered is written to the outbox together with the note that the message is done; some answers are only sent."""

from __future__ import annotations

from typing import Any

from bot.container import Container
from bot.store.conversations import Conversation
from bot.store.messages import Inbound, Outbound


async def written(
    house: Container, message: Inbound | None, conversation: Conversation, answers: list[dict[str, Any]], notice: bool
) -> list[Outbound]:
    """The answers in their order, ready to deliver.

    An answer's `effect` says what is special: "forget" deletes the conversation, and its answers are kept nowhere; "unstored" (a
    report's code, what a reader wrote) is sent and not kept. Both have no number, so that their buttons could not be resolved.
    """
    address = message.body.get("address") if message else None

    def passing(answer: dict[str, Any]) -> Outbound:
        return Outbound(conversation.id, 0, conversation.channel, {**answer, "address": address}, 0)

    effects = [answer["metadata"].get("effect") for answer in answers]
    if "forget" in effects:
        await house.desk.forget(conversation.id)
        for answer in answers:
            answer["metadata"].pop("mark_explained", None)
        return [passing(answer) for answer in answers]
    kept = [answer for answer, effect in zip(answers, effects, strict=True) if effect != "unstored"]
    stored = iter(await house.messages.answer(message, conversation.id, conversation.channel, kept, notice))
    return [
        passing(answer) if effect == "unstored" else next(stored) for answer, effect in zip(answers, effects, strict=True)
    ]
