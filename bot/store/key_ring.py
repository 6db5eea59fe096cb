"""The keys as they lie on the disk, or stand in WAYMARK_SECRET: the newest first, older ones behind it while a rotation lasts.

Pseudonyms and session ids come from the *identity*, which a rotation does not change: with another one every person would be
a stranger, and every open chat lost. At first it is the one key itself; the first rotation writes it down, sealed, in
`waymark.identity`.
"""

from __future__ import annotations

import base64
import os
from pathlib import Path
from typing import NamedTuple

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import WaymarkError
from bot.store.secrets import derive, load_or_make_key

KEY_FILE, IDENTITY_FILE = "waymark.key", "waymark.identity"


class KeyRing(NamedTuple):
    """Fernet keys (44 bytes of base64), the newest first, and the identity (the same form)."""

    keys: tuple[bytes, ...]
    identity: bytes


def load_ring(secret: str, folder: Path) -> KeyRing:
    """The keys in force; the first start makes one. Raises WaymarkError "store.key"."""
    load_or_make_key(secret, folder)
    text = secret.replace(",", " ").encode() if secret else (folder / KEY_FILE).read_bytes()
    keys = tuple(text.split())
    for key in keys:
        try:
            Fernet(key)
        except ValueError:
            raise WaymarkError("store.key", file="WAYMARK_SECRET" if secret else folder / KEY_FILE) from None
    file = folder / IDENTITY_FILE
    if not file.is_file():
        return KeyRing(keys, keys[-1])
    try:
        return KeyRing(keys, _sealer(keys).decrypt(file.read_bytes()))
    except InvalidToken:
        raise WaymarkError("store.key", file=file) from None


def write_identity(folder: Path, ring: KeyRing) -> None:
    """Writes the identity down, sealed with the newest key."""
    replace_file(folder / IDENTITY_FILE, _sealer(ring.keys).encrypt(ring.identity))


def write_keys(folder: Path, keys: tuple[bytes, ...]) -> None:
    """Replaces the key file: after a power cut it holds the old keys or the new ones, never half of them."""
    replace_file(folder / KEY_FILE, b"\n".join(keys) + b"\n")


def replace_file(file: Path, data: bytes) -> None:
    """Writes a file that only its owner may read, and puts it in the place of another in one step."""
    fresh = file.with_suffix(file.suffix + ".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
        handle.write(data)
        handle.flush()
        os.fsync(handle.fileno())
    fresh.replace(file)
    folder = os.open(file.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sealer(keys: tuple[bytes, ...]) -> MultiFernet:
    return MultiFernet(
        [Fernet(base64.urlsafe_b64encode(derive(base64.urlsafe_b64decode(key), "identity"))) for key in keys]
    )
