"""Signing in at the desk: a password, then a one-time code; each wrong try makes the next wait longer.

Unknown names, names of people who may no longer sign in, and wrong passwords all get the same answer in the same time.
"""

from __future__ import annotations

import secrets as random
import time
import unicodedata
from collections.abc import Callable
from typing import NamedTuple

import pyotp

from bot.errors import WaymarkError
from bot.handover.passwords import Passwords, check_new, start_password
from bot.store.console_attempts import ConsoleAttempts, Limit
from bot.store.console_credentials import ConsoleCredentials, Credentials
from bot.store.mediators import Mediator, Mediators
from bot.store.secrets import Secrets

# Days in which a start password must be used.
START_DAYS = 7
ISSUER = "Waymark"
STEP_SECONDS = 30


class Step(NamedTuple):
    """What comes after the right password: "enrol" at the first sign-in, else "code"."""

    mediator_id: str
    stage: str


class Enrolment(NamedTuple):
    """The secret for a code app, as text and as the address that a QR code carries."""

    secret: str
    address: str


class SignIn:
    """Checks who comes. `now` gives the seconds of the clock."""

    def __init__(
        self, people: Mediators, credentials: ConsoleCredentials, attempts: ConsoleAttempts, secrets: Secrets,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._people = people
        self._credentials = credentials
        self._attempts = attempts
        self._secrets = secrets
        self._now = now
        self._passwords = Passwords()

    async def start(self, mediator_id: str) -> str:
        """Makes a start password for the first sign-in, or after a reset. Shown once, kept only as a hash."""
        password = start_password()
        ends_at = int(self._now()) + START_DAYS * 86400
        await self._credentials.begin(mediator_id, await self._passwords.hash(password), ends_at)
        return password

    async def forget(self, mediator_id: str) -> None:
        """Takes the means of signing in away."""
        await self._credentials.forget(mediator_id)

    async def password(self, name: str, password: str, device: str | None = None) -> Step:
        """The first step. Raises WaymarkError "console.wrong" or "console.wait" (with the seconds).

        `device`: what `device_for` gave this browser. A browser that has signed in before waits only for its own
        failures: strangers who try names cannot lock a mediator out of their own desk.
        """
        limits = self._limits(name, device)
        await self._begin(limits)
        person = await self._people.by_name(name)
        found = await self._credentials.of(person.id) if person is not None and person.active else None
        if found is not None and found.starting and found.start_ends_at < self._now():
            found = None
        if not await self._passwords.matches(found.password_hash if found else None, password) or found is None:
            raise WaymarkError("console.wrong")
        await self._attempts.forgive(limits)
        return Step(found.mediator_id, "enrol" if found.starting else "code")

    async def code(self, mediator_id: str, code: str, device: str | None = None) -> None:
        """The second step. A code counts once. Raises WaymarkError "console.code" or "console.wait"."""
        person = await self._active(mediator_id)
        limits = self._limits(person.name, device)
        await self._begin(limits)
        found = await self._credentials.of(mediator_id)
        if found is None or found.starting or not await self._right(found, code):
            raise WaymarkError("console.code")
        await self._attempts.forgive(limits, all_of_them=True)

    async def enrolment(self, mediator_id: str) -> Enrolment:
        """The secret to put into a code app at the first sign-in; the same until the first code was right."""
        person = await self._active(mediator_id)
        secret = await self._credentials.propose_secret(mediator_id, pyotp.random_base32())
        if not secret:
            raise WaymarkError("console.session")
        return Enrolment(secret, pyotp.TOTP(secret).provisioning_uri(name=person.name, issuer_name=ISSUER))

    async def enrol(self, mediator_id: str, new_password: str, code: str, device: str | None = None) -> None:
        """Ends the first sign-in: own password, first code. Raises WaymarkError "console.password_*", "console.code"..."""
        person = await self._active(mediator_id)
        check_new(new_password, person.name)
        limits = self._limits(person.name, device)
        await self._begin(limits)
        found = await self._credentials.of(mediator_id)
        if found is None or not found.starting or found.totp_secret is None:
            raise WaymarkError("console.session")
        if await self._passwords.matches(found.password_hash, new_password):
            await self._attempts.forgive(limits)
            raise WaymarkError("console.password_plain")
        if not await self._right(found, code):
            raise WaymarkError("console.code")
        if not await self._credentials.finish(mediator_id, await self._passwords.hash(new_password)):
            raise WaymarkError("console.session")
        await self._attempts.forgive(limits, all_of_them=True)

    def device_for(self, name: str) -> str:
        """What a browser keeps after a full sign-in under a name, so that others' failures do not hold it up."""
        return self._secrets.sign(f"{random.token_hex(8)}-{self._hidden('device', _folded(name))}")

    async def _active(self, mediator_id: str) -> Mediator:
        person = await self._people.get(mediator_id)
        if person is None or not person.active:
            raise WaymarkError("console.session")
        return person

    async def _right(self, found: Credentials, code: str) -> bool:
        """Whether a code is that of this half minute or of one beside it, and was not used before."""
        # Digits of any script: a mediator's keyboard may be Arabic or Persian.
        digits = "".join(str(unicodedata.decimal(sign, "x")) for sign in code if not sign.isspace())
        if found.totp_secret is None or len(digits) != 6 or "x" in digits:
            return False
        totp, present = pyotp.TOTP(found.totp_secret), int(self._now()) // STEP_SECONDS
        for step in (present - 1, present, present + 1):
            if random.compare_digest(totp.at(step * STEP_SECONDS), digits):
                return await self._credentials.take_step(found.mediator_id, step)
        return False

    async def _begin(self, limits: list[Limit]) -> None:
        seconds = await self._attempts.begin(limits)
        if seconds:
            raise WaymarkError("console.wait", seconds=seconds)

    def _limits(self, name: str, device: str | None) -> list[Limit]:
        folded = _folded(name)
        known = self._secrets.verify(device)
        if known is not None and known.endswith("-" + self._hidden("device", folded)):
            return [Limit(self._hidden("browser", known), 5, 30, 3600, 86400)]
        return [
            Limit(self._hidden("account", folded), 5, 30, 3600, 86400),
            # All strangers together: enough for a team that signs in at the same hour, too little to try many names.
            Limit("everybody", 60, 5, 300, 900),
        ]

    def _hidden(self, kind: str, text: str) -> str:
        return self._secrets.pseudonym(f"console-{kind}", text)


def _folded(name: str) -> str:
    return " ".join(unicodedata.normalize("NFKC", name).split()).casefold()[:100]
