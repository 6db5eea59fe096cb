"""A mediator's helps: the directory at hand, and reviewed phrases."""

from __future__ import annotations

import asyncio
from typing import Any

from sanic.request import Request

from bot.channels.console.cases import AT_THE_DESK, page_language, readable, shown_entries
from bot.channels.console.replies import key_of
from bot.channels.console.routes import Console, body_of, text_of
from bot.channels.console.session import Visitor
from bot.channels.console.shapes import direction
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

    @console.route("/desk/api/cases/<case_id:str>/phrases", roles=AT_THE_DESK)
    async def phrases(_: Request, who: Visitor, case_id: str) -> Any:
        case = await readable(house, case_id, who)
        groups = await house.desk.phrases(case_id, who.id)
        there = {"language": case.language, "direction": direction(case.language)}
        return {"groups": [
            {"name": group, "phrases": [
                {"id": one.name, "text": one.text, "reviewed": one.reviewed, "there": {"text": one.said, **there}}
                for one in found
            ]}
            for group, found in groups.items() if found
        ]}

    @console.route("/desk/api/cases/<case_id:str>/ways", roles=AT_THE_DESK)
    async def ways(_: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        colleagues, languages = await house.desk.ways_without_translation(case_id, who.id)
        return {"colleagues": [{"id": one.id, "name": one.name} for one in colleagues], "languages": languages}

    @console.route("/desk/api/cases/<case_id:str>/card", roles=AT_THE_DESK, methods=("POST",))
    async def card(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        body = body_of(request)
        entry = await house.desk.insert_card(case_id, who.id, text_of(body, "record", 120), key_of(body))
        return {"entry": (await shown_entries(house, [entry], who, page_language(request)))[0]}

    @console.route("/desk/api/cases/<case_id:str>/phrase", roles=AT_THE_DESK, methods=("POST",))
    async def phrase(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        body = body_of(request)
        entry = await house.desk.insert_phrase(case_id, who.id, text_of(body, "phrase", 120), key_of(body))
        return {"entry": (await shown_entries(house, [entry], who, page_language(request)))[0]}


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
