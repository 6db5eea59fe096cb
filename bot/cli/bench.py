"""`waymark bench`: figures anyone can measure again."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from bot.container import container
from bot.errors import WaymarkError

program = typer.Typer(no_args_is_help=True)
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]


def _print(figures: dict[str, object], as_json: bool) -> None:
    if as_json:
        typer.echo(json.dumps(figures))
        return
    for name, value in figures.items():
        typer.echo(f"{name:28} {value}")


@program.command()
def answers(
    pages: Annotated[list[Path], typer.Option(help="Integreat pages (JSON) or OMoS-QA lines; plain or .gz.")],
    questions: Annotated[Path, typer.Option(help="OMoS-QA lines with questions.")],
    language: Annotated[str, typer.Option(help="The language of both.")],
    as_json: JsonOption = False,
) -> None:
    """How often the right page and the right lines are found, and how long a question takes."""
    from bot.directory.bench import bench_answers

    house = container()
    try:
        figures = bench_answers(pages, questions, language, house.sentence_encoder,
                                house.settings.state / "cache" / "bench")
    except (ValueError, KeyError, OSError) as error:
        raise WaymarkError("bench.file", file=questions, detail=error) from None
    _print(dict(figures.as_json()), as_json)


@program.command()
def chat(
    conversations: Annotated[int, typer.Option(help="Conversations at once.")] = 8,
    messages: Annotated[int, typer.Option(help="Messages in each conversation.")] = 15,
    stock: Annotated[bool, typer.Option(help="Compare with a stock 'rasa init' bot in the same run.")] = True,
    as_json: JsonOption = False,
) -> None:
    """The cost of a message: CPU, waiting time, memory, start; beside a stock Rasa bot."""
    from bot.cli.bench_chat import bench_chat

    _print(bench_chat(conversations, messages, stock), as_json)


@program.command()
def translation(
    packages: Annotated[Path | None, typer.Option(help="A folder of .argosmodel files with their sentences.json.")] = None,
    texts: Annotated[int, typer.Option(help="Texts for the look at memory.")] = 10_000,
    compare: Annotated[bool, typer.Option(help="Compare with a LibreTranslate server in the same run.")] = True,
    as_json: JsonOption = False,
) -> None:
    """Speed, waiting time and memory of translation, and what it costs the answers beside it; beside LibreTranslate."""
    from bot.cli.bench_translation import FIXTURE, bench_translation

    _print(bench_translation(container(), packages or FIXTURE, texts, compare), as_json)


@program.command()
def desk(
    people: Annotated[int, typer.Option(help="Conversations at once.")] = 50,
    mediators: Annotated[int, typer.Option(help="Mediators at the console.")] = 5,
    messages: Annotated[int, typer.Option(help="Messages of each person.")] = 8,
    as_json: JsonOption = False,
) -> None:
    """From a person's send to the mediator's screen: p95_ms lost doubled, with a real server, chats and consoles."""
    from bot.cli.bench_desk import bench_desk

    _print(bench_desk(people, mediators, messages), as_json)
