"""translation_packages.lock: the checksum of each package a site trusts, a line each.

Argos publishes no checksums, so none can be known before the file was once loaded. The first installation writes it down, in the
state folder unless a setting says otherwise; from then on only the same bytes are installed under that name and version. Lines
that the repository's own file holds count on every machine that has the repository; nothing but a person writes there.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from bot.errors import WaymarkError

_HEAD = """# Translation packages this site trusts: name, version, SHA-256 of the .argosmodel file.
# Written by 'waymark translation install' when a package is first installed.
# A package with another checksum under the same name and version is refused. Delete its line to trust a new file.
"""
_LINE = re.compile(r"(translate-[a-z_-]+)\s+(\S+)\s+([0-9a-f]{64})")


class Pins:
    """The lock file, and `trusted`, which is only read and wins. Raises WaymarkError "translation.lock" when one is unusable."""

    def __init__(self, file: Path, trusted: Path | None = None) -> None:
        self.file, self.trusted = file, trusted

    def _holding(self, key: tuple[str, str]) -> tuple[Path, str] | None:
        for file in (self.trusted, self.file):
            found = self.read(file).get(key) if file else None
            if file and found:
                return file, found
        return None

    def read(self, file: Path) -> dict[tuple[str, str], str]:
        """Checksums by name and version; an absent file holds none."""
        try:
            lines = file.read_text(encoding="utf-8").splitlines() if file.exists() else []
        except (OSError, ValueError) as error:
            raise WaymarkError("translation.lock", file=file, detail=type(error).__name__) from None
        found = {}
        for number, line in enumerate(lines, 1):
            text = line.split("#")[0].strip()
            match = _LINE.fullmatch(text)
            if text and not match:
                raise WaymarkError("translation.lock", file=file, detail=f"line {number} is not 'name version sha256'")
            if match:
                found[match.group(1), match.group(2)] = match.group(3)
        return found

    def check(self, name: str, version: str, sha256: str) -> bool:
        """Whether this file is pinned. Raises WaymarkError "translation.checksum" when another one is."""
        held = self._holding((name, version))
        if held and held[1] != sha256:
            raise WaymarkError("translation.checksum", file=f"{name} {version}", lock=held[0], found=sha256, expected=held[1])
        return held is not None

    def pin(self, name: str, version: str, sha256: str) -> bool:
        """Writes a checksum down; False if it stood there. The file is replaced whole, never left half written."""
        if self.check(name, version, sha256):
            return False
        pins = self.read(self.file) | {(name, version): sha256}
        text = _HEAD + "".join(f"{key[0]} {key[1]} {value}\n" for key, value in sorted(pins.items()))
        draft = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            draft.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(text, encoding="utf-8")
            draft.replace(self.file)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise WaymarkError("translation.lock", file=self.file, detail=error.strerror or "it cannot be written") from None
        return True
