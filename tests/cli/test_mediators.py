"""`waymark mediators`: adding, listing, disabling, resetting, and what is refused."""

from __future__ import annotations

import asyncio
import re

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
        (("add", "Sam Example", "--languages", "de", "--roles", "boss"), "mediators.roles"),
        (("add", " ", "--languages", "de"), "mediators.name"),
        (("disable", "Nobody"), "mediators.nobody"), (("reset", "Nobody"), "mediators.nobody"),
    ]:
        result = run(*words)
        assert isinstance(result.exception, WaymarkError) and result.exception.code == code, (words, result)
    assert run("list").output.count("\n") == 1, "nothing half done"
