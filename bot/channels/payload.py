"""An answer as the web widget and REST send it: Rasa's own message form, with short opaque button ids."""

from __future__ import annotations

import re
from typing import Any

from bot.store.messages import Outbound

# Old or garbled ids have this form too: they get a sentence about old buttons, and are never searched for as words.
_PAYLOAD = re.compile(r"[bo]:\w{1,9}(?::\w{1,3})?", re.ASCII)


# What only the gate needs to know.
PRIVATE = frozenset({"effect", "unhelpful", "offered"})


def button_id(seq: int, index: int) -> str:
    """The public payload of button number `index` of answer `seq`. Telegram allows 64 bytes; this has at most 20."""
    return f"b:{seq}:{index}"


def pressed(text: str) -> bool:
    """Whether a message is a button's payload and no sentence."""
    return _PAYLOAD.fullmatch(text) is not None


def buttons(answer: Outbound) -> list[dict[str, Any]]:
    """Buttons as [{title, payload}]. An answer that was not stored (seq 0) has none: they could not be resolved."""
    if not answer.seq:
        return []
    return [
        {"title": button["title"], "payload": button_id(answer.seq, index)}
        for index, button in enumerate(answer.body["buttons"])
    ]


def public_metadata(answer: Outbound) -> dict[str, Any]:
    """The metadata without what only the gate needs."""
    return {key: value for key, value in answer.body["metadata"].items() if key not in PRIVATE}
