"""The Bot API client: one python-telegram-bot `Bot`, with patience for slow networks and no word in the logs."""

from __future__ import annotations

import logging

from telegram import Bot
from telegram.request import HTTPXRequest

# Seconds. A send whose answer is late may have arrived; giving up early would say the same thing to a person twice.
SEND_PATIENCE = 30.0
CONNECT_PATIENCE = 10.0
CONNECTIONS = 32


def make_bot(token: str, api: str) -> Bot:
    """The client of the bot with `token` at the Bot API server `api`, such as https://api.telegram.org."""
    _hush()
    sending = HTTPXRequest(
        connection_pool_size=CONNECTIONS,
        read_timeout=SEND_PATIENCE,
        write_timeout=SEND_PATIENCE,
        connect_timeout=CONNECT_PATIENCE,
        pool_timeout=SEND_PATIENCE,
    )
    polling = HTTPXRequest(
        connection_pool_size=2, read_timeout=10.0, connect_timeout=CONNECT_PATIENCE, pool_timeout=10.0
    )
    base = api.rstrip("/")
    return Bot(
        token,
        base_url=f"{base}/bot",
        base_file_url=f"{base}/file/bot",
        request=sending,
        get_updates_request=polling,
    )


def _hush() -> None:
    # httpx logs every address, and the token is part of it; "telegram" logs what it could not read, with its text.
    for name in ("httpx", "httpcore"):
        logging.getLogger(name).setLevel(logging.ERROR)
    logging.getLogger("telegram").setLevel(logging.CRITICAL + 1)
