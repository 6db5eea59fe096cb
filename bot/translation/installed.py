"""Which packages are installed and which way leads from one language to another; without loading any engine.

A package is a folder `de-en-<first 12 of its checksum>-<random>` that holds what the package file held, and `waymark.json`; it
gets this name after the smoke test. Anything else among the packages (a half unpacked folder, a stray file, a package put there
by hand) is not used.
"""

from __future__ import annotations

import hashlib
import json
import re
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import NamedTuple, TypeVar

from bot.errors import WaymarkError

RECORD = "waymark.json"
PIVOT = "en"
# ISO 639-1 or -3, with the few longer codes that Argos packages use (zh-Hant and pt_BR are spelt zt and pb there).
_CODE = re.compile(r"[a-z]{2,3}(?:[-_][a-z]{2,4})?")
# What is kept by pair: an installed package, or the file of one.
Package = TypeVar("Package")
# So long a look at the folder stays good; `can` is asked for every text.
_FRESH_SECONDS = 1.0


class Installed(NamedTuple):
    """One installed package. `size` in bytes, `installed_at` in seconds since 1970."""

    source: str
    target: str
    version: str
    sha256: str
    size: int
    installed_at: float
    path: Path

    @property
    def pair(self) -> str:
        """Such as "de-en"."""
        return f"{self.source}-{self.target}"


def language_code(code: object) -> str:
    """The code in small letters. Raises WaymarkError "translation.language" for what is no code at all."""
    small = code.strip().lower() if isinstance(code, str) else ""
    if not _CODE.fullmatch(small):
        raise WaymarkError("translation.language", language=str(code)[:20])
    return small


def read(folder: Path) -> Installed | None:
    """The package in a folder; None when it is none, or not wholly there."""
    try:
        record = json.loads((folder / RECORD).read_text(encoding="utf-8"))
        found = Installed(language_code(record["source"]), language_code(record["target"]), str(record["version"]),
                          str(record["sha256"]), int(record["size"]), float(record["installed_at"]), folder)
    except (OSError, ValueError, KeyError, TypeError, WaymarkError):
        return None
    return found if (folder / "metadata.json").is_file() and (folder / "model" / "model.bin").is_file() else None


def scan(folder: Path) -> dict[str, Installed]:
    """The usable packages by pair; of two for one pair the newer. An absent folder holds none."""
    found: dict[str, Installed] = {}
    if not folder.is_dir():
        return found
    for place in sorted(folder.iterdir()):
        package = read(place) if place.is_dir() and not place.name.startswith(".") else None
        if package and (package.pair not in found or found[package.pair].installed_at <= package.installed_at):
            found[package.pair] = package
    return found


def route(packages: Mapping[str, Package], source: str, target: str) -> Sequence[Package]:
    """The packages to go through, in order: one, or two over English; empty when no way leads there."""
    direct = packages.get(f"{source}-{target}")
    if direct:
        return (direct,)
    first, second = packages.get(f"{source}-{PIVOT}"), packages.get(f"{PIVOT}-{target}")
    return (first, second) if first and second and source != target else ()


class Shelf:
    """The folder of packages, looked at again after a second: what another process installs is seen."""

    def __init__(self, folder: Path, clock: Callable[[], float] = time.monotonic) -> None:
        self.folder = folder
        self._clock = clock
        self._looked = float("-inf")
        self._packages: dict[str, Installed] = {}

    def packages(self) -> dict[str, Installed]:
        """The usable packages by pair."""
        if self._clock() - self._looked >= _FRESH_SECONDS:
            self._packages, self._looked = scan(self.folder), self._clock()
        return self._packages

    def route(self, source: str, target: str) -> Sequence[Installed]:
        """As `route`. Raises WaymarkError "translation.language" and "translation.pair"."""
        source, target = language_code(source), language_code(target)
        way = route(self.packages(), source, target)
        if not all(package.path.is_dir() for package in way):  # replaced or removed since the last look
            self._looked = float("-inf")
            way = route(self.packages(), source, target)
        if not way:
            raise WaymarkError("translation.pair", source=source, target=target)
        return way

    def way(self, source: str, target: str) -> str:
        """The very packages a text would go through, in 12 signs that change with them; empty when no way leads there."""
        try:
            checksums = "".join(package.sha256 for package in self.route(source, target))
        except WaymarkError:
            return ""
        return hashlib.sha256(checksums.encode()).hexdigest()[:12]

    def can(self, source: str, target: str) -> bool:
        """Whether a way leads from one to the other; bad codes lead nowhere."""
        try:
            return bool(self.route(source, target))
        except WaymarkError:
            return False
