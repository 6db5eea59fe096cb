"""Languages beyond the eight: the assistant answers by translation where it can, and says so honestly where it cannot.

With packages: the person's words go to the pivot language, the assistant understands and searches there, and its answers are
made of wording and records that a machine has translated (bot.translation.prepared); telephone numbers, addresses and
names never pass through it. Without packages: what little wording there is, the topics as buttons, and a person.
"""

from __future__ import annotations

import asyncio
from typing import Any

from sanic import Sanic

from bot.catalogs import Catalog
from bot.channels.owners import Owner
from bot.channels.presses import resolve
from bot.channels.spoken import Spoken
from bot.container import Container
from bot.directory.translations import directory_sources
from bot.ending import end
from bot.languages import BEYOND, CODES, SOURCE_LANGUAGE, is_beyond
from bot.store.conversations import Conversation
from bot.store.messages import Inbound


class Beyond:
    """An owner around the assistant."""

    def __init__(self, house: Container, assistant: Owner) -> None:
        self._house = house
        self._assistant = assistant
        self._spoken = Spoken(house)

    async def __call__(
        self, message: Inbound, conversation: Conversation, language: str
    ) -> list[dict[str, Any]] | None:
        text = message.body["text"].strip()
        if not is_beyond(language) or not text or await resolve(self._house.messages, message) is not None:
            return await self._assistant(message, conversation, language)
        english = message.body.get("english")
        if english is None and (english := await self._spoken.english(text, language)):
            # It came too late for the look for danger before.
            kind = (await asyncio.to_thread(self._house.danger.look, english, SOURCE_LANGUAGE)).kind
            if kind:
                make = self._house.wording_messages.made
                return [await make(f"utter_danger_{kind}", language, danger=kind), await make("utter_danger_next", language)]
        if not english:
            # In the eyes of the person this is the first answer too: what Waymark is, what it can do, and who helps.
            return [await self._house.wording_messages.made("utter_beyond_cannot", language)]
        return await self._assistant(message._replace(body={**message.body, "text": english}), conversation, language)


def add_beyond(app: Sanic, house: Container) -> None:
    """Translates the house's own texts in the background: those of records that have no translation first."""

    async def work() -> None:
        # An engine that nobody has used yet takes seconds to start: better now than while somebody waits.
        pairs = ((code, SOURCE_LANGUAGE) for code in (*BEYOND, *CODES) if code != SOURCE_LANGUAGE)
        warm = next((pair for pair in pairs if house.translator.can(*pair)), None)
        if warm is not None:
            await house.translator.translate("good day to you", *warm, context="start", personal=True)
        for code in CODES:
            if code != SOURCE_LANGUAGE and house.prepared.can(code):
                catalog = house.directory_catalogs[code]
                house.prepared.want(await asyncio.to_thread(_untranslated, house, catalog), code, "directory")
        await house.prepared.run()

    async def start(running: Sanic, _: Any) -> None:
        running.ctx.preparing = asyncio.create_task(work())

    async def stop(running: Sanic, _: Any) -> None:
        await end([running.ctx.preparing])

    app.register_listener(start, "after_server_start")
    app.register_listener(stop, "before_server_stop")


def _untranslated(house: Container, catalog: Catalog) -> list[str]:
    sources = (source.text for source in directory_sources(house.directory))
    return [text for text in sources if catalog.get(text).missing or catalog.is_stale(text)]
