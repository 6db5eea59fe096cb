"""Reads the training examples as they lie in data/: intents by language, and danger phrases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml


class IntentExample(NamedTuple):
    """What a person might write, in which language, and which intent it has."""

    language: str
    intent: str
    text: str


class DangerExample(NamedTuple):
    """What a person might write; `label` is a kind of danger or "none"; `held_out` is for measuring only."""

    language: str
    label: str
    text: str
    held_out: bool


NONE = "none"


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def intent_examples(data: Path) -> list[IntentExample]:
    """All examples under data/nlu/<language>/, in the order of the files."""
    found = []
    for file in sorted((data / "nlu").glob("*/*.yml")):
        for block in _read(file)["nlu"]:
            for line in block.get("examples", "").splitlines() if "intent" in block else ():
                if line.strip().startswith("- "):
                    found.append(IntentExample(file.parent.name, block["intent"], line.strip()[2:].strip()))
    return found


def danger_examples(data: Path) -> list[DangerExample]:
    """All examples of data/danger/<language>.yml, the held-out ones marked."""
    found: list[DangerExample] = []
    for file in sorted((data / "danger").glob("*.yml")):
        content = _read(file)
        for part, held_out in ((content, False), (content["held_out"], True)):
            found.extend(DangerExample(file.stem, label, text, held_out) for label, text in _labelled(part))
    return found


def _labelled(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for kind, texts in part["kinds"].items():
        yield from ((kind, str(text)) for text in texts)
    yield from ((NONE, str(text)) for text in part["not_danger"])
