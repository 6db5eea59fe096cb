"""Somebody with a browser's cookies and without its good manners: sends whatever a test wants."""

from __future__ import annotations

import http.client
import json
from email.message import Message
from typing import Any, NamedTuple

from tests.console.desk_server import DeskServer


class Answer(NamedTuple):
    """`body` is parsed JSON where it is JSON, else text."""

    status: int
    body: Any
    headers: Message
    cookies: list[str]


class Guest:
    """Keeps cookies; sends the page's own origin and token unless told otherwise."""

    def __init__(self, server: DeskServer) -> None:
        self.server = server
        self.jar: dict[str, str] = {}
        self.csrf = ""
        self.secret = ""
        self.id = ""

    def ask(
        self, path: str, method: str = "GET", body: Any = None, headers: dict[str, str] | None = None, raw: bytes | None = None
    ) -> Answer:
        sent = {"Origin": self.server.url, "X-CSRF-Token": self.csrf}
        if self.jar:
            sent["Cookie"] = "; ".join(f"{name}={value}" for name, value in self.jar.items())
        data = raw
        if body is not None:
            data = json.dumps(body).encode()
            sent["Content-Type"] = "application/json"
        sent |= headers or {}
        connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        connection.request(method, path, data, {name: value for name, value in sent.items() if value})
        answer = connection.getresponse()
        text = answer.read().decode("utf-8", "replace")
        connection.close()
        cookies = answer.headers.get_all("Set-Cookie") or []
        for line in cookies:
            name, _, value = line.split(";")[0].partition("=")
            if "Max-Age=0" in line:
                self.jar.pop(name, None)
            else:
                self.jar[name] = value
        is_json = (answer.headers.get("Content-Type") or "").startswith("application/json")
        return Answer(answer.status, json.loads(text) if is_json else text, answer.headers, cookies)

    def post(self, path: str, body: Any = None, **more: Any) -> Answer:
        return self.ask(path, "POST", {} if body is None else body, **more)

    def password(self, name: str, password: str, **more: Any) -> Answer:
        answer = self.post("/desk/api/sign-in", {"name": name, "password": password}, **more)
        self.refresh()
        return answer

    def refresh(self) -> dict[str, Any]:
        me: dict[str, Any] = self.ask("/desk/api/me").body
        self.csrf = me.get("csrf", "")
        return me

    def enrol(self, name: str, start: str, password: str = "four random words here") -> Guest:
        """The first sign-in from beginning to end."""
        assert self.password(name, start).body == {"stage": "enrol"}
        self.secret = self.ask("/desk/api/sign-in/enrolment").body["secret"]
        answer = self.post("/desk/api/sign-in/enrol", {"password": password, "code": self.server.code(self.secret)})
        assert answer.body == {"stage": "full"}, answer.body
        self.refresh()
        return self
