"""Passwords: hashed with argon2id in threads of their own, few at a time."""

from __future__ import annotations

import asyncio
import secrets as random
import unicodedata
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bot.errors import WaymarkError

Answer = TypeVar("Answer")
SHORTEST = 12
LONGEST = 200
DIFFERENT_CHARACTERS = 5
# Without the letters and digits that are mistaken for each other when read aloud or copied from paper.
START_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


def start_password() -> str:
    """A password for the first sign-in: four groups of five, about 99 bits."""
    return "-".join("".join(random.choice(START_ALPHABET) for _ in range(5)) for _ in range(4))


def check_new(password: str, name: str, before: str = "") -> None:
    """Refuses a new password that is too short, too long, too plain, or the name. Raises WaymarkError "console.password_*"."""
    folded = _normal(password).casefold()
    if len(password) < SHORTEST:
        raise WaymarkError("console.password_short", least=SHORTEST)
    if len(password) > LONGEST:
        raise WaymarkError("console.password_long", most=LONGEST)
    if len(set(folded)) < DIFFERENT_CHARACTERS or folded == _normal(before).casefold():
        raise WaymarkError("console.password_plain")
    if len(name) >= 3 and name.casefold() in folded:
        raise WaymarkError("console.password_name")


def _normal(password: str) -> str:
    # The same letters typed on another keyboard can be other code points.
    return unicodedata.normalize("NFKC", password)


class Passwords:
    """Hashes and compares off the event loop. Two threads: a flood of attempts takes neither all cores nor all memory."""

    def __init__(self) -> None:
        # The library's defaults follow RFC 9106's second recommendation: 3 passes over 64 MiB, 4 lanes.
        self._hasher = PasswordHasher()
        self._threads = ThreadPoolExecutor(max_workers=2, thread_name_prefix="passwords")
        self._nobody: str | None = None

    async def hash(self, password: str) -> str:
        """The argon2id hash of a password in PHC form."""
        return await self._run(self._hasher.hash, _normal(password))

    async def matches(self, found: str | None, password: str) -> bool:
        """Whether a password has this hash. Without a hash it takes as long and is False: names cannot be tried out by time."""
        if self._nobody is None:
            self._nobody = await self._run(self._hasher.hash, random.token_hex(16))
        right = await self._run(self._verify, found or self._nobody, _normal(password[: LONGEST + 1]))
        return right and found is not None

    def _verify(self, found: str, password: str) -> bool:
        try:
            return self._hasher.verify(found, password)
        except (VerificationError, InvalidHashError):
            return False

    async def _run(self, work: Callable[..., Answer], *values: str) -> Answer:
        return await asyncio.get_running_loop().run_in_executor(self._threads, work, *values)
