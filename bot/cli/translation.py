"""`waymark translation`: the packages that the engine translates with."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.progress import transfer
from bot.cli.typed import say
from bot.container import container
from bot.errors import WaymarkError
from bot.translation.index import download, fetch_index, wanted
from bot.translation.package_files import files_leading, package_files
from bot.translation.packages import Done, Packages

program = typer.Typer(no_args_is_help=True)


def _tell(done: Done, packages: Packages) -> None:
    package = done.package
    typer.echo(f"{package.pair} {package.version} installed{' again' if done.unchanged else ''} ({package.size // 1000} kB).")
    if done.pinned:
        typer.echo(f"  sha256 {package.sha256}\n  written to {packages.pins.file}: from now on no other file is taken for it.")


@contextmanager
def _going_on(failed: list[str]) -> Iterator[None]:
    """One package's refusal does not keep the others from being installed; it is told at once and counted."""
    try:
        yield
    except WaymarkError as error:
        failed.append(str(error))
        say(str(error), err=True)


@program.command()
def install(
    source: Annotated[str, typer.Argument(help="Language to translate from, such as 'ar'.")] = "",
    target: Annotated[str, typer.Argument(help="Language to translate to, such as 'en'.")] = "",
    from_folder: Annotated[Path | None, typer.Option(help="Install the .argosmodel files of this folder, no network.")] = None,
) -> None:
    """Install what leads from one language to another, over English where no direct package exists. One direction."""
    if bool(source) != bool(target) or not (source or from_folder):
        raise typer.BadParameter("Name two languages, or --from-folder DIR with two languages or none.")
    packages = container().translation_packages
    failed: list[str] = []
    if from_folder is not None:
        for file in files_leading(from_folder, source, target) if source else package_files(from_folder):
            with _going_on(failed):
                _tell(packages.install(file), packages)
    else:
        index = fetch_index(container().settings.translation_index)
        for published in wanted(index, source, target):
            with _going_on(failed):
                with transfer(f"{published.pair} {published.version}") as progress:
                    file = download(published, packages.state / "downloads", progress)
                try:
                    _tell(packages.install(file), packages)
                finally:
                    file.unlink(missing_ok=True)
    if failed:
        raise typer.Exit(1)


@program.command(name="list")
def list_packages(as_json: Annotated[bool, typer.Option("--json", help="Print one JSON list.")] = False) -> None:
    """List the installed packages."""
    found = container().translation_packages.all()
    if as_json:
        rows = [{"pair": p.pair, "version": p.version, "bytes": p.size, "sha256": p.sha256} for p in found]
        typer.echo(json.dumps(rows))
        return
    if not found:
        say("No translation package is installed. Waymark works on reviewed text and says what it cannot translate.\n"
            "Install one: waymark translation install ar en")
    for package in found:
        typer.echo(f"{package.pair:8} {package.version:8} {package.size // 1000:>8} kB  {package.sha256[:12]}")


@program.command()
def remove(source: Annotated[str, typer.Argument(help="Language to translate from.")],
           target: Annotated[str, typer.Argument(help="Language to translate to.")]) -> None:
    """Remove an installed package."""
    container().translation_packages.remove(source, target)
    typer.echo(f"{source}-{target} removed.")


@program.command()
def test() -> None:
    """Put all installed packages through the smoke test again: six plain sentences each. Ends with 1 when one fails."""
    found = container().translation_packages.test()
    if not found:
        typer.echo("No translation package is installed.")
    for package, reason in found:
        typer.echo(f"{package.pair:8} {package.version:8} {'passes' if not reason else 'FAILS: ' + reason}")
    if any(reason for _, reason in found):
        raise typer.Exit(1)
