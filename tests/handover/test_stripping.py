"""Files lose what they tell of place, time and maker, keep what they show, and bombs and broken ones are refused."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import pytest
from PIL import Image
from PIL.PngImagePlugin import PngInfo
from pypdf import PdfReader, PdfWriter

from bot.errors import WaymarkError
from bot.handover.stripping import strip, welcome

SECRET = b"SecretPlace"
VOICE = Path(__file__).parents[1] / "telegram" / "voice.ogg"


def box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + name + content


def picture(kind: str, size: tuple[int, int] = (60, 40), turned: bool = False) -> bytes:
    image = Image.new("RGB", size, (200, 30, 30))
    image.paste((10, 10, 250), (0, 0, size[0] // 2, size[1] // 2))
    exif = Image.Exif()
    exif[0x010F] = SECRET.decode()
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 22.0, 0.0), 3: "E", 4: (10.0, 54.0, 0.0)})
    if turned:
        exif[0x0112] = 6
    target = io.BytesIO()
    more: dict[str, object] = {"exif": exif}
    if kind == "PNG":
        told = PngInfo()
        told.add_text("Comment", SECRET.decode())
        more["pnginfo"] = told
    if kind == "GIF":
        more = {"comment": SECRET}
    if kind == "TIFF":
        more = {"description": SECRET.decode()}
    image.save(target, kind, **more)
    return target.getvalue()


@pytest.mark.parametrize(
    ("kind", "mime"),
    [("JPEG", "image/jpeg"), ("PNG", "image/png"), ("WEBP", "image/webp"), ("GIF", "image/gif"), ("TIFF", "image/tiff")],
)
def test_pictures_keep_what_they_show_and_lose_what_they_tell(kind: str, mime: str) -> None:
    given = picture(kind)
    assert SECRET in given, "the file told nothing: this test looks at nothing"
    cleaned = strip("x.bin", "application/octet-stream", given)
    assert (cleaned.mime, cleaned.state) == (mime, "cleaned")
    assert SECRET not in cleaned.data
    with Image.open(io.BytesIO(cleaned.data)) as shown:
        assert shown.size == (60, 40) and not shown.getexif().get_ifd(0x8825)
        red, _, blue = shown.convert("RGB").getpixel((5, 5))  # type: ignore[misc]
        assert blue > 200 > 60 > red


def test_a_photo_taken_upright_stays_upright() -> None:
    cleaned = strip("x.jpg", "image/jpeg", picture("JPEG", turned=True))
    with Image.open(io.BytesIO(cleaned.data)) as shown:
        assert shown.size == (40, 60), "which side is up was in the data that was taken away"


def test_a_moving_picture_still_moves() -> None:
    frames = [Image.new("RGB", (20, 20), (shade, 0, 0)) for shade in (0, 120, 240)]
    target = io.BytesIO()
    frames[0].save(target, "GIF", save_all=True, append_images=frames[1:], duration=90, loop=0, comment=SECRET)
    cleaned = strip("x.gif", "image/gif", target.getvalue())
    with Image.open(io.BytesIO(cleaned.data)) as shown:
        assert shown.n_frames == 3 and shown.info["duration"] == 90  # type: ignore[attr-defined]
    assert SECRET not in cleaned.data


def test_a_pdf_loses_author_dates_earlier_versions_and_its_pictures_exif() -> None:
    writer = PdfWriter()
    writer.add_blank_page(200, 200)
    writer.add_metadata({"/Author": SECRET.decode(), "/CreationDate": "D:20200101000000Z"})
    first = io.BytesIO()
    writer.write(first)
    target = io.BytesIO()
    Image.open(io.BytesIO(picture("JPEG"))).save(target, "PDF", author=SECRET.decode())
    for given in (first.getvalue(), target.getvalue()):
        assert SECRET in given or SECRET.decode().encode("utf-16-be") in given
        cleaned = strip("x.pdf", "application/pdf", given)
        assert cleaned.state == "cleaned" and SECRET not in cleaned.data
        assert SECRET.decode().encode("utf-16-be") not in cleaned.data
        found = PdfReader(io.BytesIO(cleaned.data))
        assert len(found.pages) == 1 and not (found.metadata or {}).get("/Author")


def test_a_locked_pdf_passes_unchanged_and_that_is_said() -> None:
    writer = PdfWriter()
    writer.add_blank_page(100, 100)
    writer.encrypt("password", algorithm="RC4-128")
    target = io.BytesIO()
    writer.write(target)
    assert strip("x.pdf", "application/pdf", target.getvalue()) == (target.getvalue(), "application/pdf", "unchanged")


def test_sound_loses_its_tags() -> None:
    given = VOICE.read_bytes()
    assert b"LOCATION" in given
    cleaned = strip("voice.ogg", "audio/ogg", given)
    assert cleaned.mime == "audio/ogg" and b"LOCATION" not in cleaned.data and b"OpusHead" in cleaned.data
    tag = b"ID3\x04\0\0\0\0\0\x1bTIT2\0\0\0\x11\0\0\x03" + SECRET + b"\0\0\0\0\0"
    frame = b"\xff\xfb\x90\x00" + bytes(413)
    mp3 = strip("x.mp3", "audio/mpeg", tag + frame * 10)
    assert SECRET not in mp3.data and mp3.data.endswith(frame)
    chunks = b"fmt " + struct.pack("<IHHIIHH", 16, 1, 1, 8000, 8000, 1, 8) + b"LIST" + struct.pack("<I", 12) + SECRET + b"\0"
    wave = b"RIFF" + struct.pack("<I", len(chunks) + 4 + 16) + b"WAVE" + chunks + b"data" + struct.pack("<I", 8) + bytes(8)
    cleaned = strip("x.wav", "audio/wav", wave)
    assert SECRET not in cleaned.data and cleaned.data.endswith(bytes(8)) and b"fmt " in cleaned.data


def test_a_film_loses_place_tags_and_times_and_not_a_byte_of_its_length() -> None:
    header = box(b"mvhd", bytes(4) + struct.pack(">II", 0xDDDDDDDD, 0xDDDDDDDD) + bytes(88))
    film = (
        box(b"ftyp", b"isom" + bytes(4)) + box(b"moov", header + box(b"udta", box(b"\xa9xyz", SECRET)) + box(b"meta", SECRET))
        + box(b"mdat", b"the pictures") + box(b"uuid", SECRET)
    )
    cleaned = strip("x.mp4", "video/mp4", film)
    assert cleaned.mime == "video/mp4" and len(cleaned.data) == len(film)
    assert SECRET not in cleaned.data and b"\xdd\xdd\xdd\xdd" not in cleaned.data and b"the pictures" in cleaned.data


def test_a_heic_photo_loses_its_exif() -> None:
    entry = box(b"infe", b"\x02\0\0\0" + struct.pack(">HH", 7, 0) + b"Exif")
    items = box(b"iinf", bytes(4) + struct.pack(">H", 1) + entry)
    head = box(b"ftyp", b"heic" + bytes(4))

    def meta(place: int) -> bytes:
        where = box(b"iloc", bytes(4) + b"\x44\0" + struct.pack(">HHHHII", 1, 7, 0, 1, place, len(SECRET)))
        return box(b"meta", bytes(4) + items + where)

    start = len(head) + len(meta(0)) + 8
    photo = head + meta(start) + box(b"mdat", SECRET + b"the picture")
    cleaned = strip("x.heic", "image/heic", photo)
    assert cleaned.mime == "image/heic" and len(cleaned.data) == len(photo)
    assert SECRET not in cleaned.data and b"the picture" in cleaned.data


def bomb() -> bytes:
    """A PNG of 40,000 by 40,000 points in a few hundred bytes."""
    def chunk(name: bytes, content: bytes) -> bytes:
        return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))

    header = struct.pack(">IIBBBBB", 40_000, 40_000, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(bytes(1000))) + chunk(b"IEND", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (bomb(), "attachment.bomb"),
        (picture("JPEG")[:200], "attachment.broken"),
        (b"\xff\xd8\xff" + bytes(50), "attachment.broken"),
        (picture("PNG")[:60], "attachment.broken"),
        (b"%PDF-1.7 nothing of a document", "attachment.broken"),
        (b"OggS" + bytes(100), "attachment.broken"),
        (box(b"ftyp", b"isom" + bytes(4)) + b"\0\0\xff\xffmoov", "attachment.broken"),
        (box(b"ftyp", b"heic" + bytes(4)) + box(b"meta", b"\0"), "attachment.broken"),
        (b"RIFF\0\0\0\0WAVE", "attachment.broken"),
    ],
)
def test_bombs_and_broken_files_are_refused_with_a_sentence(data: bytes, code: str) -> None:
    with pytest.raises(WaymarkError) as refused:
        strip("x", "image/jpeg", data)
    assert refused.value.code == code and len(str(refused.value)) > 20


@pytest.mark.parametrize("mime", ["text/html", "image/svg+xml", "application/javascript", "text/plain; charset=x", "", "x"])
def test_unknown_kinds_pass_unchanged_and_never_as_something_a_browser_runs(mime: str) -> None:
    cleaned = strip("x.html", mime, b"<script>alert(1)</script>")
    assert cleaned.data == b"<script>alert(1)</script>" and cleaned.state == "unchanged"
    assert cleaned.mime in ("application/octet-stream", "text/plain")


@pytest.mark.parametrize(
    ("mime", "data", "taken"),
    [
        ("text/plain", b"words", True), ("text/plain", b"MZ\0\0", False), ("text/html", b"<p>", False),
        ("application/x-msdownload", b"MZ", False), ("image/svg+xml", b"<svg>", False), ("x", b"%PDF-1.4", True),
        ("application/zip", b"PK\x03\x04", False),
        ("application/vnd.oasis.opendocument.text", b"PK\x03\x04", True),
    ],
)
def test_which_kinds_persons_may_send(mime: str, data: bytes, taken: bool) -> None:
    assert welcome(mime, data) is taken
