"""`waymark bench translation`: how fast the engine is, whether its memory grows, what it costs the answers beside it."""

from __future__ import annotations

import asyncio
import itertools
import json
import os
import random
import statistics
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import aiohttp
import psutil

from bot.cli.bench_libretranslate import LibreTranslate, Unavailable, environment
from bot.cli.bench_threads import Threads
from bot.container import Container
from bot.ending import end
from bot.errors import WaymarkError
from bot.settings import ROOT
from bot.translation.packages import Packages
from bot.translation.workers import Workers

# The project's own small packages; any folder of .argosmodel files with a sentences.json like theirs will do.
FIXTURE = ROOT / "tests" / "translation" / "packages"
SOURCE, TARGET = "de", "en"
_ROUNDS = 3
_CLIENTS = 4
# Each engine's turn, with several clients for speed and then with one for waiting times. By time, not by count: the slowest
# decides nothing.
_SECONDS, _SECONDS_ALONE = 6.0, 4.0
_WARM_UP = 200
# The issue's own number: so many translations run while plain answers are timed.
_BESIDE = 20
# A slice of these alone, then beside each engine, and again: what else the machine does hits all of them alike.
_ANSWERS, _SLICES = 40, 8

Translate = Callable[[str], Awaitable[object]]


class Engine(Protocol):
    """Workers or threads."""

    def translate(self, text: str, source: str, target: str) -> Awaitable[object]: ...


def texts(sentences: Sequence[str], count: int, seed: int) -> list[tuple[str, int]]:
    """Different texts of one to four known sentences, each with its number of sentences."""
    chance = random.Random(seed)  # noqa: S311 - the same texts in each run, nothing secret
    found = []
    for _ in range(count):
        length = chance.randint(1, 4)
        found.append((" ".join(chance.choices(sentences, k=length)), length))
    return found


def endless(sentences: Sequence[str], seed: int) -> Iterator[tuple[str, int]]:
    """The same, without end."""
    for number in itertools.count(seed * 1_000_000):
        yield from texts(sentences, 50, number)


async def _all(
    translate: Translate, given: Iterable[tuple[str, int]], clients: int, seconds: float = float("inf")
) -> tuple[float, list[float]]:
    """Sentences a second, and how long each text took in milliseconds, with so many clients that wait for their answers."""
    waiting = iter(given)
    took: list[float] = []
    sentences = 0
    began = time.perf_counter()

    async def client() -> None:
        nonlocal sentences
        for text, length in waiting:
            start = time.perf_counter()
            if start - began > seconds:
                return
            await translate(text)
            took.append(1000 * (time.perf_counter() - start))
            sentences += length

    await asyncio.gather(*(client() for _ in range(clients)))
    return sentences / (time.perf_counter() - began), took


def _quantiles(values: list[float]) -> tuple[float, float]:
    places = statistics.quantiles(values, n=100)
    return round(places[49], 2), round(places[94], 2)


def _cpu_seconds(pids: Iterable[int]) -> float:
    return float(sum(used.user + used.system for used in (psutil.Process(pid).cpu_times() for pid in pids)))


