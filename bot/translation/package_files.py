"""Package files that somebody brought on a stick: all of a folder, or what leads from one language to another."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from bot.errors import WaymarkError
from bot.translation.archive import describe
from bot.translation.installed import language_code, route


def package_files(place: Path) -> list[Path]:
    """The .argosmodel files of a folder, or the one file. Raises WaymarkError "translation.folder" when there is none."""
    files = sorted(place.glob("*.argosmodel")) if place.is_dir() else [place]
    if not files or not files[0].exists():
        raise WaymarkError("translation.folder", folder=place)
    return files


def files_leading(place: Path, source: str, target: str) -> Sequence[Path]:
    """The file that translates from `source` to `target`, or the two that do over English, in order.

    What a file says inside counts, not its name. Raises WaymarkError "translation.folder" and ".folder_pair".
    """
    source, target = language_code(source), language_code(target)
    by_pair: dict[str, Path] = {}
    unreadable: list[str] = []
    for file in package_files(place):
        try:
            described = describe(file)
            by_pair[f"{described.source}-{described.target}"] = file
        except WaymarkError:
            unreadable.append(f"{file.name} (unreadable)")
    way = route(by_pair, source, target)
    if not way:
        known = ", ".join([*sorted(by_pair), *unreadable])
        raise WaymarkError("translation.folder_pair", folder=place, source=source, target=target, known=known)
    return way
