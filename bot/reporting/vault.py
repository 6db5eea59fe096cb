"""Seals what a person reports, so that this server cannot read it back: it holds public keys only.

A sealed text, version 1, is written as

    b"WMR1" | n, one byte | n slots of 8 + 80 bytes | nonce, 24 bytes | padded text under XChaCha20-Poly1305

Each slot is the first 8 bytes of BLAKE2b of a recipient's public key, and the text's own random 32-byte key in a sealed box
(X25519, libsodium) for that recipient. The `context` (which report, which place in it, by whom) is authenticated with the
text and not stored: a record that is moved to another place, or stands in for another, does not open.

Who could learn what:

* A thief of the database, or of the whole disk, learns how many records a report has and about how long they are. Texts up to
  1000 bytes all look alike; longer ones, and files, are rounded up (`padded_size`).
* Whoever holds the server while a person writes can read along. No sealing prevents that; it protects everything told before.
* Sealed boxes have no sender: anybody may seal for a public key. That a record was written by this server and not put into
  the database by somebody is shown by the stamp (`stamp`, `stamped`), which needs the key file beside the database.
"""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Collection, Mapping
from typing import NamedTuple

from nacl import bindings
from nacl.exceptions import CryptoError
from nacl.exceptions import ValueError as NaclValueError
from nacl.public import PrivateKey, PublicKey, SealedBox
from nacl.utils import random

from bot.errors import WaymarkError

VERSION = b"WMR1"
KEY_BYTES = 32
NONCE_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_NPUBBYTES
TAG_BYTES = bindings.crypto_aead_xchacha20poly1305_ietf_ABYTES
NAME_BYTES = 8
SLOT_BYTES = NAME_BYTES + KEY_BYTES + 48  # a sealed box adds a public key (32 bytes) and a tag (16)
LENGTH_BYTES = 8
SMALLEST = 1024
STAMP_BYTES = 32


class Recipient(NamedTuple):
    """Who can open a sealed text: an X25519 public key, 32 bytes."""

    public: bytes

    @property
    def name(self) -> bytes:
        """The 8 bytes by which a slot is found; they say nothing to who does not know the public key."""
        return hashlib.blake2b(self.public, digest_size=NAME_BYTES, person=b"waymark slot").digest()


def padded_size(size: int) -> int:
    """The bytes that `size` bytes take once padded: 1024 at least, then in steps that give away at most log2(log2) bits.

    Above 1024 this is Padme (Nikitin and others, "Reducing Metadata Leakage from Encrypted Files and Communication with
    PURBs", 2019, section 4): at most 12 % more, falling as sizes grow.
    """
    whole = size + LENGTH_BYTES
    if whole <= SMALLEST:
        return SMALLEST
    exponent = whole.bit_length() - 1
    kept = exponent - exponent.bit_length()
    mask = (1 << kept) - 1
    return (whole + mask) & ~mask


def pad(plain: bytes) -> bytes:
    """`plain` with its length before it and zeros after it."""
    return len(plain).to_bytes(LENGTH_BYTES, "big") + plain + bytes(padded_size(len(plain)) - LENGTH_BYTES - len(plain))


def unpad(padded: bytes) -> bytes:
    """The opposite of `pad`. WaymarkError "reports.sealed" if it is not what `pad` makes."""
    size = int.from_bytes(padded[:LENGTH_BYTES], "big")
    if size > len(padded) - LENGTH_BYTES or len(padded) != padded_size(size) or any(padded[LENGTH_BYTES + size :]):
        raise WaymarkError("reports.sealed")
    return padded[LENGTH_BYTES : LENGTH_BYTES + size]


def seal(plain: bytes, recipients: Collection[Recipient], context: bytes = b"") -> bytes:
    """`plain` for `recipients`, bound to `context`. WaymarkError "reports.no_readers" if there are none (or above 255)."""
    unique = {recipient.public: recipient for recipient in recipients}
    if not 0 < len(unique) < 256:
        raise WaymarkError("reports.no_readers")
    key, nonce = random(KEY_BYTES), random(NONCE_BYTES)
    slots = b"".join(_slot(recipient, key) for recipient in unique.values())
    body = bindings.crypto_aead_xchacha20poly1305_ietf_encrypt(pad(plain), VERSION + context, nonce, key)
    return VERSION + bytes([len(unique)]) + slots + nonce + body


