"""Reads a form's body in memory, bounded: nothing of it ever lies in a temporary file."""

from __future__ import annotations

import asyncio
from contextlib import nullcontext
from typing import NamedTuple

from sanic.exceptions import PayloadTooLarge
from sanic.request import Request

from bot.reporting.intake import FILE_LIMIT, File

# A form with files: as much as one largest file, and room for the words.
BODY_LIMIT = FILE_LIMIT + 1_000_000
FIELD_LIMIT = 60_000
# Seconds for a body to arrive over a slow line.
SLOW = 240.0
# So many bodies with files at once, each up to 21 MB in memory. Those that say they are small need not wait for a place, so that
# nobody who sends files slowly keeps others from sending words.
AT_ONCE = 4
SMALL = 1_000_000
_turns = asyncio.Semaphore(AT_ONCE)


class TooMuch(Exception):
    """The body is larger than a form may be, or came too slowly."""


class Form(NamedTuple):
    """A form's fields (the first of each name) and its files that are not empty."""

    fields: dict[str, str]
    files: tuple[File, ...]

    def get(self, name: str) -> str:
        """A field's text, "" if it is missing."""
        return self.fields.get(name, "")


async def read(request: Request) -> Form:
    """The form of a request to a streaming route. TooMuch if it is too large or too slow; a broken one is empty."""
    stated = request.headers.get("content-length", "")
    small = stated.isdigit() and int(stated) <= SMALL
    request.stream.request_max_size = SMALL if small else BODY_LIMIT
    async with nullcontext() if small else _turns:
        try:
            await asyncio.wait_for(request.receive_body(), SLOW)
        except (PayloadTooLarge, asyncio.TimeoutError):
            raise TooMuch from None
        return _form(request)


def _form(request: Request) -> Form:
    try:
        fields = {name: str(values[0])[:FIELD_LIMIT] for name, values in (request.form or {}).items() if values}
        files = tuple(
            File(file.name or "", file.type or "", file.body)
            for group in (request.files or {}).values() for file in group if file.body
        )
    except Exception:  # Sanic's reader of forms raises anything for a form that no browser sends
        return Form({}, ())
    finally:
        request.body = b""
    return Form(fields, files)
