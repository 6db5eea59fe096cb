"""`waymark mediators`: who works at the desk, and how they come in for the first time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from shlex import quote as quoted
from typing import Optional, TypeVar
from urllib.parse import quote

import typer

from bot.cli.typed import say
from bot.container import Container, container
from bot.errors import WaymarkError
from bot.handover import rules
from bot.handover.sign_in import START_DAYS
from bot.reporting.keys import CIRCLES, ROLE_OF, Circle
from bot.store.codes import VALID_SECONDS
from bot.store.mediators import Mediator

program = typer.Typer(no_args_is_help=True)
Answer = TypeVar("Answer")


def _split(text: str) -> list[str]:
    return [word for word in text.replace(",", " ").split() if word]


def _run(work: Callable[[Container], Awaitable[Answer]]) -> Answer:
    house = container()

    async def go() -> Answer:
        return await work(house)

    return asyncio.run(go())


async def _named(house: Container, name: str) -> Mediator:
    found = await house.mediators.by_name(name)
    if found is None:
        raise WaymarkError("mediators.nobody", name=name)
    return found


def _must_know(house: Container, team: str, topics: list[str]) -> None:
    """WaymarkError "mediators.team", "mediators.topics": a slip of the pen would make a team that never sleeps."""
    teams = house.desk.expectations.known_teams()
    if teams and team not in teams:
        raise WaymarkError("mediators.team", team=team, file=house.settings.teams.name, known=", ".join(teams))
    terms = house.directory.terms
    wrong = [topic for topic in topics if topic not in terms]
    if wrong:
        known = ", ".join(name for name, term in terms.items() if term.parent_id is None)
        raise WaymarkError("mediators.topics", topics=" ".join(wrong), known=known)


def _say_start(house: Container, name: str, password: str) -> None:
    settings = house.settings
    address = (settings.desk_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    # After the # nothing is sent to a server, so that the start password is in no log on the way.
    typer.echo(f"  link            {address}/desk/#start={quote(name)}:{password}")
    typer.echo(f"  name            {name}")
    typer.echo(f"  start password  {password}")
    typer.echo(
        f"Both are shown this once and work once, within {START_DAYS} days. Hand them over in person or by a safe way.\n"
        "At the first sign-in they choose a password of their own and need an app for one-time codes."
    )


@program.command()
def add(
    name: str = typer.Argument(..., help="The name that colleagues see and that they sign in with."),
    languages: str = typer.Option(..., help="Languages they work in, such as de,ar. The first is the one they read here."),
    roles: str = typer.Option("mediator", help="Some of mediator, lead, reader, oversight, curator, admin."),
    topics: str = typer.Option("", help="Topics they know, such as housing,health. Empty: all."),
    gender: Optional[str] = typer.Option(None, help="woman or man, if they agree: people may ask for a woman."),
    team: str = typer.Option("main", help="Their team; a team has its own working hours."),
    telegram: Optional[int] = typer.Option(None, help="The number of their Telegram account, for the staff group."),
) -> None:
    """Add a mediator and print the link and the password for the first sign-in."""

    async def work(house: Container) -> tuple[Mediator, str]:
        _must_know(house, team, _split(topics))
        made = await house.mediators.add(
            name, _split(languages), topics=_split(topics), gender=gender, roles=_split(roles), team=team, telegram_id=telegram
        )
        return made, await house.sign_in.start(made.id)

    made, password = _run(work)
    typer.echo(f"Added {made.name} ({', '.join(sorted(made.roles))}; {', '.join(made.languages)}).")
    _say_start(container(), made.name, password)


@program.command(name="list")
def list_all() -> None:
    """List all mediators with their roles and languages."""
    found = _run(lambda house: house.mediators.list())
    if not found:
        say("There are no mediators yet. Add one: waymark mediators add NAME --languages de,ar")
        return
    for one in found:
        state = "" if one.active else "  (disabled)"
        telegram = "  Telegram" if one.telegram_id is not None else ""
        roles, languages = ",".join(sorted(one.roles)), ",".join(one.languages)
        typer.echo(f"{one.name:24} {roles:28} {languages:14} team {one.team}{telegram}{state}")


@program.command()
def roles(
    name: str = typer.Argument(..., help="Their name."),
    wanted: str = typer.Argument(..., metavar="ROLES", help="All their roles from now on, such as mediator,lead."),
) -> None:
    """Change somebody's roles. The console shows what the new ones may see from the next page on."""

    async def work(house: Container) -> tuple[Mediator, list[Circle]]:
        found = await _named(house, name)
        found = await house.mediators.change(found.id, roles=_split(wanted))
        left = [circle for circle in CIRCLES if ROLE_OF[circle] not in found.roles]
        return found, [circle for circle in left if found.id in {one.id for one in await house.report_circles.members(circle)}]

    found, keeping = _run(work)
    typer.echo(f"{found.name} has the roles: {', '.join(sorted(found.roles))}.")
    for circle in keeping:
        oversight = " --oversight" if circle == "oversight" else ""
        typer.echo(f"They still hold a key of the {circle} circle. Take it away: "
                   f"waymark reports readers remove {quoted(found.name)}{oversight}")


@program.command()
def disable(name: str = typer.Argument(..., help="Their name.")) -> None:
    """Let a mediator in no more; open sessions end at once, open cases go back to the list."""

    async def work(house: Container) -> Mediator:
        found = await _named(house, name)
        # First, so that nobody waits for somebody who is gone.
        for case in await house.cases.all_open():
            if case.mediator_id == found.id:
                decide = rules.passed_on(found.id, None, house.clock())
                await house.cases.step(case.id, decide, what="case.passed_on", who=found.id)
        found = await house.mediators.disable(found.id)
        await house.sign_in.forget(found.id)
        await house.console_sessions.end_all(found.id)
        return found

    found = _run(work)
    typer.echo(f"{found.name} cannot sign in any more. Their open cases are back on the list.")


@program.command()
def reset(name: str = typer.Argument(..., help="Their name.")) -> None:
    """Make a new start: new start password, new one-time codes; open sessions end. Lets a disabled mediator in again."""

    async def work(house: Container) -> tuple[Mediator, str]:
        found = await _named(house, name)
        if not found.active:
            found = await house.mediators.change(found.id, active=True)
        await house.console_sessions.end_all(found.id)
        return found, await house.sign_in.start(found.id)

    found, password = _run(work)
    typer.echo(f"{found.name} begins anew.")
    _say_start(container(), found.name, password)


@program.command()
def telegram(name: str = typer.Argument(..., help="Their name.")) -> None:
    """A one-time code that ties their Telegram account to them, for the staff group."""

    async def work(house: Container) -> str:
        mediator = await _named(house, name)
        return await house.codes.make("link", mediator.id)

    code = _run(work)
    typer.echo(f"  code  {code}")
    typer.echo(
        f"It works once, for {VALID_SECONDS // 60} minutes. They send the bot, in a chat of their own with it:  /link {code}\n"
        "From then on what they write in a topic of the staff group counts."
    )
