"""Signing in, attacked: guessing, guessing at once, codes used twice, names tried out, sessions kept, planted and stolen."""

from __future__ import annotations

import sqlite3
import statistics
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest

OWN = "four random words here"


@pytest.fixture
def fresh(tmp_path: Path) -> Iterator[DeskServer]:
    """A desk whose locks nobody else has touched."""
    server = DeskServer(tmp_path).start()
    yield server
    server.stop()


def test_the_first_sign_in_and_the_next(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    first = Guest(fresh).enrol("Noor Example", start)
    me = first.refresh()
    assert (me["stage"], me["name"], me["roles"], me["languages"]) == ("full", "Noor Example", ["mediator"], ["de"])
    again = Guest(fresh)
    assert again.password("Noor Example", start).body["error"] == "console.wrong", "the start password is spent"
    assert again.password("  noor example ".title(), OWN).body == {"stage": "code"}
    assert again.refresh() == {"stage": "code", "csrf": again.csrf}, "half way in, nothing is told"
    fresh.clock.ahead += 30
    assert again.post("/desk/api/sign-in/code", {"code": fresh.code(first.secret)}).body == {"stage": "full"}
    assert again.refresh()["stage"] == "full"


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("short", "console.password_short"), ("x" * 300, "console.password_long"), ("aaaaaaaaaaaaaaaa", "console.password_plain"),
        ("my name is Noor Example", "console.password_name"), ("START", "console.password_plain"),
    ],
)
def test_plain_passwords_are_refused(fresh: DeskServer, password: str, code: str) -> None:
    _, start = fresh.mediator("Noor Example")
    guest = Guest(fresh)
    guest.password("Noor Example", start)
    secret = guest.ask("/desk/api/sign-in/enrolment").body["secret"]
    chosen = start if password == "START" else password
    answer = guest.post("/desk/api/sign-in/enrol", {"password": chosen, "code": fresh.code(secret)})
    assert (answer.status, answer.body["error"]) == (400, code)
    answer = guest.post("/desk/api/sign-in/enrol", {"password": OWN, "code": fresh.code(secret)})
    assert answer.body == {"stage": "full"}, "a refused password does not use the code up"


