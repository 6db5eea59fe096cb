"""Tells a question about what was just shown ("what does it cost?") from one that names a subject of its own."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import yaml

from bot.directory.analysis import stems
from bot.directory.loader import Directory

# A shared beginning of so many letters makes two words the same here: compounds and endings differ after it.
SHARED = 5


class FollowUps:
    """Knows, by language, the words of questions about details and the words in the names of records.

    `examples` is the folder of training examples; `name` gives a record's name in a language. Threads may share it.
    """

    def __init__(self, examples: Path, directory: Directory, name: Callable[[str, str], str]) -> None:
        self._examples = examples
        self._directory = directory
        self._name = name
        words = Path(__file__).with_name("followup_words.yml").read_text(encoding="utf-8")
        self._papers: dict[str, str] = yaml.safe_load(words)
        self._known = lru_cache(maxsize=None)(self._read)

    def names_subject(self, text: str, language: str, anything: bool = False) -> bool:
        """Whether the text names what a record is about; `anything`: whether it says any word beyond asking for details."""
        asking, names = self._known(language)
        own = [stem for stem in stems(text, language) if stem not in asking and not stem.isdigit()]
        return bool(own) if anything else any(_is_among(stem, names) for stem in own)

    def _read(self, language: str) -> tuple[frozenset[str], frozenset[str]]:
        file = self._examples / language / "details.yml"
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
        texts = [line.strip().removeprefix("- ") for line in lines if line.startswith("    - ")]
        asking = frozenset(stems(" ".join([*texts, self._papers.get(language, "")]), language))
        records = [*self._directory.services, *self._directory.guides]
        spoken = [self._name(record, language) for record in records]
        spoken += [service.alternate_name or "" for service in self._directory.services.values()]
        spoken += [organization.name for organization in self._directory.organizations.values()]
        return asking, frozenset(stems(" ".join(spoken), language)) - asking


def _is_among(stem: str, names: frozenset[str]) -> bool:
    if stem in names or len(stem) < SHARED:
        return stem in names
    return any(name.startswith(stem) or (len(name) >= SHARED and stem.startswith(name)) for name in names)
