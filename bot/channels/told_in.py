"""In which language a piece of a report is told: readers need it to have it translated."""

from __future__ import annotations

from bot.container import Container
from bot.languages import known_code


def told_in(house: Container, text: str, *, chosen: str | None, prior: str) -> str | None:
    """The language of a text, None if that is not clear. Nothing of it stays in memory.

    `chosen`: the language that the person chose; `prior`: the one of the talk or the page.
    """
    return known_code(house.languages.clearly(text, prior, chosen))


def added_in(house: Container, text: str, *, chosen: str | None, prior: str, report: str) -> str:
    """The language of what is added to a report told in the language `report`, by who has the page (or the talk) in `prior`.

    A word or two tell no third language, but mostly which of these two it is.
    """
    clear = told_in(house, text, chosen=chosen, prior=prior)
    if clear is not None:
        return clear
    code = known_code(house.languages.identify(text, chosen=chosen, prior=prior, remember=False).code)
    return code if code is not None and code == report else prior
