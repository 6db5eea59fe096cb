"""The little wording there is in languages beyond the eight: a greeting, the topics, the numbers for danger, a person.

The English source is beyond.yml; locales_beyond/<language>.po also holds names of topics and short labels that stand
elsewhere in the house. All of it is marked as not reviewed until a native speaker has taken the fuzzy flag away.
"""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import yaml

from bot.catalogs import Catalog

HERE = Path(__file__).resolve().parent
FOLDER = HERE / "locales_beyond"
# What is said in place of a response that a language beyond the eight does not have.
PLAINER = {
    "utter_greet": "utter_beyond_greet",
    "utter_topics": "utter_beyond_topics",
    "utter_affirm": "utter_beyond_topics",
    "utter_help": "utter_beyond_help",
    "utter_default": "utter_beyond_topics",
    "utter_out_of_scope": "utter_beyond_topics",
    "utter_no_media": "utter_beyond_topics",
    "utter_too_long": "utter_beyond_topics",
    "utter_old_button": "utter_beyond_topics",
    "utter_choose_language": "utter_beyond_choose",
    "utter_language_set": "utter_beyond_greet",
    "utter_language_kept": "utter_beyond_greet",
    "utter_privacy": "utter_beyond_privacy",
    "utter_privacy_short": "utter_beyond_privacy",
    "utter_danger_violence": "utter_beyond_danger_violence",
    "utter_danger_medical": "utter_beyond_danger_medical",
    "utter_danger_suicide": "utter_beyond_danger_suicide",
    "utter_danger_fire": "utter_beyond_danger_fire",
    "utter_danger_child": "utter_beyond_danger_child",
    "utter_danger_next": "utter_beyond_person",
}
# Where the plainer sentence is taken even if a machine has translated the full one: short, and written with care. What is
# kept of a person's words is asked for in full.
PLAINER_FIRST = frozenset(PLAINER) - {"utter_privacy", "utter_help"}


@lru_cache(maxsize=1)
def beyond_texts() -> dict[str, str]:
    """Name -> English text."""
    texts: dict[str, str] = yaml.safe_load((HERE / "beyond.yml").read_text(encoding="utf-8"))
    return texts


def beyond_languages() -> tuple[str, ...]:
    """The codes of the languages that have a file."""
    return tuple(sorted(file.stem for file in FOLDER.glob("*.po")))


@lru_cache(maxsize=128)
def beyond_catalog(language: str) -> Catalog:
    """What there is in `language`; an empty catalog if there is nothing."""
    return Catalog(language, FOLDER / f"{language}.po")
