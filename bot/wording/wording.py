"""Response name + language + values -> text. The source wording is English; translations are gettext PO.

Two sources share the catalogs: the named responses of Rasa's domain (domain/responses/*.yml) and the short labels around an
answer (labels.yml).
"""

from __future__ import annotations

import string
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from babel.lists import format_list

from bot.catalogs import Catalog
from bot.languages import CODES, SOURCE_LANGUAGE, is_right_to_left, locale_of
from bot.wording.bidi import isolate, isolate_numbers

HERE = Path(__file__).resolve().parent


class Rendered(NamedTuple):
    """A finished text. `reviewed` False asks for the mark; `source` is the English text filled in the same way."""

    text: str
    reviewed: bool
    source: str


def source_texts(domain_folder: Path) -> dict[str, str]:
    """Name -> English text of every response and label, in the order of the files."""
    texts: dict[str, str] = {}
    for file in sorted((domain_folder / "responses").glob("*.yml")):
        for name, variations in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items():
            texts[name] = variations[0]["text"]
    labels: dict[str, str] = yaml.safe_load((HERE / "labels.yml").read_text(encoding="utf-8"))
    return texts | labels


def placeholders(text: str) -> set[str]:
    """The names in braces of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


class Wording:
    """All wording in all launch languages. Safe to share between threads: it never changes after it was made."""

    def __init__(self, domain_folder: Path, locales: Path = HERE / "locales") -> None:
        self._sources = source_texts(domain_folder)
        self._catalogs = {
            code: Catalog(code, locales / code / "responses.po") for code in CODES if code != SOURCE_LANGUAGE
        }

    def names(self) -> Iterable[str]:
        """Every response and label that exists."""
        return self._sources.keys()

    def render(self, name: str, language: str, /, **values: Any) -> Rendered:
        """The text `name` in `language`. An unknown language gets English, not reviewed. KeyError: no such name."""
        source = self._sources[name]
        english = source.format(**{key: str(value) for key, value in values.items()})
        if language == SOURCE_LANGUAGE:
            return Rendered(english, True, english)
        catalog = self._catalogs.get(language)
        if catalog is None:
            return Rendered(english, False, english)
        found = catalog.get(source)
        filled = {key: isolate(str(value), language) for key, value in values.items()}
        text = isolate_numbers(found.text, language).format(**filled) if not found.missing else english
        return Rendered(text, found.reviewed and not found.missing, english)

    def label(self, name: str, language: str, /, **values: Any) -> str:
        """A short label's text; labels carry no mark of their own."""
        return self.render(name, language, **values).text

    def listed(self, parts: list[str], language: str) -> str:
        """Parts joined as a list is written in `language`, such as "a, b and c"."""

        return str(format_list([isolate(part, language) for part in parts], locale=locale_of(language)))

    def direction(self, language: str) -> str:
        """ "rtl" or "ltr"."""
        return "rtl" if is_right_to_left(language) else "ltr"


