"""The menu of commands in eight languages."""

from __future__ import annotations

from bot.channels.telegram.commands import COMMANDS
from bot.languages import CODES
from tests.telegram.bot_api import BotApi
from tests.telegram.conftest import Start
from tests.telegram.stand_ins import WORDING, StandInHouse

NAMES = ["start", "language", "help", "person", "report", "privacy", "move", "forget"]


async def test_menu_in_every_language_and_english_for_others(
    bot_api: BotApi, house: StandInHouse, start: Start
) -> None:
    await start()
    await bot_api.wait_until(lambda: len(bot_api.commands) == 1 + len(CODES))
    assert set(bot_api.commands) == {"", *CODES}
    for code, menu in bot_api.commands.items():
        assert [command["command"] for command in menu] == NAMES
        wanted = [WORDING.label(command.label, code or "en") for command in COMMANDS]
        assert [command["description"] for command in menu] == wanted
    scopes = {values["scope"]["type"] for values in bot_api.called("setMyCommands")}
    assert scopes == {"all_private_chats"}


async def test_a_menu_that_is_refused_stops_nothing(bot_api: BotApi, house: StandInHouse, start: Start) -> None:
    bot_api.fail("setMyCommands", 429, times=9)
    await start()
    bot_api.push_text(1, "hello")
    assert await house.gate.wait_for(1)


def test_every_command_presses_what_the_gate_lets_a_menu_press() -> None:
    from bot.channels.presses import MENU_INTENTS

    assert {command.intent for command in COMMANDS} == set(MENU_INTENTS) - {"press_not_helpful"}  # a reaction
