"""Reads a form's body in memory, bounded: nothing of it ever lies in a temporary file."""

from __future__ import annotations

import asyncio
import hashlib
import json
import sys
from contextlib import nullcontext, suppress
from typing import NamedTuple

from sanic.request import Request

from bot.reporting.intake import FILE_LIMIT, File

# A form with files: as much as one largest file, and room for the words.
BODY_LIMIT = FILE_LIMIT + 1_000_000
# Far above what is taken as a text: what is too long is refused with a sentence, and goes back to the person whole.
FIELD_LIMIT = 1_000_000
# Seconds for a body to arrive over a slow line.
SLOW = 240.0
# A browser shows no answer before it has sent all it has: so much more is read for that, and thrown away.
THROWN_AWAY = 400_000_000
# So many bodies with files at once, each up to 21 MB in memory. Those that say they are small need not wait for a place, so that
# nobody who sends files slowly keeps others from sending words.
AT_ONCE = 4
SMALL = 1_000_000
_turns = asyncio.Semaphore(AT_ONCE)


class Form(NamedTuple):
    """A form's fields (the first of each name) and its files that are not empty.

    `whole` is False if it was too large or too slow: then it has the fields that came before, and no files.
    """

    fields: dict[str, str]
    files: tuple[File, ...]
    whole: bool = True

    def get(self, name: str) -> str:
        """A field's text, "" if it is missing."""
        return self.fields.get(name, "")

    def mark(self, *passing: str) -> str:
        """32 hexadecimal digits that two forms share only if all of their fields but `passing` and all files are the same."""
        said = sorted((name, value) for name, value in self.fields.items() if name not in passing)
        digest = hashlib.sha256(json.dumps(said).encode())
        for file in self.files:
            digest.update(hashlib.sha256(file.data).digest())
        return digest.hexdigest()[:32]


async def read(request: Request) -> Form:
    """The form of a request to a streaming route. One that no browser sends is empty.

    Lines end with "\\n" in it: a browser sends two signs for the one that it counted.
    """
    stated = request.headers.get("content-length", "")
    small = stated.isdigit() and int(stated) <= SMALL
    request.stream.request_max_size = sys.maxsize  # counted here
    async with nullcontext() if small else _turns:
        body, late = bytearray(), False
        try:
            whole = await asyncio.wait_for(_receive(request, body), SLOW)
        except asyncio.TimeoutError:
            whole, late = False, True
        form = _form(request, bytes(body), whole)
        del body
    if not whole and not late:
        with suppress(asyncio.TimeoutError):
            await asyncio.wait_for(_throw_away(request), SLOW)
    return form


async def _receive(request: Request, body: bytearray) -> bool:
    """Reads the body; False if it is larger than a form may be."""
    while (piece := await request.stream.read()) is not None:
        body += piece
        if len(body) > BODY_LIMIT:
            return False
    return True


async def _throw_away(request: Request) -> None:
    left = THROWN_AWAY
    while left > 0 and (piece := await request.stream.read()) is not None:
        left -= len(piece)


def _form(request: Request, body: bytes, whole: bool) -> Form:
    if not whole and not request.headers.get("content-type", "").startswith("multipart/"):
        return Form({}, (), False)
    # Of a multipart body that ends too early, Sanic's reader leaves out the part that is not complete.
    request.body = body
    try:
        fields = {name: _lines(str(values[0])[:FIELD_LIMIT]) for name, values in (request.form or {}).items() if values}
        files = tuple(
            File(file.name or "", file.type or "", file.body)
            for group in (request.files or {}).values() for file in group if file.body
        )
    except Exception:  # Sanic's reader of forms raises anything for a form that no browser sends
        return Form({}, (), whole)
    finally:
        request.body = b""
    return Form(fields, files if whole else (), whole)


def _lines(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")
