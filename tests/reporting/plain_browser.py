"""A browser without JavaScript at the pages of the reports, and who may read what it sends."""

from __future__ import annotations

import html
import re
from typing import Any

import requests

from bot.reporting import keys, receipts
from tests.reporting.site import Site

READERS, OVERSIGHT = keys.new_pair(), keys.new_pair()


class Browser:
    """Sends forms as a browser without JavaScript does."""

    def __init__(self, site: Site, language: str = "en") -> None:
        self.site, self.language = site, language
        self.session = requests.Session()
        self.page = ""
        self.answer: Any = None

    def get(self, path: str, **headers: str) -> str:
        self.answer = self.session.get(self.site.url + path, headers=headers, timeout=30)
        self.page = self.answer.text
        return self.page

    def post(self, path: str, files: Any = (), **fields: str) -> str:
        multipart = [(name, (None, value)) for name, value in {"lang": self.language, **fields}.items()]
        self.answer = self.session.post(self.site.url + path, files=[*multipart, *files], timeout=60)
        self.page = self.answer.text
        return self.page

    def hidden(self, name: str) -> str:
        found = re.search(rf'name="{name}" value="([^"]*)"', self.page)
        assert found, name
        return html.unescape(found.group(1))

    def sum(self) -> str:
        asked = re.search(r'<label for="sum">(.*?)</label>', self.page)
        assert asked
        return str(sum(int(number) for number in re.findall(r"\d+", asked.group(1))))

    def open(self, kind: str = "housing") -> str:
        return self.post("/report/tell", kind=kind, helper="")

    def send(self, files: Any = (), **fields: str) -> str:
        values = {"kind": "housing", "task": self.hidden("task"), "sum": self.sum(), **fields}
        return self.post("/report/send", files, **values)

    def code(self) -> str:
        found = re.search(r'id="number"[^>]*>(.*?)</p>', self.page, re.S)
        assert found, self.page
        return " ".join(re.findall(r"\d{4}", found.group(1)))

    def enter(self, code: str) -> str:
        self.get("/report/return")
        return self.post("/report/return", code=code, task=self.hidden("task"), sum=self.sum())

    def act(self, act: str, files: Any = (), **fields: str) -> str:
        carried = {"ticket": self.hidden("ticket"), "key": self.hidden("key"), "act": act}
        return self.post("/report/act", files, **{**carried, **fields})

    def has(self, name: str, **values: Any) -> bool:
        text = self.site.house.wording.render(f"utter_report_{name}", self.language, **values).text
        return text in html.unescape(self.page)

    def report(self, code: str) -> Any:
        receipt = self.site.run(self.site.house.intake.derive(receipts.read_code(code)))
        found = self.site.run(self.site.house.reports.with_lookup(receipt.lookup))
        return next((one for one in found if one.verifier == receipt.verifier), None)
