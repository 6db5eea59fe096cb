"""The questions of a report by its kind, from questions.yml."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any, Literal, NamedTuple

import yaml

FILE = Path(__file__).resolve().parent / "questions.yml"
Form = Literal["story", "place", "choice"]
FORMS: tuple[Form, ...] = ("story", "place", "choice")


class Question(NamedTuple):
    """One question. `choices` are names, of a choice alone; `required`: it cannot be skipped."""

    name: str
    form: Form
    choices: tuple[str, ...] = ()
    required: bool = False


class Kind(NamedTuple):
    """A kind of report: its questions in order, the name of a note shown before them or None, services to go to instead."""

    name: str
    asks: tuple[Question, ...]
    note: str | None = None
    elsewhere: tuple[str, ...] = ()

    def question(self, name: str) -> Question | None:
        """The question of this name, or None if this kind does not ask it."""
        return next((question for question in self.asks if question.name == name), None)

    def place(self, name: str) -> int:
        """Which question it is, from 0."""
        return [question.name for question in self.asks].index(name)


def _question(name: str, given: dict[str, Any]) -> Question:
    if given.get("form") not in FORMS or (given["form"] == "choice") != bool(given.get("choices")):
        raise ValueError(f"questions.yml: {name}: form is one of {FORMS}, and a choice has choices")
    return Question(name, given["form"], tuple(given.get("choices", ())), bool(given.get("required")))


@lru_cache(maxsize=1)
def kinds() -> dict[str, Kind]:
    """All kinds by name, in the order of the file. ValueError if the file is not as it must be."""
    data = yaml.safe_load(FILE.read_text(encoding="utf-8"))
    questions = {name: _question(name, given) for name, given in data["questions"].items()}
    found = {
        name: Kind(name, tuple(questions[ask] for ask in given["asks"]), given.get("note"),
                   tuple(given.get("elsewhere", ())))
        for name, given in data["kinds"].items()
    }
    for kind in found.values():
        if not kind.asks or [question.name for question in kind.asks if question.required] != [kind.asks[0].name]:
            raise ValueError(f"questions.yml: {kind.name}: the first question and no other is required")
    return found
