"""Counts what is shown without having been reviewed, so that reviewers begin with what most people read."""

from __future__ import annotations

from collections.abc import Callable

from bot.catalogs import Texts, Translated


class CountedTexts:
    """A catalog whose texts are counted when they are asked for and no native speaker has reviewed them."""

    def __init__(self, texts: Texts, language: str, count: Callable[[str, str], None]) -> None:
        """`count` takes the source text and the language."""
        self._texts = texts
        self._language = language
        self._count = count

    def get(self, source: str) -> Translated:
        """As the catalog gives it."""
        return self._counted(source, self._texts.get(source))

    def written(self, source: str) -> Translated:
        """As the catalog gives it, without a machine."""
        return self._counted(source, self._texts.written(source))

    def _counted(self, source: str, found: Translated) -> Translated:
        if not found.reviewed or found.missing:
            self._count(source, self._language)
        return found
