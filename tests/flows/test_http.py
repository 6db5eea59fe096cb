"""REST with bad bodies, Rasa's own HTTP API, the actions' address, the pages."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.container import Container
from bot.errors import SENTENCES
from tests.flows.conftest import API_TOKEN
from tests.flows.people import fetch, post, rest
from tests.flows.server import RunningServer

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]
REST = "/webhooks/rest/webhook"
BAD: list[tuple[Any, str]] = [
    (b"", "rest.body"), (b"hello", "rest.body"), (b"{", "rest.body"), (b"\xff\xfe", "rest.body"), ([], "rest.body"),
    (["sender", "message"], "rest.body"), ("text", "rest.body"), (b"7", "rest.body"), (b"null", "rest.body"),
    ({}, "rest.sender"), ({"message": "hello"}, "rest.sender"), ({"sender": "", "message": "hello"}, "rest.sender"),
    ({"sender": " ", "message": "hello"}, "rest.sender"), ({"sender": 7, "message": "hello"}, "rest.sender"),
    ({"sender": "x" * 201, "message": "hello"}, "rest.sender"), ({"sender": ["a"], "message": "hello"}, "rest.sender"),
    ({"sender": "a"}, "rest.message"), ({"sender": "a", "message": ""}, "rest.message"),
    ({"sender": "a", "message": " \n"}, "rest.message"), ({"sender": "a", "message": None}, "rest.message"),
    ({"sender": "a", "message": {"text": "x"}}, "rest.message"), ({"sender": "a", "message": "x" * 4001}, "rest.long"),
]


async def test_bad_bodies_get_400_and_a_sentence(server: RunningServer) -> None:
    for body, code in BAD:
        status, answer = await post(server.url + REST, body)
        assert (status, answer["error"]) == (400, code), body
        assert answer["message"] == SENTENCES[code].format(limit=4000)


async def test_the_same_message_sent_twice_is_answered_once(server: RunningServer) -> None:
    """A program that lost the connection asks again while the first is still being answered: both hear, one counts."""
    first, second = await asyncio.gather(
        *(rest(server.url, "twice", "where can i learn german", message_id="same") for _ in range(2))
    )
    assert first and first == second
    assert await rest(server.url, "twice", "where can i learn german", message_id="same") == []


async def test_too_many_at_once_get_429_and_a_sentence(server: RunningServer) -> None:
    found = await asyncio.gather(
        *(post(server.url + REST, {"sender": "flood", "message": "where can i learn german"}) for _ in range(60))
    )
    refused = [answer for status, answer in found if status == 429]
    assert refused and all(answer["message"] == SENTENCES["rest.busy"] for answer in refused)
    answered = [answer for status, answer in found if status == 200]
    assert len(answered) + len(refused) == 60 and all(answered)


CLOSED = (
    ("GET", "/status"), ("GET", "/version"), ("GET", "/domain"), ("GET", "/conversations/x/tracker"),
    ("POST", "/conversations/x/tracker/events"), ("POST", "/conversations/x/trigger_intent"), ("PUT", "/model"),
    ("POST", "/conversations/x/execute"), ("POST", "/conversations/x/messages"), ("DELETE", "/model"), ("POST", "/model/train"),
    ("POST", "/model/parse"), ("POST", "/model/predict"), ("GET", "/conversations/x/story"), ("GET", "/etc/passwd"),
    ("GET", "/../bot/settings.py"), ("GET", "/index.html"),
)


async def test_rasas_http_api_is_closed(server: RunningServer) -> None:
    for method, path in CLOSED:
        status, text = await fetch(server.url + path, method)
        assert status == 404, path
        assert SENTENCES["api.closed"] in text


async def test_with_a_token_only_who_has_it_comes_in(mortal: RunningServer) -> None:
    for method, path in CLOSED:
        if path.startswith(("/conv", "/model", "/domain", "/status")):
            assert (await fetch(mortal.url + path, method))[0] == 401, path
            assert (await fetch(f"{mortal.url}{path}?token=wrong", method))[0] == 401, path
    assert (await fetch(f"{mortal.url}/status?token={API_TOKEN}"))[0] == 200
    status, page = await fetch(mortal.url + "/")
    assert status == 200 and "waymark-widget.js" in page, "the chat page and not Rasa's greeting"


@pytest.mark.parametrize("header", ["X-Forwarded-For", "Forwarded", "X-Real-IP", "X-Forwarded-Host"])
async def test_actions_are_not_run_for_the_world(server: RunningServer, header: str) -> None:
    call = {"next_action": "action_privacy", "tracker": {"sender_id": "x", "slots": {}, "events": [], "latest_message": {}}}
    status, answer = await post(server.url + "/actions/webhook", call, **{header: "203.0.113.9"})
    assert (status, answer["message"]) == (403, SENTENCES["actions.remote"])


async def test_the_page_holds_only_itself(server: RunningServer) -> None:
    status, page = await fetch(server.url + "/")
    assert status == 200 and "http" not in page.replace("http-equiv", "").replace("http://www.w3.org", "")
    assert (await fetch(server.url + "/", "HEAD"))[0] == 200
    status, script = await fetch(server.url + "/waymark-widget.js")
    assert status == 200 and len(script) > 10_000


async def test_health_says_how_many_services(server: RunningServer, shared_house: Container) -> None:
    status, text = await fetch(server.url + "/health")
    assert status == 200 and f'"directory":{len(shared_house.directory.services)}' in text.replace(" ", "")
