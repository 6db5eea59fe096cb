"""The report desk as a part of the server: its owner, its buttons, its seals, and the clean-up of halves of reports."""

from __future__ import annotations

import asyncio
import logging
from typing import Any

from sanic import Sanic

from bot.channels.report_desk import ReportDesk
from bot.channels.reports.part import add_reports
from bot.container import Container
from bot.reporting.receipts import find_code

logger = logging.getLogger(__name__)
PURGE_EVERY_SECONDS = 1800
# What the report desk's own buttons press, besides those of an opened report (ReportReturn.presses).
PRESSES = (
    "file_report", "report_kinds", "report_kind", "report_choice", "report_skip", "report_done", "report_back",
    "report_stop", "report_keep", "report_delete", "report_go_on", "report_new", "report_send", "report_new_number",
    "report_have_number", "report_typed_code", "report_end", "report_show", "report_anew",
)


def add_report_desk(app: Sanic, house: Container) -> None:
    """Adds the form under /report, and the mode "report" of every chat."""
    add_reports(app, house)
    desk = ReportDesk(house, house.gate.files.fetch)
    house.gate.owned_by("report", desk)
    house.gate.sealed_by("report", desk.sealing.seal)
    house.gate.files.sealed_with(desk.sealing.take_file)
    house.gate.secret_by(lambda text: find_code(text) is not None, desk.sealing.seal_code)
    for intent in (*PRESSES, *sorted(desk.presses)):
        house.gate.pressed_by(intent, desk.pressed)

    async def purge() -> None:
        while True:
            try:
                await house.interview.drafts.purge()
            except Exception as error:
                logger.error("Halves of reports could not be deleted: %s", type(error).__name__)
            await asyncio.sleep(PURGE_EVERY_SECONDS)

    async def start(running: Sanic, _: Any) -> None:
        running.ctx.report_purging = asyncio.create_task(purge())

    async def stop(running: Sanic, _: Any) -> None:
        running.ctx.report_purging.cancel()

    app.register_listener(start, "after_server_start")
    app.register_listener(stop, "before_server_stop")
