"""Runs Waymark and a stock `rasa init` bot as servers of their own and talks to both over REST in the same run."""

from __future__ import annotations

import asyncio
import itertools
import os
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import aiohttp
import psutil

from bot.cli.train import ensure_model
from bot.container import container
from bot.settings import ROOT

# What people ask, in every launch language, with the small talk and follow-ups between; none is danger or a button.
OURS = (
    "hello", "i need a flat for my family", "what does it cost", "and in Bobingen?", "thank you",
    "Hallo", "wie finde ich einen deutschkurs", "wann ist geöffnet", "mehr", "مرحبا", "أحتاج طبيب", "أين العنوان",
    "доброго дня", "де записати дитину до школи", "які документи потрібні", "здравствуйте", "как получить деньги от jobcenter",
    "merhaba", "iş arıyorum", "bonjour", "je cherche un avocat", "سلام", "برای فرزندم مدرسه میخواهم", "danke tschüss",
)
STOCK = ("hello", "i am sad", "yes", "hi", "great", "are you a bot?", "no", "bye", "very good", "hey there")


# What people put behind a sentence; it makes a text new and leaves its meaning.
ENDINGS = (" ", ".", "!", "?", " !", " ?", "..", "!!", "??", " ..", " :)", ",")


class Server:
    """A server process that is measured from outside."""

    def __init__(self, command: list[str], folder: Path, port: int, environment: dict[str, str]) -> None:
        self.port = port
        self.said = itertools.count()
        self._log = tempfile.TemporaryFile()
        self._began = time.monotonic()
        self._process = subprocess.Popen(
            command, cwd=folder, env=environment, stdout=self._log, stderr=self._log
        )
        self._handle = psutil.Process(self._process.pid)

    async def ready(self, session: aiohttp.ClientSession) -> float:
        """Seconds from start until the first real answer."""
        while time.monotonic() - self._began < 600:
            if self._process.poll() is not None:
                self._log.seek(0)
                raise RuntimeError("The server ended: " + self._log.read()[-2000:].decode(errors="replace"))
            try:
                if await _say(session, self.port, "warm-up", "hello"):
                    return time.monotonic() - self._began
            except (aiohttp.ClientError, asyncio.TimeoutError):
                await asyncio.sleep(0.25)
        raise RuntimeError("The server was not ready within ten minutes.")

    def cpu_seconds(self) -> float:
        """CPU time that the process and its children have used."""
        times = [process.cpu_times() for process in [self._handle, *self._handle.children(recursive=True)]]
        return float(sum(used.user + used.system for used in times))

    def memory_mb(self) -> float:
        """Resident memory in MB."""
        return float(sum(p.memory_info().rss for p in [self._handle, *self._handle.children(recursive=True)]) / 1e6)

    def stop(self) -> None:
        """Ends the process."""
        self._process.terminate()
        try:
            self._process.wait(20)
        except subprocess.TimeoutExpired:
            self._process.kill()


def free_port() -> int:
    """A port that nobody uses at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


async def _say(session: aiohttp.ClientSession, port: int, sender: str, text: str) -> list[Any]:
    address = f"http://127.0.0.1:{port}/webhooks/rest/webhook"
    timeout = aiohttp.ClientTimeout(total=60)
    async with session.post(address, json={"sender": sender, "message": text}, timeout=timeout) as answer:
        found: list[Any] = await answer.json() if answer.status == 200 else []
        return found


def _fresh(texts: tuple[str, ...], number: int) -> str:
    # Each text is new, as people's are: one that was said before would find its vector remembered.
    return texts[number % len(texts)] + ENDINGS[number // len(texts) % len(ENDINGS)] * (1 + number // 300)


async def _talk(
    session: aiohttp.ClientSession, server: Server, texts: tuple[str, ...], name: str, count: int
) -> tuple[list[float], int]:
    waits, lost = [], 0
    for _ in range(count):
        began = time.monotonic()
        answers = await _say(session, server.port, name, _fresh(texts, next(server.said)))
        waits.append(time.monotonic() - began)
        lost += not answers
    return waits, lost


async def _measure(server: Server, texts: tuple[str, ...], conversations: int, count: int) -> dict[str, float]:
    async with aiohttp.ClientSession() as session:
        start = await server.ready(session)
        await asyncio.gather(*(_talk(session, server, texts, f"warm-{n}", 3) for n in range(conversations)))
        before = server.cpu_seconds()
        results = await asyncio.gather(
            *(_talk(session, server, texts, f"talk-{n}", count) for n in range(conversations))
        )
        used = server.cpu_seconds() - before
    waits = sorted(wait for row, _ in results for wait in row)
    place = statistics.quantiles(waits, n=100) if len(waits) > 1 else waits * 99
    return {
        "cpu_ms_per_message": round(1000 * used / len(waits), 2),
        "p50_ms": round(1000 * place[49], 1),
        "p95_ms": round(1000 * place[94], 1),
        "p99_ms": round(1000 * place[98], 1),
        "lost": sum(lost for _, lost in results),
        "memory_mb": round(server.memory_mb()),
        "start_s": round(start, 1),
    }


async def _growth(server: Server) -> dict[str, float]:
    """CPU a message at the beginning and late in one long conversation."""
    cost = {}
    async with aiohttp.ClientSession() as session:
        await server.ready(session)
        for name, skipped in (("early", 10), ("late", 150)):
            await _talk(session, server, OURS, "long", skipped)
            before = server.cpu_seconds()
            await _talk(session, server, OURS, "long", 48)
            cost[f"cpu_ms_{name}_in_conversation"] = round(1000 * (server.cpu_seconds() - before) / 48, 2)
    return cost


def _stock_environment() -> dict[str, str]:
    # Without our own settings for threads: the stock bot runs as it comes.
    ours = {"OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"}
    return {name: value for name, value in os.environ.items() if name not in ours} | {"RASA_TELEMETRY_ENABLED": "false"}


def _stock_project(folder: Path) -> None:
    folder.mkdir()
    command = [sys.executable, "-m", "rasa", "init", "--no-prompt", "--init-dir", str(folder)]
    subprocess.run(command, check=True, env=_stock_environment(), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    (folder / "credentials.yml").write_text("rest:\n")


def bench_chat(conversations: int, messages: int, stock: bool) -> dict[str, Any]:
    """The figures; those of the stock bot have the prefix stock_."""
    ensure_model(container())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        # A state folder of its own beside the trained models: the bench leaves no conversation behind.
        (folder / "state").mkdir()
        for part in ("models", "cache"):
            (folder / "state" / part).symlink_to(container().settings.state / part)
        port = free_port()
        server = Server(
            [sys.executable, "-c", "from bot.cli.main import app; app()", "run"], ROOT, port,
            os.environ | {"WAYMARK_PORT": str(port), "WAYMARK_STATE": str(folder / "state"), "WAYMARK_TELEGRAM_TOKEN": ""},
        )
        try:
            figures: dict[str, Any] = asyncio.run(_measure(server, OURS, conversations, messages))
            figures |= asyncio.run(_growth(server))
        finally:
            server.stop()
        if stock:
            _stock_project(folder / "stock")
            port = free_port()
            other = Server([sys.executable, "-m", "rasa", "run", "--port", str(port)], folder / "stock", port,
                           _stock_environment())
            try:
                beside = asyncio.run(_measure(other, STOCK, conversations, messages))
            finally:
                other.stop()
            figures |= {f"stock_{key}": value for key, value in beside.items()}
            figures["cpu_ratio_to_stock"] = round(figures["cpu_ms_per_message"] / beside["cpu_ms_per_message"], 3)
        return figures
