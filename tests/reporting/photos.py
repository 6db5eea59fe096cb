"""A picture that says with what camera and where it was taken."""

from __future__ import annotations

import io

from PIL import Image


def photo_with_metadata() -> bytes:
    """A JPEG whose EXIF data hold "Planted camera" and a place."""
    picture = Image.new("RGB", (320, 200), (200, 180, 90))
    exif = Image.Exif()
    exif[0x010F] = "Planted camera"
    exif[0x8825] = {1: "N", 2: (48.0, 22.0, 15.0), 3: "E", 4: (10.0, 53.0, 55.0)}
    out = io.BytesIO()
    picture.save(out, "JPEG", exif=exif)
    return out.getvalue()
