"""The console's routes. Each declares who may use it; one that declares nothing cannot be made.

    @console.route("/desk/api/queue", roles=("mediator", "lead"))
    async def queue(request: Request, who: Visitor) -> Any: ...

The handler gets the request and the visitor (routes for EVERYONE: None) and the address's <parts> by name; it gives
something that becomes JSON, or a response. A WaymarkError becomes its sentence: as JSON, or as a page where a page was asked
for (`refuse_pages`). Every method but GET needs our own page's origin and, once signed in, the session's token against forged
requests: in the header X-CSRF-Token or, from a form without scripts, in a field "csrf".
"""

from __future__ import annotations

import hmac
import logging
import traceback
from collections.abc import Awaitable, Callable, Iterable
from typing import Any, NamedTuple

from sanic import Sanic, response
from sanic.exceptions import SanicException
from sanic.request import Request
from sanic.response import BaseHTTPResponse, HTTPResponse

from bot.channels.console.session import Visitor, is_from_our_page, visitor
from bot.container import Container
from bot.errors import WaymarkError
from bot.store.mediators import ROLES

logger = logging.getLogger(__name__)
# Instead of roles: nobody is asked who they are; a right password is enough (the second step of signing in); any role.
EVERYONE = ("everyone",)
HALF_WAY = ("half-way",)
SIGNED_IN = ROLES
# Bytes of a request's body, unless a route says otherwise.
BODY_LIMIT = 64_000
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; media-src 'self'; "
    "connect-src 'self'; manifest-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    # Not "no-referrer": browsers would then send "Origin: null" with our own forms.
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=()",
    "Cache-Control": "no-store",
}
STATUS = {
    "console.signed_out": 401, "console.session": 401, "console.wrong": 401, "console.code": 401, "console.role": 403,
    "console.forged": 403, "console.wait": 429, "console.large": 413, "console.missing": 404, "console.body": 400,
    "desk.unknown": 404, "desk.gone": 404, "desk.not_yours": 403, "desk.nobody": 403, "attachment.large": 413,
}
Handler = Callable[..., Awaitable[Any]]
# Makes the page that says why not; None where JSON is what was asked for.
Refuse = Callable[[Request, WaymarkError, int], Awaitable[HTTPResponse | None]]


class Route(NamedTuple):
    """One entry of the table: who may use which address in which ways."""

    path: str
    methods: tuple[str, ...]
    roles: tuple[str, ...]
    name: str


