"""Commands in our sentences as they can be typed here: `waymark train` is "not found" in a shell that does not know `waymark`."""

from __future__ import annotations

import re
import shlex
import shutil
import sys
from pathlib import Path

import typer

_COMMAND = re.compile(r"(?<![\w./-])waymark (?=[a-z])")


def as_typed(sentence: str) -> str:
    """`sentence` with the command named as it was called just now, unless the shell knows it by its bare name."""
    called = sys.argv[0]
    if shutil.which("waymark") or Path(called).name != "waymark":
        return sentence
    return _COMMAND.sub(lambda _: f"{shlex.quote(called)} ", sentence)


def say(sentence: str, err: bool = False) -> None:
    """Prints a sentence that may name commands."""
    typer.echo(as_typed(sentence), err=err)
