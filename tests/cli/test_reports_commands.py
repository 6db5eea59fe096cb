"""`waymark reports` as docs/reporting.md shows it: its commands, in its order, and what goes wrong."""

from __future__ import annotations

import asyncio
import datetime as dt
import re
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli.doctor import findings
from bot.cli.main import program
from bot.container import Container, use
from bot.errors import WaymarkError
from bot.reporting import keys
from bot.reporting.clock import ZONE
from bot.settings import ROOT, Settings

DOC = (ROOT / "docs" / "reporting.md").read_text(encoding="utf-8")
COMMANDS = [line.removeprefix("$ ").split() for block in re.findall(r"```console\n(.*?)```", DOC, re.DOTALL)
            for line in block.strip().splitlines()]
ANNA, BEN, OLGA, NEW = (f"{name} lantern gravel otter museum" for name in ("anna", "ben", "olga", "new"))
Command = Callable[..., str]


@pytest.fixture
def waymark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Command]:
    """Runs a command as a process of its own would: with a house of its own on the same state."""
    monkeypatch.setattr(keys, "MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "PASSES", 1)
    houses: list[Container] = []

    def run(*words: str, type: str = "", fails: str | None = None) -> str:
        house = Container(Settings({"WAYMARK_STATE": str(tmp_path / "state")}, file=tmp_path / "none.env"))
        houses.append(house)
        use(house)
        result = CliRunner().invoke(program, list(words), input=type)
        if fails is not None:
            assert isinstance(result.exception, WaymarkError) and result.exception.code == fails, result.output
            return str(result.exception)
        assert result.exit_code == 0, (words, result.output, result.exception)
        return str(result.output)

    yield run
    for house in houses:
        house.database.close()


def typed(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_the_documents_commands_in_their_order(waymark: Command) -> None:
    assert len(COMMANDS) >= 14 and all(command[0] == "waymark" for command in COMMANDS)
    sheets: dict[str, str] = {}
    answers: dict[str, Callable[[], str]] = {
        "reports readers add Anna": lambda: typed(sheets["readers"], ANNA, ANNA),
        "reports readers add Olga --oversight": lambda: typed(sheets["oversight"], OLGA, OLGA),
        "reports readers add Ben --by Anna": lambda: typed(ANNA, BEN, BEN),
        "reports readers remove Ben --by Anna": lambda: typed(ANNA),
        "reports reseal --by Anna": lambda: typed(ANNA),
        "reports passphrase Anna": lambda: typed(ANNA, NEW, NEW),
        "reports recover Anna": lambda: typed(sheets["readers"], ANNA, ANNA),
    }
    said: dict[str, str] = {}
    for command in COMMANDS:
        line = " ".join(command[1:])
        said[line] = waymark(*command[1:], type=answers[line]() if line in answers else "")
        if line == "reports keygen":
            sheets = {circle: re.findall(rf"of the {circle}.*?\n\s+(\S+)", said[line])[0] for circle in keys.CIRCLES}
            assert sheets["readers"].startswith("WR-") and sheets["oversight"].startswith("WO-")
    assert set(answers) <= set(said)
    listed = said["reports readers list"]
    assert all(name in listed for name in ("Anna", "Ben", "Olga")) and len(re.findall(r"(?:\d{4} ){3}\d{4}", listed)) == 3
    everything = "\n".join(said.values())
    assert not [secret for secret in (ANNA, BEN, OLGA, NEW) if secret in everything], "no passphrase is shown"
    assert sheets["readers"] not in everything.replace(said["reports keygen"], "")
    assert re.search(r"/visit/\S{100,}", said["directory visit-link federal-anti-discrimination-agency"])
    # What the commands left: Anna holds a key, Ben does not, Olga is untouched.
    listed = waymark("reports", "readers", "list")
    assert "Anna" in listed and "Ben" not in listed and "Olga" in listed and "readers (key 2)" in listed


def test_what_goes_wrong_has_a_sentence_and_changes_nothing(waymark: Command) -> None:
    waymark("reports", "readers", "list", fails="reports.no_keys")
    for name, role in (("Anna", "reader"), ("Olga", "oversight"), ("Cleo", "mediator")):
        waymark("mediators", "add", name, "--languages", "de", "--roles", role)
    said = waymark("reports", "keygen")
    sheets = {circle: re.findall(rf"of the {circle}.*?\n\s+(\S+)", said)[0] for circle in keys.CIRCLES}
    waymark("reports", "keygen", fails="reports.keys_exist")
    waymark("reports", "readers", "add", "Nobody", fails="reports.nobody")
    waymark("reports", "readers", "add", "Cleo", fails="reports.role")
    waymark("reports", "readers", "add", "Olga", fails="reports.other_role")
    waymark("reports", "readers", "add", "Anna", type=typed("WR-AAAA"), fails="reports.recovery")
    waymark("reports", "readers", "add", "Anna", type=typed(sheets["oversight"]), fails="reports.sheet")
    waymark("reports", "readers", "add", "Anna", type=typed(sheets["readers"], "short", "short"), fails="reports.weak")
    waymark("reports", "readers", "add", "Anna", type=typed(sheets["readers"], ANNA, ANNA))
    waymark("reports", "readers", "add", "Anna", fails="reports.enrolled")
    waymark("reports", "readers", "add", "Olga", "--oversight", type=typed(sheets["oversight"], OLGA, OLGA))
    waymark("reports", "readers", "remove", "Anna", "--by", "Anna", type=typed(ANNA), fails="reports.self")
    assert "readers (key 1)" in waymark("reports", "readers", "list")
    # A reader's passphrase or sheet removes nobody of the oversight, and the last one cannot go at all.
    waymark("reports", "readers", "remove", "Olga", fails="reports.keyless")
    said = waymark("reports", "readers", "remove", "Olga", "--oversight", type=typed(sheets["readers"]), fails="reports.sheet")
    assert "printed key of the readers circle" in said and "begins with WO-" in said
    waymark("reports", "readers", "remove", "Olga", "--oversight", "--by", "Anna", fails="reports.other_role")
    waymark("reports", "readers", "remove", "Olga", "--oversight", type=typed(sheets["oversight"]), fails="reports.last")
    waymark("mediators", "disable", "Olga", fails="reports.oversight")
    waymark("reports", "passphrase", "Anna", type=typed(OLGA, NEW, NEW), fails="reports.passphrase")
    assert waymark("reports", "readers", "list").count("holds a key") == 2


def test_what_is_said_to_who_holds_no_key(waymark: Command) -> None:
    """Each before anybody types a secret: nothing is typed here."""
    for name, role in (("Anna", "reader"), ("Ben", "reader"), ("Cleo B", "mediator")):
        waymark("mediators", "add", name, "--languages", "de", "--roles", role)
    sheet = re.findall(r"of the readers.*?\n\s+(\S+)", waymark("reports", "keygen"))[0]
    waymark("reports", "readers", "add", "Anna", type=typed(sheet, ANNA, ANNA))
    assert "Ben holds no key" in waymark("reports", "readers", "add", "Ben", "--by", "Ben", fails="reports.no_consent")
    said = waymark("reports", "readers", "add", "Cleo B", fails="reports.role")
    assert "waymark mediators roles 'Cleo B' mediator,reader." in said
    waymark("mediators", "roles", "Cleo B", "mediator,reader")
    waymark("reports", "readers", "add", "Cleo B", "--by", "Anna", type=typed(ANNA, BEN, BEN))
    waymark("reports", "readers", "remove", "Cleo B", "--by", "Anna", type=typed(ANNA))
    assert "it was taken away" in waymark("reports", "recover", "Cleo B", fails="reports.keyless")
    waymark("reports", "passphrase", "Cleo B", fails="reports.keyless")
    # A reader who becomes the oversight gives the key back first, and is told how.
    said = waymark("mediators", "roles", "Anna", "oversight")
    assert "waymark reports readers remove Anna" in said
    waymark("reports", "readers", "add", "Anna", "--oversight", fails="reports.both")


def test_the_doctor_tells_who_holds_keys(waymark: Command, tmp_path: Path) -> None:
    def told() -> str:
        opened = Container(Settings({"WAYMARK_STATE": str(tmp_path / "state")}, file=tmp_path / "none.env"))
        found = next(finding for finding in findings(opened) if finding.subject == "reports")
        opened.database.close()
        return f"{found.level} {found.sentence}"

    assert told().startswith("note are closed") and "waymark reports keygen" in told()
    said = waymark("reports", "keygen")
    sheets = {circle: re.findall(rf"of the {circle}.*?\n\s+(\S+)", said)[0] for circle in keys.CIRCLES}
    assert told().startswith("wrong are taken, and nobody can read them")
    for name, role in (("Anna", "reader"), ("Olga", "oversight")):
        waymark("mediators", "add", name, "--languages", "de", "--roles", role)
    waymark("reports", "readers", "add", "Anna", type=typed(sheets["readers"], ANNA, ANNA))
    assert "1 readers, 0 oversight" in told() and "--oversight" in told()
    waymark("reports", "readers", "add", "Olga", "--oversight", type=typed(sheets["oversight"], OLGA, OLGA))
    assert told() == "ok are open; members with a key: 1 readers, 1 oversight."


def test_who_had_both_roles_from_before_is_asked_which(waymark: Command, tmp_path: Path) -> None:
    waymark("mediators", "add", "Olga", "--languages", "de", "--roles", "oversight")
    waymark("reports", "keygen")
    with sqlite3.connect(tmp_path / "state" / "waymark.db") as database:
        database.execute("UPDATE mediators SET roles = 'oversight reader'")
    said = waymark("reports", "readers", "add", "Olga", "--oversight", fails="reports.two_roles")
    assert "waymark mediators roles Olga oversight." in said
    waymark("mediators", "roles", "Olga", "oversight")


def test_old_keys_are_kept_for_a_half_told_report_until_the_day_that_is_said(
    waymark: Command, tmp_path: Path
) -> None:
    waymark("mediators", "add", "Anna", "--languages", "de", "--roles", "reader")
    waymark("mediators", "add", "Ben", "--languages", "de", "--roles", "reader")
    sheet = re.findall(r"of the readers.*?\n\s+(\S+)", waymark("reports", "keygen"))[0]
    waymark("reports", "readers", "add", "Anna", type=typed(sheet, ANNA, ANNA))
    waymark("reports", "readers", "add", "Ben", "--by", "Anna", type=typed(ANNA, BEN, BEN))

    house = Container(Settings({"WAYMARK_STATE": str(tmp_path / "state")}, file=tmp_path / "none.env"))
    interview = house.interview

    async def half(name: str) -> int:
        standing = await interview.choose_kind(name, await interview.begin(name, "ar", 0), "housing")
        await interview.told(name, standing, "the lamp is broken", "m1", None)
        return await interview.keep(name, standing)

    until = asyncio.run(half("before"))
    waymark("reports", "readers", "remove", "Ben", "--by", "Anna", type=typed(ANNA))
    asyncio.run(half("after"))
    said = waymark("reports", "reseal", "--by", "Anna", type=typed(ANNA))
    assert f"{dt.datetime.fromtimestamp(until, ZONE):%Y-%m-%d at %H:%M}" in said and "tomorrow" not in said
    asyncio.run(interview.drafts.end("before"))
    assert "thrown away" in waymark("reports", "reseal", "--by", "Anna", type=typed(ANNA))
    house.database.close()
