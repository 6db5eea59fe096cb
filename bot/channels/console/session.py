"""Who asks: cookies, the connection's own security, and that a request was made by our own page."""

from __future__ import annotations

import hashlib
import hmac
from typing import NamedTuple
from urllib.parse import urlsplit

from sanic.request import Request
from sanic.response import HTTPResponse

from bot.container import Container
from bot.store.console_sessions import Session
from bot.store.mediators import Mediator

SESSION_COOKIE = "waymark_desk"
DEVICE_COOKIE = "waymark_desk_known"
DEVICE_DAYS = 90


class Visitor(NamedTuple):
    """Who asks, and in which session. `csrf` is the token that this session's page sends with every change."""

    mediator: Mediator
    session: Session
    csrf: str

    @property
    def id(self) -> str:
        """The mediator's id."""
        return self.mediator.id

    @property
    def roles(self) -> frozenset[str]:
        """The mediator's roles."""
        return self.mediator.roles


def is_secure(request: Request, house: Container) -> bool:
    """Whether the browser came over TLS: the setting says so, or a proxy that we trust."""
    if house.settings.desk_url:
        return house.settings.desk_url.startswith("https://")
    if request.ip in house.settings.trusted_proxies:
        proto = request.headers.get("x-forwarded-proto", "")
        return bool(proto.split(",")[0].strip().lower() == "https")
    return False


def own_origin(request: Request, house: Container) -> str:
    """The origin that our own page has in the browser that asks."""
    if house.settings.desk_url:
        parts = urlsplit(house.settings.desk_url)
        return f"{parts.scheme}://{parts.netloc}".lower()
    scheme = "https" if is_secure(request, house) else "http"
    return f"{scheme}://{request.headers.get('host', '')}".lower()


def is_from_our_page(request: Request, house: Container) -> bool:
    """Whether a change was asked for by our own page: browsers name the page's origin with every POST, and it must be ours."""
    return bool(request.headers.get("origin", "").lower() == own_origin(request, house))


def csrf_token(token: str) -> str:
    """The token against forged requests that belongs to a session's token; neither can be had without the cookie."""
    return hmac.new(token.encode(), b"waymark desk: against forged requests", hashlib.sha256).hexdigest()


def _cookie_name(name: str, secure: bool) -> str:
    # Browsers take a cookie of this prefix only over TLS and for this host alone: no neighbouring site can plant one.
    return f"__Host-{name}" if secure else name


def cookie(request: Request, house: Container, name: str) -> str:
    """The value of one of our cookies, or an empty text."""
    value = request.cookies.get(_cookie_name(name, is_secure(request, house)), "")
    return value if len(value) < 300 else ""


def set_cookie(answer: HTTPResponse, request: Request, house: Container, name: str, value: str, days: int = 0) -> None:
    """Puts a cookie on an answer: out of the page's reach, never sent from other sites, over TLS only where there is TLS.

    `days` 0: it ends with the browser. An empty value deletes it.
    """
    secure = is_secure(request, house)
    key = _cookie_name(name, secure)
    answer.cookies[key] = value
    answer.cookies[key]["path"] = "/" if secure else "/desk"
    answer.cookies[key]["httponly"] = True
    answer.cookies[key]["samesite"] = "Strict"
    if secure:
        answer.cookies[key]["secure"] = True
    if days or not value:
        answer.cookies[key]["max-age"] = days * 86400


async def visitor(request: Request, house: Container) -> Visitor | None:
    """Who asks, or None: no cookie, an unknown or ended session, or someone who may no longer sign in."""
    token = cookie(request, house, SESSION_COOKIE)
    found = await house.console_sessions.find(token) if token else None
    if found is None:
        return None
    mediator = await house.mediators.get(found.mediator_id)
    if mediator is None or not mediator.active:
        return None
    return Visitor(mediator, found, csrf_token(token))
