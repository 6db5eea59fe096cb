"""The queue and one case: what the mediator sees of them, and who has them."""

from __future__ import annotations

from typing import Any

from sanic.request import Request

from bot.channels.console.routes import Console, body_of, text_of
from bot.channels.console.session import Visitor
from bot.channels.console.shapes import shapes_for
from bot.container import Container
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE, launch_code
from bot.store.case_records import Case, Entry

AT_THE_DESK = ("mediator", "lead")
KEY_LIMIT = 80


def page_language(request: Request) -> str:
    """The language that the page is shown in."""
    return launch_code(request.args.get("language")) or SOURCE_LANGUAGE


async def readable(house: Container, case_id: str, who: Visitor) -> Case:
    """The case, if this mediator may see it. Refusals look the same whether or not there is such a case."""
    try:
        return await house.desk.case(case_id[:64], who.id)
    except WaymarkError as error:
        if error.code in {"desk.not_yours", "desk.excluded"}:
            raise WaymarkError("desk.unknown") from None
        raise


def sees_words(case: Case, who: Visitor) -> bool:
    """Whether this mediator sees what was said. Until somebody takes a case, its facts must do; leads see everything."""
    return who.id in (case.mediator_id, case.second_id) or "lead" in who.roles


async def entries_of(house: Container, case: Case, who: Visitor, after: int) -> list[Entry]:
    """The transcript behind number `after`, as far as this mediator sees it."""
    return await house.desk.transcript(case.id, who.id, after) if sees_words(case, who) else []


async def shown_entries(house: Container, entries: list[Entry], who: Visitor, language: str) -> list[dict[str, Any]]:
    """Entries as JSON, with their files."""
    wanted = [one for entry in entries for one in entry.attachments]
    files = {file.id: file for file in await house.attachments.list(wanted)} if wanted else {}
    shapes = await shapes_for(house, who.id, language)
    return [shapes.entry(entry, files) for entry in entries]


async def shown_queue(house: Container, who: Visitor, language: str) -> list[dict[str, Any]]:
    """The open cases that this mediator may see, the most urgent first."""
    shapes = await shapes_for(house, who.id, language)
    return [shapes.case(case) for case in await house.desk.queue(who.id)]


def add_cases(console: Console) -> None:
    """Adds the routes."""
    house = console.house

    @console.route("/desk/api/queue", roles=AT_THE_DESK)
    async def queue(request: Request, who: Visitor) -> Any:
        return {"cases": await shown_queue(house, who, page_language(request))}

    @console.route("/desk/api/colleagues", roles=AT_THE_DESK)
    async def colleagues(_: Request, who: Visitor) -> Any:
        found = await house.mediators.list(active=True)
        return {"colleagues": [
            {"id": one.id, "name": one.name, "languages": list(one.languages), "gender": one.gender}
            for one in found if one.id != who.id and one.roles & set(AT_THE_DESK)
        ]}

    @console.route("/desk/api/cases/<case_id:str>", roles=AT_THE_DESK)
    async def case(request: Request, who: Visitor, case_id: str) -> Any:
        found, language = await readable(house, case_id, who), page_language(request)
        shapes = await shapes_for(house, who.id, language)
        summary = await house.desk.summary(found.id, who.id)
        tried = [house.cards.name(one, language) for one in summary.tried if _known(house, one)]
        return {
            "case": shapes.case(found), "words": sees_words(found, who),
            "summary": {"tried": tried, "question": summary.question if sees_words(found, who) else None},
        }

    @console.route("/desk/api/cases/<case_id:str>/entries", roles=AT_THE_DESK)
    async def entries(request: Request, who: Visitor, case_id: str) -> Any:
        after = request.args.get("after", "0")
        found = await readable(house, case_id, who)
        since = int(after) if after.isdecimal() and len(after) < 12 else 0
        lines = await entries_of(house, found, who, since)
        return {"entries": await shown_entries(house, lines, who, page_language(request))}

    @console.route("/desk/api/cases/<case_id:str>/take", roles=AT_THE_DESK, methods=("POST",))
    async def take(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        return await _shown(request, who, await house.desk.take(case_id, who.id))

    @console.route("/desk/api/cases/<case_id:str>/pass", roles=AT_THE_DESK, methods=("POST",))
    async def pass_on(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        to = text_of(body_of(request), "to", 64, "") or None
        return await _shown(request, who, await house.desk.pass_on(case_id, who.id, to))

    @console.route("/desk/api/cases/<case_id:str>/second", roles=AT_THE_DESK, methods=("POST",))
    async def second(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        other = text_of(body_of(request), "to", 64)
        return await _shown(request, who, await house.desk.ask_second(case_id, who.id, other))

    @console.route("/desk/api/cases/<case_id:str>/recuse", roles=AT_THE_DESK, methods=("POST",))
    async def recuse(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        return await _shown(request, who, await house.desk.recuse(case_id, who.id))

    @console.route("/desk/api/cases/<case_id:str>/wait", roles=AT_THE_DESK, methods=("POST",))
    async def wait(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        whom = text_of(body_of(request), "who", 20)
        return await _shown(request, who, await house.desk.wait_for(case_id, who.id, whom))

    @console.route("/desk/api/cases/<case_id:str>/close", roles=AT_THE_DESK, methods=("POST",))
    async def close(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        outcome = text_of(body_of(request), "outcome", 20)
        return await _shown(request, who, await house.desk.close(case_id, who.id, outcome))

    async def _shown(request: Request, who: Visitor, changed: Case) -> Any:
        return {"case": (await shapes_for(house, who.id, page_language(request))).case(changed)}


def _known(house: Container, identifier: str) -> bool:
    return identifier in house.directory.services or identifier in house.directory.guides
