"""How the container puts the translator together."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

from bot.catalogs import Catalog
from bot.directory.names import directory_names
from bot.directory.translations import directory_sources
from bot.languages import CODES, SOURCE_LANGUAGE
from bot.settings import ROOT
from bot.store.translation_memory import TranslationMemory
from bot.translation.glossary import Glossary
from bot.translation.memory import HouseMemory
from bot.translation.packages import Packages
from bot.translation.spans import Names
from bot.translation.splitter import sentences
from bot.translation.translator import HouseTranslator
from bot.translation.wordbook import Wordbook
from bot.translation.workers import Workers
from bot.wording.wording import HERE as WORDING
from bot.wording.wording import source_texts

TRUSTED = "translation_packages.lock"
# Names that people meet on every page, and engines translate all the same.
BRANDS = ("Facebook", "WhatsApp", "Instagram", "Telegram", "Messenger", "YouTube", "TikTok", "Signal", "Viber", "Google",
          "Microsoft", "Apple", "Amazon", "PayPal", "eBay", "Waymark")

if TYPE_CHECKING:
    from bot.container import Container


def wordbook(house: Container) -> Wordbook:
    """What people have translated: the wording and the directory's PO files, everyday words."""

    def sources() -> list[str]:
        return [*source_texts(ROOT / "domain").values(), *(source.text for source in directory_sources(house.directory))]

    def catalogs() -> dict[str, list[Catalog]]:
        # The bare files: what a machine has made ready must not come back as what a person wrote.
        return {
            code: [Catalog(code, WORDING / "locales" / code / "responses.po"), house.directory_catalogs[code]]
            for code in CODES if code != SOURCE_LANGUAGE
        }

    return Wordbook(sources, catalogs)


def names(house: Container) -> Names:
    """Names that stay as they are; terms of the glossary are explained instead."""
    held = house.glossary.words() - set(BRANDS)
    return Names(name for name in (*directory_names(house.directory), *BRANDS) if name not in held)


def translator(house: Container) -> HouseTranslator:
    """Reviewed text, memory, glossary, phrase table, engine, and the marks on it."""
    return HouseTranslator(
        house.translation_engine, house.wordbook, house.glossary, lambda: house.proper_names, sentences,
        seconds=float(house.settings.translation_seconds), memory=house.translation_memory,
        way=house.translation_engine.way,
    )


def engine_alone(house: Container) -> HouseTranslator:
    """The engine with protection and checks, knowing no text by heart: to measure it."""
    return HouseTranslator(
        house.translation_engine, Wordbook(list, dict, None), Glossary({}), lambda: house.proper_names, sentences,
        seconds=float(house.settings.translation_seconds),
    )


def memory(house: Container) -> HouseMemory:
    """What was translated and corrected before. A change lets the translator forget what it had at hand."""
    store = TranslationMemory(house.database, house.secrets)
    return HouseMemory(store, lambda: house.proper_names, lambda: house.translator.forget())


def packages(house: Container) -> Packages:
    """The folder of installed packages and the checksums this site trusts."""
    state = house.settings.state / "translation"
    folder = Path(house.settings.translation_packages) if house.settings.translation_packages else state / "packages"
    lock = house.settings.translation_lock or house.settings.state / TRUSTED
    return Packages(folder, state, lock, trusted=ROOT / TRUSTED)


def engine(house: Container) -> Workers:
    """The translating processes, as many as the settings say."""
    settings = house.settings
    count = settings.translation_workers or min(4, max(1, (os.cpu_count() or 1) - 1))
    return Workers(
        house.translation_packages.folder, house.translation_packages.state / "argos", count=count,
        waiting=settings.translation_waiting, seconds=float(settings.translation_seconds),
        idle=float(settings.translation_idle_seconds), memory=settings.translation_memory,
    )
