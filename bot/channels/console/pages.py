"""The console's page: its HTML, its style and its scripts, served as they lie in page/, and its words."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.routes import EVERYONE, Console
from bot.container import Container
from bot.languages import LAUNCH_LANGUAGES, SOURCE_LANGUAGE, is_right_to_left, launch_code
from bot.wording.bidi import without_isolates

PAGE = Path(__file__).resolve().parent / "page"
KINDS = {
    ".html": "text/html; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".svg": "image/svg+xml",
}
PREFIX = "console_"
# The page fills these in itself, each in its own direction.
BLANKS = {
    name: "{" + name + "}"
    for name in ("name", "count", "minutes", "seconds", "code", "language", "reads", "time", "least", "key")
}


def add_pages(console: Console) -> None:
    """Adds the page, its files by name (no folder is served), and the words in a language."""
    house = console.house
    contents = {file.name: file.read_bytes() for file in sorted(PAGE.iterdir()) if file.suffix in KINDS}
    tags = {name: f'"{hashlib.sha256(content).hexdigest()[:16]}"' for name, content in contents.items()}

    def serve(request: Request, name: str) -> HTTPResponse:
        headers = {"ETag": tags[name], "Cache-Control": "no-cache"}
        if request.headers.get("if-none-match") == tags[name]:
            return response.empty(status=304, headers=headers)
        return response.raw(contents[name], content_type=KINDS[Path(name).suffix], headers=headers)

    @console.route("/desk", roles=EVERYONE)
    async def page(request: Request, _: None) -> HTTPResponse:
        return serve(request, "index.html") if request.path == "/desk/" else response.redirect("/desk/")

    @console.route("/desk/page/<name:str>", roles=EVERYONE)
    async def file(request: Request, _: None, name: str) -> HTTPResponse:
        if name not in contents:
            return response.empty(status=404)
        return serve(request, name)

    @console.route("/desk/api/words", roles=EVERYONE)
    async def words(request: Request, _: None) -> Any:
        return words_in(house, launch_code(request.args.get("language")) or SOURCE_LANGUAGE)


def words_in(house: Container, language: str) -> dict[str, Any]:
    """All of the console's words in a language, placeholders left as {name}, and what the page must know of languages."""
    wording = house.wording
    words = {
        name.removeprefix(PREFIX): without_isolates(wording.label(name, language, **BLANKS))
        for name in wording.names() if name.startswith(PREFIX)
    }
    return {
        "language": language,
        "direction": "rtl" if is_right_to_left(language) else "ltr",
        "words": words,
        "languages": [
            {"code": one.code, "name": one.name, "direction": one.direction} for one in LAUNCH_LANGUAGES
        ],
    }
