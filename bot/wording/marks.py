"""What a message says of its translation: a small sign, a sentence, or that it is the original.

A message's metadata has "mark" (see bot.catalogs.Mark; None: a person has reviewed it, or it is the source itself), "mark_text"
(what to show beside it), "original", "original_text" (the button's title), "original_language", and once in a
conversation "mark_explained" (what the sign means).
"""

from __future__ import annotations

from typing import Any

from bot.catalogs import ORIGINAL_MARKS, Mark
from bot.contracts import Labels, Translation
from bot.languages import SOURCE_LANGUAGE

# One label a mark. The sentences of "doubtful" and "failed" are for everybody to see; the others are small signs.
LABEL: dict[Mark, str] = {
    "fuzzy": "mark_fuzzy",
    "machine": "mark_machine",
    "doubtful": "mark_doubtful",
    "untranslated": "mark_untranslated",
    "failed": "mark_failed",
}
EXPLANATION: dict[Mark, str] = {
    "fuzzy": "mark_fuzzy_explained",
    "machine": "mark_machine_explained",
    "doubtful": "mark_machine_explained",
}


def mark_metadata(
    labels: Labels, language: str, mark: Mark | None, original: str | None, original_language: str, partly: bool = False
) -> dict[str, Any]:
    """The marks' part of a message's metadata, in the person's `language`. The original is only there to be compared.

    `partly`: only some of the texts are still the original.
    """
    metadata = {
        "mark": mark,
        "mark_text": labels("mark_partly" if partly else LABEL[mark], language) if mark else None,
        # Where the original itself is shown there is nothing to compare.
        "original": original if mark and (partly or mark not in ORIGINAL_MARKS) else None,
        "original_text": labels("mark_original", language),
        "original_language": original_language,
    }
    if mark in EXPLANATION:
        # In every message; the outbox leaves it only in a conversation's first. In English it would only be in the way.
        explained = labels(EXPLANATION[mark], language)
        if explained != labels(EXPLANATION[mark], SOURCE_LANGUAGE):
            metadata["mark_explained"] = explained
    return metadata


def mark_of(translation: Translation) -> Mark | None:
    """The mark of a translated text."""
    if translation.kind == "fuzzy":
        return "fuzzy"
    if translation.mark == "none" or (translation.kind == "none" and translation.mark == "good"):
        # Words in the person's own language are a person's, not a machine's.
        return None if translation.source == translation.target else "untranslated"
    if translation.mark == "reviewed":
        return None
    return "machine" if translation.mark == "good" else translation.mark


def translated_metadata(labels: Labels, translation: Translation, language: str) -> dict[str, Any]:
    """The same for a text that the translator gave, such as a mediator's words; `translation.text` is what to show."""
    mark = mark_of(translation)
    # Where the original is what is shown, there is nothing to compare it with.
    original = translation.original if mark and translation.text != translation.original else None
    return mark_metadata(labels, language, mark, original, translation.source)

