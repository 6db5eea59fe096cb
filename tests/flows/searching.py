"""Looks for secrets in bytes, in the forms that programs leave text in: UTF-16, JSON, URL, HTML, hex, base64, compressed."""

from __future__ import annotations

import base64
import gzip
import html
import json
import zlib
from collections.abc import Iterable, Iterator
from urllib.parse import quote, quote_plus

import numpy as np

WINDOW = 8
# How much of one compressed stream is looked into.
DECOMPRESSED = 8_000_000


def forms(text: str) -> Iterator[bytes]:
    """A text in every form it could lie in. Base64 at its three offsets, without the letters that depend on what is around."""
    plain = text.encode()
    written = {
        plain, text.encode("utf-16-le"), text.encode("utf-16-be"), text.encode("utf-32-le"), text.encode("utf-32-be"),
        json.dumps(text)[1:-1].encode(), json.dumps(json.dumps(text))[2:-2].encode(), html.escape(text).encode(),
        text.encode("ascii", "xmlcharrefreplace"), quote(text).encode(), quote_plus(text).encode(), quote(text).lower().encode(),
        repr(text)[1:-1].encode(), repr(plain)[2:-1].encode(), text.encode("unicode_escape"), text.lower().encode(),
        text.upper().encode(),
    }
    for one in written:
        yield one
        yield one.hex().encode()
        yield one.hex().upper().encode()
        for offset in range(3):
            coded = base64.b64encode(b"\0" * offset + one)[4:-4]
            yield coded
            yield coded.replace(b"+", b"-").replace(b"/", b"_")


class Needles:
    """Many needles searched at once: by their first eight bytes, at every place, then whole."""

    def __init__(self, texts: Iterable[str]) -> None:
        self._by_start: dict[bytes, set[bytes]] = {}
        for text in texts:
            for form in forms(text):
                if len(form) >= WINDOW:
                    self._by_start.setdefault(form[:WINDOW], set()).add(form)
        self._keys = np.sort(np.frombuffer(b"".join(self._by_start), dtype=np.uint64))
        self.number = sum(len(found) for found in self._by_start.values())

    def found(self, content: bytes) -> set[bytes]:
        """The needles that are in `content`, and in whatever compressed streams it holds."""
        hits = self._plain(content)
        for inside in streams(content):
            hits |= self._plain(inside)
        return hits

    def _plain(self, content: bytes) -> set[bytes]:
        hits: set[bytes] = set()
        for offset in range(WINDOW):
            length = (len(content) - offset) // WINDOW * WINDOW
            if length <= 0:
                continue
            windows = np.frombuffer(content, dtype=np.uint64, count=length // WINDOW, offset=offset)
            places = np.searchsorted(self._keys, windows)
            places[places == len(self._keys)] = 0
            for index in np.nonzero(self._keys[places] == windows)[0]:
                start = offset + int(index) * WINDOW
                for needle in self._by_start[content[start : start + WINDOW]]:
                    if content.startswith(needle, start):
                        hits.add(needle)
        return hits


def streams(content: bytes) -> Iterator[bytes]:
    """What zlib and gzip streams that begin anywhere in `content` hold."""
    for start, form in ((b"\x1f\x8b\x08", 31), (b"\x78\x01", 15), (b"\x78\x5e", 15), (b"\x78\x9c", 15), (b"\x78\xda", 15)):
        place = content.find(start)
        while place >= 0:
            try:
                inside = zlib.decompressobj(form).decompress(content[place : place + DECOMPRESSED], DECOMPRESSED)
            except zlib.error:
                inside = b""
            if len(inside) >= WINDOW:
                yield inside
            place = content.find(start, place + 1)


def disguised(text: str) -> dict[str, bytes]:
    """A text as it would be found in each disguise, within other bytes: the search's own proof."""
    plain, around = text.encode(), b"\x00garbage\xff"
    hidden = {
        "plain": plain, "utf-16-le": text.encode("utf-16-le"), "utf-16-be": text.encode("utf-16-be"),
        "json": json.dumps(text).encode(), "hex": plain.hex().encode(), "url": quote(text).encode(),
        "gzip": gzip.compress(plain * 3), "zlib": zlib.compress(plain * 3),
        **{f"base64 at {offset}": base64.b64encode(b"x" * offset + plain + b"tail") for offset in range(3)},
        "urlsafe base64": base64.urlsafe_b64encode(plain + b"tail"),
        "utf-16 in base64": base64.b64encode(text.encode("utf-16-le")),
        "json in hex": json.dumps(text).encode().hex().encode(),
    }
    return {name: around + body + around for name, body in hidden.items()}
