"""translation_packages.lock: the checksum of each package a site trusts, a line each, kept under version control.

Argos publishes no checksums, so none can be known before the file was once loaded. The first installation writes it down; whoever
runs the site commits the file; from then on, on every machine, only the same bytes are installed under that name and version.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

from bot.errors import WaymarkError

_HEAD = """# Translation packages this site trusts: name, version, SHA-256 of the .argosmodel file.
# Written by 'waymark translation install' when a package is first installed; commit this file.
# A package with another checksum under the same name and version is refused. Delete its line to trust a new file.
"""
_LINE = re.compile(r"(translate-[a-z_-]+)\s+(\S+)\s+([0-9a-f]{64})")


class Pins:
    """The lock file. Raises WaymarkError "translation.lock" when it cannot be read or written."""

    def __init__(self, file: Path) -> None:
        self.file = file

    def read(self) -> dict[tuple[str, str], str]:
        """Checksums by name and version; an absent file holds none."""
        try:
            lines = self.file.read_text(encoding="utf-8").splitlines() if self.file.exists() else []
        except (OSError, ValueError) as error:
            raise WaymarkError("translation.lock", file=self.file, detail=type(error).__name__) from None
        found = {}
        for number, line in enumerate(lines, 1):
            text = line.split("#")[0].strip()
            match = _LINE.fullmatch(text)
            if text and not match:
                raise WaymarkError("translation.lock", file=self.file, detail=f"line {number} is not 'name version sha256'")
            if match:
                found[match.group(1), match.group(2)] = match.group(3)
        return found

    def check(self, name: str, version: str, sha256: str) -> bool:
        """Whether this file is pinned. Raises WaymarkError "translation.checksum" when another one is."""
        expected = self.read().get((name, version))
        if expected is not None and expected != sha256:
            raise WaymarkError(
                "translation.checksum", file=f"{name} {version}", lock=self.file.name, found=sha256, expected=expected
            )
        return expected is not None

    def pin(self, name: str, version: str, sha256: str) -> bool:
        """Writes a checksum down; False if it stood there. The file is replaced whole, never left half written."""
        if self.check(name, version, sha256):
            return False
        pins = self.read() | {(name, version): sha256}
        text = _HEAD + "".join(f"{key[0]} {key[1]} {value}\n" for key, value in sorted(pins.items()))
        draft = self.file.with_name(f".{self.file.name}.{os.getpid()}")
        try:
            draft.write_text(text, encoding="utf-8")
            draft.replace(self.file)
        except OSError as error:
            draft.unlink(missing_ok=True)
            raise WaymarkError("translation.lock", file=self.file, detail=error.strerror or "it cannot be written") from None
        return True
