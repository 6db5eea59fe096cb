"""Requests from this machine itself."""

from __future__ import annotations

from sanic.request import Request

LOOPBACK = frozenset({"127.0.0.1", "::1"})
# What a reverse proxy adds: a request that has one came from another machine, whatever its last hop was.
PROXIED = ("x-forwarded-for", "forwarded", "x-real-ip", "x-forwarded-host")


def is_local(request: Request) -> bool:
    """Whether a request came from this machine itself and through no proxy."""
    return request.ip in LOOPBACK and not any(name in request.headers for name in PROXIED)
