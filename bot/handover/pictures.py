"""Pictures drawn anew from their points: nothing of the old file but what is seen goes into the new one."""

from __future__ import annotations

import warnings
from io import BytesIO
from typing import Any

from PIL import Image, ImageOps, ImageSequence

from bot.errors import WaymarkError

# Points of a picture, of all its frames together: a 50-megapixel photo needs 150 MB while it is drawn.
POINTS_LIMIT = 60_000_000
FRAMES_LIMIT = 500
# Several pictures in one JPEG file (MPO) are read under that name, too.
_READ = ("JPEG", "PNG", "GIF", "WEBP", "BMP", "TIFF")
_WRITTEN = {"image/jpeg": "JPEG", "image/png": "PNG", "image/gif": "GIF", "image/webp": "WEBP", "image/bmp": "BMP",
            "image/tiff": "TIFF"}


def clean(data: bytes, kind: str) -> bytes:
    """The picture without EXIF, place, comments and thumbnails, turned as it was meant to be seen.

    Raises WaymarkError "attachment.bomb" for pictures that are far larger than their file lets one think.
    """
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", Image.DecompressionBombWarning)
            with Image.open(BytesIO(data), formats=_READ) as picture:
                frames = getattr(picture, "n_frames", 1) if kind in {"image/gif", "image/png", "image/webp"} else 1
                if frames > FRAMES_LIMIT or picture.width * picture.height * frames > POINTS_LIMIT:
                    raise WaymarkError("attachment.bomb")
                return _drawn(picture, kind, frames)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning):
        raise WaymarkError("attachment.bomb") from None


def _drawn(picture: Image.Image, kind: str, frames: int) -> bytes:
    target = BytesIO()
    how: dict[str, Any] = {"format": _WRITTEN[kind]}
    if frames > 1:
        drawn = [_fresh(frame.convert("RGBA")) for frame in ImageSequence.Iterator(picture)]
        pauses = [int(frame.info.get("duration") or 100) for frame in ImageSequence.Iterator(picture)]
        how |= {"save_all": True, "append_images": drawn[1:], "duration": pauses, "loop": int(picture.info.get("loop") or 0)}
        drawn[0].save(target, **how)
        return target.getvalue()
    # The file says which side is up in the very data that is taken away.
    turned = ImageOps.exif_transpose(picture)
    if kind == "image/jpeg":
        how |= {"quality": 90, "optimize": True}
        turned = turned if turned.mode in {"L", "RGB"} else turned.convert("RGB")
    elif turned.mode == "P":
        turned = turned.convert("RGBA")
    _fresh(turned).save(target, **how)
    return target.getvalue()


def _fresh(picture: Image.Image) -> Image.Image:
    """A new picture with the same points and no memory of the old file."""
    return Image.frombytes(picture.mode, picture.size, picture.tobytes())
