"""Tests of the Telegram channel, with the real python-telegram-bot against a stand-in of the Bot API."""
