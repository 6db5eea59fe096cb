"""The report form on a port of its own, in a thread, without Rasa: what a browser meets is the real pages and the real store."""

from __future__ import annotations

import asyncio
import threading

from sanic import Sanic

from bot.channels.reports.part import add_reports
from bot.container import Container
from tests.ports import free_port


class Site:
    """The form's server. `start`, then `url`; `run` runs a coroutine on its loop, as the house's own code does."""

    def __init__(self, house: Container) -> None:
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.house = house
        self._loop = asyncio.new_event_loop()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def start(self) -> None:
        self._thread.start()
        assert self._ready.wait(60)

    def stop(self) -> None:
        self.run(self._end())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)

    def run(self, work):  # type: ignore[no-untyped-def]
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def _serve(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._begin())
        self._ready.set()
        self._loop.run_forever()

    async def _begin(self) -> None:
        app = Sanic(f"reports{self.port}", configure_logging=False)
        app.config.ACCESS_LOG = False
        app.config.REQUEST_MAX_SIZE = 1_000_000
        add_reports(app, self.house)
        self._server = await app.create_server(
            host="127.0.0.1", port=self.port, return_asyncio_server=True, access_log=False
        )
        await self._server.startup()
        await self._server.before_start()
        await self._server.start_serving()
        await self._server.after_start()

    async def _end(self) -> None:
        await self._server.before_stop()
        self._server.close()
        await self._server.wait_closed()
        await self._server.after_stop()
