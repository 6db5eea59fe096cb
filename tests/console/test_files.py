"""Files of a case: hostile names and contents, others' files, too large ones; every one stays a file."""

from __future__ import annotations

import io
from collections.abc import Callable
from urllib.parse import quote

import pytest
from PIL import Image

from tests.console.desk_server import DeskServer, Person
from tests.console.visitor import Answer, Guest

Sign = Callable[..., Guest]
KEY = {"X-File-Key": "file-key-12345678"}


def png() -> bytes:
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(made, "PNG")
    return made.getvalue()


def taken(desk: DeskServer, guest: Guest) -> Person:
    person = desk.person("أحتاج إلى مساعدة.")
    assert guest.post(f"/desk/api/cases/{person.case_id}/take").status == 200
    return person


def upload(guest: Guest, person: Person, name: str, data: bytes, kind: str = "image/png", **headers: str) -> Answer:
    sent = {"Content-Type": kind, "X-File-Name": quote(name), **KEY, **headers}
    return guest.ask(f"/desk/api/cases/{person.case_id}/files", "POST", raw=data, headers=sent)


HOSTILE = [
    "<img src=x onerror=alert(1)>.png", "../../etc/passwd", 'a"; filename="evil.html', "تقرير.png", "x\r\nSet-Cookie: a=b.png",
    "\u202egnp.exe",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_name(desk: DeskServer, signed_in: Sign, name: str) -> None:
    noor = signed_in("Noor Example")
    person = taken(desk, noor)
    identifier = person.file(name, "image/png", png())
    answer = noor.ask(f"/desk/api/cases/{person.case_id}/files/{identifier}")
    disposition = answer.headers["Content-Disposition"]
    assert answer.status == 200 and disposition.startswith('attachment; filename="file"; filename*=UTF-8')
    assert not set("<>\r\n") & set(disposition) and disposition.count('"') == 2 and "Set-Cookie" not in answer.headers
    assert answer.headers["Content-Type"] == "application/octet-stream"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize(
    ("name", "kind", "data"),
    [
        ("page.html", "text/html", b"<script>alert(1)</script>"),
        ("drawing.svg", "image/svg+xml", b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'),
        ("picture.png", "image/png", b"<html><script>alert(1)</script></html>"),
    ],
)
def test_what_could_run_is_only_ever_downloaded(desk: DeskServer, signed_in: Sign, name: str, kind: str, data: bytes) -> None:
    noor = signed_in("Noor Example")
    person = taken(desk, noor)
    answer = upload(noor, person, name, data, kind)
    if answer.status != 200:
        assert answer.body["error"].startswith("attachment."), "refused for what it is"
        return
    shown = noor.ask(f"/desk/api/cases/{person.case_id}/files/{answer.body['file']['id']}?show=1")
    assert shown.headers["Content-Type"] == "application/octet-stream"
    assert shown.headers["Content-Disposition"].startswith("attachment")


def test_a_picture_is_shown_and_sent(desk: DeskServer, signed_in: Sign) -> None:
    noor = signed_in("Noor Example")
    person = taken(desk, noor)
    file = upload(noor, person, "Plan.png", png()).body["file"]
    assert (file["name"], file["show"]) == ("Plan.png", "picture")
    shown = noor.ask(f"/desk/api/cases/{person.case_id}/files/{file['id']}?show=1")
    assert shown.headers["Content-Type"] == "image/png" and shown.headers["Content-Disposition"].startswith("inline")
    again = upload(noor, person, "Plan.png", png()).body["file"]
    assert again["id"] == file["id"], "sent again under its key it is kept once"
    body = {"text": "", "key": "with-a-file", "attachments": [file["id"]]}
    sent = noor.post(f"/desk/api/cases/{person.case_id}/reply", body).body["entry"]
    assert [one["id"] for one in sent["attachments"]] == [file["id"]]


def test_a_file_of_another_case_opens_nowhere(desk: DeskServer, signed_in: Sign) -> None:
    noor, sam = signed_in("Noor Example"), signed_in("Sam Example")
    hers, his = taken(desk, noor), taken(desk, sam)
    secret = hers.file("secret.png", "image/png", png())
    assert noor.ask(f"/desk/api/cases/{hers.case_id}/files/{secret}").status == 200
    for path in (f"{hers.case_id}/files/{secret}", f"{his.case_id}/files/{secret}", f"{his.case_id}/files/{secret}?show=1"):
        assert sam.ask(f"/desk/api/cases/{path}").status == 404
    body = {"text": "x", "key": "with-his-file", "attachments": [secret]}
    assert sam.post(f"/desk/api/cases/{his.case_id}/reply", body).status == 404
    assert upload(sam, hers, "a.png", png()).status == 404


def test_too_large_empty_and_unkeyed(desk: DeskServer, signed_in: Sign) -> None:
    noor = signed_in("Noor Example")
    person = taken(desk, noor)
    assert upload(noor, person, "a.bin", b"", "application/octet-stream").body["error"] == "attachment.empty"
    assert upload(noor, person, "a.png", png(), **{"X-File-Key": ""}).body["error"] == "console.body"
    assert upload(noor, person, "a.png", png(), **{"X-CSRF-Token": "0"}).body["error"] == "console.forged"
    assert upload(noor, person, "a.png", png(), Origin="https://evil.example").body["error"] == "console.forged"
    large = {"Content-Length": str(21 * 1024 * 1024)}
    assert upload(noor, person, "a.bin", b"x", "application/octet-stream", **large).status == 413
    two_megabytes = upload(noor, person, "b.bin", bytes(2_000_000), "application/octet-stream", **{"X-File-Key": "another-key"})
    assert two_megabytes.status == 200 and two_megabytes.body["file"]["size"] == 2_000_000
