"""Telegram's webhook: the address that Telegram posts updates to, guarded by Telegram's secret header."""

from __future__ import annotations

import hmac
import logging
from collections.abc import Awaitable, Callable

from sanic import response
from sanic.request import Request
from sanic.response import HTTPResponse
from telegram import Bot, Update

from bot.channels.telegram.house import Pseudonyms

logger = logging.getLogger(__name__)

PATH = "/webhooks/telegram/update"
SECRET_HEADER = "X-Telegram-Bot-Api-Secret-Token"  # noqa: S105  the header's name is no secret


def secret(secrets: Pseudonyms, token: str) -> str:
    """The secret that Telegram repeats in each request: 32 hex digits, changing with the token and the house's key."""
    return secrets.pseudonym("telegram-webhook", token)


def public_address(base: str) -> str:
    """Where Telegram posts to, given the setting: the site's public address, with or without our path."""
    base = base.rstrip("/")
    return base if base.endswith(PATH) else base + PATH


async def receive(
    request: Request, wanted: str, bot: Bot, take: Callable[[Update], Awaitable[None]]
) -> HTTPResponse:
    """One update. 403: not from Telegram; 400: no update; 500: not safe yet, so that Telegram sends it again."""
    given = request.headers.get(SECRET_HEADER.lower(), "")
    if not hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode()):
        return response.json({"error": "telegram.secret"}, status=403)
    try:
        data = request.json
        number = data["update_id"]
    except Exception:  # Sanic's own error would answer with a page
        return response.json({"error": "telegram.update"}, status=400)
    try:
        update = Update.de_json(data, bot)
    except Exception as error:  # sent again it would read no better
        logger.error("An update could not be parsed: %s", type(error).__name__)
        return response.json({"ok": True, "passed_over": number})
    try:
        await take(update)
    except Exception as error:
        logger.error("An update could not be written down yet: %s", type(error).__name__)
        return response.json({"error": "telegram.later"}, status=500)
    return response.json({"ok": True})
