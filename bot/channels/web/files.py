"""Files between a person's browser and the desk: sent to /files, fetched from /files/<id>/<ticket>.

A file is taken only for the session that this server signed, and only while a mediator has the conversation. What is fetched is
opened by a ticket that belongs to that one file of that one conversation, and is served as nothing that a browser would run.
"""

from __future__ import annotations

import asyncio
import hmac
import logging
import re
from collections import Counter
from typing import Any
from urllib.parse import quote, unquote, urlsplit

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.files import SAID
from bot.channels.gate import WAITING_LIMIT
from bot.container import Container
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE, known_code
from bot.store.attachments import SIZE_LIMIT, Attachment
from bot.store.messages import Outbound

logger = logging.getLogger(__name__)

STATUS = {"attachment.large": 413, "attachment.type": 415, "attachment.full": 413, "attachment.not_now": 409}
# A browser shows these in the page; everything else it saves.
SHOWN = re.compile(r"image/(jpeg|png|gif|webp)|audio/(ogg|mpeg|mp4|wav)")
_MESSAGE_ID = re.compile(r"[\w-]{8,64}", re.ASCII)
# Files of one conversation that may be on their way at once, and of all together.
EACH, ALL = 2, 8
# Bytes of a too large file that are listened to before it is refused.
DRAINED = 3 * SIZE_LIMIT
# Seconds for a file to arrive; a slow phone gets 20 MB through in this time, and nobody holds a place for ever.
PATIENCE = 300.0


def address(house: Container, file: Attachment) -> str:
    """Where a person's browser fetches a file."""
    return f"/files/{file.id}/{house.attachments.ticket(file)}"


async def with_files(house: Container, answer: Outbound) -> list[dict[str, Any]]:
    """An answer's files as the widget shows them: [{"name", "mime", "size", "href"}]."""
    wanted = answer.body["metadata"].get("attachments") or []
    if not wanted:
        return []
    return [
        {"name": file.name, "mime": file.mime, "size": file.size, "href": address(house, file)}
        for file in await house.attachments.list(wanted) if file.conversation_id == answer.conversation_id
    ]


class Uploads:
    """Takes files from browsers."""

    def __init__(self, house: Container) -> None:
        self._house = house
        self._coming: Counter[str] = Counter()

    def allowed_origin(self, request: Request) -> str | None:
        """The origin to name in the answer, "" for our own page; None: a page that may not send anything."""
        origin = request.headers.get("origin", "")
        if not origin or urlsplit(origin).netloc == request.headers.get("host", ""):
            return ""
        return origin if origin in self._house.settings.origins else None

    async def take(self, request: Request) -> HTTPResponse:
        """One file, as the request's body. Headers: X-Waymark-Session, X-Waymark-Message, X-Waymark-Name, Content-Type."""
        identifier = self._house.secrets.verify(request.headers.get("x-waymark-session"))
        message_id = request.headers.get("x-waymark-message", "")
        if identifier is None or not _MESSAGE_ID.fullmatch(message_id):
            return response.json({"error": "files.session"}, status=401)
        conversation_id = self._house.secrets.pseudonym("web", identifier)
        conversation = await self._house.conversations.get(conversation_id)
        language = (conversation.language if conversation else None) or known_code(request.headers.get("x-waymark-language"))
        busy = self._coming[conversation_id] >= EACH or sum(self._coming.values()) >= ALL
        if busy or self._house.gate.waiting(conversation_id) >= WAITING_LIMIT:
            return response.json({"error": "files.busy"}, status=429)
        self._coming[conversation_id] += 1
        try:
            if conversation is None or conversation.mode not in ("desk", "report"):
                raise WaymarkError("attachment.not_now")
            data = await asyncio.wait_for(_body(request), PATIENCE)
            if conversation.mode == "report":
                return await self._seal(conversation_id, message_id, request, data)
            return await self._keep(conversation_id, message_id, request, data)
        except asyncio.TimeoutError:
            return response.json({"error": "files.slow"}, status=408)
        except WaymarkError as error:
            return await self._refused(error, language or SOURCE_LANGUAGE)
        finally:
            self._coming[conversation_id] -= 1
            self._coming += Counter()

    async def _keep(self, conversation_id: str, message_id: str, request: Request, data: bytes) -> HTTPResponse:
        name = unquote(request.headers.get("x-waymark-name", ""))[:300] or "file"
        mime = request.headers.get("content-type", "")
        if not self._house.welcome(mime, data):
            raise WaymarkError("attachment.type")
        kept = await self._house.attachments.put(conversation_id, name, mime, data, key=message_id)
        await self._house.gate.accept(
            channel="web", conversation_id=conversation_id, message_id=message_id, media=True, attachments=[kept]
        )
        return response.json({"accepted": True, "message_id": message_id})

    async def _seal(self, conversation_id: str, message_id: str, request: Request, data: bytes) -> HTTPResponse:
        """A file for a report: locked away for the readers, and never one of the house's own files."""
        seal, mime = self._house.gate.files.seal, request.headers.get("content-type", "")
        if seal is None or not self._house.welcome(mime, data):
            raise WaymarkError("attachment.not_now" if seal is None else "attachment.type")
        await seal(conversation_id, message_id, mime, data)
        await self._house.gate.accept(channel="web", conversation_id=conversation_id, message_id=message_id, media=True)
        return response.json({"accepted": True, "message_id": message_id})

    async def _refused(self, error: WaymarkError, language: str) -> HTTPResponse:
        said = await self._house.wording_messages.made(SAID[error.code], language, fill=error.values)
        body = {"error": error.code, "message": said["metadata"]["lead"]}
        return response.json(body, status=STATUS.get(error.code, 422))


