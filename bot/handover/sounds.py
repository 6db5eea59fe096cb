"""Sound without its tags: titles, names, places, cover pictures."""

from __future__ import annotations

from io import BytesIO

import mutagen

# Chunks of a WAVE file that tell of it instead of sounding.
_TELLING = {b"LIST", b"id3 ", b"ID3 ", b"bext", b"iXML", b"cart", b"_PMX", b"aXML"}


def clean(data: bytes, kind: str) -> bytes:
    """The sound alone. Raises mutagen's errors, or ValueError, if it is broken."""
    if kind == "audio/wav":
        return _wave(data)
    file = BytesIO(data)
    found = mutagen.File(file)
    if found is None:
        raise ValueError("no sound")
    if hasattr(found, "clear_pictures"):
        found.clear_pictures()
        found.save(file)
        file.seek(0)
    file.seek(0)
    found.delete(file)
    return file.getvalue()


def _wave(data: bytes) -> bytes:
    kept: list[bytes] = []
    place = 12
    while place + 8 <= len(data):
        name, size = data[place : place + 4], int.from_bytes(data[place + 4 : place + 8], "little")
        end = min(place + 8 + size + size % 2, len(data))
        if name not in _TELLING:
            kept.append(data[place:end])
        place = end
    if not any(chunk.startswith(b"fmt ") for chunk in kept):
        raise ValueError("no sound")
    body = b"".join(kept)
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WAVE" + body
