"""Buttons under a message. What they carry is a short opaque id; what it means stays on the server."""

from __future__ import annotations

from typing import Any

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.payload import button_id

# Two titles of this many signs stand side by side on a narrow phone without being cut.
SHORT_TITLE = 18


def original_id(seq: int) -> str:
    """The public payload that asks for the original text of answer `seq`."""
    return f"o:{seq}"


def keyboard(body: dict[str, Any], seq: int) -> InlineKeyboardMarkup | None:
    """The buttons of an answer, or None. An answer that was not stored (seq 0) has none: they could not be resolved."""
    if not seq:
        return None
    rows: list[list[InlineKeyboardButton]] = []
    open_row = False
    for index, button in enumerate(body.get("buttons") or []):
        title = str(button.get("title") or "").strip()
        if not title:
            continue
        made = InlineKeyboardButton(title, callback_data=button_id(seq, index))
        short = len(title) <= SHORT_TITLE
        if short and open_row:
            rows[-1].append(made)
            open_row = False
        else:
            rows.append([made])
            open_row = short
    metadata = body.get("metadata") or {}
    if metadata.get("original") and metadata.get("original_text"):
        rows.append([InlineKeyboardButton(metadata["original_text"], callback_data=original_id(seq))])
    return InlineKeyboardMarkup(rows) if rows else None


def rows_of(keyboard: InlineKeyboardMarkup | None) -> list[list[list[str]]] | None:
    """A keyboard as JSON: rows of [title, data]."""
    if keyboard is None:
        return None
    return [[[button.text, str(button.callback_data)] for button in row] for row in keyboard.inline_keyboard]


def rows_to(rows: list[list[list[str]]] | None) -> InlineKeyboardMarkup | None:
    """The keyboard of such rows."""
    if rows is None:
        return None
    return InlineKeyboardMarkup([[InlineKeyboardButton(title, callback_data=data) for title, data in row] for row in rows])
