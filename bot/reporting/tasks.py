"""A small task before a form is taken: a sum for the person, or work for their browser. No third party, nothing about them.

It keeps simple machines out and makes a flood cost something; it does not stop who programs against this very page: the
hourly limits do. A task is a sealed text that the form carries, so that the server keeps nothing of who opened a form. Each can
be solved once.
"""

from __future__ import annotations

import hashlib
import json
import secrets as random
import time
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.store.secrets import Secrets

# Leading zero bits of the hash that the browser must find: 65 536 tries on average, well under a second on a telephone.
WORK_BITS = 16
VALID_SECONDS = 4 * 3600
WORK_LENGTH = 40


class Task(NamedTuple):
    """What is asked: `first` plus `second`; `token` goes back with the answer."""

    first: int
    second: int
    token: str


class Tasks:
    """Gives tasks and checks them. `purpose` is part of a task: one for reading cannot be used for reporting."""

    def __init__(self, secrets: Secrets, clock: Callable[[], float] = time.time) -> None:
        self._secrets, self._clock = secrets, clock
        self._used: dict[str, float] = {}

    def new(self, purpose: str) -> Task:
        """A fresh task."""
        first, second = random.randbelow(8) + 2, random.randbelow(8) + 2
        said = {
            "sum": first + second, "id": random.token_hex(8), "for": purpose, "until": int(self._clock()) + VALID_SECONDS
        }
        return Task(first, second, self._secrets.seal(json.dumps(said)).decode())

    def identity(self, token: str, purpose: str) -> str | None:
        """The id of a task of ours that is still valid, used or not; else None."""
        try:
            said = json.loads(self._secrets.open(token.encode()))
        except (WaymarkError, ValueError):
            return None
        if not isinstance(said, dict) or said.get("for") != purpose or said.get("until", 0) < self._clock():
            return None
        return str(said["id"])

    def used(self, token: str, purpose: str) -> bool:
        """Whether a task of ours was solved before."""
        return self.identity(token, purpose) in self._used

    def solved(self, token: str, purpose: str, answer: str = "", work: str = "") -> bool:
        """Whether the sum or the work is right, and the task was not used before. A right one is used from now on."""
        identity = self.identity(token, purpose)
        if identity is None:
            return False
        wanted = json.loads(self._secrets.open(token.encode()))["sum"]
        if not (worked(token, work) or number(answer) == wanted):
            return False
        now = self._clock()
        self._used = {used: until for used, until in self._used.items() if until > now}
        if identity in self._used:
            return False
        self._used[identity] = now + VALID_SECONDS
        return True


def worked(token: str, work: str) -> bool:
    """Whether SHA-256 of the token and `work` (a number as text) begins with enough zero bits."""
    if not work or len(work) > WORK_LENGTH or not work.isascii() or not work.isdigit():
        return False
    digest = hashlib.sha256(f"{token}:{work}".encode()).digest()
    return int.from_bytes(digest, "big") >> (256 - WORK_BITS) == 0


def number(text: str) -> int | None:
    """A small number as a person types it, in the digits of any script; None if it is none."""
    signs = [sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf"]
    digits = [unicodedata.decimal(sign, None) for sign in signs]
    if not digits or len(digits) > 3 or None in digits:
        return None
    return int("".join(str(digit) for digit in digits))
