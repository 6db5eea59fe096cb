"""`waymark keys`: the key for everything that is kept, and how to change it."""

from __future__ import annotations

import typer
from cryptography.fernet import Fernet

from bot.container import container
from bot.errors import WaymarkError
from bot.store.in_use import InUse
from bot.store.rotation import rotate as rotate_all

program = typer.Typer(no_args_is_help=True)


@program.command()
def new() -> None:
    """Print a new key, for WAYMARK_SECRET. It is kept nowhere."""
    typer.echo(Fernet.generate_key().decode())


@program.command()
def rotate() -> None:
    """Seal everything that is kept with a new key. Stop Waymark first. If it is interrupted, run it again."""
    settings = container().settings
    lock = InUse(settings.state)
    if not lock.take(alone=True):
        raise WaymarkError("keys.running")
    done = rotate_all(container().database, settings.secret, settings.state)
    typer.echo(f"{done.values} values are sealed with the new key.")
    if done.finished:
        typer.echo("The old key is gone from the key file. Make a new backup; older ones need the old key.")
    else:
        typer.echo("Take the old key out of WAYMARK_SECRET now. Make a new backup; older ones need the old key.")
