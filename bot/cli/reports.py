"""`waymark reports`: keys that open reports, and who holds one."""

from __future__ import annotations

import asyncio
import datetime as dt
from collections.abc import Coroutine
from shlex import quote
from typing import Annotated, Any, Optional

import typer

from bot.cli.typed import say
from bot.container import Container, container
from bot.errors import WaymarkError
from bot.reporting.circles import Unlocked
from bot.reporting.clock import ZONE
from bot.reporting.keys import CIRCLES, ROLE_OF, SHEETS, Circle, fingerprint
from bot.store.mediators import Mediator
from bot.store.report_keys import Holder

program = typer.Typer(no_args_is_help=True)
readers = typer.Typer(no_args_is_help=True)
program.add_typer(readers, name="readers", help="Who holds a key: add, remove, list.")

Oversight = Annotated[bool, typer.Option("--oversight", help="The oversight circle instead of the readers.")]
By = Annotated[Optional[str], typer.Option("--by", help="A member who agrees and types a passphrase; else the printed key.")]


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    finally:
        container().database.close()


def _circle(oversight: bool) -> Circle:
    return "oversight" if oversight else "readers"


def _ask_new(name: str) -> str:
    told: str = typer.prompt(f"New passphrase of {name}", hide_input=True, confirmation_prompt=True)
    return told


async def _person(house: Container, name: str, circle: Circle) -> Mediator:
    role, found = ROLE_OF[circle], await _named(house, name)
    of_circles = found.roles & set(ROLE_OF.values())
    wanted = ",".join(sorted(found.roles - of_circles | {role}))
    if len(of_circles) > 1:
        raise WaymarkError("reports.two_roles", name=name, who=quote(name), roles=wanted)
    if role not in found.roles and of_circles:
        raise WaymarkError("reports.other_role", name=name, has=next(iter(of_circles)))
    if role not in found.roles:
        raise WaymarkError("reports.role", name=name, role=role, who=quote(name), roles=wanted)
    return found


async def _named(house: Container, name: str) -> Mediator:
    found = await house.mediators.by_name(name)
    if found is None:
        raise WaymarkError("reports.nobody", name=name)
    return found


async def _holder(house: Container, person: Mediator, circle: Circle) -> Holder | None:
    return next((one for one in await house.report_circles.members(circle) if one.id == person.id), None)


async def _must_hold(house: Container, person: Mediator, circle: Circle) -> None:
    """Before anybody types a secret. WaymarkError "reports.keyless"."""
    if await _holder(house, person, circle) is None:
        raise WaymarkError("reports.keyless", name=person.name, circle=circle)


async def _unlocked(house: Container, circle: Circle, by: str | None) -> Unlocked:
    """The keys of who agrees: a member by name, or the printed key."""
    if by is None:
        found = await house.report_circles.recover(typer.prompt(f"Recovery key of the {circle}", hide_input=True))
    else:
        person = await _person(house, by, circle)
        holder = await _holder(house, person, circle)
        if holder is None or holder.vouched is None:
            raise WaymarkError("reports.no_consent", name=by, circle=circle)
        passphrase = typer.prompt(f"Passphrase of {by}", hide_input=True)
        found = await house.report_circles.unlock(person.id, circle, passphrase)
    if found.circle != circle:
        begins = next(sign for sign, of in SHEETS.items() if of == circle)
        raise WaymarkError("reports.sheet", found=found.circle, circle=circle, begins=f"{begins}-")
    return found


@program.command()
def keygen() -> None:
    """Make the keys, once, and print the two recovery keys."""

    async def work() -> None:
        sheets = await container().report_circles.found()
        for circle in CIRCLES:
            typer.echo(f"Recovery key of the {circle}. Print it, keep it in a safe, and keep it nowhere else:")
            typer.echo(f"  {sheets[circle]}")
        typer.echo("These are shown once. Give them to two people who are not readers.")
        say("Next: waymark reports readers add NAME, and waymark reports readers add NAME --oversight.")

    _run(work())


