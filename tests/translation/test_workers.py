"""Worker processes: bounded, timed, ended when idle or swollen, replaced when they die; the event loop never waits."""

from __future__ import annotations

import asyncio
import gc
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.errors import WaymarkError
from bot.translation.hypotheses import Engine, Hypothesis
from bot.translation.worker_process import WorkerDied, WorkerProcess
from bot.translation.workers import Workers
from tests.translation.fixture_packages import SENTENCES, lay_out

TEXT, WANTED = "Ich brauche einen Anwalt.", "I need a lawyer."
# Some seconds of work for one worker: as much as may be asked for at once.
LONG = "\n".join(list(SENTENCES["de-en"])[:380])


@asynccontextmanager
async def workers(packages: Path, **options: float) -> AsyncIterator[Workers]:
    made = Workers(packages, packages.parent / "argos", **options)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        await made.stop()


def run(test: Callable[[], Awaitable[None]]) -> None:
    asyncio.run(asyncio.wait_for(test(), 120))  # type: ignore[arg-type]


def test_it_keeps_the_engines_promise(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages) as house:
            engine: Engine = house
            assert engine.can("de", "ar") and not engine.can("de", "fa")
            assert house.running == []
            found = await engine.translate(TEXT, "de", "ar")
            assert found == Hypothesis(SENTENCES["de-en-ar"][TEXT], found.score, True) and -0.3 < found.score <= 0
            assert len(house.running) == 1

    run(talk)


@pytest.mark.parametrize(("text", "source", "target", "code"), [
    (TEXT, "de", "xx", "translation.pair"), (TEXT, "???", "en", "translation.language"), (" ", "de", "en", "translation.text"),
])
def test_bad_input_never_reaches_a_worker(installed_packages: Path, text: str, source: str, target: str, code: str) -> None:
    async def talk() -> None:
        async with workers(installed_packages) as house:
            with pytest.raises(WaymarkError) as caught:
                await house.translate(text, source, target)
            assert caught.value.code == code and house.running == []

    run(talk)


def test_many_at_once_are_all_answered_each_with_its_own(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages, count=2) as house:
            known = list(SENTENCES["de-en"].items())[:50]
            found = await asyncio.gather(*(house.translate(text, "de", "en") for text, _ in known))
            assert [hypothesis.text for hypothesis in found] == [wanted for _, wanted in known]
            assert len(house.running) == 2

    run(talk)


def test_the_queue_has_an_end_and_frees_itself(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages, waiting=5) as house:
            found = await asyncio.gather(*(house.translate(TEXT, "de", "en") for _ in range(20)), return_exceptions=True)
            refused = [error for error in found if isinstance(error, WaymarkError)]
            assert {error.code for error in refused} == {"translation.busy"} and 10 <= len(refused) <= 15
            assert (await house.translate(TEXT, "de", "en")).text == WANTED

    run(talk)


def test_texts_that_wait_go_to_a_worker_together(installed_packages: Path) -> None:
    """Four at once cost half; each gets its own answer, and another pair's text goes by itself."""
    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(TEXT, "de", "en")
            before = house._workers[0].answered
            known = list(SENTENCES["de-en"].items())[:30]
            jobs = [house.translate(text, "de", "en") for text, _ in known] + [house.translate(TEXT, "de", "ar")]
            found = await asyncio.gather(*jobs)
            assert [hypothesis.text for hypothesis in found] == [wanted for _, wanted in known] + [SENTENCES["de-en-ar"][TEXT]]
            assert 4 < house._workers[0].answered - before < 10

    run(talk)


