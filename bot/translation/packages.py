"""Packages installed, listed and removed. Nothing here uses the network: `index` loads files, this installs them.

A package is unpacked beside the others, must pass the smoke test there, and only then appears, in one step. What was installed
before for the same pair stays in use until then; running workers see the new one with their next text.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.settings import ROOT
from bot.translation.archive import Described, describe, unpack
from bot.translation.installed import RECORD, Installed, language_code, scan
from bot.translation.pins import Pins

# A smoke test of a large package on a slow machine; what takes longer hangs.
_SMOKE_SECONDS = 300
# Left behind by an installation that was killed.
_STALE_SECONDS = 24 * 3600


class Done(NamedTuple):
    """An installation: the package, whether its checksum was now written down, whether the very same file was there before."""

    package: Installed
    pinned: bool
    unchanged: bool


class Packages:
    """`folder`: the installed packages. `state`: where downloads and argostranslate's own folders go. `lock`: the checksums.

    `trusted`: further checksums, which are only read.
    """

    def __init__(self, folder: Path, state: Path, lock: Path, trusted: Path | None = None) -> None:
        self.folder, self.state, self.pins = folder, state, Pins(lock, trusted)

    def all(self) -> list[Installed]:
        """The usable packages, by pair."""
        return [package for _, package in sorted(scan(self.folder).items())]

    def install(self, file: Path) -> Done:
        """Installs one .argosmodel file. Raises WaymarkError "translation.file", ".checksum", ".smoke", ".space" or ".lock"."""
        described = describe(file)
        self.pins.check(described.name, described.version, described.sha256)
        present = scan(self.folder).get(f"{described.source}-{described.target}")
        unchanged = present is not None and present.sha256 == described.sha256
        incoming = self._incoming(described)
        try:
            unpack(file, described, incoming)
            record = {"source": described.source, "target": described.target, "version": described.version,
                      "sha256": described.sha256, "size": described.size, "installed_at": time.time()}
            (incoming / RECORD).write_text(json.dumps(record), encoding="utf-8")
            reason = self.smoke(incoming)
            if reason:
                raise WaymarkError("translation.smoke", pair=f"{described.source}-{described.target}", detail=reason)
            pinned = self.pins.pin(described.name, described.version, described.sha256)
            place = self.folder / f"{described.source}-{described.target}-{described.sha256[:12]}-{secrets.token_hex(2)}"
            incoming.rename(place)
        except OSError as error:
            raise WaymarkError("translation.space", folder=self.folder, detail=error.strerror or type(error).__name__) from None
        finally:
            shutil.rmtree(incoming, ignore_errors=True)
        self._clear(described.source, described.target, keep=place)
        return Done(scan(self.folder)[f"{described.source}-{described.target}"], pinned, unchanged)

    def _incoming(self, described: Described) -> Path:
        self.folder.mkdir(parents=True, exist_ok=True)
        for left in self.folder.glob(".incoming-*"):
            if time.time() - left.stat().st_mtime > _STALE_SECONDS:
                shutil.rmtree(left, ignore_errors=True)
        free = shutil.disk_usage(self.folder).free
        if free < described.size * 1.1:
            raise WaymarkError("translation.space", folder=self.folder,
                               detail=f"{described.size // 2**20} MB needed, {free // 2**20} MB free")
        incoming = self.folder / f".incoming-{secrets.token_hex(6)}"
        incoming.mkdir()
        return incoming

    def _clear(self, source: str, target: str, keep: Path | None = None) -> int:
        gone = 0
        for place in self.folder.glob(f"{source}-{target}-*"):
            if place != keep and place.is_dir():
                # Out of sight first: a folder half deleted must not look like a package.
                hidden = self.folder / f".incoming-{secrets.token_hex(6)}"
                place.rename(hidden)
                shutil.rmtree(hidden, ignore_errors=True)
                gone += 1
        return gone

    def remove(self, source: str, target: str) -> None:
        """Removes a pair. Raises WaymarkError "translation.absent"."""
        source, target = language_code(source), language_code(target)
        if not self._clear(source, target):
            raise WaymarkError("translation.absent", pair=f"{source}-{target}")

    def test(self) -> list[tuple[Installed, str]]:
        """Each installed package with the reason why it fails the smoke test now, empty when it passes."""
        return [(package, self.smoke(package.path)) for package in self.all()]

    def smoke(self, package: Path) -> str:
        """The reason why a package is no good; empty when it passes. In a process of its own: a bad model may crash it."""
        module = ("-W", "ignore", "-m", "bot.translation.smoke")
        command: Sequence[str] = (sys.executable, *module, str(package), str(self.state / "argos"))
        passed_on = ("PATH", "LANG", "PYTHONPATH", "CT2_FORCE_CPU_ISA")
        environment = {name: os.environ[name] for name in passed_on if name in os.environ}
        try:
            done = subprocess.run(command, cwd=ROOT, capture_output=True, timeout=_SMOKE_SECONDS, check=False, text=True,
                                  env=environment | {"PYTHONUTF8": "1", "OMP_NUM_THREADS": "1"})
        except subprocess.TimeoutExpired:
            return f"it was not done with six sentences after {_SMOKE_SECONDS} seconds"
        lines = done.stdout.splitlines()
        if done.returncode != 0 or not lines:
            return "the engine cannot run it"
        return str(json.loads(lines[-1]))
