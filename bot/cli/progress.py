"""Progress of long work: a bar on a terminal, plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import typer
from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

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