@readers.command("add")
def add(name: str, oversight: Oversight = False, by: By = None) -> None:
    """Give a mediator with the role reader (or oversight) a key. They type their own passphrase; nobody else may know it."""

    async def work() -> None:
        house, circle = container(), _circle(oversight)
        person = await _person(house, name, circle)
        waiting = await _holder(house, person, circle)
        if waiting is not None and waiting.vouched is not None:
            raise WaymarkError("reports.enrolled")
        for other in CIRCLES:
            if other != circle and await _holder(house, person, other) is not None:
                raise WaymarkError("reports.both")
        admitting = await _unlocked(house, circle, by)
        if waiting is None:
            await house.report_circles.enrol(person.id, circle, _ask_new(name))
        else:
            typer.echo(f"{name} set a passphrase in the console. The fingerprint there must read: {fingerprint(waiting.public)}")
            typer.confirm("Does it?", abort=True)
        await house.report_circles.admit(admitting, person.id)
        await house.audit.note("reports.admitted", None, person.id)
        typer.echo(f"{name} can open reports of the {circle} circle now.")

    _run(work())


@readers.command("remove")
def remove(name: str, oversight: Oversight = False, by: By = None) -> None:
    """Take a key away. Reports that come from now on are sealed to a new key; see also reseal."""

    async def work() -> None:
        house, circle = container(), _circle(oversight)
        # The role may be gone already: a member is found by name alone.
        found = await _named(house, name)
        await _must_hold(house, found, circle)
        await house.report_circles.remove(await _unlocked(house, circle, by), found.id)
        await house.audit.note("reports.removed", None, found.id)
        typer.echo(f"{name} holds no key any more. New reports are sealed to a new key.")
        say("Open reports that were sealed before: waymark reports reseal.")

    _run(work())


@readers.command("list")
def list_readers() -> None:
    """Who holds a key, since when, with the fingerprint."""

    async def work() -> None:
        house = container()
        for circle in CIRCLES:
            key = await house.report_circles.public(circle)
            typer.echo(f"{circle} (key {key.number}):")
            for holder in await house.report_circles.members(circle):
                person = await house.mediators.get(holder.id)
                state = "holds a key" if holder.vouched is not None else "waits to be admitted"
                day = dt.datetime.fromtimestamp(holder.created_at, dt.timezone.utc).date()
                name = person.name if person else holder.id
                typer.echo(f"  {name:30} {state}, {day}, {fingerprint(holder.public)}")

    _run(work())


@program.command()
def recover(name: str, oversight: Oversight = False, by: By = None) -> None:
    """A new key for a member who lost the passphrase, with the printed recovery key (or another member's consent)."""

    async def work() -> None:
        house, circle = container(), _circle(oversight)
        person = await _person(house, name, circle)
        await _must_hold(house, person, circle)
        await house.report_circles.renew(await _unlocked(house, circle, by), person.id, _ask_new(name))
        await house.audit.note("reports.recovered", None, person.id)
        typer.echo(f"{name} has a new key. The old passphrase opens nothing any more.")

    _run(work())


@program.command()
def passphrase(name: str, oversight: Oversight = False) -> None:
    """Change a member's passphrase; asks for the old one."""

    async def work() -> None:
        house, circle = container(), _circle(oversight)
        person = await _person(house, name, circle)
        await _must_hold(house, person, circle)
        before = typer.prompt(f"Present passphrase of {name}", hide_input=True)
        await house.report_circles.change_passphrase(person.id, circle, before, _ask_new(name))
        typer.echo("Changed.")

    _run(work())


@program.command()
def reseal(oversight: Oversight = False, by: By = None) -> None:
    """Seal every report anew to the present key, and throw the old keys away: after a member was removed."""

    async def work() -> None:
        house, circle = container(), _circle(oversight)
        keys = await _unlocked(house, circle, by)
        await house.report_circles.refresh(keys)
        await house.interview.drafts.purge()
        # Looked at first: a half that is sent in this moment is a report then, and sealed anew with the others.
        until = await house.report_review.half_told(keys)
        count = await house.report_review.reseal(keys)
        typer.echo(f"{count} sealed pieces were sealed anew.")
        if until is not None:
            then = f"{dt.datetime.fromtimestamp(until, ZONE):%Y-%m-%d at %H:%M}"
            typer.echo(f"A half-told report still needs the older keys, which are kept for it until {then} (German time).")
            typer.echo("Run this again after that. Whoever goes on telling theirs can make it later.")
        else:
            await house.report_circles.retire(keys, [])
            typer.echo("Nothing is sealed to the older keys any more; they were thrown away.")

    _run(work())