async def _compare(
    engines: dict[str, Translate], processes: dict[str, Callable[[], list[int]]], sentences: Sequence[str]
) -> dict[str, Any]:
    """Each engine on the same texts, in turns, so that whatever else the machine does hits all of them. Medians of the rounds.

    `processes`: the numbers of an engine's processes, where it has its own. What they compute in a second of processor time
    depends little on what else runs.
    """
    speeds: dict[str, list[float]] = {name: [] for name in engines}
    waits: dict[str, list[float]] = {name: [] for name in engines}
    per_cpu: dict[str, list[float]] = {name: [] for name in processes}
    for turn in range(_ROUNDS):
        for name, translate in engines.items():
            began, used = time.perf_counter(), _cpu_seconds(processes[name]()) if name in processes else 0.0
            speed, _ = await _all(translate, endless(sentences, turn), _CLIENTS, _SECONDS)
            speeds[name].append(speed)
            if name in processes:
                spent = max(0.01, _cpu_seconds(processes[name]()) - used)
                per_cpu[name].append(speed * (time.perf_counter() - began) / spent)
            waits[name] += (await _all(translate, endless(sentences, turn), 1, _SECONDS_ALONE))[1]
    figures: dict[str, Any] = {}
    for name in engines:
        p50, p95 = _quantiles(waits[name])
        speed = round(statistics.median(speeds[name]), 1)
        figures |= {f"{name}sentences_per_second": speed, f"{name}p50_ms": p50, f"{name}p95_ms": p95}
        if name in processes:
            figures[f"{name}sentences_per_cpu_second"] = round(statistics.median(per_cpu[name]), 1)
    return figures


async def _memory(packages: Packages, sentences: Sequence[str], count: int) -> dict[str, Any]:
    """Resident memory of one worker after a warm-up and after `count` texts, directly and over English in turns."""
    house = Workers(packages.folder, packages.state / "argos", count=1, seconds=60, memory=1 << 20)
    given = texts(sentences, count + _WARM_UP, 99)

    async def some(part: Sequence[tuple[str, int]]) -> None:
        await asyncio.gather(
            _all(lambda text: house.translate(text, SOURCE, TARGET), part[::2], 2),
            _all(lambda text: house.translate(text, SOURCE, "ar"), part[1::2], 2),
        )

    try:
        await some(given[:_WARM_UP])
        process = psutil.Process(house.running[0])
        start = process.memory_info().rss
        await some(given[_WARM_UP:])
        if house.running != [process.pid]:
            raise WaymarkError("translation.failed")
        end = process.memory_info().rss
    finally:
        await house.stop()
    return {"texts": count, "rss_start_mb": round(start / 1e6, 1), "rss_end_mb": round(end / 1e6, 1),
            "rss_growth": round(end / start - 1, 4)}


async def _beside(house: Container, engines: dict[str, Engine], sentences: Sequence[str]) -> dict[str, Any]:
    """How long a search for an answer takes on the event loop: alone, and while 20 translations are under way all the time."""
    finder = house.finder
    questions = ["Wo kann ich Deutsch lernen?", "Ich suche eine Wohnung", "Welche Papiere brauche ich?", "Mein Kind ist krank",
                 "Ich brauche einen Anwalt", "Wer hilft bei Schulden?", "Wo gibt es günstige Möbel?", "Ich suche Arbeit"]
    finder.find(questions[0], "de", "ask_housing", [], None)

    async def timed(seed: int) -> list[float]:
        took = []
        for number in range(_ANSWERS):
            # Each question is new: one that was asked before would find its vector remembered.
            question = f"{questions[number % len(questions)]} {seed}{number}"
            began = time.perf_counter()
            await asyncio.sleep(0)
            finder.find(question, "de", "ask_housing", [], None)
            took.append(1000 * (time.perf_counter() - began))
            await asyncio.sleep(0.005)
        return took

    seeds = itertools.count()

    async def translating(engine: Engine) -> None:
        for text, _ in endless(sentences, next(seeds)):
            await engine.translate(text, SOURCE, "ar")

    alone: list[float] = []
    busy: dict[str, list[float]] = {name: [] for name in engines}
    for turn in range(_SLICES):
        for place, (name, engine) in enumerate(engines.items()):
            alone += await timed(10 * turn + place)
            jobs = [asyncio.ensure_future(translating(engine)) for _ in range(_BESIDE)]
            await asyncio.sleep(0.3)
            busy[name] += await timed(100 + 10 * turn + place)
            await end(jobs)
    figures: dict[str, Any] = dict(zip(("answer_p50_ms", "answer_p95_ms"), _quantiles(alone), strict=True))
    for name in engines:
        p50, p95 = _quantiles(busy[name])
        figures |= {f"{name}answer_p50_ms_while_20_translate": p50, f"{name}answer_p95_ms_while_20_translate": p95,
                    f"{name}answer_p95_growth": round(p95 / figures["answer_p95_ms"] - 1, 3)}
    return figures


