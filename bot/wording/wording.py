"""Response name + language + values -> text. The source wording is English; translations are gettext PO.

Two sources share the catalogs: the named responses of Rasa's domain (domain/responses/*.yml) and the short labels around an
answer (labels.yml).
"""

from __future__ import annotations

import re
import string
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, NamedTuple

import yaml
from babel.lists import format_list

from bot.catalogs import Catalog, Mark, Texts, Translated
from bot.languages import CODES, SOURCE_LANGUAGE, is_beyond, is_right_to_left, locale_of
from bot.wording.beyond import PLAINER, PLAINER_FIRST, beyond_catalog, beyond_texts
from bot.wording.bidi import isolate, isolate_numbers

# What the names of responses begin with. Everything else is a label or a sign, which must be right: never by a machine.
SENTENCES = "utter_"
HERE = Path(__file__).resolve().parent


class Rendered(NamedTuple):
    """A finished text. `mark` says how far to trust it; `source` is the English text filled in the same way."""

    text: str
    mark: Mark | None
    source: str

    @property
    def reviewed(self) -> bool:
        """Whether a person has reviewed it, or it is the source itself."""
        return self.mark is None


def source_texts(domain_folder: Path) -> dict[str, str]:
    """Name -> English text of every response and label, in the order of the files."""
    texts: dict[str, str] = {}
    for file in sorted((domain_folder / "responses").glob("*.yml")):
        for name, variations in yaml.safe_load(file.read_text(encoding="utf-8"))["responses"].items():
            texts[name] = variations[0]["text"]
    labels: dict[str, str] = yaml.safe_load((HERE / "labels.yml").read_text(encoding="utf-8"))
    return texts | labels


def _filled(template: str, values: dict[str, Any], language: str) -> str:
    for key, value in values.items():
        # A date that ends in a point ("2026 р."), a name ("e.V."): the sentence has its own behind it, and one is enough.
        if str(value).endswith("."):
            template = re.sub(rf"(\{{{key}\}})\.(?!\.)", r"\1", template)
    return template.format(**{key: isolate(str(value), language) for key, value in values.items()})


def placeholders(text: str) -> set[str]:
    """The names in braces of a template."""
    return {name for _, name, _, _ in string.Formatter().parse(text) if name}


class Wording:
    """All wording in all launch languages. Safe to share between threads: it never changes after it was made."""

    def __init__(
        self, domain_folder: Path, locales: Path = HERE / "locales", aid: Callable[[Catalog], Texts] | None = None
    ) -> None:
        """`aid` puts a machine behind a catalog."""
        self._sources = source_texts(domain_folder) | beyond_texts()
        self._aid = aid or (lambda catalog: catalog)
        self._catalogs: dict[str, Texts] = {
            code: self._aid(Catalog(code, locales / code / "responses.po")) for code in CODES if code != SOURCE_LANGUAGE
        }

    def names(self) -> Iterable[str]:
        """Every response and label that exists."""
        return self._sources.keys()

    def render(self, name: str, language: str, /, **values: Any) -> Rendered:
        """The text `name` in `language`. What nobody has translated comes in English, marked. KeyError: no such name."""
        source = self._sources[name]
        if language == SOURCE_LANGUAGE:
            english = _filled(source, values, language)
            return Rendered(english, None, english)
        catalog = self._catalog(language)
        source, found = self._choose(name, language, catalog)
        english = _filled(source, values, SOURCE_LANGUAGE)
        text = _filled(isolate_numbers(found.text, language), values, language) if not found.missing else english
        return Rendered(text, found.mark, english)

    def _choose(self, name: str, language: str, catalog: Texts) -> tuple[str, Translated]:
        """The source text to say and its translation: in a language beyond the eight a plainer one may have to serve."""
        source = self._sources[name]
        plainer = self._sources.get(PLAINER.get(name, "")) if is_beyond(language) else None
        texts = [source] if plainer is None else [plainer, source] if name in PLAINER_FIRST else [source, plainer]
        # Titles of buttons and names of rows never go to a machine: it makes nonsense of them.
        look_up = catalog.get if name.startswith(SENTENCES) else catalog.written
        for text in texts:
            found = look_up(text)
            if not found.missing:
                return text, found
        return source, look_up(source)

    def _catalog(self, language: str) -> Texts:
        if language not in self._catalogs:
            self._catalogs[language] = self._aid(beyond_catalog(language))
        return self._catalogs[language]

    def label(self, name: str, language: str, /, **values: Any) -> str:
        """A short label's text; labels carry no mark of their own."""
        return self.render(name, language, **values).text

    def listed(self, parts: list[str], language: str) -> str:
        """Parts joined as a list is written in `language`, such as "a, b and c"."""

        return str(format_list([isolate(part, language) for part in parts], locale=locale_of(language)))

    def direction(self, language: str) -> str:
        """ "rtl" or "ltr"."""
        return "rtl" if is_right_to_left(language) else "ltr"


