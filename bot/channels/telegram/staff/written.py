"""What a mediator wrote: a message, or all parts of an album as one, and what its first signs say of it."""

from __future__ import annotations

import enum
import unicodedata
from typing import Any, NamedTuple

from telegram import Message

from bot.channels.telegram.inbound import named_files

# An Arabic keyboard types the first, an East Asian one the others, where a Latin one types "?" and "/".
_ALIKE = str.maketrans({"؟": "?", "？": "?", "／": "/", "⁄": "/", "∕": "/"})


class Mark(enum.Enum):
    """How a text begins."""

    NONE = ""
    NOTE = "//"
    DRAFT = "??"
    COMMAND = "/"


def marked(text: str) -> tuple[Mark, str]:
    """The mark at the beginning of a text, and the text without it."""
    # Keyboards for right-to-left languages put invisible direction signs in front.
    start = next(
        (place for place, sign in enumerate(text) if not sign.isspace() and unicodedata.category(sign) != "Cf"), len(text)
    )
    first = text[start : start + 2].translate(_ALIKE)
    for mark in (Mark.NOTE, Mark.DRAFT):
        if first == mark.value:
            return mark, text[start + 2 :].strip()
    return (Mark.COMMAND if first.startswith("/") else Mark.NONE), text


class Written(NamedTuple):
    """`messages`: in the order in which they were sent; more than one only of an album."""

    messages: tuple[Message, ...]

    @property
    def numbers(self) -> tuple[int, ...]:
        """The messages' own."""
        return tuple(message.message_id for message in self.messages)

    @property
    def album(self) -> str | None:
        """The album that it is (a part of)."""
        return self.messages[0].media_group_id

    @property
    def key(self) -> str:
        """What makes doing it twice one."""
        first = self.messages[0]
        return f"tg:{first.chat.id}:a{self.album}" if self.album else f"tg:{first.chat.id}:{first.message_id}"

    @property
    def mark(self) -> Mark:
        """One mark counts for all: Telegram puts the words under one picture of an album."""
        found = {marked(text)[0] for text in self._texts()}
        return next((mark for mark in (Mark.NOTE, Mark.DRAFT, Mark.COMMAND) if mark in found), Mark.NONE)

    @property
    def words(self) -> str:
        """All words, without marks."""
        return "\n".join(marked(text)[1] for text in self._texts())

    @property
    def files(self) -> list[dict[str, Any]]:
        """The files, as `named_files`, each with `key`: what makes keeping it twice one."""
        return [
            {**file, "key": f"tg:{message.chat.id}:{message.message_id}:{number}"}
            for message in self.messages for number, file in enumerate(named_files(message))
        ]

    @property
    def is_forwarded(self) -> bool:
        """Whether somebody else wrote it, for somebody else."""
        return any(message.forward_origin is not None for message in self.messages)

    def _texts(self) -> list[str]:
        found = (message.text or message.caption or "" for message in self.messages)
        return [text for text in found if text.strip()]
