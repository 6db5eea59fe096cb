"""The menu of commands, in the person's language, and what a typed command presses."""

from __future__ import annotations

import logging
import re
from typing import NamedTuple

from telegram import Bot, BotCommand, BotCommandScopeAllPrivateChats
from telegram.error import TelegramError

from bot.channels.telegram.house import Labels
from bot.languages import CODES, SOURCE_LANGUAGE, known_code

logger = logging.getLogger(__name__)


class Command(NamedTuple):
    """A command's name without the slash, the label that describes it, the intent it presses."""

    name: str
    label: str
    intent: str


COMMANDS: tuple[Command, ...] = (
    Command("start", "menu_start", "greet"),
    Command("language", "menu_language", "change_language"),
    Command("help", "menu_help", "press_help"),
    Command("person", "menu_person", "request_human"),
    Command("report", "menu_report", "file_report"),
    Command("privacy", "menu_privacy", "privacy_info"),
    Command("move", "menu_move", "move_channel"),
    Command("forget", "menu_forget", "forget_me"),
)
_BY_NAME = {command.name: command for command in COMMANDS}
# "/start de" comes from a link t.me/<bot>?start=de; Telegram allows these signs in what follows.
_TYPED = re.compile(r"/([a-z]+)(?:@\w+)?(?:\s+([\w-]{1,64}))?", re.ASCII | re.IGNORECASE)
# Telegram's own limit for a description.
_DESCRIPTION_LIMIT = 256


class Pressed(NamedTuple):
    """What a command presses ("i:<intent>"), and the launch language named after it, if any."""

    press: str
    chosen: str | None


def pressed(text: str) -> Pressed | None:
    """What a message presses if it is one of our commands alone, else None: then it is text like any other.

    "/person he hits me" is text: what is said after a command must be read, for it may tell of danger.
    """
    match = _TYPED.fullmatch(text.strip())
    command = _BY_NAME.get(match.group(1).lower()) if match else None
    if match is None or command is None:
        return None
    argument = match.group(2)
    if argument is None:
        return Pressed(f"i:{command.intent}", None)
    chosen = known_code(argument)
    if command.name == "start" or (command.name == "language" and chosen):
        return Pressed(f"i:{command.intent}", chosen)
    return None


async def set_menus(bot: Bot, labels: Labels) -> bool:
    """Puts up the menu in each launch language, and in English for everybody else. Whether all calls succeeded."""
    complete = True
    for code in (None, *CODES):
        language = code or SOURCE_LANGUAGE
        menu = [
            BotCommand(command.name, labels.label(command.label, language)[:_DESCRIPTION_LIMIT]) for command in COMMANDS
        ]
        try:
            await bot.set_my_commands(menu, scope=BotCommandScopeAllPrivateChats(), language_code=code)
        except TelegramError as error:
            logger.warning("Telegram did not take the menu for %s: %s", language, type(error).__name__)
            complete = False
    return complete
