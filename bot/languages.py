"""The languages Waymark speaks: code, own name, direction, script.

"Launch" languages have reviewed-or-marked wording, training examples and a search index of their own.
"""

from __future__ import annotations

from typing import NamedTuple


class LaunchLanguage(NamedTuple):
    """One launch language. `code` is ISO 639-1, `name` is what its speakers call it, `script` is ISO 15924."""

    code: str
    name: str
    direction: str
    script: str


LAUNCH_LANGUAGES: tuple[LaunchLanguage, ...] = (
    LaunchLanguage("en", "English", "ltr", "Latn"),
    LaunchLanguage("de", "Deutsch", "ltr", "Latn"),
    LaunchLanguage("ar", "العربية", "rtl", "Arab"),
    LaunchLanguage("fa", "فارسی / دری", "rtl", "Arab"),
    LaunchLanguage("uk", "Українська", "ltr", "Cyrl"),
    LaunchLanguage("ru", "Русский", "ltr", "Cyrl"),
    LaunchLanguage("tr", "Türkçe", "ltr", "Latn"),
    LaunchLanguage("fr", "Français", "ltr", "Latn"),
)
BY_CODE = {language.code: language for language in LAUNCH_LANGUAGES}
CODES: tuple[str, ...] = tuple(BY_CODE)
SOURCE_LANGUAGE = "en"


def launch_code(tag: str | None) -> str | None:
    """The launch language of a BCP 47 tag such as "uk-UA" or "pt_BR", or None if it is none of ours."""
    if not tag:
        return None
    code = tag.replace("_", "-").split("-")[0].lower()
    # Dari has a code of its own but is written like Persian; the wording serves both.
    code = {"prs": "fa", "per": "fa", "pes": "fa"}.get(code, code)
    return code if code in BY_CODE else None


def is_right_to_left(code: str) -> bool:
    """Whether text in this language runs from right to left. Unknown languages: False."""
    return code in BY_CODE and BY_CODE[code].direction == "rtl"
