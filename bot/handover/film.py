"""Films, MP4 sound and HEIC photos: the boxes that tell of place, names and devices are blanked out where they stand.

ISO/IEC 14496-12: a file is a row of boxes, each its size, its four-letter name, its content. Blanking keeps all sizes, so that
nothing has to be moved: a box of tags becomes a box "free" of zeros, and the EXIF of a HEIC photo becomes zeros.
"""

from __future__ import annotations

from collections.abc import Iterator

_INSIDE = {b"moov", b"trak", b"mdia", b"minf", b"edts", b"moof", b"traf"}
_TELLING = {b"udta", b"meta", b"uuid", b"XMP_"}
_DEPTH_LIMIT = 8
_HEIC = {b"heic", b"heix", b"heif", b"mif1", b"msf1", b"hevc", b"avif"}
_SOUND = {b"M4A ", b"M4B ", b"M4P "}


def kind_of(head: bytes) -> str:
    """What a file of boxes is, by its brand."""
    brand = head[8:12]
    if brand in _HEIC:
        return "image/heic"
    if brand in _SOUND:
        return "audio/mp4"
    return "video/quicktime" if brand == b"qt  " else "video/mp4"


def clean(data: bytes, kind: str) -> bytes:
    """The file of the same length without what it tells. Raises ValueError if its boxes do not add up."""
    file = bytearray(data)
    names = []
    for name, start, end, header in _boxes(file, 0, len(file)):
        names.append(name)
        if kind == "image/heic" and name == b"meta":
            _blank_exif(file, start + header + 4, end)
        else:
            _clean_box(file, name, start, end, header, 0)
    if not names or names[0] != b"ftyp" or not {b"moov", b"meta", b"moof"} & set(names):
        raise ValueError("no film")
    return bytes(file)


def _clean_box(file: bytearray, name: bytes, start: int, end: int, header: int, depth: int) -> None:
    if name in _TELLING:
        file[start + 4 : start + 8] = b"free"
        file[start + header : end] = bytes(end - start - header)
    elif name in {b"mvhd", b"tkhd", b"mdhd"}:
        # When it was made and changed: 2 x 4 bytes after version and flags, 2 x 8 in version 1.
        width = 16 if end - start > header and file[start + header] == 1 else 8
        file[start + header + 4 : min(start + header + 4 + width, end)] = bytes(min(width, max(0, end - start - header - 4)))
    elif name in _INSIDE and depth < _DEPTH_LIMIT:
        for inner, first, last, size in _boxes(file, start + header, end):
            _clean_box(file, inner, first, last, size, depth + 1)


def _boxes(file: bytearray, start: int, end: int) -> Iterator[tuple[bytes, int, int, int]]:
    """The boxes in a stretch: name, start, end, length of the header."""
    while start + 8 <= end:
        size, name, header = int.from_bytes(file[start : start + 4], "big"), bytes(file[start + 4 : start + 8]), 8
        if size == 1:
            size, header = int.from_bytes(file[start + 8 : start + 16], "big"), 16
        elif size == 0:
            size = end - start
        if size < header or start + size > end:
            raise ValueError("a box is longer than its place")
        yield name, start, start + size, header
        start += size


def _blank_exif(file: bytearray, start: int, end: int) -> None:
    """Zeros where a HEIC photo keeps EXIF and XMP: items of type Exif and mime, found by iinf and iloc."""
    boxes = {name: (first + header, last) for name, first, last, header in _boxes(file, start, end)}
    telling: set[int] = set()
    if b"iinf" not in boxes:
        raise ValueError("no list of items")
    first, last = boxes[b"iinf"]
    for name, begin, _, header in _boxes(file, first + (6 if file[first] == 0 else 8), last):
        if name == b"infe" and file[begin + header] >= 2:
            wide = 4 if file[begin + header] == 3 else 2
            place = begin + header + 4
            item = int.from_bytes(file[place : place + wide], "big")
            if bytes(file[place + wide + 2 : place + wide + 6]) in {b"Exif", b"mime"}:
                telling.add(item)
    if telling and b"iloc" not in boxes:
        raise ValueError("no places of items")
    if telling:
        for item, begin, length in _extents(file, *boxes[b"iloc"], inside=boxes.get(b"idat")):
            if item in telling:
                if begin + length > len(file):
                    raise ValueError("an item lies outside")
                file[begin : begin + length] = bytes(length)


def _extents(
    file: bytearray, start: int, end: int, inside: tuple[int, int] | None
) -> Iterator[tuple[int, int, int]]:
    """Item, place and length of each stretch that iloc (ISO/IEC 14496-12, 8.11.3) names."""
    version, sizes = file[start], int.from_bytes(file[start + 4 : start + 6], "big")
    offset_size, length_size, base_size = sizes >> 12, sizes >> 8 & 15, sizes >> 4 & 15
    index_size = sizes & 15 if version in (1, 2) else 0
    place = start + 6

    def number(width: int) -> int:
        nonlocal place
        if place + width > end:
            raise ValueError("iloc is too short")
        place += width
        return int.from_bytes(file[place - width : place], "big")

    for _ in range(number(4 if version == 2 else 2)):
        item = number(4 if version == 2 else 2)
        method = number(2) & 15 if version in (1, 2) else 0
        number(2)
        base = number(base_size)
        for _ in range(number(2)):
            number(index_size)
            offset, length = number(offset_size), number(length_size)
            if method == 1 and inside is not None:
                offset += inside[0]
            yield item, base + offset, length
