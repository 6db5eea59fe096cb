"""What the real Bot API refuses: markup that does not parse, texts and button ids that are too long."""

from __future__ import annotations

import html
import json
import re
from html.parser import HTMLParser
from typing import Any

ALLOWED_TAGS = {"b", "strong", "i", "em", "u", "s", "a", "code", "pre", "blockquote", "tg-spoiler"}
NAMED_ENTITIES = {"lt", "gt", "amp", "quot"}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=False)
        self.text = ""
        self.open: list[str] = []
        self.links: list[str] = []
        self.problem: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in ALLOWED_TAGS:
            self.problem = f'Unsupported start tag "{tag}"'
        self.open.append(tag)
        self.links += [value or "" for name, value in attrs if name == "href"]

    def handle_endtag(self, tag: str) -> None:
        if not self.open or self.open.pop() != tag:
            self.problem = f'Unexpected end tag "{tag}"'

    def handle_data(self, data: str) -> None:
        if "<" in data or ">" in data:
            self.problem = "Unescaped sign"
        self.text += data

    def handle_entityref(self, name: str) -> None:
        if name not in NAMED_ENTITIES:
            self.problem = f"Unknown entity {name}"
        self.text += html.unescape(f"&{name};")

    def handle_charref(self, name: str) -> None:
        self.text += html.unescape(f"&#{name};")

    def handle_comment(self, data: str) -> None:
        self.problem = "A comment"

    def handle_decl(self, decl: str) -> None:
        self.problem = "A declaration"


def parse_html(text: str) -> tuple[str, list[str], str | None]:
    """The text a person sees, its links, and what is wrong with the markup (None: nothing)."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    problem = reader.problem or ("Unclosed tag" if reader.open else None)
    if re.search(r"&(?!#\d+;|#x[0-9a-fA-F]+;|(?:lt|gt|amp|quot);)", text):
        problem = problem or "Bare ampersand"
    return reader.text, reader.links, problem


def refusal(method: str, values: dict[str, Any]) -> str | None:
    """The description of Telegram's 400, or None when the call is well formed."""
    if method == "sendMessage":
        text = str(values.get("text", ""))
        if values.get("parse_mode") == "HTML":
            text, _, problem = parse_html(text)
            if problem:
                return f"Bad Request: can't parse entities: {problem}"
        if not text.strip():
            return "Bad Request: message text is empty"
        if len(text.encode("utf-16-le")) // 2 > 4096:
            return "Bad Request: message is too long"
    for row in (values.get("reply_markup") or {}).get("inline_keyboard", []):
        for button in row:
            if not button.get("text"):
                return "Bad Request: text buttons are not allowed to be empty"
            if not 1 <= len(str(button.get("callback_data", "")).encode()) <= 64:
                return "Bad Request: BUTTON_DATA_INVALID"
    if method == "setMyCommands":
        for command in values["commands"]:
            if not re.fullmatch(r"[a-z0-9_]{1,32}", command["command"]) or not 1 <= len(command["description"]) <= 256:
                return "Bad Request: BOT_COMMAND_INVALID"
    if method == "setWebhook" and not re.fullmatch(r"[\w-]{1,256}", values.get("secret_token", "x"), re.ASCII):
        return "Bad Request: secret token contains unallowed characters"
    return None


def decoded(form: dict[str, Any]) -> dict[str, Any]:
    """The fields of a call: objects, lists, numbers and truth values as such, everything else as text."""
    values: dict[str, Any] = {}
    for name, value in form.items():
        try:
            values[name] = value if name in {"text", "description", "caption", "name"} else json.loads(value)
        except ValueError:
            values[name] = value
    return values
