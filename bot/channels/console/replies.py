"""What a mediator says and keeps in a case. Each thing that is written carries a key of the page's making: sent again, it
is written once."""

from __future__ import annotations

from typing import Any

from sanic.request import Request

from bot.channels.console.cases import AT_THE_DESK, KEY_LIMIT, page_language, readable, shown_entries
from bot.channels.console.routes import Console, body_of, text_of
from bot.channels.console.session import Visitor
from bot.channels.console.shapes import direction
from bot.contracts import Translation
from bot.errors import WaymarkError
from bot.languages import known_code
from bot.store.case_records import Entry

FILES_LIMIT = 10


def key_of(body: dict[str, Any]) -> str:
    """The key of what is written, made by the page. Raises WaymarkError "console.body"."""
    key = text_of(body, "key", KEY_LIMIT)
    if len(key) < 8 or not key.isascii() or not key.isprintable():
        raise WaymarkError("console.body")
    return key


def _number(body: dict[str, Any]) -> int:
    number = body.get("number")
    if not isinstance(number, int) or isinstance(number, bool) or not 0 < number < 10**9:
        raise WaymarkError("console.body")
    return number


def _language(body: dict[str, Any]) -> str | None:
    """What the words are written in, if the page says so. Raises WaymarkError "console.body"."""
    said = body.get("language")
    code = known_code(said) if isinstance(said, str) else None
    if said is not None and code is None:
        raise WaymarkError("console.body")
    return code


def _shown_translation(found: Translation) -> dict[str, Any]:
    return {
        "text": found.text, "language": found.target, "direction": direction(found.target), "kind": found.kind,
        "mark": found.mark, "reasons": list(found.reasons),
    }


def add_replies(console: Console) -> None:
    """Adds the routes."""
    house = console.house
    limit = house.settings.message_limit

    def words(body: dict[str, Any], name: str = "text") -> str:
        return text_of(body, name, limit).strip()

    async def shown(request: Request, who: Visitor, entry: Entry) -> Any:
        return {"entry": (await shown_entries(house, [entry], who, page_language(request)))[0]}

    @console.route("/desk/api/cases/<case_id:str>/draft", roles=AT_THE_DESK, methods=("POST",))
    async def draft(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        body = body_of(request)
        found = await house.desk.draft(case_id, who.id, words(body), _language(body))
        return {
            "text": found.text, "translation": _shown_translation(found.translation), "back": _shown_translation(found.back),
        }

    @console.route("/desk/api/cases/<case_id:str>/reply", roles=AT_THE_DESK, methods=("POST",))
    async def reply(request: Request, who: Visitor, case_id: str) -> Any:
        case, body = await readable(house, case_id, who), body_of(request)
        key, text = key_of(body), words(body)
        translation = words(body, "translation") if body.get("translation") is not None else None
        answered, files = body.get("reply_to"), body.get("attachments", [])
        answered = None if answered is None else _number({"number": answered})
        if not isinstance(files, list) or len(files) > FILES_LIMIT or not all(isinstance(one, str) for one in files):
            raise WaymarkError("console.body")
        kept = {file.id for file in await house.attachments.list(files) if file.conversation_id == case.conversation_id}
        if kept != set(files):
            raise WaymarkError("console.missing")
        entry = await house.desk.reply(
            case_id, who.id, text, key=key, translation=translation, untranslated=body.get("untranslated") is True,
            attachments=tuple(files), reply_to=answered, language=_language(body),
        )
        answer = await shown(request, who, entry)
        if body.get("general") is True:
            answer["kept"] = await keep(case_id, who, entry.number)
        return answer

    async def keep(case_id: str, who: Visitor, number: int) -> str:
        """Offers a correction for use again: "kept", or the code of why not. What was sent is sent either way."""
        try:
            await house.desk.keep_correction(case_id, who.id, number)
        except WaymarkError as error:
            return error.code
        return "kept"

    @console.route("/desk/api/cases/<case_id:str>/note", roles=AT_THE_DESK, methods=("POST",))
    async def note(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        body = body_of(request)
        return await shown(request, who, await house.desk.note(case_id, who.id, words(body), key_of(body)))

    @console.route("/desk/api/cases/<case_id:str>/edit", roles=AT_THE_DESK, methods=("POST",))
    async def edit(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        body = body_of(request)
        return await shown(request, who, await house.desk.edit(case_id, who.id, _number(body), words(body), key_of(body)))

    @console.route("/desk/api/cases/<case_id:str>/correct", roles=AT_THE_DESK, methods=("POST",))
    async def correct(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        body = body_of(request)
        if not words(body):
            raise WaymarkError("desk.empty")
        number = _number(body)
        answer = await shown(request, who, await house.desk.correct(case_id, who.id, number, words(body)))
        if body.get("general") is True:
            answer["kept"] = await keep(case_id, who, number)
        return answer

    @console.route("/desk/api/cases/<case_id:str>/typing", roles=AT_THE_DESK, methods=("POST",))
    async def typing(request: Request, who: Visitor, case_id: str) -> Any:
        await readable(house, case_id, who)
        await house.desk.typing(case_id, who.id, body_of(request).get("on") is True)
        return {}
