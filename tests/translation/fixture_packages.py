"""Our own small packages (tests/translation/packages) laid out as installed, and the sentences they know for certain."""

from __future__ import annotations

import json
from pathlib import Path

from bot.translation.archive import describe, unpack
from bot.translation.installed import RECORD

FOLDER = Path(__file__).parent / "packages"
ALL = tuple(sorted(FOLDER.glob("*.argosmodel")))
SENTENCES: dict[str, dict[str, str]] = json.loads((FOLDER / "sentences.json").read_text(encoding="utf-8"))


def package_file(pair: str) -> Path:
    """The package file of a pair such as "de-en"."""
    return FOLDER / f"translate-{pair.replace('-', '_')}.argosmodel"


def lay_out(folder: Path, *pairs: str) -> Path:
    """Unpacks the pairs (all if none is named) into `folder` as an installation leaves them, without its smoke test."""
    for file in [package_file(pair) for pair in pairs] or ALL:
        described = describe(file)
        place = folder / f"{described.source}-{described.target}-{described.sha256[:12]}-test"
        place.mkdir(parents=True)
        unpack(file, described, place)
        record = {"source": described.source, "target": described.target, "version": described.version,
                  "sha256": described.sha256, "size": described.size, "installed_at": 1.0}
        (place / RECORD).write_text(json.dumps(record), encoding="utf-8")
    return folder