async def _body(request: Request) -> bytes:
    """The whole body. WaymarkError "attachment.large" if it is too long."""
    stated = request.headers.get("content-length", "")
    if stated.isdigit() and int(stated) > DRAINED:
        raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
    data, size = bytearray(), 0
    while request.stream is not None and size <= DRAINED:
        piece = await request.stream.read()
        if piece is None:
            break
        size += len(piece)
        if size <= SIZE_LIMIT:
            data += piece
        else:
            # Read to its end and dropped: a client that is cut off while it sends does not hear why.
            data.clear()
    if size > SIZE_LIMIT:
        raise WaymarkError("attachment.large", limit=SIZE_LIMIT // 2**20)
    return bytes(data)


def add_files(app: Sanic, house: Container) -> None:
    """A part of the server: the two addresses."""
    uploads = Uploads(house)

    def opened(answer: HTTPResponse, origin: str) -> HTTPResponse:
        if origin:
            answer.headers["Access-Control-Allow-Origin"] = origin
            answer.headers["Vary"] = "Origin"
        return answer

    @app.options("/files")
    async def ask(request: Request) -> HTTPResponse:
        origin = uploads.allowed_origin(request)
        if origin is None:
            return response.empty(status=403)
        answer = opened(response.empty(), origin)
        answer.headers["Access-Control-Allow-Methods"] = "POST"
        answer.headers["Access-Control-Allow-Headers"] = (
            "content-type, x-waymark-session, x-waymark-message, x-waymark-name, x-waymark-language"
        )
        answer.headers["Access-Control-Max-Age"] = "600"
        return answer

    # As a stream: only these requests may be larger than the limit of all others, and only as far as is read here.
    @app.post("/files", stream=True)
    async def take(request: Request) -> HTTPResponse:
        origin = uploads.allowed_origin(request)
        if origin is None:
            return response.json({"error": "files.origin"}, status=403)
        return opened(await uploads.take(request), origin)

    @app.get("/files/<identifier:str>/<ticket:str>")
    async def give(_: Request, identifier: str, ticket: str) -> HTTPResponse:
        about = await house.attachments.about(identifier) if identifier.isascii() and identifier.isalnum() else None
        wanted = house.attachments.ticket(about) if about else "-"
        if about is None or not hmac.compare_digest(wanted.encode(), ticket.encode("utf-8", "replace")):
            return response.json({"error": "attachment.gone"}, status=404)
        found = await house.attachments.get(identifier)
        if found is None:
            return response.json({"error": "attachment.gone"}, status=404)
        shown = SHOWN.fullmatch(about.mime)
        return response.raw(
            found[1], content_type=about.mime if shown else "application/octet-stream",
            headers={
                "Content-Disposition": f"{'inline' if shown else 'attachment'}; filename*=UTF-8''{quote(about.name, safe='')}",
                "X-Content-Type-Options": "nosniff", "Content-Security-Policy": "default-src 'none'; sandbox",
                "Cross-Origin-Resource-Policy": "cross-origin", "Referrer-Policy": "no-referrer",
                "Cache-Control": "private, no-store",
            },
        )
