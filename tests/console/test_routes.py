"""Every route declares who may use it; every change refuses what did not come from our own page; nothing is too large."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest

from bot.channels.console.routes import EVERYONE, HALF_WAY, Console, Route
from bot.store.mediators import ROLES
from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest

# What everybody may ask for without being anybody; a new one must be thought about and added here.
PUBLIC = {
    ("/desk", "GET"), ("/desk/page/<name:str>", "GET"), ("/desk/api/words", "GET"), ("/desk/api/me", "GET"),
    ("/desk/api/sign-in", "POST"), ("/desk/reports/<name:(style.css|watch.js)>", "GET"),
}


def table(desk: DeskServer) -> list[Route]:
    assert desk.app is not None
    found: list[Route] = desk.app.ctx.console.table
    assert len(found) > 25, "the table is empty: this test would pass by finding nothing"
    return found


def address(route: Route) -> str:
    named = re.sub(r"<\w+:\((\w[\w.]*)\|[^>]*>", r"\1", route.path)
    return re.sub(r"<\w+:[^>]*>", "0" * 32, named)


def test_every_route_under_desk_is_in_the_table(desk: DeskServer) -> None:
    assert desk.app is not None
    known = {f"{desk.app.name}.{route.name}" for route in table(desk)}
    served = [route for route in desk.app.router.routes if route.path.split("/")[0] == "desk"]
    assert len(served) >= len(table(desk)) - 1
    for route in served:
        assert route.name in known, f"{route.path} declares no roles: make it with @console.route"


def test_every_route_declares_roles_that_exist(desk: DeskServer) -> None:
    for route in table(desk):
        assert route.roles, route.path
        if route.roles not in (EVERYONE, HALF_WAY):
            assert set(route.roles) <= set(ROLES), route.path


def test_what_is_open_to_everyone_is_on_a_short_list(desk: DeskServer) -> None:
    for route in table(desk):
        if route.roles == EVERYONE:
            assert {(route.path, method) for method in route.methods} <= PUBLIC, route.path


@pytest.mark.parametrize("roles", [(), ("nobody",), ("everyone", "lead")])
def test_a_route_without_known_roles_cannot_be_made(desk: DeskServer, roles: tuple[str, ...]) -> None:
    assert desk.app is not None
    console: Console = desk.app.ctx.console
    with pytest.raises(ValueError):
        console.route("/desk/somewhere", roles=roles)


def test_nobody_gets_in_without_a_session(desk: DeskServer) -> None:
    asked = 0
    for route in table(desk):
        if route.roles == EVERYONE:
            continue
        for method in route.methods:
            answer = Guest(desk).ask(address(route), method, {} if method != "GET" else None)
            assert answer.status == 401, (route.path, method, answer)
            asked += 1
    assert asked > 20


def test_other_roles_are_refused_everywhere(desk: DeskServer, signed_in: Callable[..., Guest]) -> None:
    by_role = {role: signed_in(f"Only {role} Example", roles=role) for role in ("mediator", "curator", "reader")}
    asked = 0
    for route in table(desk):
        for role, guest in by_role.items():
            if route.roles in (EVERYONE, HALF_WAY) or role in route.roles:
                continue
            for method in route.methods:
                answer = guest.ask(address(route), method, {} if method != "GET" else None)
                assert answer.status == 403, (route.path, role, answer)
                asked += 1
    assert asked > 30


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": ""}, {"Origin": "null"}, {"Origin": "https://evil.example"}, {"Origin": "http://127.0.0.1:1"},
        {"Origin": "URL.evil.example"}, {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"X-CSRF-Token": "ä"},
    ],
    ids=str,
)
def test_every_change_refuses_forged_requests(
    desk: DeskServer, signed_in: Callable[..., Guest], headers: dict[str, str]
) -> None:
    guest = signed_in("All Roles Example", roles="mediator lead curator admin")
    sent = {name: value.replace("URL", desk.url).encode().decode("latin-1") for name, value in headers.items()}
    asked = 0
    for route in table(desk):
        for method in route.methods:
            if method == "GET" or route.roles == HALF_WAY:
                continue
            if route.roles == EVERYONE and "Origin" not in headers:
                continue
            if route.roles != EVERYONE and not {"mediator", "lead", "curator", "admin"} & set(route.roles):
                continue
            answer = guest.ask(address(route), method, {}, headers=sent)
            assert answer.status == 403, (route.path, headers, answer)
            assert answer.body["error"] == "console.forged"
            asked += 1
    assert asked > 10


def test_another_sessions_token_opens_nothing(desk: DeskServer, signed_in: Callable[..., Guest]) -> None:
    one, other = signed_in("First Example"), signed_in("Second Example")
    answer = one.post("/desk/api/sign-out", headers={"X-CSRF-Token": other.csrf})
    assert (answer.status, answer.body["error"]) == (403, "console.forged")
    assert one.refresh()["stage"] == "full"


def test_changes_are_not_made_by_other_methods(desk: DeskServer, signed_in: Callable[..., Guest]) -> None:
    guest = signed_in("First Example")
    for method in ("GET", "PUT", "DELETE", "PATCH"):
        assert guest.ask("/desk/api/sign-out", method).status in {404, 405}
    for name in ("X-HTTP-Method-Override", "X-Method-Override", "X-HTTP-Method"):
        assert guest.ask("/desk/api/sign-out", "GET", headers={name: "POST"}).status in {404, 405}
        assert guest.ask("/desk/api/queue", headers={name: "DELETE"}).status == 200
    assert guest.ask("/desk/api/sign-out?_method=POST").status in {404, 405}
    assert guest.refresh()["stage"] == "full"


@pytest.mark.parametrize(
    ("raw", "kind", "status"),
    [
        (b"x" * 70_000, "application/json", 413), (b'{"name": "' + b"x" * 63_000 + b'"}', "application/json", 400),
        (b"x" * 1_500_000, "application/json", 413), (b"", "application/json", 400), (b"[]", "application/json", 400),
        (b"null", "application/json", 400), (b"{", "application/json", 400),
        (b"name=a&password=b", "application/x-www-form-urlencoded", 400),
        (b'{"name": "a", "password": "b"}', "text/plain", 400), (b'{"name": 1, "password": []}', "application/json", 400),
        (b'{"name": "\\ud800", "password": "\\ud800"}', "application/json", 401), (b"\xff\xfe", "application/json", 400),
    ],
    ids=lambda value: str(value)[:30],
)
def test_bodies_that_no_page_sends(desk: DeskServer, raw: bytes, kind: str, status: int) -> None:
    answer = Guest(desk).ask("/desk/api/sign-in", "POST", raw=raw, headers={"Content-Type": kind})
    assert answer.status == status, answer
    if isinstance(answer.body, dict) and "message" in answer.body:
        assert "Traceback" not in str(answer.body)


def test_headers_keep_other_sites_and_scripts_out(desk: DeskServer, signed_in: Callable[..., Guest]) -> None:
    for path in ("/desk/", "/desk/page/app.js", "/desk/api/me", "/desk/api/queue", "/desk/nothing"):
        headers = signed_in("First Example").ask(path).headers
        policy = headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy and "script-src 'self';" in policy and "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy and "http" not in policy
        assert headers["X-Content-Type-Options"] == "nosniff"
        assert "Access-Control-Allow-Origin" not in headers
    assert signed_in("First Example").ask("/desk/api/queue").headers["Cache-Control"] == "no-store"


def test_the_page_carries_no_inline_code(desk: DeskServer) -> None:
    page = Guest(desk).ask("/desk/").body
    assert not re.search(r"<script(?![^>]*src=)", page) and not re.search(r"\son\w+=|style=", page)
    assert Guest(desk).ask("/desk").status == 302


@pytest.mark.parametrize("name", ["../routes.py", "..%2froutes.py", "%2e%2e/session.py", "nothing.js", "index.html%00.js", ".js"])
def test_only_the_pages_own_files_are_served(desk: DeskServer, name: str) -> None:
    answer = Guest(desk).ask(f"/desk/page/{name}")
    assert answer.status == 404 and "def " not in str(answer.body)


def test_words_come_in_every_language_with_their_blanks(desk: DeskServer) -> None:
    english = Guest(desk).ask("/desk/api/words?language=en").body
    assert english["words"]["sign_in"] == "Sign in" and english["words"]["waits"] == "waits for {time}"
    assert [one["code"] for one in english["languages"]] == ["en", "de", "ar", "fa", "uk", "ru", "tr", "fr"]
    for code in ("de", "ar", "xx", "../..", ""):
        words = Guest(desk).ask(f"/desk/api/words?language={code}").body
        assert words["words"].keys() == english["words"].keys()
    assert Guest(desk).ask("/desk/api/words?language=ar").body["direction"] == "rtl"
