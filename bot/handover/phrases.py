"""The mediators' ready-made sentences, by group: reviewed wording in every language, never translated by a machine twice."""

from __future__ import annotations

from collections.abc import Iterable

PREFIX = "utter_phrase_"
# Group -> the beginnings of the names behind the prefix that belong to it; what fits none stands in the last group.
GROUPS: dict[str, tuple[str, ...]] = {
    "greeting": ("hello", "goodbye", "understood", "sorry"),
    "asking": ("ask_",),
    "waiting": ("wait_", "colleague"),
    "limits": ("no_", "confidential"),
    "advice": (),
}


def phrases(names: Iterable[str]) -> dict[str, list[str]]:
    """Group -> the phrases' names without the prefix, in the order of the file."""
    found: dict[str, list[str]] = {group: [] for group in GROUPS}
    for name in names:
        if name.startswith(PREFIX):
            short = name.removeprefix(PREFIX)
            group = next((group for group, starts in GROUPS.items() if short.startswith(starts)), "advice")
            found[group].append(short)
    return found
