"""The sign of a translation is explained once in a conversation, and again after it was forgotten."""

from __future__ import annotations

from typing import Any

from bot.container import Container
from bot.store.messages import Inbound

WHO = "b" * 32


def body(mark: str | None, kind: str = "text") -> dict[str, Any]:
    metadata: dict[str, Any] = {"mark": mark, "kind": kind, "language": "uk"}
    if mark:
        metadata["mark_explained"] = f"what {mark} means"
    return {"text": "x", "buttons": [], "metadata": metadata}


async def explained(house: Container, *bodies: dict[str, Any]) -> list[str | None]:
    answers = await house.messages.answer(None, WHO, "web", list(bodies))
    kept = [await house.messages.one(WHO, answer.seq) for answer in answers]
    said = [answer.body["metadata"].get("mark_explained") for answer in answers]
    assert said == [one.body["metadata"].get("mark_explained") for one in kept if one]
    return said


async def test_once_for_each_sign(house: Container) -> None:
    await house.messages.receive(Inbound(WHO, "1", {"text": "x"}), "web", None)
    assert await explained(house, body(None), body("machine"), body("machine")) == [None, "what machine means", None]
    assert await explained(house, body("doubtful"), body("machine")) == [None, None]
    assert await explained(house, body("fuzzy"), body("fuzzy")) == ["what fuzzy means", None]


async def test_not_in_danger_but_with_the_next(house: Container) -> None:
    await house.messages.receive(Inbound(WHO, "1", {"text": "x"}), "web", None)
    assert await explained(house, body("machine", "danger"), body("machine")) == [None, "what machine means"]


async def test_again_after_the_conversation_was_forgotten_and_nothing_stays_of_it(house: Container) -> None:
    await house.messages.receive(Inbound(WHO, "1", {"text": "x"}), "web", None)
    await explained(house, body("machine"))
    await house.conversations.forget(WHO)
    await house.messages.answer(None, WHO, "web", [body("machine")])
    with house.database.engine.begin() as connection:
        assert connection.exec_driver_sql("SELECT count(*) FROM signs_explained").scalar() == 0
    await house.messages.receive(Inbound(WHO, "2", {"text": "x"}), "web", None)
    assert await explained(house, body("machine")) == ["what machine means"]
