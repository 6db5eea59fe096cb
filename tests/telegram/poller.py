"""A process to be killed: the channel against a Bot API, with a gate that writes each text to a file, once.

python -m tests.telegram.poller API TOKEN FOLDER write|hang-at-two
"""

from __future__ import annotations

import asyncio
import sys
from pathlib import Path
from typing import Any

from bot.channels.telegram.runner import Runner
from tests.telegram.stand_ins import ListGate, StandInHouse


class BookGate(ListGate):
    """Writes to FOLDER/book.txt, numbers of what was seen to FOLDER/seen.txt."""

    def __init__(self, folder: Path, hang: bool) -> None:
        super().__init__()
        self._book, self._seen_file, self._sign = folder / "book.txt", folder / "seen.txt", folder / "hanging"
        self._hang = hang

    async def accept(self, **said: Any) -> bool:
        if self._hang and said["text"] == "two":
            self._sign.touch()
            await asyncio.sleep(600)
        seen = self._seen_file.read_text().split() if self._seen_file.exists() else []
        if said["message_id"] in seen:
            return False
        with self._book.open("a") as book, self._seen_file.open("a") as numbers:
            book.write(said["text"] + "\n")
            numbers.write(said["message_id"] + "\n")
        return True


async def main(api: str, token: str, folder: Path, mode: str) -> None:
    """Runs until killed."""
    house = StandInHouse(folder, api, token)
    house.gate = BookGate(folder, mode == "hang-at-two")
    runner = Runner(house, hold=2)
    runner.connect()
    runner.start()
    await asyncio.sleep(600)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], sys.argv[2], Path(sys.argv[3]), sys.argv[4]))
