"""A PDF without its information: author, programs, dates, XMP, earlier versions, thumbnails, and the pictures' own EXIF."""

from __future__ import annotations

from io import BytesIO

from pypdf import PdfReader, PdfWriter
from pypdf.generic import DictionaryObject, NameObject, StreamObject

# Objects of one document; more is made to keep us busy.
OBJECTS_LIMIT = 200_000
# What is told beside the content, wherever in the document it stands.
_TOLD = ("/Metadata", "/PieceInfo", "/LastModified", "/Thumb")


class Locked(Exception):
    """The document has a password: it cannot be cleaned without it."""


def clean(data: bytes, kind: str) -> bytes:
    """The document written anew. Raises Locked, and pypdf's errors if it is broken."""
    reader = PdfReader(BytesIO(data), strict=False)
    if reader.is_encrypted:
        raise Locked
    if len(reader.pages) == 0:
        raise ValueError("no pages")
    writer = PdfWriter(clone_from=reader)
    writer.metadata = None
    for found in writer._objects[:OBJECTS_LIMIT]:
        if isinstance(found, DictionaryObject):
            for name in _TOLD:
                found.pop(NameObject(name), None)
            if isinstance(found, StreamObject) and found.get("/Filter") in ("/DCTDecode", ["/DCTDecode"]):
                found._data = without_segments(found._data)
    target = BytesIO()
    writer.write(target)
    return target.getvalue()


def without_segments(data: bytes) -> bytes:
    """A JPEG without its application and comment segments, its points untouched (ITU T.81, annex B)."""
    if data[:2] != b"\xff\xd8":
        return data
    kept = [data[:2]]
    place = 2
    while place + 4 <= len(data) and data[place] == 0xFF:
        marker, length = data[place + 1], int.from_bytes(data[place + 2 : place + 4], "big")
        if marker == 0xDA:  # start of scan: what follows is the picture
            break
        # APP1 to APP13, APP15 and comments; APP0 (JFIF) and APP14 (Adobe's colours) are needed to show it right.
        if not (0xE1 <= marker <= 0xED or marker in {0xEF, 0xFE}):
            kept.append(data[place : place + 2 + length])
        place += 2 + length
    return b"".join([*kept, data[place:]])
