"""A published package file (.argosmodel) looked at without trust: what it says it is, and its files laid into a folder."""

from __future__ import annotations

import hashlib
import json
import stat
import zipfile
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from bot.errors import WaymarkError
from bot.translation.installed import language_code

# The largest published package is some 250 MB packed. Beyond these it is a bomb, not a package.
MOST_FILES = 5000
MOST_BYTES = 3 * 1024**3
_TOKENIZERS = ("sentencepiece.model", "bpe.model")


class Described(NamedTuple):
    """What a package file says of itself. `root`: the folder inside it, empty for none. `size`: bytes when unpacked."""

    source: str
    target: str
    version: str
    root: str
    size: int
    sha256: str

    @property
    def name(self) -> str:
        """As upstream names it: translate-de_en."""
        return f"translate-{self.source}_{self.target}"


def checksum(file: Path) -> str:
    """SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with file.open("rb") as stream:
        for block in iter(lambda: stream.read(1 << 20), b""):
            digest.update(block)
    return digest.hexdigest()


def _refuse(file: Path, detail: str) -> WaymarkError:
    return WaymarkError("translation.file", file=file.name, detail=detail)


def _members(file: Path, archive: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = archive.infolist()
    if len(members) > MOST_FILES or sum(member.file_size for member in members) > MOST_BYTES:
        raise _refuse(file, "it would unpack to more than any package holds")
    for member in members:
        path = PurePosixPath(member.filename.replace("\\", "/"))
        if path.is_absolute() or ".." in path.parts or ":" in member.filename or stat.S_ISLNK(member.external_attr >> 16):
            raise _refuse(file, "it would write outside its own folder")
    return members


def describe(file: Path) -> Described:
    """Reads the metadata. Raises WaymarkError "translation.file" for anything that is no translation package."""
    if not file.is_file():
        raise _refuse(file, "there is no such file")
    try:
        with zipfile.ZipFile(file) as archive:
            members = _members(file, archive)
            names = {member.filename for member in members}
            metadata_files = (name for name in names if PurePosixPath(name).name == "metadata.json")
            found = sorted(metadata_files, key=lambda name: name.count("/"))
            if not found or found[0].count("/") > 1:
                raise _refuse(file, "it holds no metadata.json")
            root = found[0].removesuffix("metadata.json")
            metadata = json.loads(archive.read(found[0]))
    # What zipfile raises for bytes of a stranger: RuntimeError for a password, NotImplementedError for an unknown compression.
    except (zipfile.BadZipFile, OSError, ValueError, NotImplementedError, RuntimeError):
        raise _refuse(file, "it is damaged, or no zip archive") from None
    if not isinstance(metadata, dict) or metadata.get("type", "translate") != "translate":
        raise _refuse(file, "it does not translate from one language to another")
    try:
        source, target = language_code(metadata.get("from_code")), language_code(metadata.get("to_code"))
    except WaymarkError as error:
        raise _refuse(file, str(error)) from None
    if f"{root}model/model.bin" not in names or not any(root + name in names for name in _TOKENIZERS):
        raise _refuse(file, "its model or its tokenizer is missing")
    if not isinstance(metadata.get("target_prefix", ""), str):
        raise _refuse(file, "its target_prefix is no text")
    size = sum(member.file_size for member in members)
    return Described(source, target, str(metadata.get("package_version", "")) or "0", root, size, checksum(file))


def unpack(file: Path, described: Described, folder: Path) -> None:
    """Lays the package's files into `folder`, without their outer folder. Raises WaymarkError "translation.file"."""
    try:
        with zipfile.ZipFile(file) as archive:
            for member in _members(file, archive):
                if member.is_dir() or not member.filename.startswith(described.root):
                    continue
                place = folder / member.filename[len(described.root) :]
                place.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(member) as packed, place.open("wb") as out:
                    while block := packed.read(1 << 20):
                        out.write(block)
    # The same as above, but no OSError: a full disk is not the archive's fault.
    except (zipfile.BadZipFile, ValueError, EOFError, NotImplementedError, RuntimeError):
        raise _refuse(file, "it is damaged") from None
