"""The whole house: a person on the widget's protocol, a mediator at the console, and kill -9 while both are writing.

The person asks the assistant in Arabic, wants a person, says yes, talks with a mediator who reads German, goes back, and the
assistant still knows what the talk was about.
"""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from bot.cli.bench_desk import Desk
from bot.container import Container
from bot.settings import Settings
from tests.flows.people import WebPerson
from tests.flows.phrases import PHRASES
from tests.flows.server import RunningServer
from tests.flows.talks import details_button

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(500)]
WORDS = PHRASES["ar"]
ROUNDS = 3


async def signed_in(house: Container, server: RunningServer, name: str) -> Desk:
    mediator = await house.mediators.add(name, ["de"], roles=["mediator", "lead"])
    desk = Desk(server.port, name)
    await desk.sign_in(await house.sign_in.start(mediator.id))
    return desk


async def again(desk: Desk, path: str, body: dict[str, Any]) -> Any:
    """Sends until it is acknowledged, as the page does: the same body with the same key."""
    for _ in range(200):
        try:
            return await desk.ask(path, body)
        except Exception:
            await asyncio.sleep(0.2)
    raise AssertionError(path)


async def entries_with(desk: Desk, case: str, text: str) -> list[dict[str, Any]]:
    """The texts of a case once `text` is among them, at the latest after half a minute."""
    deadline = time.monotonic() + 30
    while True:
        entries = (await desk.ask(f"cases/{case}/entries"))["entries"]
        found = [entry for entry in entries if entry["kind"] == "text"]
        if any(entry["text"] == text for entry in found) or time.monotonic() > deadline:
            return found
        await asyncio.sleep(0.1)


async def test_a_mediator_takes_over_and_the_assistant_remembers(mortal: RunningServer, shared_house: Container) -> None:
    house = Container(Settings({"WAYMARK_STATE": str(mortal.state)}, file=mortal.state / "none.env"))
    label = house.wording.label
    person = await WebPerson(mortal.url, language="ar", language_chosen=True).connect()
    await person.say(WORDS.greeting, answers=2)
    (found,) = await person.say(WORDS.question)
    title, record = details_button(shared_house, "ar", [one["title"] for one in found["quick_replies"]])
    await person.press(found, title)

    desk = await signed_in(house, mortal, "Anna")
    try:
        (offer,) = await person.press(found, label("button_person", "ar"))
        assert (await desk.ask("queue"))["cases"] == [], "nothing begins without a yes"
        await person.press(offer, label("button_desk_yes", "ar"))
        await person.say("عندي سؤال عن الدورة")
        (case,) = (await desk.ask("queue"))["cases"]
        assert (case["language"], case["state"]) == ("ar", "waiting")
        await desk.ask(f"cases/{case['id']}/take", {})
        entries = (await desk.ask(f"cases/{case['id']}/entries"))["entries"]
        before = [entry["text"] for entry in entries if entry["kind"] == "before"]
        assert WORDS.question in before
        assert entries[-1]["author"] == "system"

        said, replied = ["عندي سؤال عن الدورة"], []
        for number in range(ROUNDS):
            words, reply = f"سؤال رقم {number}", f"Antwort {number}"
            body = {"text": reply, "key": f"round-{number}-key", "translation": f"جواب {number}"}
            sending = [
                asyncio.create_task(person.send(words, f"desk-{number}")),
                asyncio.create_task(desk.ask(f"cases/{case['id']}/reply", body)),
            ]
            await asyncio.sleep(0.02 * number)
            await asyncio.to_thread(mortal.kill)
            for task in sending:
                task.cancel()
            await asyncio.gather(*sending, return_exceptions=True)
            await person.lost()
            await mortal.start()
            await person.connect()
            await person.send(words, f"desk-{number}")
            await again(desk, f"cases/{case['id']}/reply", body)
            said.append(words)
            replied.append((reply, f"جواب {number}"))
        await person.until(lambda: any(one["text"] == replied[-1][1] for one in person.said))
        # The person's last words are safe once they are acknowledged; they reach the case a moment later.
        mine = await entries_with(desk, case["id"], said[-1])
        assert [entry["text"] for entry in mine if entry["author"] == "person"] == said
        theirs = [(entry["text"], entry["translation"]["text"]) for entry in mine if entry["author"] == "mediator"]
        assert theirs == replied
        numbers = [answer["seq"] for answer in person.said]
        assert len(numbers) == len(set(numbers))
        heard = [one["text"] for one in sorted(person.said, key=lambda one: int(one["seq"]))]
        assert [text for text in heard if text.startswith("جواب")] == [text for _, text in replied]

        last = next(one for one in reversed(person.said) if one["text"] == replied[-1][1])
        await person.press(last, label("button_desk_back", "ar"))
        (closed,) = [one for one in [await house.cases.get(case["id"])] if one is not None]
        assert (closed.state, closed.outcome) == ("closed", "returned")
        (hours,) = await person.say(WORDS.hours)
        assert [card["id"] for card in hours["metadata"]["cards"]] == [record]
    finally:
        for one in await house.mediators.list():
            await house.mediators.disable(one.id)
        await desk.leave()
        await person.leave()
        house.database.close()
