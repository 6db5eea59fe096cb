"""How the container puts the translator together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from bot.catalogs import Catalog
from bot.directory.names import directory_names
from bot.directory.translations import directory_sources
from bot.languages import CODES, SOURCE_LANGUAGE
from bot.settings import ROOT
from bot.translation.hypotheses import Engine
from bot.translation.no_engine import NoEngine
from bot.translation.sentences import split
from bot.translation.spans import Names
from bot.translation.translator import HouseTranslator
from bot.translation.wordbook import Wordbook
from bot.wording.wording import HERE as WORDING
from bot.wording.wording import source_texts

if TYPE_CHECKING:
    from bot.container import Container


def wordbook(house: Container) -> Wordbook:
    """What people have translated: the wording and the directory's PO files, everyday words."""

    def sources() -> list[str]:
        return [*source_texts(ROOT / "domain").values(), *(source.text for source in directory_sources(house.directory))]

    def catalogs() -> dict[str, list[Catalog]]:
        # The bare files: what a machine has made ready must not come back as what a person wrote.
        folders = (WORDING / "locales", "responses.po"), (house.settings.directory / "locales", "directory.po")
        return {
            code: [Catalog(code, folder / code / name) for folder, name in folders] for code in CODES if code != SOURCE_LANGUAGE
        }

    return Wordbook(sources, catalogs)


def translator(house: Container) -> HouseTranslator:
    """Reviewed text, memory, glossary, phrase table, engine, and the marks on it."""

    def names() -> Names:
        held = house.glossary.words()
        return Names(name for name in directory_names(house.directory) if name not in held)

    engine: Engine = getattr(house, "engine", None) or NoEngine()
    return HouseTranslator(engine, house.wordbook, house.glossary, names, split, 20.0)
