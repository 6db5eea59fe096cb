"""A whole house with its desk on Telegram and a staff group, in this process: real store, real library, the Bot API stand-in.

    async with StaffHouse(tmp_path, bot_api, groups=(GROUP,)) as desk:
        person = desk.person(7, "uk")
        await person.open_case("Мені потрібна допомога")       # consent given, first message sent
        olena = await desk.mediator("Olena", 900, "de")
        topic = await desk.topic()                              # the case's topic
        bot_api.push_group_text(GROUP, topic, 900, "Guten Tag")
        await desk.until(lambda: ...)
"""

from __future__ import annotations

import asyncio
import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from bot.channels.desk import DeskChannel
from bot.channels.gate import Gate
from bot.channels.telegram.limits import Pace
from bot.channels.telegram.runner import Runner
from bot.container import Container
from bot.contracts import Translation
from bot.settings import Settings
from bot.store.case_records import Case
from bot.store.conversations import Conversation
from bot.store.mediators import Mediator
from bot.store.messages import Inbound
from tests.conftest import state_with_models
from tests.telegram.bot_api import BotApi
from tests.telegram.stand_ins import until

GROUP = -1001234567890
SECOND_GROUP = -1009876543210


class Echo:
    """A translator that can be recognised: "text" in uk becomes "[uk] text"."""

    def can(self, source: str, target: str) -> bool:
        return True

    async def translate(
        self, text: str, source: str, target: str, *, context: str = "", personal: bool = False
    ) -> Translation:
        if text.startswith(f"[{source}] "):
            return Translation(text[5:], text, source, target, "machine", "good")
        return Translation(f"[{target}] {text}", text, source, target, "machine", "good")


class NoDanger:
    """Sees no danger: these tests are about what comes after it."""

    kind = None

    def look(self, text: str, language: str, remember: bool = True) -> NoDanger:
        return self


class StaffHouse:
    """The house; `stop` and `start` again are a restart, with everything in memory gone."""

    def __init__(
        self, folder: Path, api: BotApi, groups: tuple[int, ...] = (GROUP,), calls: int = 1000, window: float = 60.0
    ) -> None:
        self._folder, self.api, self._groups = folder, api, groups
        self._calls, self._window = calls, window
        self.house: Container
        self.gate: Gate
        self._runner: Runner | None = None

    async def __aenter__(self) -> StaffHouse:
        await self.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.stop()

    async def start(self) -> None:
        settings = {
            "WAYMARK_STATE": str(state_with_models(self._folder / "state")),
            "WAYMARK_TELEGRAM_TOKEN": self.api.token, "WAYMARK_TELEGRAM_API": self.api.base_url,
            "WAYMARK_STAFF_GROUPS": " ".join(map(str, self._groups)), "WAYMARK_STAFF_LANGUAGE": "en",
            "WAYMARK_STAFF_PACE": str(self._calls),
        }
        house = Container(Settings(settings, file=self._folder / "none.env"))
        house.__dict__["translator"] = Echo()
        house.__dict__["danger"] = NoDanger()
        self.house, self.gate = house, Gate(house)
        house.gate = self.gate
        self.gate.owned_by("assistant", self._assistant)
        DeskChannel(house, self._assistant).register()
        self._runner = Runner(house, hold=1, pace=Pace(overall=1000, chat=1000), staff_window=self._window)
        self._runner.connect()
        await self.gate.start()
        self._runner.start()

    async def stop(self) -> None:
        if self._runner is not None:
            await self._runner.stop()
            await self.gate.stop()
            self.house.database.close()
            self._runner = None

    async def _assistant(self, message: Inbound, _: Conversation, language: str) -> list[dict[str, Any]]:
        return [self.house.wording_messages.make("utter_topics", language)]

    async def mediator(self, name: str, telegram_id: int | None, *languages: str, lead: bool = False) -> Mediator:
        roles = ("mediator", "lead") if lead else ("mediator",)
        return await self.house.mediators.add(name, languages or ("de",), roles=roles, telegram_id=telegram_id)

    def person(self, chat: int, language: str = "uk") -> StaffPerson:
        return StaffPerson(self, chat, language)

    async def case(self) -> Case:
        """The only open case."""
        (case,) = await self.house.cases.all_open()
        return case

    async def topic(self, group: int = GROUP, code: str | None = None) -> int:
        """The number of the (only) case's topic, once it is there with its card."""
        code = code or (await self.case()).code
        await self.until(lambda: any(self.api.in_topic(group, one) for one in self.api.topic_named(group, code)))
        (topic,) = self.api.topic_named(group, code)
        return topic

    async def until(self, true: Callable[[], object], timeout: float = 30.0) -> None:
        await until(true, timeout)

    def said(self, topic: int, group: int = GROUP) -> list[str]:
        """What stands in a topic from the bot now, edits done; files as their kind."""
        return [
            f"<{one.kind}>" if one.kind != "text" else self.api.texts[group, one.message_id]
            for one in self.api.in_topic(group, topic)
        ]

    async def quiet(self) -> None:
        """Waits until nothing is being drawn."""
        assert self._runner is not None and self._runner._staff is not None
        board = self._runner._staff.board
        await asyncio.sleep(0.05)
        await until(lambda: not board._running)


