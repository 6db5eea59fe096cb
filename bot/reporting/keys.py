"""The keys that open reports: made, wrapped by a passphrase, shared, printed for the safe.

There are two circles with a key pair each, the *readers* and the *oversight*. What is sealed to a circle's public key can be
opened by whoever holds its private key, and nobody stores that key in the clear: every member of a circle has a key pair of
their own, its private half is wrapped by their passphrase, and the circle's private key is sealed to their public half.
Primitives are libsodium's (PyNaCl): X25519 sealed boxes, XChaCha20-Poly1305, Argon2id after RFC 9106.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import unicodedata
from typing import Literal, NamedTuple

from argon2.low_level import Type, hash_secret_raw
from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

from bot.errors import WaymarkError

Circle = Literal["readers", "oversight"]
CIRCLES: tuple[Circle, ...] = ("readers", "oversight")

# Argon2id's price for each guess of a passphrase: 128 MB (in KiB) and three passes, about half a second. RFC 9106 recommends 64
# MiB as its second choice; twice that keeps graphics cards from trying many at once.
MEMORY_KIB = 131_072
PASSES = 3
SALT_BYTES = 16
NONCE_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
KEY_BYTES = 32
TAG_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
# Characters of a passphrase at least, and different ones among them.
PASSPHRASE_LENGTH = 14
PASSPHRASE_VARIETY = 6
# What stands before a printed key, so that the two sheets cannot be taken for one another.
# Which role at the desk belongs to a circle.
ROLE_OF: dict[Circle, str] = {"readers": "reader", "oversight": "oversight"}
SHEETS: dict[str, Circle] = {"WR": "readers", "WO": "oversight"}
CHECK_BYTES = 3


class Pair(NamedTuple):
    """An X25519 key pair, 32 bytes each."""

    private: bytes
    public: bytes


def new_pair() -> Pair:
    """A fresh key pair."""
    private = PrivateKey.generate()
    return Pair(bytes(private), bytes(private.public_key))


def public_of(private: bytes) -> bytes:
    """The public half of a private key. WaymarkError "reports.key" if these are not 32 bytes."""
    if len(private) != KEY_BYTES:
        raise WaymarkError("reports.key")
    return bytes(PrivateKey(private).public_key)


def check_passphrase(passphrase: str) -> None:
    """WaymarkError "reports.weak" if a passphrase is too short, or one sign over and over."""
    told = _normal(passphrase)
    if len(told) < PASSPHRASE_LENGTH or len(set(told)) < PASSPHRASE_VARIETY:
        raise WaymarkError("reports.weak", length=PASSPHRASE_LENGTH)


def wrap(private: bytes, passphrase: str, owner: str) -> bytes:
    """A private key locked by a passphrase: salt, nonce, ciphertext. It opens for this `owner` only."""
    salt, nonce = random(SALT_BYTES), random(NONCE_BYTES)
    key = _stretched(passphrase, salt)
    locked = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(private, _bound("wrapped", owner), nonce, key)
    return salt + nonce + locked


def unwrap(wrapped: bytes, passphrase: str, owner: str) -> bytes:
    """The private key again. WaymarkError "reports.passphrase" if the passphrase is wrong or the bytes were altered."""
    salt, rest = wrapped[:SALT_BYTES], wrapped[SALT_BYTES:]
    nonce, locked = rest[:NONCE_BYTES], rest[NONCE_BYTES:]
    if len(locked) != KEY_BYTES + TAG_BYTES:
        raise WaymarkError("reports.passphrase")
    key = _stretched(passphrase, salt)
    try:
        private: bytes = bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(locked, _bound("wrapped", owner), nonce, key)
    except CryptoError:
        raise WaymarkError("reports.passphrase") from None
    return private


def share(private: bytes, circle: Circle, number: int, to: bytes) -> bytes:
    """A circle's private key sealed to a member's public key. It says what it is, so that it cannot pass for another."""
    return SealedBox(PublicKey(to)).encrypt(_bound("share", circle, str(number)) + private)


def open_share(sealed: bytes, circle: Circle, number: int, private: bytes) -> bytes:
    """A circle's private key. WaymarkError "reports.key" if it was sealed to somebody else, or is another key's share."""
    prefix = _bound("share", circle, str(number))
    try:
        opened: bytes = SealedBox(PrivateKey(private)).decrypt(sealed)
    except (CryptoError, ValueError):
        raise WaymarkError("reports.key") from None
    if not hmac.compare_digest(opened[: len(prefix)], prefix) or len(opened) != len(prefix) + KEY_BYTES:
        raise WaymarkError("reports.key")
    return opened[len(prefix) :]


def vouch(private: bytes, holder: str, public: bytes) -> bytes:
    """A mark that only the circle can make: this public key is that holder's. A row slipped into the database has none."""
    key = hashlib.sha256(_bound("vouch") + private).digest()
    return hmac.new(key, _bound("holder", holder) + public, hashlib.sha256).digest()


def recovery_text(private: bytes, circle: Circle) -> str:
    """A private key to print: "WR-" or "WO-" and groups of four letters and digits, with a check at the end."""
    sheet = next(name for name, of in SHEETS.items() if of == circle)
    letters = base64.b32encode(private + _check(private, circle)).decode().rstrip("=")
    return "-".join([sheet, *(letters[place : place + 4] for place in range(0, len(letters), 4))])


def recovery_key(text: str) -> tuple[Circle, bytes]:
    """The circle and private key of a printed recovery key. WaymarkError "reports.recovery" for a slip in typing it."""
    letters = "".join(sign for sign in _normal(text).upper() if sign.isalnum())
    circle = SHEETS.get(letters[:2])
    # 0, 1 and 8 are not in base32: whoever types them read O, I (or L) and B.
    body = letters[2:].translate(str.maketrans("018", "OIB"))
    try:
        raw = base64.b32decode(body + "=" * (-len(body) % 8))
    except ValueError:
        raise WaymarkError("reports.recovery") from None
    private, check = raw[:KEY_BYTES], raw[KEY_BYTES:]
    if circle is None or len(private) != KEY_BYTES or not hmac.compare_digest(check, _check(private, circle)):
        raise WaymarkError("reports.recovery")
    return circle, private


def fingerprint(public: bytes) -> str:
    """Sixteen digits to compare by voice before somebody is admitted: is this really the key they made?"""
    number = int.from_bytes(hashlib.sha256(b"waymark fingerprint" + public).digest()[:8], "big") % 10**16
    digits = f"{number:016}"
    return " ".join(digits[place : place + 4] for place in range(0, 16, 4))


def _check(private: bytes, circle: str) -> bytes:
    return hashlib.sha256(_bound("recovery", circle) + private).digest()[:CHECK_BYTES]


def _bound(*parts: str) -> bytes:
    return "\0".join(("waymark reports 1", *parts, "")).encode()


def _normal(text: str) -> str:
    # The same passphrase typed on another keyboard (composed or not, two spaces for one) must open the same lock.
    return " ".join(unicodedata.normalize("NFKC", text).split())


def _stretched(passphrase: str, salt: bytes) -> bytes:
    return hash_secret_raw(
        _normal(passphrase).encode(), salt, time_cost=PASSES, memory_cost=MEMORY_KIB, parallelism=1, hash_len=KEY_BYTES,
        type=Type.ID,
    )
