"""The keys of the house, all derived from one: text at rest, pseudonyms, session ids.

The one key is a Fernet key, from WAYMARK_SECRET or from a key file that is made on first start with mode 0600.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from bot.errors import WaymarkError


def _derive(master: bytes, purpose: str) -> bytes:
    return HKDF(algorithm=hashes.SHA256(), length=32, salt=None, info=f"waymark {purpose}".encode()).derive(master)


def load_or_make_key(secret: str, folder: Path) -> bytes:
    """The master key (Fernet form, 44 bytes of base64). Raises WaymarkError "store.key" if the file holds none."""
    file = folder / "waymark.key"
    if secret:
        text = secret.encode()
    else:
        folder.mkdir(parents=True, exist_ok=True)
        try:
            # O_EXCL: of two processes starting at once only one makes the key, the other reads it.
            with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as handle:
                handle.write(Fernet.generate_key() + b"\n")
        except FileExistsError:
            pass
        text = file.read_bytes().strip()
    try:
        Fernet(text)
    except ValueError:
        raise WaymarkError("store.key", file="WAYMARK_SECRET" if secret else file) from None
    return text


class Secrets:
    """Seals text at rest, makes pseudonyms, signs session ids."""

    def __init__(self, key: bytes) -> None:
        master = base64.urlsafe_b64decode(key)
        self._text = Fernet(base64.urlsafe_b64encode(_derive(master, "text at rest")))
        self._pseudonym = _derive(master, "pseudonym")
        self._signature = _derive(master, "session")

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