async def _run(house: Container, packages: Packages, files: Sequence[Path], sentences: Sequence[str], count: int,
               beside: LibreTranslate | None, tuned: LibreTranslate | None) -> dict[str, Any]:
    argos = packages.state / "argos"
    one, two = (Workers(packages.folder, argos, count=number, seconds=60) for number in (1, 2))
    threads = [Threads(packages.folder, argos, number) for number in (1, 2)]
    async with aiohttp.ClientSession() as session:
        engines: dict[str, Translate] = {
            "": lambda text: one.translate(text, SOURCE, TARGET),
            "two_workers_": lambda text: two.translate(text, SOURCE, TARGET),
            "one_thread_": lambda text: threads[0].translate(text, SOURCE, TARGET),
            "two_threads_": lambda text: threads[1].translate(text, SOURCE, TARGET),
        }
        processes: dict[str, Callable[[], list[int]]] = {"": lambda: one.running, "two_workers_": lambda: two.running}
        for name, server in (("libretranslate_", beside), ("libretranslate_one_thread_", tuned)):
            if server is not None:
                await server.ready(session, sentences[0], SOURCE, TARGET)
                processes[name] = server.pids
                engines[name] = partial(server.translate, session, SOURCE, TARGET)
        for translate in engines.values():
            await _all(translate, texts(sentences, 40, 5), _CLIENTS)
        figures = await _compare(engines, processes, sentences)
    await two.stop()
    figures |= await _memory(packages, sentences, count)
    try:
        figures |= await _beside(house, {"": one, "one_thread_": threads[0]}, sentences)
    finally:
        await one.stop()
        for pool in threads:
            pool.stop()
    return figures


def bench_translation(house: Container, folder: Path, count: int, compare: bool) -> dict[str, Any]:
    """The figures. `folder`: package files and their sentences.json; `count`: texts for the look at memory."""
    try:
        known = json.loads((folder / "sentences.json").read_text(encoding="utf-8"))
        sentences = list(known[f"{SOURCE}-en-ar"])
        files = [folder / f"translate-{pair}.argosmodel" for pair in ("de_en", "en_ar")]
    except (OSError, ValueError, KeyError) as error:
        raise WaymarkError("translation.folder", folder=folder) from error
    load = os.getloadavg()[0]
    servers: list[LibreTranslate] = []
    reason = "not asked for"
    with tempfile.TemporaryDirectory() as name:
        packages = Packages(Path(name) / "packages", Path(name), Path(name) / "lock")
        for file in files:
            packages.install(file)
        try:
            if compare:
                try:
                    python = environment(house.settings.state / "bench" / "libretranslate")
                    servers = [LibreTranslate(python, files, one_thread) for one_thread in (False, True)]
                    pair: tuple[LibreTranslate | None, LibreTranslate | None] = (servers[0], servers[1])
                    figures = asyncio.run(_run(house, packages, files, sentences, count, *pair))
                    reason = ""
                except Unavailable as error:
                    reason = str(error)
            if reason:
                figures = asyncio.run(_run(house, packages, files, sentences, count, None, None))
        finally:
            for server in servers:
                server.stop()
    # Others' work on the machine lengthens all waiting times: with as many runnable programs as cores, little can be concluded.
    figures["load_average"], figures["cores"] = round(load, 1), os.cpu_count()
    ours = figures["sentences_per_second"]
    for name in ("libretranslate", "libretranslate_one_thread"):
        theirs = figures.get(f"{name}_sentences_per_second")
        figures[f"throughput_ratio_to_{name}"] = round(ours / theirs, 2) if theirs else None
    if reason:
        figures["no_ratio_because"] = reason
    return figures
