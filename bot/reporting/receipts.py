"""The code of a report: made, checked by its form, and turned into what the server keeps and a key pair of the person's own.

Sixteen digits are 53 bits. From the code come, by one memory-hard argon2id:

* the *verifier*: the only thing stored of the code. It finds the report again and says nothing of the code.
* the *person's key pair*: its public half is stored with the report, so that a reader's answer is sealed to the person. Its
  private half exists only while the person who typed the code is served.

Who could learn what:

* A thief of the database alone guesses in vain: the salt comes from a key in the key file beside it.
* A thief of the whole disk must try codes one by one. `lookup` narrows a guess down to one in 4096 reports' worth of codes and
  no further: it is 12 bits, so that argon2id stays to be paid for 2 400 000 000 000 codes. At 0.13 seconds each on a core like
  ours that is about 10 000 years of one core for one report.
* Right and wrong codes cost the same: one argon2id, with a salt that depends on the lookup alone, then a comparison in
  constant time with every report of that lookup.
"""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets as random
import unicodedata
from typing import NamedTuple

from argon2.low_level import Type, hash_secret_raw
from nacl.public import PrivateKey

DIGITS = 16
GROUP = 4
# argon2id's price: 64 MiB and three passes (RFC 9106, section 4, second recommendation; four lanes there, one here, since one
# core serves the person).
MEMORY_KIB = 65_536
PASSES = 3
LOOKUP_BITS = 12
_BETWEEN = r"[\s\-\u2010-\u2015.]{0,3}"
_IN_TEXT = re.compile(rf"(?<!\d)(?<!\d[\s\-.])(?:\d{_BETWEEN}){{15}}\d(?![\s\-.]?\d)")


class Receipt(NamedTuple):
    """What the server derives from a code. `private` is never stored. All 32 bytes, but for `lookup` (0 to 4095)."""

    lookup: int
    verifier: bytes
    private: bytes
    public: bytes


def new_code() -> str:
    """Sixteen random digits."""
    return "".join(random.choice("0123456789") for _ in range(DIGITS))


def grouped(code: str) -> str:
    """A code as it is shown: "1234 5678 9012 3456"."""
    return " ".join(code[place : place + GROUP] for place in range(0, len(code), GROUP))


def read_code(text: str) -> str | None:
    """The sixteen digits in what a person typed, with blanks and dashes, in any script's digits; None if it is no code."""
    bare = re.sub(r"[\s\-‐-―.,/\u200b-\u200f\u2060\u2066-\u2069\u061c]", "", text)
    if len(bare) != DIGITS:
        return None
    digits = [unicodedata.decimal(sign, None) for sign in bare]
    return None if None in digits else "".join(str(digit) for digit in digits)


def find_code(text: str) -> str | None:
    """The code that a text is or holds ("my number is 1234 5678 9012 3456"); None if it holds none, or longer numbers."""
    plain = "".join(_sign(sign) for sign in text)
    found = _IN_TEXT.search(plain)
    return re.sub(r"\D", "", found.group()) if found else None


def _sign(sign: str) -> str:
    digit = unicodedata.decimal(sign, None)
    if digit is not None:
        return str(digit)
    # Signs that are not seen, such as those that turn the direction of writing around.
    return "" if unicodedata.category(sign) == "Cf" else sign


def last_digits(text: str) -> str | None:
    """The last four digits as a person typed them; the whole code is taken too. None if it is neither."""
    whole = read_code(text)
    if whole is not None:
        return whole
    bare = [sign for sign in text if not sign.isspace() and unicodedata.category(sign) != "Cf"]
    digits = [unicodedata.decimal(sign, None) for sign in bare]
    return "".join(str(digit) for digit in digits) if len(digits) == GROUP and None not in digits else None


def derive(code: str, key: bytes) -> Receipt:
    """What belongs to a code. `key`: 32 bytes that only the key file opens. Takes about 0.13 s and 64 MiB: use a thread."""
    keyed = hmac.new(key, b"lookup\0" + code.encode(), hashlib.sha256).digest()
    lookup = int.from_bytes(keyed[:2], "big") >> (16 - LOOKUP_BITS)
    salt = hmac.new(key, b"salt\0" + lookup.to_bytes(2, "big"), hashlib.sha256).digest()[:16]
    hashed = hash_secret_raw(code.encode(), salt, PASSES, MEMORY_KIB, 1, 32, Type.ID)
    # Two values from one hash that say nothing of each other: the stored one must not lead to the key.
    verifier = hashlib.blake2b(hashed, digest_size=32, person=b"waymark verify").digest()
    private = hashlib.blake2b(hashed, digest_size=32, person=b"waymark person").digest()
    return Receipt(lookup, verifier, private, bytes(PrivateKey(private).public_key))


def matches(receipt: Receipt, verifier: bytes) -> bool:
    """Whether a stored verifier is this receipt's; in constant time."""
    return hmac.compare_digest(receipt.verifier, verifier)