class StaffPerson:
    """A person in a private chat."""

    def __init__(self, desk: StaffHouse, chat: int, language: str) -> None:
        self.desk, self.chat, self.language = desk, chat, language

    @property
    def got(self) -> list[str]:
        """What stands in the person's chat now, edits done; files as their kind."""
        return [
            f"<{one.kind}>" if one.kind != "text" else self.desk.api.texts[self.chat, one.message_id]
            for one in self.desk.api.to(self.chat)
        ]

    def say(self, text: str) -> int:
        """Writes; the message's number in the chat."""
        self.desk.api.push_text(self.chat, text, self.language)
        return int(self.desk.api.pending[-1]["message"]["message_id"])

    async def conversation(self) -> str:
        return self.desk.house.secrets.pseudonym("telegram", str(self.chat))

    async def open_case(self, text: str) -> Case:
        """Comes to the bot, agrees to a mediator, and writes."""
        before = len(self.got)
        self.say("/start")
        await self.desk.until(lambda: len(self.got) > before)
        conversation = await self.conversation()
        await self.desk.house.conversations.set_language(conversation, self.language, chosen=True)
        case = await self.desk.house.desk.open(conversation, reason="asked")
        self.say(text)

        async def heard() -> None:
            while not any(entry.text == text for entry in await self.desk.house.cases.entries(case.id)):
                await asyncio.sleep(0.01)

        await asyncio.wait_for(heard(), 30)
        await self.desk.until(lambda: not self.desk.gate._workers and not self.desk.gate.delivery._workers)
        found = await self.desk.house.cases.get(case.id)
        assert found is not None
        return found


async def talking(desk: StaffHouse, bot_api: BotApi) -> tuple[StaffPerson, int]:
    """A case that Olena has, with one word said on each side."""
    await desk.mediator("Olena", 900, "de")
    person = desk.person(7)
    await person.open_case("Мені потрібен лікар")
    topic = await desk.topic()
    bot_api.push_group_text(GROUP, topic, 900, "Hallo")
    await desk.until(lambda: any("Hallo" in one for one in person.got))
    await desk.quiet()
    return person, topic


def photo_with_place() -> bytes:
    """A photo that says where and with what it was taken."""
    exif = Image.Exif()
    exif[0x010F] = "CameraMaker"
    exif.get_ifd(0x8825).update({1: "N", 2: (48.0, 22.0, 0.0)})
    target = io.BytesIO()
    Image.new("RGB", (40, 30), (200, 30, 30)).save(target, "JPEG", exif=exif)
    return target.getvalue()
