"""Asks a freshly trained model its own examples: a classifier that failed to load answers without an error."""

from pathlib import Path
from typing import Optional

from rasa.core.agent import Agent

from bot.settings import ROOT
from bot.understanding.examples import IntentExample, intent_examples

# Of the model's own examples, one of each intent and language, so many must come back.
ENOUGH = 0.8


async def smoke_test(agent: Agent, data: Path = ROOT / "data") -> Optional[str]:
    """What is wrong with the model, in a few words, or None."""
    first: dict[tuple[str, str], IntentExample] = {}
    for example in intent_examples(data):
        first.setdefault((example.language, example.intent), example)
    right = 0
    for example in first.values():
        parsed = await agent.parse_message(example.text)
        right += parsed["intent"]["name"] == example.intent
    if right < ENOUGH * len(first):
        return f"{right} of {len(first)} examples came back"
    return None
