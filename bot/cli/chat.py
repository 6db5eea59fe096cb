"""`waymark chat`: a chat in the terminal, through the same gate as every channel."""

from __future__ import annotations

import asyncio
import uuid
from typing import Annotated, Optional

import typer

from bot.cli.train import ensure_model
from bot.container import container
from bot.store.messages import Outbound


def chat(language: Annotated[Optional[str], typer.Option(help="Answer in this language, such as ar.")] = None) -> None:
    """Talk to the assistant here. A number presses a button; an empty line ends."""
    asyncio.run(_chat(language))


def _show(answers: list[Outbound]) -> dict[str, str]:
    from bot.channels import payload

    presses: dict[str, str] = {}
    for answer in answers:
        typer.echo(f"\n{answer.body['text']}")
        mark = answer.body["metadata"].get("mark_text")
        if mark:
            typer.echo(f"({mark})")
        for button in payload.buttons(answer):
            presses[str(len(presses) + 1)] = button["payload"]
            typer.echo(f"  [{len(presses)}] {button['title']}")
    return presses


async def _chat(language: Optional[str]) -> None:
    from rasa.core.agent import load_agent
    from rasa.core.utils import AvailableEndpoints

    from bot.channels.assistant import Assistant
    from bot.channels.direct_actions import DirectActions
    from bot.channels.gate import Gate
    from bot.settings import ROOT

    house = container()
    model = ensure_model(house)
    endpoints = AvailableEndpoints.read_endpoints(str(ROOT / "endpoints.yml"))
    endpoints.action = DirectActions(house.settings.action_timeout)
    agent = await load_agent(model_path=str(model), endpoints=endpoints)
    house.gate = Gate(house)
    house.gate.owned_by("assistant", Assistant(house, agent.handle_message))
    identifier = house.secrets.pseudonym("terminal", uuid.uuid4().hex)
    typer.echo("Write a message. A number presses a button; an empty line ends.")
    presses: dict[str, str] = {}
    while True:
        line = (await asyncio.to_thread(_read)).strip()
        if not line:
            break
        message_id = uuid.uuid4().hex
        waiting = house.gate.expect(identifier, message_id)
        await house.gate.accept(
            channel="terminal", conversation_id=identifier, message_id=message_id, text="" if line in presses else line,
            press=presses.get(line), chosen=language,
        )
        presses = _show(await waiting)
    await house.conversations.forget(identifier)
    await house.gate.stop()
    house.database.close()


def _read() -> str:
    try:
        return input("\n> ")
    except EOFError:
        return ""
