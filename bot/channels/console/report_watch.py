"""The report desk's background work: a round of bot.reporting.watch every minute, and keys locked when their time is over."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sanic import Sanic

from bot.container import Container

logger = logging.getLogger(__name__)
EVERY_SECONDS = 60.0


def add_report_watch(app: Sanic, house: Container) -> None:
    """Starts the rounds with the server and ends them with it; the keys of all sessions are forgotten then."""

    async def rounds() -> None:
        while True:
            try:
                house.report_sessions.sweep()
                done = await house.report_watch.round()
                await house.warnings.collect()
                if done.alerts or done.closed or done.emptied:
                    logger.info("Reports: %d alerts, %d closed by themselves, %d emptied", len(done.alerts), len(done.closed),
                                len(done.emptied))
            except Exception as error:  # the next round tries again; nothing here may stop the chat
                logger.error("A round over the reports failed: %s", type(error).__name__)
            await asyncio.sleep(EVERY_SECONDS)

    async def start(running: Sanic, _: Any) -> None:
        running.ctx.report_watch = asyncio.create_task(rounds())

    async def stop(running: Sanic, _: Any) -> None:
        running.ctx.report_watch.cancel()
        house.report_sessions.drop_all()

    app.register_listener(start, "after_server_start")
    app.register_listener(stop, "before_server_stop")
