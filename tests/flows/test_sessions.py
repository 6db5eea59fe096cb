"""Who may connect to Socket.IO, and who hears what."""

from __future__ import annotations

import asyncio

import pytest
import socketio.exceptions

from bot.container import Container
from tests.flows.conftest import OTHER_SITE
from tests.flows.people import WebPerson, fetch, rest
from tests.flows.server import RunningServer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]
HANDSHAKE = "/socket.io/?EIO=4&transport=polling"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:1", "null", OTHER_SITE + ".evil.example"])
async def test_other_sites_are_refused(server: RunningServer, origin: str) -> None:
    status, text = await fetch(server.url + HANDSHAKE, Origin=origin)
    assert status == 400 and "sid" not in text
    with pytest.raises(socketio.exceptions.ConnectionError):
        await WebPerson(server.url).connect(Origin=origin)


async def test_our_own_pages_and_configured_sites_are_accepted(server: RunningServer) -> None:
    for origin in (server.url, server.url.replace("127.0.0.1", "localhost"), OTHER_SITE):
        status, _ = await fetch(server.url + HANDSHAKE, Origin=origin)
        assert status == 200
        person = await WebPerson(server.url).connect(Origin=origin)
        assert person.session
        await person.leave()


def forged(session: str) -> list[object]:
    identifier, tag = session.split(".")
    return [identifier, f"{identifier}.", f"{identifier}.{'0' * len(tag)}", f"{identifier}.{tag}x", f"ä.{tag}", "x" * 10_000,
            {"session_id": session}, [session], 7, None, "", ".", f"{identifier}.{tag}.{tag}"]


async def test_a_session_id_that_we_did_not_sign_gives_a_new_conversation(server: RunningServer) -> None:
    victim = await WebPerson(server.url).connect()
    await victim.say("hello", answers=2)
    assert victim.session
    for wrong in forged(victim.session):
        thief = await WebPerson(server.url, session=wrong).connect()  # type: ignore[arg-type]
        assert thief.session not in (victim.session, wrong)
        await thief.client.emit("session_request", {"session_id": wrong, "last_seq": 0})
        await thief.until(lambda thief=thief: len(thief.sessions) == 2)  # type: ignore[misc]
        thief.session = wrong  # type: ignore[assignment]
        answers = await thief.say("hello", answers=2)
        await victim.say("thank you")
        # The thief's own next answer comes after whatever else would have come.
        await thief.say("hello")
        assert len(thief.said) == 3 and answers == thief.said[:2]
        await thief.leave()
    assert [answer["seq"] for answer in victim.said] == list(range(1, 3 + len(forged(victim.session))))
    await victim.leave()


async def test_one_connection_hears_one_conversation(server: RunningServer) -> None:
    """A connection that changes its session no longer hears the one before."""
    first = await WebPerson(server.url).connect()
    session = first.session
    other = await WebPerson(server.url, session=session).connect()
    await first.say("hello", answers=2)
    await other.until(lambda: len(other.said) == 2)
    other.session = None
    await other.ask_for_session()
    assert other.session != session
    await first.say("thank you")
    await other.say("hello", answers=2)
    assert len(other.said) == 4
    await first.leave()
    await other.leave()


@pytest.mark.parametrize("opening", [None, "", "   ", 7, {"text": "x"}, ["x"]])
async def test_an_empty_opening_message_is_tolerated(server: RunningServer, opening: object) -> None:
    person = await WebPerson(server.url).connect()
    assert await person.send(opening) == {"accepted": False}
    assert [answer["seq"] for answer in await person.say("hello", answers=2)] == [1, 2]
    await person.leave()


async def test_two_quick_messages_are_answered_in_order(server: RunningServer, shared_house: Container) -> None:
    person = await WebPerson(server.url).connect()
    make = shared_house.wording_messages.make
    await person.say("hello", answers=2)
    await asyncio.gather(*(person.send(text) for text in ("thank you", "hello", "thank you")))
    await person.until(lambda: len(person.said) >= 5)
    wanted = [make(name, "en")["text"] for name in ("utter_thank", "utter_greet", "utter_thank")]
    assert [answer["text"] for answer in person.said[2:]] == wanted
    await person.leave()


async def test_a_flood_is_told_so_and_what_was_accepted_is_answered(server: RunningServer, shared_house: Container) -> None:
    person = await WebPerson(server.url).connect()
    await person.say("hello", answers=2)
    taken = await asyncio.gather(*(person.send("where can i learn german") for _ in range(60)))
    accepted = [one for one in taken if one["accepted"]]
    assert 20 <= len(accepted) < 60
    await person.until(lambda: len([one for one in person.said if one.get("seq")]) == 2 + len(accepted), 60)
    busy = shared_house.wording_messages.make("utter_busy", "en")["text"]
    assert busy in [answer["text"] for answer in person.said if not answer.get("seq")]
    await person.leave()


async def test_one_persons_flood_does_not_hold_up_another(server: RunningServer) -> None:
    flood = await WebPerson(server.url).connect()
    await flood.say("hello", answers=2)
    sending = [asyncio.create_task(flood.send("where can i learn german")) for _ in range(40)]
    answers = await asyncio.wait_for(rest(server.url, "a patient person", "hello"), 15)
    assert len(answers) == 2
    await asyncio.gather(*sending)
    await flood.leave()


async def test_a_choice_of_language_in_the_widget_counts_and_a_mere_belief_does_not(server: RunningServer) -> None:
    believed = await WebPerson(server.url, language="fr", language_chosen=False).connect()
    assert (await believed.say("wo kann ich deutsch lernen", answers=2))[0]["metadata"]["language"] == "de"
    chosen = await WebPerson(server.url, language="fr", language_chosen=True).connect()
    assert (await chosen.say("wo kann ich deutsch lernen", answers=2))[0]["metadata"]["language"] == "fr"
    await chosen.client.emit("set_language", {"session_id": chosen.session, "language": "tr", "language_chosen": True})
    chosen.custom = {}
    assert (await chosen.say("hello"))[0]["metadata"]["language"] == "tr"
    await believed.leave()
    await chosen.leave()
