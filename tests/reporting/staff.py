"""A house whose report desk is staffed: two readers and one of the oversight, their keys unlocked."""

from __future__ import annotations

import datetime as dt
from typing import NamedTuple

from bot.container import Container
from bot.contracts import Translation
from bot.reporting import keys
from bot.reporting.circles import Unlocked
from bot.reporting.clock import ZONE
from bot.reporting.intake import Filed, Telling
from bot.reporting.review import Review
from bot.store.mediators import Mediator

PASSPHRASE = "lantern gravel otter museum ninety "
# A Tuesday.
START = dt.datetime(2026, 6, 16, 10, 0, tzinfo=ZONE)


class Marked:
    """Translates by marking: "hallo" from de to ar is "[ar] hallo"."""

    def can(self, source: str, target: str) -> bool:
        return "zz" not in (source, target)

    async def translate(self, text: str, source: str, target: str, *, context: str = "", personal: bool = False) -> Translation:
        assert personal, "what a person or a reader wrote must never be remembered"
        if not self.can(source, target):
            return Translation(text, text, source, target, "none", "none")
        return Translation(f"[{target}] {text}", text, source, target, "machine", "good")


class Clock:
    """A clock that tests move."""

    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now.timestamp()

    def day(self) -> dt.date:
        return self.now.date()

    def forward(self, **by: int) -> None:
        """Wall-clock time: a day is a day over a change of the clocks too."""
        self.now += dt.timedelta(**by)


class Staff(NamedTuple):
    """The house, its clock, who works there, their keys by name, the printed keys."""

    house: Container
    clock: Clock
    people: dict[str, Mediator]
    keys: dict[str, Unlocked]
    sheets: dict[keys.Circle, str]

    @property
    def review(self) -> Review:
        return self.house.report_review

    def id(self, name: str) -> str:
        return self.people[name].id

    async def report(
        self, text: str = "the lamp is broken", kind: str = "housing", language: str = "ar", **answers: str
    ) -> Filed:
        """A report as the form sends it."""
        district = answers.pop("district", None)
        told = {"what": text, "figures": "yes", **answers}
        return await self.house.intake.take(Telling(kind, language, told, district=district))


async def staffed(house: Container) -> Staff:
    """Staffs a house: anna and ben read, olga is the oversight."""
    clock = Clock()
    house.ledger.day = clock.day
    house.intake.hourly = type("Unlimited", (), {"take": lambda self, key=None: True})()  # type: ignore[assignment]
    house.__dict__["report_review"] = Review(house.ledger, house.report_work, Marked(), house.report_promises, clock)
    sheets = await house.report_circles.found()
    people, unlocked = {}, {}
    for name, role, circle in (("anna", "reader", "readers"), ("ben", "reader", "readers"), ("olga", "oversight", "oversight")):
        person = await house.mediators.add(name, ["de"], roles=[role])
        people[name] = person
        await house.report_circles.enrol(person.id, circle, PASSPHRASE + name)  # type: ignore[arg-type]
        await house.report_circles.admit(await house.report_circles.recover(sheets[circle]), person.id)  # type: ignore[index]
        unlocked[name] = await house.report_circles.unlock(person.id, circle, PASSPHRASE + name)  # type: ignore[arg-type]
    return Staff(house, clock, people, unlocked, sheets)
