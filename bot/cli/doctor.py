"""`waymark doctor`: what is configured, what is missing, each with the sentence that mends it."""

from __future__ import annotations

import asyncio
import datetime as dt
import stat
import sys
from collections.abc import Iterator
from typing import NamedTuple

import sqlalchemy as sa
import typer

from bot.cli.train import is_current
from bot.cli.typed import say
from bot.container import Container, container
from bot.directory import checks
from bot.directory.loader import DirectoryError
from bot.errors import WaymarkError
from bot.reporting.keys import CIRCLES


class Finding(NamedTuple):
    """`level` is "ok", "note" (works, but you may want to know) or "wrong"."""

    level: str
    subject: str
    sentence: str


def findings(house: Container) -> Iterator[Finding]:
    """Looks at every part in turn; one broken part does not hide the others."""
    settings = house.settings
    version = ".".join(str(part) for part in sys.version_info[:3])
    good = sys.version_info[:2] == (3, 10)
    yield Finding("ok" if good else "wrong", "Python", version + ("" if good else ": Waymark needs 3.10. Run 'make install'."))
    yield from _key(house)
    try:
        house.database.transact(lambda connection: connection.execute(sa.text("SELECT 1")))
        yield Finding("ok", "database", "opens and is up to date.")
    except (WaymarkError, OSError) as error:
        yield Finding("wrong", "database", str(error))
    except Exception as error:
        yield Finding("wrong", "database", f"cannot be opened ({type(error).__name__}). Check WAYMARK_DATABASE_URL.")
    try:
        problems = [p for p in checks.check(house.directory, dt.date.today()) if p.level == "error"]
        if problems:
            yield Finding("wrong", "directory", f"{len(problems)} errors. Run 'waymark directory check' and mend them.")
        else:
            yield Finding("ok", "directory", f"{len(house.directory.services)} services, {len(house.directory.guides)} guides.")
    except DirectoryError as error:
        yield Finding("wrong", "directory", f"{error.problems[0]} Run 'waymark directory check' for all of them.")
    if is_current(house):
        yield Finding("ok", "model", "matches the present data.")
    else:
        yield Finding("wrong", "model", "does not match the present data. Run 'waymark train' (or 'make run', which does it).")
    pairs = [package.pair for package in house.translation_packages.all()]
    if pairs:
        yield Finding("ok", "translation", f"packages: {', '.join(pairs)}.")
    else:
        yield Finding("note", "translation", "no package is installed: what nobody translated is shown in the original. "
                      "Run 'waymark translation install ar en' and the like.")
    if settings.telegram_token:
        yield Finding("ok", "Telegram", "a token is set; " + ("webhook." if settings.telegram_webhook else "polling."))
    else:
        yield Finding("note", "Telegram", "is off. Make a bot with @BotFather and set WAYMARK_TELEGRAM_TOKEN to switch it on.")
    yield _reports(house)
    if settings.operator:
        yield Finding("ok", "operator", "is named in the privacy notice.")
    else:
        yield Finding("note", "operator", "is not named in the privacy notice. Set WAYMARK_OPERATOR to your organization's name.")
    if settings.origins:
        yield Finding("ok", "origins", "other websites that may show the chat box: " + ", ".join(settings.origins))
    else:
        yield Finding("note", "origins", "only Waymark's own page may show the chat box. Set WAYMARK_ORIGINS for your website.")
    if settings.api_token:
        yield Finding("note", "HTTP API", "Rasa's own API is open to who sends the token. Unset WAYMARK_API_TOKEN to close it.")
    else:
        yield Finding("ok", "HTTP API", "is closed.")


def _key(house: Container) -> Iterator[Finding]:
    file = house.settings.state / "waymark.key"
    try:
        _ = house.secrets
    except WaymarkError as error:
        yield Finding("wrong", "key", str(error))
        return
    if house.settings.secret:
        yield Finding("ok", "key", "is taken from WAYMARK_SECRET.")
    elif stat.S_IMODE(file.stat().st_mode) & 0o077:
        yield Finding("wrong", "key", f"{file} can be read by others. Run 'chmod 600 {file}'.")
    else:
        yield Finding("ok", "key", f"{file} is readable by its owner only. Back it up apart from the database.")


def _reports(house: Container) -> Finding:
    async def admitted() -> dict[str, int] | None:
        if not await house.ledger.open_for_reports():
            return None
        members = {circle: await house.report_circles.members(circle) for circle in CIRCLES}
        return {circle: sum(one.vouched is not None for one in found) for circle, found in members.items()}

    try:
        held = asyncio.run(admitted())
    except Exception as error:  # the database is looked at above
        return Finding("wrong", "reports", f"cannot be looked at ({type(error).__name__}). Mend the database first.")
    if held is None:
        return Finding("note", "reports", "are closed: nobody can be told of a wrong here. Begin with 'waymark reports keygen', "
                       "step by step in docs/reporting.md.")
    many = f"members with a key: {held['readers']} readers, {held['oversight']} oversight."
    if not held["readers"]:
        return Finding("wrong", "reports", f"are taken, and nobody can read them; {many} Run 'waymark reports readers add NAME'.")
    if not held["oversight"]:
        return Finding("note", "reports", f"nobody oversees them; {many} Run 'waymark reports readers add NAME --oversight'.")
    return Finding("ok", "reports", f"are open; {many}")


def doctor() -> None:
    """Say what is configured and what is missing. Exit status 1 if something is wrong."""
    wrong = False
    for finding in findings(container()):
        wrong |= finding.level == "wrong"
        say(f"[{finding.level:5}] {finding.subject}: {finding.sentence}")
    if wrong:
        raise typer.Exit(1)
