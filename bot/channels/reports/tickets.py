"""What a page carries from one request to the next, sealed with the house's key: the server keeps nothing meanwhile."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

from bot.errors import WaymarkError
from bot.store.secrets import Secrets

# Seconds that a ticket lasts. A mediator and a person may sit over a report for a day's work.
LASTS = 1800
HELPER_LASTS = 12 * 3600


class Tickets:
    """Makes and reads tickets. A ticket for one purpose is none for another, and each ends: most after half an hour."""

    def __init__(self, secrets: Secrets, clock: Callable[[], float] = time.time) -> None:
        self._secrets, self._clock = secrets, clock

    def make(self, purpose: str, /, **values: Any) -> str:
        """A ticket as text for a hidden field."""
        lasts = HELPER_LASTS if purpose == "helper" else LASTS
        said = {"for": purpose, "until": int(self._clock()) + lasts, "values": values}
        return self._secrets.seal(json.dumps(said)).decode()

    def read(self, purpose: str, ticket: str) -> dict[str, Any] | None:
        """Its values, or None if it is not ours, of another purpose, altered or over."""
        try:
            said = json.loads(self._secrets.open(ticket.encode()))
        except (WaymarkError, ValueError):
            return None
        if not isinstance(said, dict) or said.get("for") != purpose or said.get("until", 0) < self._clock():
            return None
        values: dict[str, Any] = said["values"]
        return values
