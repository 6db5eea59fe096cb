"""A mediator's helps: the directory at hand, and reviewed phrases."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic.request import Request

from bot.channels.console.cases import AT_THE_DESK, page_language
from bot.channels.console.routes import Console
from bot.channels.console.session import Visitor
from bot.container import Container

QUESTION_LIMIT = 300
SHOWN = 8


def add_helps(console: Console) -> None:
    """Adds the routes."""
    house = console.house

    @console.route("/desk/api/directory", roles=AT_THE_DESK)
    async def directory(request: Request, _: Visitor) -> Any:
        question = str(request.args.get("q", "")).strip()[:QUESTION_LIMIT]
        language = page_language(request)
        records = await asyncio.to_thread(_search, house, question, language) if question else []
        return {"records": records}


def _search(house: Container, question: str, language: str) -> list[dict[str, Any]]:
    """The best guide and services for a question, as short cards in the mediator's language."""
    found = house.finder.find(question, language, "", [], None)
    cards = [house.cards.guide(found.guide, language)] if found.guide else []
    cards += [house.cards.service(one, language) for one in found.services[:SHOWN]]
    return [
        {
            "id": card["id"], "kind": card["kind"], "name": card["name"], "alternate_name": card["alternate_name"],
            "description": card["description"], "reviewed": card["reviewed"], "assured": card["assured"],
            "rows": [
                {"label": row["label"], "value": row["value"], "href": row["href"], "kind": row["kind"]}
                for row in card["rows"] if row["kind"] != "map"
            ][:6],
        }
        for card in cards
    ]