def open_sealed(sealed: bytes, private: bytes, context: bytes = b"") -> bytes:
    """What was sealed, for who holds a recipient's private key (32 bytes).

    WaymarkError "reports.sealed" if it was not sealed for this key, altered, cut short, or belongs somewhere else: one error
    for all, so that nothing can be learned from which it was.
    """
    try:
        slots, nonce, body = _parts(sealed)
        key = _open_slot(slots, private)
        return unpad(bindings.crypto_aead_xchacha20poly1305_ietf_decrypt(body, VERSION + context, nonce, key))
    except (CryptoError, NaclValueError, ValueError, TypeError):
        raise WaymarkError("reports.sealed") from None


def share(sealed: bytes, private: bytes, others: Collection[Recipient], without: Collection[Recipient] = ()) -> bytes:
    """The same text with slots for `others` too, and none for `without`, made by who can open it; the text is not touched.

    WaymarkError "reports.sealed" if `private` does not open it.
    """
    try:
        slots, nonce, body = _parts(sealed)
        key = _open_slot(slots, private)
    except (CryptoError, NaclValueError, ValueError, TypeError):
        raise WaymarkError("reports.sealed") from None
    gone = {one.name for one in without}
    found = {name: box for name, box in slots.items() if name not in gone}
    found |= {other.name: _slot(other, key)[NAME_BYTES:] for other in others if other.name not in found}
    if not 0 < len(found) < 256:
        raise WaymarkError("reports.no_readers")
    return VERSION + bytes([len(found)]) + b"".join(name + box for name, box in found.items()) + nonce + body


def sealed_for(sealed: bytes, recipient: Recipient) -> bool:
    """Whether there is a slot for `recipient`; says nothing of whether it opens."""
    try:
        return recipient.name in _parts(sealed)[0]
    except (ValueError, TypeError):
        return False


def stamp(key: bytes, sealed: bytes, context: bytes) -> bytes:
    """`sealed` behind a keyed hash of it and its context: only who holds the house's key could have written it."""
    return _tag(key, sealed, context) + sealed


def stamped(key: bytes, stored: bytes, context: bytes) -> bytes:
    """The opposite of `stamp`. WaymarkError "reports.sealed" if it was forged, cut short or moved."""
    tag, sealed = stored[:STAMP_BYTES], stored[STAMP_BYTES:]
    if not hmac.compare_digest(tag, _tag(key, sealed, context)):
        raise WaymarkError("reports.sealed")
    return sealed


def public_of(private: bytes) -> bytes:
    """The public half (32 bytes) of a private key."""
    return bytes(PrivateKey(private).public_key)


def _tag(key: bytes, sealed: bytes, context: bytes) -> bytes:
    return hashlib.blake2b(
        len(context).to_bytes(8, "big") + context + sealed, key=key, digest_size=STAMP_BYTES, person=b"waymark stamp"
    ).digest()


def _slot(recipient: Recipient, key: bytes) -> bytes:
    return recipient.name + SealedBox(PublicKey(recipient.public)).encrypt(key)


def _parts(sealed: bytes) -> tuple[Mapping[bytes, bytes], bytes, bytes]:
    """The slots by name, the nonce, the body. ValueError if it has not this form."""
    begin = len(VERSION) + 1
    if len(sealed) <= begin or sealed[: len(VERSION)] != VERSION:
        raise ValueError("not sealed in a version that is known")
    count = sealed[len(VERSION)]
    end = begin + count * SLOT_BYTES
    if not count or len(sealed) < end + NONCE_BYTES + SMALLEST + TAG_BYTES:
        raise ValueError("cut short")
    slots = [sealed[place : place + SLOT_BYTES] for place in range(begin, end, SLOT_BYTES)]
    nonce = sealed[end : end + NONCE_BYTES]
    return {slot[:NAME_BYTES]: slot[NAME_BYTES:] for slot in slots}, nonce, sealed[end + NONCE_BYTES :]


def _open_slot(slots: Mapping[bytes, bytes], private: bytes) -> bytes:
    box = slots.get(Recipient(public_of(private)).name)
    if box is None:
        raise ValueError("not for this key")
    return SealedBox(PrivateKey(private)).decrypt(box)
