"""Writes docs/settings.md and docs/cli.md from the code. Run: .venv/bin/python tools/write_docs.py"""

from __future__ import annotations

from pathlib import Path

import click
import typer

from bot.cli.main import program
from bot.settings import ROOT, SETTINGS

ABOUT_THE_COMMAND = ("`waymark` is a command after `source .venv/bin/activate` in Waymark's folder "
                     "([how](run.md#the-waymark-command)).")


def settings_page() -> str:
    """docs/settings.md."""
    defaults = {row.name: f"`{row.default}`" if row.default else "empty" for row in SETTINGS}
    rows = [f"| `{row.name}` | {row.wanted} | {defaults[row.name]} | {row.sentence} |" for row in SETTINGS]
    head = ["# Settings", "", "Environment variables, or lines `NAME=value` in `waymark.env`. The environment wins.",
            ABOUT_THE_COMMAND, "",
            "| setting | wants | default | what it does |", "|---|---|---|---|"]
    return "\n".join([*head, *rows, ""])


def _commands(command: click.Command, name: str) -> list[str]:
    if hasattr(command, "commands"):
        return [line for key, child in command.commands.items() for line in _commands(child, f"{name} {key}")]
    lines = [f"## {name}", "", (command.help or "").strip(), ""]
    for parameter in command.params:
        if parameter.param_type_name == "option" and parameter.name != "help":
            lines.append(f"- `{'`, `'.join(parameter.opts)}`: {getattr(parameter, 'help', None) or ''}")
        elif parameter.param_type_name == "argument":
            lines.append(f"- `{parameter.name.upper() if parameter.name else ''}`")
    return [*lines, ""]


def cli_page() -> str:
    """docs/cli.md."""
    commands = _commands(typer.main.get_command(program), "waymark")
    return "\n".join(["# The waymark command", "", ABOUT_THE_COMMAND, "", *commands]).rstrip() + "\n"


PAGES = {Path("docs/settings.md"): settings_page, Path("docs/cli.md"): cli_page}

if __name__ == "__main__":
    for path, page in PAGES.items():
        (ROOT / path).write_text(page(), encoding="utf-8")
