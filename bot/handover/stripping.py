"""Takes out of a file what says where, when, by whom and with what it was made. What a file is, its bytes say, not its name.

Pictures are drawn anew from their points (Pillow), a PDF loses its information (pypdf), sound its tags (mutagen), a film its
tags and places. Files of other kinds pass unchanged, and that is said ("unchanged"). Files are not searched for viruses.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

from bot.errors import WaymarkError
from bot.handover import film, papers, pictures, sounds
from bot.store.attachments import Cleaned

logger = logging.getLogger(__name__)
# What a browser would run, shown as nothing but bytes.
BYTES = "application/octet-stream"
# Kinds by content: (first bytes at an offset, mime, cleaner).
_Cleaner = Callable[[bytes, str], bytes]


def kind_of(data: bytes) -> str | None:
    """The mime type by content, or None if it is none of those we know."""
    head = data[:64]
    for offset, magic, mime in _MAGIC:
        if head[offset : offset + len(magic)] == magic:
            return mime
    if head[:2] == b"BM" and int.from_bytes(head[2:6], "little") == len(data):
        return "image/bmp"
    if head[4:8] == b"ftyp":
        return film.kind_of(head)
    if head[:4] == b"RIFF":
        return {b"WEBP": "image/webp", b"WAVE": "audio/wav"}.get(head[8:12])
    # An MPEG frame without a tag before it.
    if len(head) > 2 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2:
        return "audio/mpeg"
    return None


_MAGIC: tuple[tuple[int, bytes, str], ...] = (
    (0, b"\xff\xd8\xff", "image/jpeg"),
    (0, b"\x89PNG\r\n\x1a\n", "image/png"),
    (0, b"GIF8", "image/gif"),
    (0, b"II*\0", "image/tiff"),
    (0, b"MM\0*", "image/tiff"),
    (0, b"%PDF-", "application/pdf"),
    (0, b"OggS", "audio/ogg"),
    (0, b"ID3", "audio/mpeg"),
    (0, b"fLaC", "audio/flac"),
)
_CLEANERS: tuple[tuple[str, _Cleaner], ...] = (
    ("image/heic", film.clean),
    ("image/", pictures.clean),
    ("application/pdf", papers.clean),
    ("audio/mp4", film.clean),
    ("video/", film.clean),
    ("audio/", sounds.clean),
)


def strip(name: str, mime: str, data: bytes, /) -> Cleaned:
    """The file without metadata. Blocking: run it in a thread. Raises WaymarkError "attachment.broken", "attachment.bomb"."""
    kind = kind_of(data)
    if kind is None:
        return Cleaned(data, _harmless(mime), "unchanged")
    clean = next(cleaner for prefix, cleaner in _CLEANERS if kind.startswith(prefix))
    try:
        return Cleaned(clean(data, kind), kind, "cleaned")
    except WaymarkError:
        raise
    except papers.Locked:
        return Cleaned(data, kind, "unchanged")
    except Exception as error:  # the libraries below raise of every kind on broken files
        logger.info("A file of kind %s could not be read: %s", kind, type(error).__name__)
        raise WaymarkError("attachment.broken") from None


# Office documents are archives; what their type says has to go with these first bytes.
_ARCHIVE = b"PK\x03\x04"
_OFFICE = ("application/vnd.openxmlformats-", "application/vnd.oasis.opendocument.")


def welcome(mime: str, data: bytes) -> bool:
    """Whether a file is of a kind that persons may send: pictures, PDF, sound, films, text, office documents."""
    if kind_of(data) is not None or data[:4] == b"\x1aE\xdf\xa3":  # the last: WebM, which browsers record
        return True
    plain = mime.split(";")[0].strip().lower()
    if plain == "text/plain":
        return b"\0" not in data
    return data.startswith(_ARCHIVE) and plain.startswith(_OFFICE)


def _harmless(mime: str) -> str:
    """The named type of a file we do not know by content, unless a browser would take it for a page or a script."""
    plain = mime.split(";")[0].strip().lower()
    known = plain in {"text/plain", "text/csv", "application/rtf", "video/webm", "audio/webm", "application/msword"}
    return plain if known or plain.startswith(("application/vnd.openxmlformats-", "application/vnd.oasis.")) else BYTES
