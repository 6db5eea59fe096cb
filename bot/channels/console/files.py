"""Files of a case: downloaded as files, shown only where a browser cannot take them for anything else, and added."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, unquote

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.cases import AT_THE_DESK, KEY_LIMIT, page_language, readable, sees_words
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor
from bot.channels.console.shapes import PICTURES, SOUNDS, shapes_for
from bot.errors import WaymarkError
from bot.store.attachments import SIZE_LIMIT


def add_files(console: Console) -> None:
    """Adds the routes."""
    house = console.house

    @console.route("/desk/api/cases/<case_id:str>/files/<file_id:str>", roles=AT_THE_DESK)
    async def download(request: Request, who: Visitor, case_id: str, file_id: str) -> HTTPResponse:
        case = await readable(house, case_id, who)
        found = await house.attachments.get(file_id[:64]) if sees_words(case, who) else None
        # An id alone opens nothing: the file must be one of this case's conversation.
        if found is None or found[0].conversation_id != case.conversation_id:
            raise WaymarkError("console.missing")
        file, data = found
        show = request.args.get("show") == "1" and file.mime in PICTURES | SOUNDS
        kind = file.mime if show else "application/octet-stream"
        place = "inline" if show else "attachment"
        headers = {
            "Content-Disposition": f"{place}; filename=\"file\"; filename*=UTF-8''{quote(file.name, safe='')}",
            # Even if a browser took it for a page, nothing in it could run.
            "Content-Security-Policy": "default-src 'none'; sandbox",
        }
        return response.raw(data, content_type=kind, headers=headers)

    @console.route("/desk/api/cases/<case_id:str>/files", roles=AT_THE_DESK, methods=("POST",), stream=True)
    async def upload(request: Request, who: Visitor, case_id: str) -> Any:
        case = await readable(house, case_id, who)
        if who.id not in (case.mediator_id, case.second_id):
            raise WaymarkError("desk.not_yours", case=case.code)
        key = request.headers.get("x-file-key", "")
        if not 8 <= len(key) <= KEY_LIMIT:
            raise WaymarkError("console.body")
        name = unquote(request.headers.get("x-file-name", "")[:600]) or "file"
        kind = request.headers.get("content-type", "application/octet-stream")[:100]
        data = await _read(request)
        identifier = await house.attachments.put(case.conversation_id, name, kind, data, key=f"{who.id}\0{key}")
        kept = await house.attachments.about(identifier)
        if kept is None:
            raise WaymarkError("console.failed")
        return {"file": (await shapes_for(house, who.id, page_language(request))).file(kept)}


async def _read(request: Request) -> bytes:
    """The body, up to the limit of a file."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length) > SIZE_LIMIT:
        raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
    # The application's own limit is for messages.
    request.stream.request_max_size = SIZE_LIMIT + 100_000
    parts: list[bytes] = []
    size = 0
    while True:
        part = await request.stream.read()
        if part is None:
            return b"".join(parts)
        size += len(part)
        if size > SIZE_LIMIT:
            raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
        parts.append(part)
