"""Builds the small spaCy pipeline that Rasa's SpacyNLP loads: tokens, sentences, names."""

from pathlib import Path

import bot.understanding.names  # noqa: F401  (spaCy makes the component by its registered name when it loads)
from bot.container import container


def build_pipeline(folder: Path) -> None:
    """Saves the gazetteer's pipeline into `folder`."""
    folder.mkdir(parents=True, exist_ok=True)
    container().gazetteer.pipeline.to_disk(folder)
