"""When a mediator is offered, never forced, behind the assistant's answer: two failures in a row, or a sensitive topic."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, NamedTuple

import yaml

from bot.container import Container
from bot.handover.urgency import says
from bot.settings import ROOT
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

# Where the topics are marked.
SENSITIVE = ROOT / "domain" / "sensitive.yml"
# An offer is not repeated while one of these many last answers was one.
QUIET = 8


class Sensitive(NamedTuple):
    """The topics marked sensitive: words that begin so, and directory topics."""

    words: dict[str, re.Pattern[str]]
    topics: dict[str, str]

    def of(self, text: str, topic: str | None) -> str | None:
        """The sensitive topic of what a person wrote or pressed, or None."""
        low = text.casefold()
        found = next((name for name, pattern in self.words.items() if pattern.search(low)), None)
        return found or (self.topics.get(topic) if topic else None)


@lru_cache(maxsize=1)
def sensitive() -> Sensitive:
    """The marks of domain/sensitive.yml."""
    given = yaml.safe_load(SENSITIVE.read_text(encoding="utf-8"))["sensitive_topics"]
    words = {
        name: re.compile(r"(?<!\w)(?:" + "|".join(re.escape(word.casefold()) for word in one["words"]) + ")")
        for name, one in given.items()
    }
    return Sensitive(words, {topic: name for name, one in given.items() for topic in one["topics"]})


class Offers:
    """Called by the gate with the assistant's answers; gives what to add."""

    def __init__(self, house: Container) -> None:
        self._house = house

    async def __call__(
        self, message: Inbound, conversation: Conversation, language: str, answers: list[dict[str, Any]],
        press: dict[str, Any] | None,
    ) -> list[dict[str, Any]]:
        """An offer as a list of one message, or an empty list."""
        text = str(message.body.get("text") or "")
        failed = any(answer["metadata"].get("unhelpful") for answer in answers)
        topic = sensitive().of(text, (press or {}).get("topic"))
        unhelpful = says("unhelpful", text)
        if not (failed or topic or unhelpful) or not await self._house.reception.staffed():
            return []
        last = await self._house.messages.latest(conversation.id, QUIET)
        if any(answer["metadata"].get("offered") for answer in last):
            return []
        if topic:
            minor = topic == "unaccompanied_minors"
            return [await self._offer("sensitive", language, reason="sensitive", minor=minor, topic=_directory_topic(topic))]
        if unhelpful:
            return [await self._offer("unhelpful", language, reason="unhelpful")]
        said = [answer for answer in last if answer["metadata"].get("kind") != "privacy"]
        if said and said[0]["metadata"].get("unhelpful"):
            return [await self._offer("failed", language, reason="failed")]
        return []

    async def _offer(self, kind: str, language: str, **carried: Any) -> dict[str, Any]:
        carried = {name: value for name, value in carried.items() if value}
        offer: dict[str, Any] = await self._house.wording_messages.made(f"utter_desk_offer_{kind}", language, carried=carried)
        offer["metadata"]["offered"] = kind
        return offer


def _directory_topic(name: str) -> str | None:
    return next((topic for topic, found in sensitive().topics.items() if found == name), None)