def test_a_code_counts_once(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    first = Guest(fresh).enrol("Noor Example", start)
    fresh.clock.ahead += 60
    code = fresh.code(first.secret)
    one, two = Guest(fresh), Guest(fresh)
    one.password("Noor Example", OWN)
    two.password("Noor Example", OWN)
    assert one.post("/desk/api/sign-in/code", {"code": code}).body == {"stage": "full"}
    assert two.post("/desk/api/sign-in/code", {"code": code}).body["error"] == "console.code"
    assert two.post("/desk/api/sign-in/code", {"code": fresh.code(first.secret, -1)}).body["error"] == "console.code"


def test_the_enrolment_code_counts_once_too(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    first = Guest(fresh).enrol("Noor Example", start)
    again = Guest(fresh)
    again.password("Noor Example", OWN)
    assert again.post("/desk/api/sign-in/code", {"code": fresh.code(first.secret)}).body["error"] == "console.code"


@pytest.mark.parametrize("code", ["", "000000 ", "12345", "1234567", "abcdef", "١٢٣٤٥x", "²²²²²²"])
def test_garbled_codes(fresh: DeskServer, code: str) -> None:
    _, start = fresh.mediator("Noor Example")
    guest = Guest(fresh)
    guest.password("Noor Example", start)
    guest.ask("/desk/api/sign-in/enrolment")
    answer = guest.post("/desk/api/sign-in/enrol", {"password": OWN, "code": code})
    assert (answer.status, answer.body["error"]) == (401, "console.code")


def test_digits_of_an_arabic_keyboard_are_digits(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    guest = Guest(fresh)
    guest.password("Noor Example", start)
    secret = guest.ask("/desk/api/sign-in/enrolment").body["secret"]
    arabic = fresh.code(secret).translate(str.maketrans("0123456789", "٠١٢٣٤٥٦٧٨٩"))
    assert guest.post("/desk/api/sign-in/enrol", {"password": OWN, "code": arabic}).body == {"stage": "full"}


def test_guessing_waits_longer_each_time_and_a_restart_forgives_nothing(tmp_path: Path) -> None:
    server = DeskServer(tmp_path).start()
    _, start = server.mediator("Noor Example")
    guest = Guest(server)
    for _ in range(4):
        assert guest.password("Noor Example", "wrong wrong wrong").body["error"] == "console.wrong"
    waits = []
    for _ in range(4):
        assert guest.password("Noor Example", "wrong wrong wrong").body["error"] == "console.wrong"
        answer = guest.password("Noor Example", start)
        assert (answer.status, answer.body["error"]) == (429, "console.wait"), "not even the right one, while locked"
        waits.append(answer.body["values"]["seconds"])
        assert 0 < int(answer.headers["Retry-After"]) <= waits[-1]
        server.clock.ahead += waits[-1] + 1
    assert all(25 * 2**place < wait <= 30 * 2**place for place, wait in enumerate(waits)), waits
    assert guest.password("Noor Example", "wrong wrong wrong").status == 401
    ahead = server.clock.ahead
    server.stop()
    again = DeskServer(tmp_path).start()
    again.clock.ahead = ahead
    assert Guest(again).password("Noor Example", start).body["error"] == "console.wait"
    again.clock.ahead += 3601
    assert Guest(again).password("Noor Example", start).body == {"stage": "enrol"}
    again.stop()


def test_a_hundred_guesses_at_once_are_not_a_hundred_guesses(fresh: DeskServer) -> None:
    fresh.mediator("Noor Example")
    with ThreadPoolExecutor(20) as threads:
        guesses = [{"name": "Noor Example", "password": f"guess {number}"} for number in range(60)]
        codes = list(threads.map(lambda body: Guest(fresh).post("/desk/api/sign-in", body).body["error"], guesses))
    assert codes.count("console.wrong") == 5
    assert codes.count("console.wait") == 55


def test_guessing_codes_locks_as_well(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    Guest(fresh).enrol("Noor Example", start)
    guest = Guest(fresh)
    guest.password("Noor Example", OWN)
    found = [guest.post("/desk/api/sign-in/code", {"code": f"{number:06}"}).body["error"] for number in range(7)]
    assert found == ["console.code"] * 5 + ["console.wait"] * 2
    assert Guest(fresh).password("Noor Example", OWN).body["error"] == "console.wait", "a new sign-in does not help"


def test_many_names_at_once_slow_everybody_but_known_browsers(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    known = Guest(fresh).enrol("Noor Example", start)
    stranger = Guest(fresh)
    answers = [stranger.password(f"name {number}", "guess guess guess").body["error"] for number in range(61)]
    assert answers[-1] == "console.wait"
    assert Guest(fresh).password("Noor Example", OWN).body["error"] == "console.wait"
    fresh.clock.ahead += 30
    known.post("/desk/api/sign-out")
    assert known.password("Noor Example", OWN).body == {"stage": "code"}
    for _ in range(5):
        known.password("Noor Example", "guess guess guess")
    assert known.password("Noor Example", OWN).body["error"] == "console.wait", "a known browser has its own limit"


def test_a_known_browser_of_one_is_a_stranger_for_another(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    fresh.mediator("Other Example")
    known = Guest(fresh).enrol("Noor Example", start)
    for _ in range(5):
        Guest(fresh).password("Other Example", "guess guess guess")
    assert known.password("Other Example", "guess guess guess").body["error"] == "console.wait"


def test_names_cannot_be_tried_out(fresh: DeskServer) -> None:
    fresh.mediator("Noor Example")
    disabled, _ = fresh.mediator("Gone Example")
    fresh.run(fresh.house.mediators.disable(disabled))
    times: dict[str, list[float]] = {}
    for number in range(12):
        for name in ("Noor Example", "Nobody Example", "Gone Example"):
            begin = time.perf_counter()
            answer = Guest(fresh).post("/desk/api/sign-in", {"name": name, "password": f"guess {number}"})
            times.setdefault(name, []).append(time.perf_counter() - begin)
            assert (answer.status, answer.body["error"], answer.cookies) == (401, "console.wrong", [])
        fresh.clock.ahead += 90_000
    middle = {name: statistics.median(values) for name, values in times.items()}
    assert max(middle.values()) < 1.6 * min(middle.values()), middle


def test_a_start_password_ends(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    fresh.clock.ahead += 8 * 86400
    assert Guest(fresh).password("Noor Example", start).body["error"] == "console.wrong"


def test_disabling_and_resetting_end_every_session(fresh: DeskServer) -> None:
    identifier, start = fresh.mediator("Noor Example")
    guest = Guest(fresh).enrol("Noor Example", start)
    fresh.run(fresh.house.mediators.disable(identifier))
    assert guest.refresh() == {"stage": "out"}
    fresh.run(fresh.house.mediators.change(identifier, active=True))
    fresh.run(fresh.house.console_sessions.end_all(identifier))
    new = fresh.run(fresh.house.sign_in.start(identifier))
    assert guest.refresh() == {"stage": "out"}
    assert Guest(fresh).password("Noor Example", OWN).body["error"] == "console.wrong", "the old password is gone"
    anew = Guest(fresh).enrol("Noor Example", new)
    assert anew.secret != guest.secret, "and so are the old codes"


def test_the_cookie_is_worthless_after_sign_out(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    guest = Guest(fresh).enrol("Noor Example", start)
    stolen, csrf = dict(guest.jar), guest.csrf
    assert guest.post("/desk/api/sign-out").body == {"stage": "out"}
    assert "waymark_desk" not in guest.jar
    thief = Guest(fresh)
    thief.jar, thief.csrf = stolen, csrf
    assert thief.ask("/desk/api/me").body == {"stage": "out"}
    assert thief.post("/desk/api/sign-out").status == 401


def test_a_planted_cookie_is_never_taken_over(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    attacker = Guest(fresh)
    victim = Guest(fresh)
    attacker.jar["waymark_desk"] = victim.jar["waymark_desk"] = "planted-by-the-attacker"
    victim.enrol("Noor Example", start)
    assert victim.jar["waymark_desk"] != "planted-by-the-attacker"
    assert attacker.ask("/desk/api/me").body == {"stage": "out"}
    # Nor does a session that was known half way in become a full one.
    fresh.clock.ahead += 30
    second = Guest(fresh)
    second.password("Noor Example", OWN)
    half_way = second.jar["waymark_desk"]
    second.post("/desk/api/sign-in/code", {"code": fresh.code(victim.secret)})
    attacker.jar["waymark_desk"] = half_way
    assert attacker.ask("/desk/api/me").body == {"stage": "out"}


def test_sessions_end_idle_and_in_any_case(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    guest = Guest(fresh).enrol("Noor Example", start)
    fresh.clock.ahead += 59 * 60
    assert guest.refresh()["stage"] == "full"
    fresh.clock.ahead += 61 * 60
    assert guest.refresh() == {"stage": "out"}
    fresh.clock.ahead += 30
    guest.password("Noor Example", OWN)
    guest.post("/desk/api/sign-in/code", {"code": fresh.code(guest.secret)})
    for _ in range(14):
        fresh.clock.ahead += 50 * 60
        assert guest.refresh()["stage"] == "full"
    fresh.clock.ahead += 50 * 60
    assert guest.refresh() == {"stage": "out"}, "twelve hours are over"


def test_half_way_in_is_not_in_and_does_not_last(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    guest = Guest(fresh)
    guest.password("Noor Example", start)
    assert guest.post("/desk/api/sign-out").status == 401
    fresh.clock.ahead += 601
    assert guest.ask("/desk/api/sign-in/enrolment").status == 401


def test_what_lies_in_the_database_opens_nothing(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    guest = Guest(fresh).enrol("Noor Example", start)
    guest.password("Noor Example", "a wrong but telling password")
    file = str(fresh.house.settings.state / "waymark.db")
    with sqlite3.connect(file) as connection:
        everything = "\n".join(str(row) for table in ("credentials", "sessions", "attempts")
                               for row in connection.execute(f"SELECT * FROM console_{table}"))
    assert len(everything) > 200
    for secret in (start, OWN, guest.secret, guest.jar["waymark_desk"], guest.csrf, "argon2", "telling", "Noor"):
        assert secret not in everything


def test_cookies_are_out_of_reach(fresh: DeskServer) -> None:
    _, start = fresh.mediator("Noor Example")
    lines = Guest(fresh).password("Noor Example", start).cookies
    assert len(lines) == 1 and "HttpOnly" in lines[0] and "SameSite=Strict" in lines[0] and "Path=/desk" in lines[0]
    assert "Secure" not in lines[0]
    secure = {"X-Forwarded-Proto": "https", "Origin": fresh.url.replace("http", "https")}
    lines = Guest(fresh).post("/desk/api/sign-in", {"name": "Noor Example", "password": start}, headers=secure).cookies
    assert lines[0].startswith("__Host-waymark_desk=") and "Secure" in lines[0] and "Path=/;" in lines[0]


def test_an_untrusted_proxy_is_not_believed(tmp_path: Path) -> None:
    server = DeskServer(tmp_path, TRUSTED_PROXIES="10.9.8.7").start()
    _, start = server.mediator("Noor Example")
    lines = Guest(server).post(
        "/desk/api/sign-in", {"name": "Noor Example", "password": start}, headers={"X-Forwarded-Proto": "https"}
    ).cookies
    assert "Secure" not in lines[0]
    server.stop()
    named = DeskServer(tmp_path / "named", DESK_URL="https://help.city.example").start()
    _, start = named.mediator("Noor Example")
    sign_in = {"name": "Noor Example", "password": start}
    assert Guest(named).post("/desk/api/sign-in", sign_in).body["error"] == "console.forged"
    lines = Guest(named).post("/desk/api/sign-in", sign_in, headers={"Origin": "https://help.city.example"}).cookies
    assert "Secure" in lines[0]
    named.stop()
