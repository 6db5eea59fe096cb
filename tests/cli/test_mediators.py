"""`waymark mediators`: adding, listing, disabling, resetting, and what is refused."""

from __future__ import annotations

import asyncio
import re
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from bot.cli.main import program
from bot.container import Container
from bot.errors import WaymarkError
from bot.store.messages import Inbound


def run(*words: str) -> Result:
    return CliRunner().invoke(program, ["mediators", *words])


def test_from_the_first_to_the_last_day(house: Container) -> None:
    assert "no mediators yet" in run("list").output
    told = run("add", "Noor Example", "--languages", "de,ar", "--roles", "mediator,lead").output
    found = re.search(r"/desk/#start=Noor%20Example:(\S+)", told)
    assert found and f"start password  {found.group(1)}" in told
    line = run("list").output
    assert "Noor Example" in line and "lead,mediator" in line and "de,ar" in line
    assert asyncio.run(house.sign_in.password("Noor Example", found.group(1))).stage == "enrol"

    async def open_case() -> str:
        await house.messages.receive(Inbound("0" * 32, "m1", {"text": "help"}), "web", None)
        case = await house.desk.open("0" * 32, reason="asked")
        me = await house.mediators.by_name("Noor Example")
        assert me is not None
        await house.desk.take(case.id, me.id)
        await house.desk.reply(case.id, me.id, "Guten Tag", key="1", untranslated=True)
        await house.desk.settle()
        return case.id

    case_id = asyncio.run(open_case())
    assert "back on the list" in run("disable", "Noor Example").output
    case = asyncio.run(house.cases.get(case_id))
    assert case is not None and (case.mediator_id, case.state) == (None, "waiting")
    assert case.waiting_since is not None, "they had an answer, but from somebody who is gone"
    assert "(disabled)" in run("list").output
    again = run("reset", "Noor Example").output
    assert "start password" in again and found.group(1) not in again
    assert "(disabled)" not in run("list").output


def test_what_is_refused_says_why(house: Container) -> None:
    run("add", "Noor Example", "--languages", "de")
    for words, code in [
        (("add", "Noor Example", "--languages", "de"), "mediators.taken"),
        (("add", "Sam Example", "--languages", "german!"), "mediators.languages"),
        (("add", "Sam Example", "--languages", "xx,yy"), "mediators.languages"),
        (("add", "Sam Example", "--languages", "de", "--gender", "femal"), "mediators.gender"),
        (("add", "Sam Example", "--languages", "de", "--topics", "hous,foo"), "mediators.topics"),
        (("add", "Sam Example", "--languages", "de", "--telegram=-5"), "mediators.telegram"),
        (("add", "Sam\x1b[2J", "--languages", "de"), "mediators.name"),
        (("add", "Sam Example", "--languages", "de", "--roles", "boss"), "mediators.roles"),
        (("add", "Sam Example", "--languages", "de", "--roles", "reader,oversight"), "mediators.both"),
        (("add", "noor  example", "--languages", "de"), "mediators.alike"),
        (("add", "NoorExample", "--languages", "de"), "mediators.alike"),
        (("roles", "Noor Example", "oversight,reader"), "mediators.both"),
        (("roles", "Noor Example", "boss"), "mediators.roles"), (("roles", "Noor Example", ","), "mediators.roles"),
        (("roles", "Nobody", "lead"), "mediators.nobody"),
        (("add", " ", "--languages", "de"), "mediators.name"),
        (("disable", "Nobody"), "mediators.nobody"), (("reset", "Nobody"), "mediators.nobody"),
    ]:
        result = run(*words)
        assert isinstance(result.exception, WaymarkError) and result.exception.code == code, (words, result)
    assert run("list").output.count("\n") == 1, "nothing half done"


def test_roles_are_changed(house: Container) -> None:
    run("add", "Noor Example", "--languages", "de", "--roles", "reader")
    assert run("roles", "Noor Example", "oversight, lead").output == "Noor Example has the roles: lead, oversight.\n"
    line = run("list").output
    assert "lead,oversight" in line and "reader" not in line


def test_a_team_that_nobody_wrote_down_is_refused(house: Container, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "teams.yml").write_text("- id: main\n- id: night\n", encoding="utf-8")
    monkeypatch.setattr(house.settings, "teams", tmp_path / "teams.yml")
    result = run("add", "Sam Example", "--languages", "de", "--team", "mian")
    assert isinstance(result.exception, WaymarkError) and "'mian' in teams.yml. Known are: main, night" in str(result.exception)
    assert run("add", "Sam Example", "--languages", "de", "--team", "night").exit_code == 0


def test_languages_are_compared_in_small_letters(house: Container) -> None:
    assert "; de, ar)" in run("add", "Noor Example", "--languages", "DE,ar,de", "--gender", "woman", "--topics", "housing").output
