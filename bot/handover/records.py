"""What the desk's parts hand each other: cases, entries, mediators, drafts."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Literal, NamedTuple, Protocol

from bot.contracts import Translation
from bot.store.case_records import Case, Entry
from bot.store.mediators import ROLES, Mediator

__all__ = ["OUTCOMES", "ROLES", "STATES", "Case", "Draft", "Entry", "Mediator", "Outcome", "Summary", "WordingMessages"]

# waiting: nobody has it. assigned: someone has it and has not written yet. active: they talk. The two waits are the
# mediator's own note of whose turn it is. closed: the assistant has the conversation again.
STATES = ("waiting", "assigned", "active", "waiting_person", "waiting_third_party", "closed")
Outcome = Literal["solved", "referred", "no_answer", "returned"]
OUTCOMES: tuple[Outcome, ...] = ("solved", "referred", "no_answer", "returned")


class Draft(NamedTuple):
    """A reply before it is sent: the mediator's words, the translation, and that translated back."""

    text: str
    translation: Translation
    back: Translation


class Summary(NamedTuple):
    """A case in one line of facts: no prose. `tried`: record ids that the assistant had shown before."""

    code: str
    language: str
    topic: str | None
    town: str | None
    wishes: tuple[str, ...]
    reason: str
    tried: tuple[str, ...]
    question: str | None


class WordingMessages(Protocol):
    """A response name with values as a message for the channels (bot.wording.messages keeps this promise)."""

    async def made(self, name: str, language: str, /, **values: Any) -> dict[str, Any]: ...

    def marks(self, translation: Translation, language: str) -> dict[str, Any]: ...


Clock = Callable[[], float]
Deliver = Callable[[list[Any]], Awaitable[None]]
