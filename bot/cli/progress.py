"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.progress import BarColumn, DownloadColumn, Progress, TextColumn, TimeElapsedColumn, TransferSpeedColumn

Step = Callable[[str], None]


@contextmanager
def steps(title: str, total: int) -> Iterator[Step]:
    """Gives a function to call at the beginning of each of `total` steps with its name."""
    if not sys.stderr.isatty():
        done = 0

        def line(name: str) -> None:
            nonlocal done
            done += 1
            typer.echo(f"{title} ({done}/{total}): {name}", err=True)

        yield line
        return
    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    from rich.console import Console

    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=total)

        def move(name: str) -> None:
            bar.update(task, description=f"{title}: {name}", advance=1)

        yield move


@contextmanager
def transfer(title: str) -> Iterator[Callable[[int, int], None]]:
    """Gives a function to call with bytes loaded so far and in all (0: unknown)."""
    if not sys.stderr.isatty():
        told = [-1]

        def line(done: int, whole: int) -> None:
            tenth = done * 10 // whole if whole else done >> 23
            if tenth != told[0]:
                told[0] = tenth
                typer.echo(f"{title}: {done // 1000} of {whole // 1000 or '?'} kB", err=True)

        yield line
        return
    from rich.console import Console

    columns = (TextColumn("{task.description}"), BarColumn(), DownloadColumn(), TransferSpeedColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bar:
        task = bar.add_task(title, total=None)
        yield lambda done, whole: bar.update(task, completed=done, total=whole or None)
