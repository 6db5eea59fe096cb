"""What a sealed piece of a report says once it is opened, and what it is bound to. Its rows are in bot/store/reports.py.

Nothing in a report says who told it: no conversation, no address, no hour.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

# What a report's `state` may be: received -> read -> decided -> closed; a reopened one is "received" again. A withdrawn one is
# gone.
STATES = ("received", "read", "decided", "closed")
# States in which a report is still worked through.
OPEN = ("received", "read")
# Who wrote a record. A note is for readers among themselves and is never sealed to the person.
AUTHORS = ("person", "reader", "note")
# What records are about besides the questions of questions.yml: the talk afterwards ("message" of the person, "answer" of a
# reader, "since": what has happened to the person since, "helpful"), files, who helped to fill it in, and notes.
ABOUT = ("message", "answer", "since", "helpful", "file", "helper", "note")


class Content(NamedTuple):
    """What a record says, once opened. `language` is that of the text. `name`, `mime`, `data`: of a file."""

    text: str = ""
    language: str = ""
    values: Mapping[str, Any] = MappingProxyType({})
    name: str = ""
    mime: str = ""
    data: bytes = b""

    def packed(self) -> bytes:
        """As bytes to seal: one line of JSON, then the file's bytes."""
        head = {"text": self.text, "language": self.language, "values": dict(self.values), "name": self.name, "mime": self.mime}
        return json.dumps(head, ensure_ascii=False).encode("utf-8", "replace") + b"\n" + self.data


def unpacked(plain: bytes) -> Content:
    """The opposite of `Content.packed`. ValueError if it is not one."""
    head, _, data = plain.partition(b"\n")
    found = json.loads(head)
    return Content(found["text"], found["language"], found["values"], found["name"], found["mime"], data)


def context_of(report_id: str, author: str, about: str, number: int) -> bytes:
    """What a sealed record is bound to: moved to another report or place, or given another author, it does not open."""
    return f"{report_id}|{number}|{author}|{about}".encode()
