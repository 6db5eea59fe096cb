"""The keys of the house, all derived from one: text at rest, pseudonyms, session ids.

The one key is a Fernet key, from WAYMARK_SECRET or from a key file that is made on first start with mode 0600.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Protocol

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import WaymarkError


def derive(master: bytes, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose: none of them tells anything of the others."""
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"waymark {purpose}".encode()).derive(master)


def load_or_make_key(secret: str, folder: Path) -> bytes:
    """The newest key (Fernet form, 44 bytes of base64). Raises WaymarkError "store.key" if the file holds none."""
    file = folder / "waymark.key"
    if secret:
        text = secret.replace(",", " ").encode()
    else:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # O_EXCL: of two processes starting at once only one makes the key, the other reads it.
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
                handle.write(Fernet.generate_key() + b"\n")
        except FileExistsError:
            pass
        text = file.read_bytes()
    try:
        # While a rotation lasts older keys stand behind the newest.
        text = text.split()[0]
        Fernet(text)
    except (ValueError, IndexError):
        raise WaymarkError("store.key", file="WAYMARK_SECRET" if secret else file) from None
    return text


class Ring(Protocol):
    """Keys, the newest first, and the identity that pseudonyms and sessions come from (see key_ring)."""

    @property
    def keys(self) -> Sequence[bytes]: ...

    @property
    def identity(self) -> bytes: ...


class Secrets:
    """Seals text at rest with the newest key, opens with any; makes pseudonyms, signs session ids."""

    def __init__(self, ring: Ring | bytes) -> None:
        keys, identity = ([ring], ring) if isinstance(ring, bytes) else (list(ring.keys), ring.identity)
        fernets = [Fernet(base64.urlsafe_b64encode(derive(base64.urlsafe_b64decode(key), "text at rest"))) for key in keys]
        self._newest, self._text = fernets[0], MultiFernet(fernets)
        master = base64.urlsafe_b64decode(identity)
        self._pseudonym = derive(master, "pseudonym")
        self._signature = derive(master, "session")

    def resealed(self, sealed: bytes) -> bytes | None:
        """The same under the newest key; None if it is already, or if none of the keys opens it."""
        try:
            self._newest.decrypt(sealed)
            return None
        except InvalidToken:
            pass
        try:
            return self._newest.encrypt(self._text.decrypt(sealed))
        except InvalidToken:
            return None

    def seal(self, text: str) -> bytes:
        """Text to authenticated ciphertext."""
        return self._text.encrypt(text.encode())

    def open(self, sealed: bytes) -> str:
        """Ciphertext to text. Raises WaymarkError "store.key" if it was sealed with another key or altered."""
        try:
            return self._text.decrypt(sealed).decode()
        except InvalidToken:
            raise WaymarkError("store.key", file="waymark.key") from None

    def seal_bytes(self, data: bytes) -> bytes:
        """Bytes to authenticated ciphertext; a third longer than they were."""
        return self._text.encrypt(data)

    def open_bytes(self, sealed: bytes) -> bytes:
        """Ciphertext to bytes. Raises WaymarkError "store.key" if it was sealed with another key or altered."""
        try:
            return self._text.decrypt(sealed)
        except InvalidToken:
            raise WaymarkError("store.key", file="waymark.key") from None

    def pseudonym(self, channel: str, address: str) -> str:
        """A conversation id that says nothing of who it is: keyed hash of the channel's own id, 32 hex digits."""
        told = f"{channel}\0{address}".encode("utf-8", "backslashreplace")
        return hmac.new(self._pseudonym, told, hashlib.sha256).hexdigest()[:32]

    def sign(self, identifier: str) -> str:
        """`identifier.signature`: a session id that only this server can issue."""
        tag = hmac.new(self._signature, identifier.encode(), hashlib.sha256).hexdigest()[:32]
        return f"{identifier}.{tag}"

    def verify(self, signed: object) -> str | None:
        """The identifier of a signed session id, or None if it is not one of ours."""
        if not isinstance(signed, str) or not signed.isascii() or signed.count(".") != 1 or len(signed) > 200:
            return None
        identifier = signed.split(".")[0]
        return identifier if hmac.compare_digest(self.sign(identifier), signed) else None
