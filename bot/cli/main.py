"""The `waymark` command."""

from __future__ import annotations

# Before anything imports Rasa or numpy: no telemetry, one thread, no chatter.
from bot.logs import configure, quiet_environment

quiet_environment()

import typer  # noqa: E402

from bot.cli import (  # noqa: E402
    bench,
    chat,
    directory,
    doctor,
    keys,
    mediators,
    parse,
    reports,
    run,
    train,
    translation,
    translations,
)
from bot.cli.typed import say  # noqa: E402
from bot.directory.loader import DirectoryError  # noqa: E402
from bot.errors import WaymarkError  # noqa: E402

program = typer.Typer(no_args_is_help=True, add_completion=False, help="Waymark: a service navigator for newcomers.",
                      pretty_exceptions_enable=False, rich_markup_mode=None)
program.command(name="run")(run.run)
program.command(name="train")(train.train)
program.command(name="chat")(chat.chat)
program.command(name="doctor")(doctor.doctor)
program.command(name="parse")(parse.parse)
program.add_typer(directory.program, name="directory", help="Check, count, search and translate the directory.")
program.add_typer(mediators.program, name="mediators", help="Add, list, disable and reset mediators of the desk.")
program.add_typer(reports.program, name="reports", help="Keys that open reports, and who holds one.")
program.add_typer(translation.program, name="translation", help="Install, list, remove and test translation packages.")
program.add_typer(translations.program, name="translations", help="Review translations; exchange them; measure protection.")
program.add_typer(keys.program, name="keys", help="Change the key that everything kept is sealed with.")
program.add_typer(bench.program, name="bench", help="Measure answers and the cost of a message.")


def app() -> None:
    """Runs the command; an error of ours becomes its sentence and exit status 1."""
    configure()
    try:
        program()
    except (WaymarkError, DirectoryError) as error:
        say(str(error), err=True)
        raise SystemExit(1) from None