def test_a_text_that_breaks_its_worker_takes_no_other_with_it(
    installed_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = WorkerProcess.ask

    async def fragile(self: WorkerProcess, request: dict[str, Any], seconds: float) -> dict[str, Any]:
        answer = await real(self, request, seconds)
        if any("Vielen Dank." in text for text in request["texts"]):
            self.kill()
            raise WorkerDied
        return answer

    monkeypatch.setattr(WorkerProcess, "ask", fragile)

    async def talk() -> None:
        async with workers(installed_packages) as house:
            texts = ["Ich brauche Hilfe.", "Mein Kind ist krank.", "Vielen Dank.", TEXT]
            found = await asyncio.gather(*(house.translate(text, "de", "en") for text in texts), return_exceptions=True)
            assert [getattr(one, "text", getattr(one, "code", "")) for one in found] == [
                "I need help.", "My child is ill.", "translation.failed", WANTED]

    run(talk)


def test_no_message_waits_longer_than_its_limit_and_the_next_one_is_served(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages) as house:
            assert (await house.translate(TEXT, "de", "en")).text == WANTED
            house._seconds = 2.5  # only now: on a busy machine a worker may take longer than that to start
            os.kill(house.running[0], signal.SIGSTOP)  # a worker that hangs
            stuck = house.running[0]
            started = time.monotonic()
            found = await asyncio.gather(*(house.translate(TEXT, "de", "en") for _ in range(3)), return_exceptions=True)
            assert time.monotonic() - started < 3.2
            assert {getattr(error, "code", None) for error in found} == {"translation.slow"}
            house._seconds = 60
            assert (await house.translate(TEXT, "de", "en")).text == WANTED
            assert stuck not in house.running and not psutil.pid_exists(stuck)

    run(talk)


def test_more_texts_than_it_can_do_make_it_late_but_start_no_worker_anew(
    installed_packages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each text that came too late cost a worker once, and each worker its start: of ten texts one was answered."""
    starts: list[int] = []
    real = WorkerProcess._start

    async def counted(self: WorkerProcess) -> Any:
        starts.append(1)
        return await real(self)

    monkeypatch.setattr(WorkerProcess, "_start", counted)
    heavy = "\n".join(list(SENTENCES["de-en"])[:60])

    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(heavy, "de", "en")
            house._seconds = 2.0
            jobs = []
            for _ in range(12):
                jobs += [asyncio.ensure_future(house.translate(heavy, "de", "en")) for _ in range(30)]
                await asyncio.sleep(0.25)
            found = await asyncio.gather(*jobs, return_exceptions=True)
            codes = [getattr(one, "code", "answered") for one in found]
            assert set(codes) <= {"answered", "translation.slow", "translation.busy"} and codes.count("answered") < len(codes)
            assert codes.count("answered") > 10 and len(starts) == 1

    run(talk)


def test_a_text_with_hardly_any_time_left_is_not_handed_out(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(TEXT, "de", "en")
            before, house._seconds = house._workers[0].answered, 4.0
            stopped = house.running[0]
            os.kill(stopped, signal.SIGSTOP)
            # Two requests fill the worker's pipe; the third and fourth text wait.
            jobs = [asyncio.ensure_future(house.translate(text, "de", "en")) for text in (TEXT, "Vielen Dank.", TEXT, TEXT)]
            await asyncio.sleep(3.3)
            os.kill(stopped, signal.SIGCONT)
            found = await asyncio.gather(*jobs, return_exceptions=True)
            assert [getattr(one, "code", "answered") for one in found] == ["answered"] * 2 + ["translation.slow"] * 2
            assert house._workers[0].answered - before == 2 and house.running == [stopped]

    run(talk)


def test_a_request_behind_another_has_its_own_time(installed_packages: Path) -> None:
    """Its caller is told in time; the worker that has not begun with it is not ended for it."""
    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(TEXT, "de", "en")
            worker, stopped = house._workers[0], house.running[0]
            os.kill(stopped, signal.SIGSTOP)
            jobs = [asyncio.ensure_future(worker.ask({"texts": [TEXT], "source": "de", "target": "en"}, limit))
                    for limit in (60.0, 2.0)]
            await asyncio.sleep(3)
            os.kill(stopped, signal.SIGCONT)
            answers = await asyncio.gather(*jobs)
            assert [answer["answers"][0]["text"] for answer in answers] == [WANTED] * 2 and house.running == [stopped]

    run(talk)


def test_a_worker_that_dies_costs_no_message(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(TEXT, "de", "en")
            os.kill(house.running[0], signal.SIGKILL)
            assert (await house.translate(TEXT, "de", "en")).text == WANTED
            job = asyncio.ensure_future(house.translate(LONG, "de", "en"))
            await asyncio.sleep(0.1)
            os.kill(house.running[0], signal.SIGKILL)
            assert (await job).text.startswith(SENTENCES["de-en"][LONG.split("\n")[0]])

    run(talk)


def test_a_cancelled_text_leaves_the_worker_usable(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(TEXT, "de", "en")
            jobs = [asyncio.ensure_future(house.translate(LONG, "de", "ar")) for _ in range(3)]
            await asyncio.sleep(0.05)
            for job in jobs:
                job.cancel()
            assert (await house.translate(TEXT, "de", "en")).text == WANTED

    run(talk)


def test_an_idle_worker_ends_and_comes_back(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages, idle=0.3) as house:
            await house.translate(TEXT, "de", "en")
            gone = house.running[0]
            for _ in range(50):
                await asyncio.sleep(0.1)
                if not house.running and not psutil.pid_exists(gone):
                    break
            assert house.running == []
            assert (await house.translate(TEXT, "de", "en")).text == WANTED

    run(talk)


def test_a_swollen_worker_is_replaced_without_losing_a_text(installed_packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.translation.workers._FEWEST_ANSWERS", 3)

    async def talk() -> None:
        async with workers(installed_packages, memory=1) as house:
            seen = set()
            for _ in range(7):
                assert (await house.translate(TEXT, "de", "en")).text == WANTED
                seen |= set(house.running)
            assert len(seen) == 3

    run(talk)


def test_a_package_installed_while_it_runs_is_used(tmp_path: Path) -> None:
    async def talk() -> None:
        async with workers(lay_out(tmp_path / "packages", "de-en")) as house:
            assert (await house.translate(TEXT, "de", "en")).text == WANTED
            assert not house.can("en", "ar")
            lay_out(tmp_path / "more", "en-ar")
            next((tmp_path / "more").iterdir()).rename(tmp_path / "packages" / "en-ar-new")
            await asyncio.sleep(1.1)
            assert (await house.translate(TEXT, "de", "ar")).text == SENTENCES["de-en-ar"][TEXT]

    run(talk)


def test_the_event_loop_goes_on_while_translating(installed_packages: Path) -> None:
    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(TEXT, "de", "en")
            job = asyncio.ensure_future(house.translate(LONG, "de", "ar"))
            longest, ticks = 0.0, 0
            while not job.done():
                before = time.perf_counter()
                await asyncio.sleep(0.001)
                longest, ticks = max(longest, time.perf_counter() - before), ticks + 1
            await job
            assert ticks > 50 and longest < 0.25

    run(talk)


def test_the_worker_ends_with_its_server(installed_packages: Path, tmp_path: Path) -> None:
    """Also when the server is killed."""
    program = (
        "import asyncio, sys; from pathlib import Path; from bot.translation.workers import Workers\n"
        "async def talk():\n"
        "    house = Workers(Path(sys.argv[1]), Path(sys.argv[2]))\n"
        "    await house.translate('Vielen Dank.', 'de', 'en')\n"
        "    print(house.running[0], flush=True)\n"
        "    await asyncio.sleep(60)\n"
        "asyncio.run(talk())"
    )
    command = [sys.executable, "-c", program, str(installed_packages), str(tmp_path)]
    server = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert server.stdout is not None
    worker = int(server.stdout.readline())
    assert psutil.pid_exists(worker)
    server.kill()
    server.wait()
    for _ in range(100):
        if not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE:
            return
        time.sleep(0.1)
    raise AssertionError("the worker outlived its server")


def test_the_worker_gets_none_of_the_servers_secrets(installed_packages: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYMARK_SECRET", "do-not-pass-on")

    async def talk() -> None:
        async with workers(installed_packages) as house:
            await house.translate(TEXT, "de", "en")
            given = Path(f"/proc/{house.running[0]}/environ").read_bytes()
            assert b"PATH=" in given and b"do-not-pass-on" not in given

    run(talk)


# asyncio's own pipes complain when their loop is closed before them.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_it_serves_one_event_loop_after_another(installed_packages: Path) -> None:
    house = Workers(installed_packages, installed_packages.parent / "argos")
    for _ in range(2):
        assert asyncio.run(house.translate(TEXT, "de", "en")).text == WANTED
    asyncio.run(house.stop())
    assert house.running == []
    gc.collect()  # here, so that asyncio's complaint is not another test's


def test_no_answer_goes_astray_while_workers_are_killed_and_texts_given_up(installed_packages: Path) -> None:
    """Two requests may be in a worker's pipe: each text gets its own answer or an error, never another's."""
    chance = random.Random(3)
    ways = [("de", "en", SENTENCES["de-en"]), ("de", "ar", SENTENCES["de-en-ar"]), ("en", "ar", SENTENCES["en-ar"])]

    async def talk() -> None:
        async with workers(installed_packages, count=2, waiting=500, seconds=60) as house:
            outcomes: list[str] = []

            async def one() -> None:
                source, target, known = chance.choice(ways)
                text = chance.choice(list(known))
                job = asyncio.ensure_future(house.translate(text, source, target))
                if chance.random() < 0.05:
                    await asyncio.sleep(0.02)
                    job.cancel()
                try:
                    outcomes.append("right" if (await job).text == known[text] else "astray")
                except (WaymarkError, asyncio.CancelledError) as error:
                    outcomes.append(type(error).__name__)

            for _ in range(4):
                jobs = asyncio.gather(*(one() for _ in range(60)))
                await asyncio.sleep(0.1)
                for pid in house.running[:1]:
                    os.kill(pid, signal.SIGKILL)
                await jobs
            assert len(outcomes) == 240 and "astray" not in outcomes and outcomes.count("right") > 180

    run(talk)
