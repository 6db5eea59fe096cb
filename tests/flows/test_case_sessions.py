"""A person who names another's session, conversation or case gets neither their words nor a place in their case."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest_asyncio

from bot.container import Container
from bot.settings import Settings
from tests.flows.people import WebPerson
from tests.flows.server import RunningServer

SECRET = "My landlord wants to throw us out of the flat"


@pytest_asyncio.fixture(loop_scope="session", scope="module")
async def beside(server: RunningServer) -> AsyncIterator[Container]:
    """The running server's own database, read beside it. It has a mediator during these tests only: others share the server."""
    house = Container(Settings({"WAYMARK_STATE": str(server.state)}))
    mediator = await house.mediators.add("Mediator One", ["de"])
    yield house
    await house.mediators.disable(mediator.id)
    house.database.close()


def titled(answer: dict[str, Any], part: str) -> str:
    return next(one["payload"] for one in answer["quick_replies"] if part in one["title"])


async def test_naming_another_session_leads_nowhere(server: RunningServer, beside: Container) -> None:
    victim = await WebPerson(server.url, language="en", language_chosen=True).connect()
    greeting = (await victim.say("hello", 2))[0]
    offer = (await victim.say(titled(greeting, beside.wording.label("button_person", "en"))))[-1]
    await victim.say(titled(offer, beside.wording.label("button_desk_yes", "en")))
    await victim.send(SECRET)
    assert victim.session is not None
    identifier = victim.session.split(".")[0]
    conversation = beside.secrets.pseudonym("web", identifier)
    case = await beside.cases.open_of(conversation)
    assert case is not None
    for _ in range(100):
        said = [entry.text for entry in await beside.cases.entries(case.id)]
        if SECRET in said:
            break
        await asyncio.sleep(0.2)
    assert SECRET in said
    before = len(said)

    forged = [
        identifier, identifier + "." + "0" * 32, conversation, case.id, case.code, victim.session[:-1] + "x", None, 7,
        [victim.session],
    ]
    for name in forged:
        thief = await WebPerson(server.url).connect()
        await thief.client.emit("session_request", {"session_id": name, "last_seq": 0})
        await thief.client.emit("typing", {"session_id": name, "on": True})
        message = {"message": "I am somebody else", "session_id": name, "customData": {"language": "en"}}
        await asyncio.wait_for(thief.client.call("user_uttered", message, timeout=30), 40)
        await asyncio.sleep(0.3)
        assert SECRET not in str(thief.said) and "Noor" not in str(thief.said)
        assert thief.session != victim.session
        await thief.leave()
    assert len(await beside.cases.entries(case.id)) == before
    # A button that only the person in the case was shown does nothing in another's hands.
    thief = await WebPerson(server.url).connect()
    await thief.say("hello", 2)
    await thief.send("b:3:0")
    await thief.send("b:1:0")
    await asyncio.sleep(1)
    still = await beside.cases.get(case.id)
    assert still is not None and still.state == "waiting" and len(await beside.cases.entries(case.id)) == before
    await thief.leave()
    await victim.leave()
