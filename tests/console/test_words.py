"""The page's words: each one that its scripts ask for exists, none is left over, and its blanks are known."""

from __future__ import annotations

import re

import yaml

from bot.channels.console.pages import BLANKS, PAGE
from bot.settings import ROOT
from bot.wording.wording import placeholders

LABELS: dict[str, str] = yaml.safe_load((ROOT / "bot" / "wording" / "labels.yml").read_text(encoding="utf-8"))
WORDS = {name.removeprefix("console_"): text for name, text in LABELS.items() if name.startswith("console_")}
SCRIPTS = "\n".join(file.read_text(encoding="utf-8") for file in sorted(PAGE.glob("*.js")))
# Names that are put together: t(`state_${...}`).
FAMILIES = re.findall(r"`(\w+_)\$\{", SCRIPTS)


def test_every_word_that_is_asked_for_exists() -> None:
    asked = set(re.findall(r"\bt\('(\w+)'", SCRIPTS)) | {f"key_{name}" for name in re.findall(r"\['[^']+', '(\w+)'\]", SCRIPTS)
                                                          if f"key_{name}" in WORDS}
    assert len(asked) > 120
    assert asked - WORDS.keys() == set()


def test_no_word_is_left_over() -> None:
    assert len(WORDS) > 200 and len(FAMILIES) > 5
    unused = {
        name for name in WORDS
        if f"'{name}'" not in SCRIPTS and not any(name.startswith(family) for family in FAMILIES)
    }
    assert unused == set()


def test_blanks_are_filled_by_the_page() -> None:
    for name, text in WORDS.items():
        assert placeholders(text) <= BLANKS.keys(), name


def test_no_script_makes_markup_of_text() -> None:
    for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "eval(", "new Function"):
        assert word not in SCRIPTS
