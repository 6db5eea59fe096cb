"""Signing in and out: the routes over bot.handover.sign_in."""

from __future__ import annotations

import base64
import io
from typing import Any

import segno
from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.console.routes import EVERYONE, HALF_WAY, SIGNED_IN, Console, body_of, text_of
from bot.channels.console.session import (
    DEVICE_COOKIE,
    DEVICE_DAYS,
    SESSION_COOKIE,
    Visitor,
    cookie,
    set_cookie,
    visitor,
)
from bot.container import Container
from bot.store.console_sessions import hashed


def add_sign_in(console: Console) -> None:
    """Adds the routes."""
    house = console.house

    @console.route("/desk/api/sign-in", roles=EVERYONE, methods=("POST",))
    async def sign_in(request: Request, _: None) -> HTTPResponse:
        body = body_of(request)
        name, password = text_of(body, "name", 200), text_of(body, "password", 1000)
        step = await house.sign_in.password(name, password, cookie(request, house, DEVICE_COOKIE))
        return await _open(request, house, step.mediator_id, step.stage)

    @console.route("/desk/api/sign-in/code", roles=HALF_WAY, methods=("POST",))
    async def second_step(request: Request, who: Visitor) -> HTTPResponse:
        code = text_of(body_of(request), "code", 20)
        await house.sign_in.code(who.id, code, cookie(request, house, DEVICE_COOKIE))
        return await _open(request, house, who.id, "full", who)

    @console.route("/desk/api/sign-in/enrolment", roles=HALF_WAY)
    async def enrolment(_: Request, who: Visitor) -> Any:
        found = await house.sign_in.enrolment(who.id)
        picture = io.BytesIO()
        segno.make(found.address, error="m").save(picture, kind="svg", scale=5, border=3, dark="#000", light="#fff")
        shown = base64.b64encode(picture.getvalue()).decode()
        return {"secret": found.secret, "address": found.address, "picture": f"data:image/svg+xml;base64,{shown}"}

    @console.route("/desk/api/sign-in/enrol", roles=HALF_WAY, methods=("POST",))
    async def enrol(request: Request, who: Visitor) -> HTTPResponse:
        body = body_of(request)
        password, code = text_of(body, "password", 1000), text_of(body, "code", 20)
        await house.sign_in.enrol(who.id, password, code, cookie(request, house, DEVICE_COOKIE))
        return await _open(request, house, who.id, "full", who)

    @console.route("/desk/api/sign-out", roles=SIGNED_IN, methods=("POST",))
    async def sign_out(request: Request, who: Visitor) -> HTTPResponse:
        await house.console_sessions.end(who.session.token_hash)
        console.ended(who.session.token_hash)
        answer = response.json({"stage": "out"})
        set_cookie(answer, request, house, SESSION_COOKIE, "")
        return answer

    @console.route("/desk/api/me", roles=EVERYONE)
    async def me(request: Request, _: None) -> Any:
        who = await visitor(request, house)
        return {"stage": "out"} if who is None else shown(who)


def shown(who: Visitor) -> dict[str, Any]:
    """What the page needs to know of who is signed in; before the second step no more than that it is due."""
    if who.session.stage != "full":
        return {"stage": who.session.stage, "csrf": who.csrf}
    mediator = who.mediator
    return {
        "stage": "full", "csrf": who.csrf, "id": mediator.id, "name": mediator.name, "roles": sorted(mediator.roles),
        "languages": list(mediator.languages), "team": mediator.team,
    }


async def _open(
    request: Request, house: Container, mediator_id: str, stage: str, before: Visitor | None = None
) -> HTTPResponse:
    """Opens the session of the next stage under a new token: one that somebody else knew or planted is worth nothing."""
    old = cookie(request, house, SESSION_COOKIE)
    token = await house.console_sessions.open(
        mediator_id, stage, before.session.token_hash if before else (hashed(old) if old else None)
    )
    answer = response.json({"stage": stage})
    set_cookie(answer, request, house, SESSION_COOKIE, token)
    mediator = await house.mediators.get(mediator_id) if stage == "full" else None
    if mediator is not None:
        await house.audit.note("console.signed_in", mediator_id)
        set_cookie(answer, request, house, DEVICE_COOKIE, house.sign_in.device_for(mediator.name), DEVICE_DAYS)
    return answer
