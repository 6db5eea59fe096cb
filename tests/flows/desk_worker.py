"""A small process that runs the store and the desk without Rasa, to be killed: commands on stdin, acknowledgements on stdout.

`say KEY`, `take`, `reply KEY`, `close`; each answered with `ok WHAT` once it is on the disk. At start it hands over what had not
been delivered, as the server does. What reaches the person is appended to a file with the answer's number, before it is noted
as delivered: the place where a real channel would show it.
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path

from bot.container import Container
from bot.errors import WaymarkError
from bot.settings import Settings
from bot.store.messages import Inbound, Outbound

WHO = "f" * 32
SLOW = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0


class Worker:
    def __init__(self, state: Path) -> None:
        self.house = Container(Settings({"WAYMARK_STATE": str(state)}, file=state / "none.env"))
        self.shown = (state / "shown.txt").open("a", encoding="utf-8")

    async def deliver(self, answers: list[Outbound]) -> None:
        for answer in answers:
            if not answer.body["metadata"].get("author"):
                continue
            self.shown.write(f"{answer.seq} {answer.body['text']}\n")
            self.shown.flush()
        await self.house.messages.delivered(WHO, [answer.seq for answer in answers])

    async def start(self) -> None:
        self.house.desk.deliver_with(self.deliver)
        await self.deliver(await self.house.messages.undelivered("web"))
        for message, _ in await self.house.messages.undone():
            await self.answer(message)

    async def answer(self, message: Inbound) -> None:
        conversation = await self.house.conversations.get(WHO)
        assert conversation is not None
        # As the gate does it: to the desk, then the note that the message is done.
        await self.house.desk.receive(message, conversation, "en")
        await self.house.messages.answer(message, WHO, "web", [])

    async def do(self, word: str, key: str) -> str:
        desk = self.house.desk
        anna = await self.house.mediators.by_name("Anna")
        assert anna is not None
        if word == "say":
            message = Inbound(WHO, key, {"text": key})
            if await self.house.messages.receive(message, "web", None):
                print(f"ok {word} {key}", flush=True)
                await self.answer(message)
            return f"ok {word} {key}"
        if word == "open":
            return f"ok open {(await desk.open(WHO, reason='asked')).id}"
        case = await self.house.cases.open_of(WHO)
        if case is None:
            return f"ok {word} {key}" if word == "close" else f"no {word} {key}"
        try:
            if word == "take":
                await desk.take(case.id, anna.id)
            elif word == "reply":
                await desk.reply(case.id, anna.id, key, key=key, untranslated=True)
            elif word == "close":
                await desk.close(case.id, anna.id, "solved")
        except WaymarkError as error:
            return f"no {word} {key} {error.code}"
        return f"ok {word} {key}"


async def main() -> None:
    worker = Worker(Path(sys.argv[1]))
    await worker.start()
    print("ready", flush=True)
    loop = asyncio.get_running_loop()
    while line := await loop.run_in_executor(None, sys.stdin.readline):
        word, _, key = line.strip().partition(" ")
        print(await worker.do(word, key), flush=True)


asyncio.run(main())
