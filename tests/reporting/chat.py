"""A person in a chat with the report desk: a real gate, a real store; who answers in other modes is a stand-in."""

from __future__ import annotations

import asyncio
import re
import uuid
from pathlib import Path
from typing import Any

import sqlalchemy as sa

from bot.channels.gate import Gate
from bot.channels.report_desk import ReportDesk
from bot.channels.report_part import PRESSES
from bot.container import Container
from bot.reporting.receipts import find_code
from bot.store.conversations import Conversation
from bot.store.messages import Inbound, Outbound
from bot.store.tables import metadata


class Chatting:
    """Says and presses, and sees what comes back. `heard_by_assistant`: what the assistant was given."""

    def __init__(self, house: Container, channel: str = "web", language: str = "en") -> None:
        self.house, self.channel, self.language = house, channel, language
        self.id = uuid.uuid4().hex
        self.files: dict[str, bytes] = {}
        self.heard_by_assistant: list[dict[str, Any]] = []
        self.last: list[Outbound] = []
        self.danger = False
        self.checked = True
        self.start_anew()

    def start_anew(self) -> None:
        """What a restart of the server does: everything in memory is gone."""
        self.gate = Gate(self.house)
        self.house.gate = self.gate
        self.gate.deliver_with(self.channel, self._deliver)
        self.gate.owned_by("assistant", self._assistant)
        self.desk = ReportDesk(self.house, self._fetch)
        self.gate.owned_by("report", self.desk)
        self.gate.sealed_by("report", self.desk.sealing.seal)
        self.gate.files.sealed_with(self.desk.sealing.take_file)
        self.gate.secret_by(lambda text: find_code(text) is not None, self.desk.sealing.seal_code)
        for intent in (*PRESSES, *sorted(self.desk.presses)):
            self.gate.pressed_by(intent, self.desk.pressed)

    async def _assistant(self, message: Inbound, _: Conversation, language: str) -> list[dict[str, Any]]:
        self.heard_by_assistant.append(message.body)
        return [self.house.wording_messages.make("utter_topics", language)]

    async def stop(self) -> None:
        """Lets what is under way come to its end."""
        await asyncio.sleep(0)
        await self.gate.stop()

    async def _deliver(self, answer: Outbound) -> bool:
        return True

    async def _fetch(self, channel: str, identifier: str) -> bytes:
        return self.files[identifier]

    async def say(self, text: str = "", **how: Any) -> list[str]:
        """Sends; the texts that came back."""
        message_id = how.pop("message_id", uuid.uuid4().hex)
        waiting = self.gate.expect(self.id, message_id)
        accepted = await self.gate.accept(
            channel=self.channel, conversation_id=self.id, message_id=message_id, text=text, prior=self.language,
            address="4711", **how,
        )
        if not accepted:
            self.gate.expect_no_more(self.id, message_id)
        self.last = await asyncio.wait_for(waiting, 60)
        if text and not text.startswith("/") and not self.danger:
            # Stories of wrongs read like danger at times; what comes after the numbers is looked at here.
            self.last = [answer for answer in self.last if answer.body["metadata"].get("kind") != "danger"]
        if self.last and await self.mode() == "report" and self.checked:
            assert self.buttons(), "a message that leads nowhere"
        return [answer.body["text"] for answer in self.last]

    def buttons(self) -> dict[str, str]:
        """Titles to ids of the buttons that came last."""
        return {
            button["title"]: f"b:{answer.seq}:{place}"
            for answer in self.last if answer.seq for place, button in enumerate(answer.body["buttons"])
        }

    async def press(self, label: str, **values: Any) -> list[str]:
        """Presses the button with the wording label `label`."""
        title = self.house.wording.label(label, self.language, **values)
        return await self.say(press=self.buttons()[title])

    def text(self, name: str, **values: Any) -> str:
        """A response in the person's language."""
        return self.house.wording.render(f"utter_report_{name}", self.language, **values).text

    async def mode(self) -> str:
        found = await self.house.conversations.get(self.id)
        return found.mode if found else "forgotten"

    async def tell(self, *stories: str, kind: str = "housing") -> str:
        """A whole report, the rest left out; its code."""
        await self.say("/report")
        await self.press("report_button_begin")
        await self.press(f"report_kind_{kind}")
        for story in stories:
            await self.say(story)
        await self.press("report_button_done")
        while self.house.wording.label("report_button_skip", self.language) in self.buttons():
            await self.press("report_button_skip")
        return await self.send()

    async def send(self) -> str:
        """From "shall I send it?" to the confirmed code."""
        [asked] = await self.press("report_button_send")
        shown = await self.say(str(sum(int(number) for number in re.findall(r"\d+", asked))))
        code = re.search(r"\d{4} \d{4} \d{4} \d{4}", shown[0])
        assert code, shown
        return code.group()


def everything(house: Container) -> bytes:
    """The database as bytes, its write-ahead log too, and every sealed value as the house's key opens it."""
    with house.database.engine.begin() as connection:
        cells = [
            value for table in metadata.sorted_tables for row in connection.execute(sa.select(table)) for value in row
        ]
    found = [str(value).encode() for value in cells if not isinstance(value, bytes)]
    for cell in cells:
        if isinstance(cell, bytes):
            try:
                found.append(house.secrets.open(cell).encode())
            except Exception:
                found.append(cell)
    folder = Path(house.settings.state)
    return b"\n".join(found + [file.read_bytes() for file in folder.glob("waymark.db*")])
