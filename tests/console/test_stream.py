"""The live line: what changes comes at once, a break loses and doubles nothing, and it ends with the session."""

from __future__ import annotations

import http.client
import json
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import pytest

from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest

ASKED = "أحتاج إلى مساعدة."
Sign = Callable[..., Guest]


class Line:
    """Reads a stream in a thread. `events`: [(event, data, id)] in order of arrival."""

    def __init__(self, guest: Guest, case_id: str = "", after: int = 0, last_event_id: str = "") -> None:
        self.connection = http.client.HTTPConnection("127.0.0.1", guest.server.port, timeout=60)
        headers = {"Cookie": "; ".join(f"{name}={value}" for name, value in guest.jar.items())}
        if last_event_id:
            headers["Last-Event-ID"] = last_event_id
        self.connection.request("GET", f"/desk/api/stream?case={case_id}&after={after}", headers=headers)
        self.answer = self.connection.getresponse()
        self.events: list[tuple[str, Any, str]] = []
        self.ended = threading.Event()
        threading.Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        fields: dict[str, str] = {}
        try:
            for line in self.answer:
                name, _, value = line.decode().rstrip("\n").partition(": ")
                if name:
                    fields[name] = value
                elif "event" in fields:
                    self.events.append((fields["event"], json.loads(fields["data"]), fields.get("id", "")))
                    fields = {}
                else:
                    fields = {}
        except (OSError, ValueError, AttributeError, http.client.HTTPException):
            pass
        self.ended.set()

    def of(self, name: str) -> list[Any]:
        return [data for event, data, _ in list(self.events) if event == name]

    def numbers(self) -> list[int]:
        return [entry["number"] for entry in self.of("entry")]

    def until(self, true: Callable[[], object], seconds: float = 60) -> None:
        deadline = time.monotonic() + seconds
        while not true():
            assert time.monotonic() < deadline, self.events[-5:]
            time.sleep(0.01)

    def close(self) -> None:
        if self.connection.sock:
            self.connection.sock.close()
        self.connection.close()


def _got(line: Line, before: list[int], number: int) -> bool:
    return number in before or number in line.numbers()


@pytest.fixture
def noor(signed_in: Sign) -> Guest:
    return signed_in("Noor Example")


def taken(desk: DeskServer, guest: Guest) -> Any:
    person = desk.person(ASKED)
    assert guest.post(f"/desk/api/cases/{person.case_id}/take").status == 200
    return person


def test_everything_comes_by_itself(desk: DeskServer, noor: Guest) -> None:
    person = taken(desk, noor)
    line = Line(noor, person.case_id)
    line.until(lambda: any(one["text"] == ASKED for one in line.of("entry")))
    assert line.answer.headers["Content-Type"].startswith("text/event-stream")
    begin = time.monotonic()
    person.say("Neue Nachricht")
    line.until(lambda: any(one["text"] == "Neue Nachricht" for one in line.of("entry")))
    assert time.monotonic() - begin < 2
    desk.run(desk.house.desk.person_typing(person.conversation_id, True))
    line.until(lambda: line.of("typing") == [{"on": True}])
    other = desk.person(ASKED)
    line.until(lambda: any(one["id"] == other.case_id for one in line.of("queue")[-1]["cases"]))
    noor.post(f"/desk/api/cases/{person.case_id}/wait", {"who": "person"})
    line.until(lambda: line.of("case")[-1]["state"] == "waiting_person")
    line.close()


def test_a_translation_and_a_delivery_change_what_stands_there(desk: DeskServer, noor: Guest) -> None:
    person = taken(desk, noor)
    line = Line(noor, person.case_id)
    person.say("أحتاج إلى طبيب.")
    line.until(lambda: "Ich brauche einen Arzt." in [(one["translation"] or {}).get("text") for one in line.of("changed")])
    sent = noor.post(f"/desk/api/cases/{person.case_id}/reply", {"text": "Vielen Dank.", "key": "12345678"}).body["entry"]
    line.until(lambda: sent["number"] in line.numbers())
    entry = next(one for one in desk.run(desk.house.cases.entries(person.case_id)) if one.number == sent["number"])
    desk.run(desk.house.desk.delivered(person.conversation_id, entry.seq or 0, "failed"))
    line.until(lambda: any(one["number"] == sent["number"] and one["delivery"] == "failed" for one in line.of("changed")))
    line.close()


def test_a_break_loses_nothing_and_doubles_nothing(desk: DeskServer, noor: Guest) -> None:
    person = taken(desk, noor)
    seen: list[int] = []
    line = Line(noor, person.case_id)
    line.until(lambda: line.of("case"))
    for round_ in range(6):
        for place in range(4):
            person.say(f"{round_}-{place}")
            if place == round_ % 4:
                # The line breaks in the middle; the browser names the last number it has.
                line.close()
                seen += line.numbers()
                line = Line(noor, person.case_id, last_event_id=str(max(seen, default=0)))
        # On this line or, where it was the last thing before the break, on the one before.
        last = desk.run(desk.house.cases.entries(person.case_id))[-1].number
        line.until(partial(_got, line, seen, last))
    seen += line.numbers()
    line.close()
    stored = [entry.number for entry in desk.run(desk.house.cases.entries(person.case_id))]
    assert seen == stored, "every entry once, in order"


def test_signing_out_ends_the_line_at_once(desk: DeskServer) -> None:
    _, start = desk.mediator("Short Example")
    guest = Guest(desk).enrol("Short Example", start)
    line = Line(guest)
    line.until(lambda: line.of("queue"))
    guest.post("/desk/api/sign-out")
    line.until(line.ended.is_set, 3)
    assert line.of("signed_out") == [{}]


def test_being_disabled_ends_the_line(desk: DeskServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.channels.console.stream.HEARTBEAT", 0.3)
    identifier, start = desk.mediator("Brief Example")
    guest = Guest(desk).enrol("Brief Example", start)
    line = Line(guest)
    line.until(lambda: line.of("queue"))
    desk.run(desk.house.mediators.disable(identifier))
    line.until(line.ended.is_set, 5)
    assert line.of("signed_out") == [{}]


def test_somebody_elses_case_stays_silent(desk: DeskServer, noor: Guest, signed_in: Sign) -> None:
    person, sam = taken(desk, noor), signed_in("Sam Example")
    line = Line(sam, person.case_id)
    line.until(lambda: line.of("gone"))
    person.say("Geheim")
    time.sleep(0.5)
    assert line.of("entry") == [] and line.of("changed") == [] and "Geheim" not in str(line.events)
    line.close()


def test_a_case_that_is_passed_on_goes_from_the_screen(desk: DeskServer, noor: Guest, signed_in: Sign) -> None:
    person, sam = taken(desk, noor), signed_in("Sam Example")
    line = Line(noor, person.case_id)
    line.until(lambda: line.of("case"))
    noor.post(f"/desk/api/cases/{person.case_id}/pass", {"to": sam.id})
    line.until(lambda: line.of("gone"))
    person.say("Nur für Sam")
    time.sleep(0.4)
    assert "Nur für Sam" not in str(line.events)
    line.close()


@pytest.mark.parametrize("after", ["-1", "x", "9" * 40, "1e3", "²"])
def test_garbled_numbers_begin_at_the_beginning(desk: DeskServer, noor: Guest, after: str) -> None:
    person = taken(desk, noor)
    line = Line(noor, person.case_id, last_event_id=after.encode().decode("latin-1"))
    line.until(lambda: line.numbers()[:1] == [1])
    line.close()


def test_no_line_without_a_session(desk: DeskServer) -> None:
    assert Guest(desk).ask("/desk/api/stream").status == 401
