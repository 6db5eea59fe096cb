"""The chat page, the widget's file and health."""

from __future__ import annotations

import hashlib
from pathlib import Path

from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.container import Container

WIDGET = Path(__file__).resolve().parent / "widget" / "dist"
# The page needs nothing from elsewhere, and nobody may put it in a frame to catch taps.
POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self' ws: wss:; "
    "img-src 'self' data:; media-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
HEADERS = {"Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer"}
# No folder is served: only these files, by these names.
FILES = {
    "/": ("index.html", "text/html; charset=utf-8"),
    "/icon.svg": ("icon.svg", "image/svg+xml"),
    "/waymark-widget.js": ("waymark-widget.js", "text/javascript; charset=utf-8"),
}


def add_pages(app: Sanic, house: Container) -> None:
    """Serves the page, the script and /health."""
    contents = {path: ((WIDGET / name).read_bytes(), kind) for path, (name, kind) in FILES.items()}
    tags = {path: f'"{hashlib.sha256(content).hexdigest()[:16]}"' for path, (content, _) in contents.items()}

    # As middleware and not as a route: with the HTTP API open, Rasa has a route of its own at "/".
    @app.on_request
    async def serve(request: Request) -> HTTPResponse | None:
        found = contents.get(request.path)
        if found is None or request.method not in {"GET", "HEAD"}:
            return None
        headers = HEADERS | {"ETag": tags[request.path], "Cache-Control": "no-cache"}
        # The widget is fetched by other sites too.
        if request.path.endswith(".js"):
            headers["Access-Control-Allow-Origin"] = "*"
            headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        if request.headers.get("if-none-match") == tags[request.path]:
            return response.empty(status=304, headers=headers)
        return response.raw(found[0], content_type=found[1], headers=headers)

    @app.get("/health")
    async def health(_: Request) -> HTTPResponse:
        ready = getattr(app.ctx, "agent", None) is not None and app.ctx.agent.is_ready()
        body = {"status": "ok" if ready else "starting", "directory": len(house.directory.services)}
        return response.json(body, status=200 if ready else 503)
