"""A person takes their conversation to another channel: a code here, the code there, and nothing has to be said twice."""

from __future__ import annotations

from collections.abc import Awaitable
from contextlib import AbstractAsyncContextManager
from typing import Any, NamedTuple, Protocol

from bot.errors import WaymarkError
from bot.store.codes import VALID_SECONDS, Codes
from bot.store.moving import Moved, Moves

MINUTES = VALID_SECONDS // 60
# Error code -> the response that says it.
SAID = {
    "code.wrong": "utter_move_wrong",
    "code.wait": "utter_move_wait",
    "move.same": "utter_move_same",
    "move.gone": "utter_move_wrong",
    "move.busy": "utter_move_busy",
}


class Say(Protocol):
    """Makes a message of a response in a language."""

    def __call__(self, name: str, language: str, /, **values: Any) -> Awaitable[dict[str, Any]]: ...


class WayOut(Protocol):
    """How answers leave the old place: nothing is sent there while it is held, nor afterwards what was withdrawn."""

    def held(self, conversation_id: str) -> AbstractAsyncContextManager[None]: ...

    def withdraw(self, conversation_id: str, seqs: list[int]) -> None: ...


class Arrived(NamedTuple):
    """The answer where the code was written, what was moved (None: nothing), and what the old place is told."""

    here: dict[str, Any]
    moved: Moved | None = None
    there: dict[str, Any] | None = None


class Moving:
    """Codes and moves."""

    def __init__(self, codes: Codes, moves: Moves, say: Say) -> None:
        self._codes = codes
        self._moves = moves
        self._say = say

    async def begin(self, conversation_id: str, language: str) -> dict[str, Any]:
        """A code for this conversation, and what to do with it. An earlier code is void."""
        code = await self._codes.make("move", conversation_id)
        return await self._say("utter_move_code", language, fill={"code": code, "minutes": MINUTES})

    async def enter(self, typed: str, conversation_id: str, language: str, way: WayOut) -> Arrived:
        """Takes the code's conversation here, with what `way` has not delivered yet."""
        try:
            old = await self._codes.take("move", typed, conversation_id)
            async with way.held(old):
                moved = await self._moves.move(old, conversation_id)
                way.withdraw(moved.old_id, moved.withdrawn)
        except WaymarkError as error:
            return Arrived(await self._say(SAID[error.code], language, fill={"minutes": MINUTES}))
        spoken = moved.language or language
        return Arrived(await self._say("utter_move_done", spoken), moved, await self._say("utter_move_left", spoken))
