"""What the staff group needs of the house. The container keeps these promises."""

from __future__ import annotations

from typing import Any, Protocol

from bot.channels.telegram.house import House
from bot.channels.telegram.staff.shown import Names
from bot.handover.desk import Desk
from bot.store.attachments import Attachments
from bot.store.audit import Audit
from bot.store.cases import Cases
from bot.store.codes import Codes
from bot.store.mediators import Mediators
from bot.store.secrets import Secrets
from bot.store.signals import Signals
from bot.store.staff import Staff


class StaffHouse(House, Protocol):
    """The parts of the container used here."""

    @property
    def secrets(self) -> Secrets: ...

    @property
    def attachments(self) -> Attachments: ...

    @property
    def cases(self) -> Cases: ...

    @property
    def mediators(self) -> Mediators: ...

    @property
    def signals(self) -> Signals: ...

    @property
    def audit(self) -> Audit: ...

    @property
    def staff(self) -> Staff: ...

    @property
    def codes(self) -> Codes: ...

    @property
    def cards(self) -> Names: ...

    @property
    def desk(self) -> Desk: ...


Said = dict[str, Any]
