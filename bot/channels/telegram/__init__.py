"""Telegram, on python-telegram-bot. The only folder that knows the library."""
