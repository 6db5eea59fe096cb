"""The translator's part of the server: ready before the first person needs it; counts written before the end."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

from sanic import Sanic

from bot.container import Container


def add_translation(app: Sanic, house: Container) -> None:
    """Reads names, phrases and sentence rules in the background after the start, so that no message waits for them."""

    # Like the directory itself: a bad entry stops the start with its sentence.
    _ = house.glossary

    async def begin(app: Sanic, _: Any) -> None:
        app.ctx.translator_ready = asyncio.create_task(house.translator.prepare())

    async def end(app: Sanic, _: Any) -> None:
        app.ctx.translator_ready.cancel()
        with contextlib.suppress(asyncio.CancelledError, Exception):
            await app.ctx.translator_ready
        await asyncio.to_thread(house.shown_counts.flush)

    app.register_listener(begin, "after_server_start")
    app.register_listener(end, "before_server_stop")