class Console:
    """Makes routes and keeps the table of them. One for an application."""

    def __init__(self, app: Sanic, house: Container) -> None:
        self.app = app
        self.house = house
        self.table: list[Route] = []
        self._signed_out: list[Callable[[str], None]] = []
        self._refuse: Refuse | None = None
        app.register_middleware(self._guard, "request")
        app.register_middleware(_add_headers, "response")

    def when_signed_out(self, tell: Callable[[str], None]) -> None:
        """`tell` hears the token hash of each session that ends by signing out: what was unlocked for it is locked again."""
        self._signed_out.append(tell)

    def ended(self, token_hash: str) -> None:
        """Tells who wanted to know that a session has ended."""
        for tell in self._signed_out:
            tell(token_hash)

    def refuse_pages(self, refuse: Refuse) -> None:
        """`refuse` is asked first for every refusal."""
        self._refuse = refuse

    def route(
        self, path: str, *, roles: Iterable[str], methods: Iterable[str] = ("GET",), body_limit: int = BODY_LIMIT,
        stream: bool = False, token: bool = True,
    ) -> Callable[[Handler], Handler]:
        """Makes the decorated coroutine answer at `path` for who has one of `roles`.

        `stream`: the handler reads the body itself, after the visitor was admitted. `token` False: our own page's origin is
        enough, since the handler changes nothing and shows the sender what they sent.
        """
        wanted, ways = tuple(roles), tuple(methods)
        if not wanted or (wanted not in (EVERYONE, HALF_WAY) and set(wanted) - set(ROLES)):
            raise ValueError(f"{path}: roles must be EVERYONE, HALF_WAY or some of {ROLES}")
        if not path.startswith("/desk"):
            raise ValueError(f"{path}: the console's addresses begin with /desk")

        def decorate(handler: Handler) -> Handler:
            name = "desk_" + handler.__module__.rpartition(".")[2] + "_" + handler.__name__

            async def guarded(request: Request, **parts: str) -> BaseHTTPResponse | None:
                return await self._answer(request, handler, wanted, body_limit, token, parts)

            guarded.__name__ = name
            self.app.add_route(guarded, path, methods=list(ways), name=name, stream=stream)
            self.table.append(Route(path, ways, wanted, name))
            return handler

        return decorate

    async def _guard(self, request: Request) -> HTTPResponse | None:
        """Nothing under /desk answers that is not in the table, whoever registered it."""
        if not _ours(request) or request.route is None:
            return None
        known = {f"{self.app.name}.{route.name}" for route in self.table}
        return None if request.route.name in known else _refusal(WaymarkError("console.missing"))

    async def _answer(
        self, request: Request, handler: Handler, roles: tuple[str, ...], body_limit: int, token: bool, parts: dict[str, str]
    ) -> BaseHTTPResponse | None:
        try:
            if len(request.body) > body_limit:
                raise WaymarkError("console.large")
            who = None if roles == EVERYONE else await self._admit(request, roles)
            if request.method not in {"GET", "HEAD"}:
                self._check_origin(request, who if token else None)
            found = await handler(request, who, **parts)
        except WaymarkError as error:
            return await self._refused(request, error)
        except SanicException:
            raise
        except Exception as error:
            _log(handler.__name__, error)
            return await self._refused(request, WaymarkError("console.failed"))
        if found is None or isinstance(found, BaseHTTPResponse):
            return found
        return response.json(found, escape_forward_slashes=False)

    async def _refused(self, request: Request, error: WaymarkError) -> HTTPResponse:
        try:
            page = await self._refuse(request, error, _status(error)) if self._refuse is not None else None
        except Exception as failure:
            _log("a page that refuses", failure)
            page = None
        return page or _refusal(error)

    async def _admit(self, request: Request, roles: tuple[str, ...]) -> Visitor:
        who = await visitor(request, self.house)
        if who is None or (who.session.stage == "full") == (roles == HALF_WAY):
            raise WaymarkError("console.signed_out")
        if roles != HALF_WAY and not who.roles & set(roles):
            raise WaymarkError("console.role")
        return who

    def _check_origin(self, request: Request, who: Visitor | None) -> None:
        if not is_from_our_page(request, self.house):
            raise WaymarkError("console.forged")
        if who is None:
            return
        given = request.headers.get("x-csrf-token", "")
        if not given and _is_form(request):
            given = str(request.form.get("csrf") or "")
        if not hmac.compare_digest(given.encode("utf-8", "replace"), who.csrf.encode()):
            raise WaymarkError("console.forged")


def body_of(request: Request) -> dict[str, Any]:
    """The request's JSON object. Raises WaymarkError "console.body"."""
    kind = request.headers.get("content-type", "").split(";")[0].strip().lower()
    try:
        found = request.json if kind == "application/json" else None
    except SanicException:
        found = None
    if not isinstance(found, dict):
        raise WaymarkError("console.body")
    return found


def text_of(body: dict[str, Any], name: str, limit: int, default: str | None = None) -> str:
    """A text of a JSON object, at most `limit` characters. Raises WaymarkError "console.body"."""
    found = body.get(name, default)
    if not isinstance(found, str) or len(found) > limit:
        raise WaymarkError("console.body")
    # Half a character (a lone surrogate) cannot be written down or shown by anybody.
    return found.encode("utf-8", "replace").decode("utf-8")


def _is_form(request: Request) -> bool:
    kind = request.headers.get("content-type", "")
    return bool(kind.startswith(("application/x-www-form-urlencoded", "multipart/form-data")))


def _ours(request: Request) -> bool:
    return bool(request.path == "/desk" or request.path.startswith("/desk/"))


def _log(place: str, error: Exception) -> None:
    # Where, and of which kind; never the error's own text, which can carry what somebody wrote.
    line = traceback.extract_tb(error.__traceback__)[-1]
    logger.error("The desk failed at %s: %s in %s:%s", place, type(error).__name__, line.name, line.lineno)


def _status(error: WaymarkError) -> int:
    return STATUS.get(error.code, 409 if error.code.startswith("desk.") else 400)


def _refusal(error: WaymarkError) -> HTTPResponse:
    values = {name: value for name, value in error.values.items() if isinstance(value, (str, int))}
    headers = {"Retry-After": str(error.values["seconds"])} if error.code == "console.wait" else {}
    return response.json({"error": error.code, "message": str(error), "values": values}, status=_status(error), headers=headers)


async def _add_headers(request: Request, answer: BaseHTTPResponse) -> None:
    if _ours(request):
        for name, value in HEADERS.items():
            answer.headers.setdefault(name, value)
