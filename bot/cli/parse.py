"""`waymark parse`: what is understood of each line, as JSON."""

from __future__ import annotations

import asyncio
import json
import sys
from typing import Annotated, Optional

import typer

from bot.cli.train import ensure_model
from bot.container import container


def parse(
    language: Annotated[Optional[str], typer.Option(help="The language of the lines, if it is known.")] = None,
) -> None:
    """Read one message a line, print one JSON object a line: text, language, intent, confidence, danger, entities."""
    from rasa.core.agent import Agent
    from rasa.core.channels.channel import UserMessage

    from bot.channels.gate import WORD_JOINER

    house = container()
    agent = Agent.load(str(ensure_model(house)))
    loop = asyncio.new_event_loop()
    for line in sys.stdin:
        text = line.rstrip("\n")
        guess = house.languages.identify(text, prior=language)
        code = language or guess.code
        shown = WORD_JOINER + text if text.lstrip().startswith("/") else text
        message = UserMessage(shown, metadata={"language": code})
        result = loop.run_until_complete(agent.processor.parse_message(message)) if text.strip() else {}
        intent = result.get("intent") or {"name": None, "confidence": 0.0}
        entities = [
            {key: entity[key] for key in ("entity", "value", "start", "end") if key in entity}
            for entity in result.get("entities", [])
        ]
        parsed = {
            "text": text,
            "language": code,
            "intent": intent["name"],
            "confidence": round(float(intent["confidence"]), 4),
            "danger": house.danger.look(text, code).kind is not None,
            "entities": entities,
        }
        typer.echo(json.dumps(parsed, ensure_ascii=False))
