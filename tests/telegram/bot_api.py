"""A stand-in of the Telegram Bot API on loopback, for the real python-telegram-bot to talk to.

    async with BotApi() as api:
        settings: WAYMARK_TELEGRAM_TOKEN=api.token  WAYMARK_TELEGRAM_API=api.base_url
        api.push_text(7, "Hello", "uk")                 # a person writes
        first = (await api.wait_for(1))[0]              # what the bot sent; raises after a timeout
        api.press(first, "Details")                     # presses the button whose title begins so
        api.fail("sendMessage", 429, retry_after=1)     # the next such call; also 500, 403, 400 ...
        api.fail("sendMessage", "drop")                 # does the work, then drops the connection instead of answering

Groups, topics, files and edits are in bot_api_groups.py. It keeps Telegram's rules that matter here: an update stays
until a getUpdates with a higher offset, a second getUpdates
ends the first with 409, no polling while a webhook is set, and what bot_api_rules.py refuses.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections import defaultdict
from dataclasses import dataclass, field
from typing import Any

import aiohttp
from aiohttp import web

from tests.telegram.bot_api_groups import Groups, Refused
from tests.telegram.bot_api_rules import decoded, parse_html, refusal

TOKEN = "123456:stand-in-token-of-the-tests"
BOT = {"id": 123456, "is_bot": True, "first_name": "Waymark", "username": "waymark_test_bot"}


@dataclass
class Sent:
    """One message the bot sent. `text` is as sent (HTML), `plain` as a person sees it, `at` seconds of a clock."""

    chat_id: int
    message_id: int
    text: str
    plain: str
    links: list[str]
    buttons: list[list[dict[str, str]]]
    at: float
    values: dict[str, Any] = field(repr=False)
    kind: str = "text"

    @property
    def flat_buttons(self) -> list[dict[str, str]]:
        """All buttons in reading order, each {"text", "callback_data"}."""
        return [button for row in self.buttons for button in row]


class BotApi(Groups):
    """The server. `sent`: messages in order of arrival; `calls`: every call as (method, values)."""

    def __init__(self, token: str = TOKEN) -> None:
        super().__init__()
        self.token = token
        self.base_url = ""
        self.sent: list[Sent] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []
        self.commands: dict[str, list[dict[str, str]]] = {}
        self.pending: list[dict[str, Any]] = []
        self.webhook: dict[str, Any] = {}
        self.posts: list[int] = []
        self._updates = itertools.count(1000)
        self._messages = itertools.count(1)
        self._failures: dict[str, list[dict[str, Any]]] = defaultdict(list)
        self._changed = asyncio.Condition()
        self._poll = 0
        self._tasks: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> BotApi:
        app = web.Application(client_max_size=64 * 2**20)
        app.router.add_route("*", "/bot{token}/{method}", self._handle)
        app.router.add_route("GET", "/file/bot{token}/some/{file}", self._download)
        self._runner = web.AppRunner(app, shutdown_timeout=0.2)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.base_url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        return self

    async def __aexit__(self, *_: object) -> None:
        for task in self._tasks:
            task.cancel()
        self._poll = -1
        async with self._changed:
            self._changed.notify_all()
        await self._runner.cleanup()
        await asyncio.sleep(0.05)  # aborted connections are taken down by callbacks of their own

    # What people do

    def push(self, update: dict[str, Any]) -> int:
        """Any update; its number is added unless it has one. Returns the number."""
        update = {"update_id": next(self._updates), **update}
        self.pending.append(update)
        self._spawn(self._announce())
        if self.webhook.get("url"):
            self._spawn(self._post(update))
        return int(update["update_id"])

    def person(self, chat_id: int, language_code: str | None = "en") -> dict[str, Any]:
        """The `from` of a person's update."""
        known = {"language_code": language_code} if language_code else {}
        return {"id": chat_id, "is_bot": False, "first_name": "P", **known}

    def push_message(
        self, chat_id: int, language_code: str | None = "en", kind: str = "message", **content: Any
    ) -> int:
        """A message with any content in a private chat; `kind` may be "edited_message"."""
        return self.push({kind: {
            "message_id": next(self._messages), "date": int(time.time()), "chat": {"id": chat_id, "type": "private"},
            "from": self.person(chat_id, language_code), **content,
        }})

    def push_text(self, chat_id: int, text: str, language_code: str | None = "en") -> int:
        """A person writes."""
        return self.push_message(chat_id, language_code, text=text)

    def push_callback(self, chat_id: int, message_id: int, data: str, language_code: str | None = "en") -> int:
        """A person (or a changed client) presses a button with this data."""
        number = next(self._updates)
        return self.push({"update_id": number, "callback_query": {
            "id": f"{number}77", "from": self.person(chat_id, language_code), "chat_instance": "1", "data": data,
            "message": {"message_id": message_id, "date": int(time.time()), "from": BOT, "text": "...",
                        "chat": {"id": chat_id, "type": "private"}},
        }})

    def press(self, message: Sent, title: str, language_code: str | None = "en") -> int:
        """A person presses the first button of `message` whose title begins with `title`."""
        button = next(button for button in message.flat_buttons if button["text"].startswith(title))
        return self.push_callback(message.chat_id, message.message_id, button["callback_data"], language_code)

    def push_reaction(
        self, chat_id: int, emoji: str | None, before: str | None = None, kind: str = "private", **more: Any
    ) -> int:
        """A person changes what they put under a message, from `before` (None: nothing) to `emoji`."""
        old, new = ([{"type": "emoji", "emoji": one}] if one else [] for one in (before, emoji))
        return self.push({"message_reaction": {
            "chat": {"id": chat_id, "type": kind}, "message_id": 1, "date": int(time.time()), "user": self.person(abs(chat_id)),
            "old_reaction": old, "new_reaction": new, **more,
        }})

    def fail(
        self, method: str, how: int | str, times: int = 1, retry_after: int = 1, chat_id: int | None = None,
        description: str | None = None,
    ) -> None:
        """The next `times` calls of `method` (in that chat) fail: an HTTP status, or "drop" after doing the work."""
        plan = {"how": how, "retry_after": retry_after, "chat_id": chat_id, "description": description}
        self._failures[method] += [dict(plan) for _ in range(times)]

    # What tests ask

    def to(self, chat_id: int) -> list[Sent]:
        """Messages sent to one chat."""
        return [message for message in self.sent if message.chat_id == chat_id]

    def called(self, method: str) -> list[dict[str, Any]]:
        """The values of every call of a method."""
        return [values for name, values in self.calls if name == method]

    async def wait_for(self, count: int, timeout: float = 10.0, chat_id: int | None = None) -> list[Sent]:
        """The messages sent (to one chat) once there are at least `count`. TimeoutError if they do not come."""
        await self.wait_until(lambda: len(self.sent if chat_id is None else self.to(chat_id)) >= count, timeout)
        return list(self.sent if chat_id is None else self.to(chat_id))

    async def wait_for_call(self, method: str, count: int = 1, timeout: float = 10.0) -> list[dict[str, Any]]:
        """The values of the calls of a method once there were `count`."""
        await self.wait_until(lambda: len(self.called(method)) >= count, timeout)
        return self.called(method)

    async def wait_until(self, true: Any, timeout: float = 10.0) -> None:
        """Waits for a condition on this object. TimeoutError."""
        async with self._changed:
            await asyncio.wait_for(self._changed.wait_for(true), timeout)

    # The server's side

    def _spawn(self, work: Any) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _announce(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def _handle(self, request: web.Request) -> web.StreamResponse:
        if request.match_info["token"] != self.token:
            return _error(401, "Unauthorized")
        method = request.match_info["method"]
        values = await self._values(request)
        self.calls.append((method, values))
        plan = self._planned(method, values)
        if isinstance(plan.get("how"), int):
            await self._announce()
            words = plan["description"] or _WORDS.get(plan["how"], "Internal Server Error")
            return _error(plan["how"], words, plan["retry_after"])
        problem = refusal(method, values)
        if problem:
            return _error(400, problem)
        answer = getattr(self, f"_do_{method}", None)
        if answer is None:
            return _error(404, "Not Found")
        try:
            result = await answer(values)
        except web.HTTPConflict as conflict:
            return _error(409, conflict.reason)
        except Refused as refused:
            await self._announce()
            return _error(refused.status, refused.description, **refused.parameters)
        await self._announce()
        if plan.get("how") == "drop" and request.transport is not None:
            request.transport.abort()
        return web.json_response({"ok": True, "result": result})

    async def _values(self, request: web.Request) -> dict[str, Any]:
        form: dict[str, Any] = {**request.query, **await request.post()}
        uploads = {name: value.file.read() for name, value in form.items() if isinstance(value, web.FileField)}
        return decoded({name: value for name, value in form.items() if name not in uploads}) | uploads

    async def _download(self, request: web.Request) -> web.StreamResponse:
        name = request.match_info["file"]
        self.fetched.append(name)
        plan = self._planned("download", {})
        if request.match_info["token"] != self.token or name not in self.files or isinstance(plan.get("how"), int):
            return web.Response(status=plan.get("how") or 404)
        return web.Response(body=self.files[name])

    def _planned(self, method: str, values: dict[str, Any]) -> dict[str, Any]:
        plans = self._failures[method]
        fitting = [plan for plan in plans if plan["chat_id"] in (None, values.get("chat_id"))]
        if fitting:
            plans.remove(fitting[0])
            return fitting[0]
        return {}

    async def _do_getMe(self, _: dict[str, Any]) -> Any:
        return {**BOT, "can_join_groups": False, "can_read_all_group_messages": False, "supports_inline_queries": False}

    async def _do_getUpdates(self, values: dict[str, Any]) -> Any:
        if self.webhook.get("url"):
            raise web.HTTPConflict(reason="Conflict: can't use getUpdates method while webhook is active")
        self._poll += 1
        mine = self._poll
        offset = values.get("offset") or 0
        self.pending = [update for update in self.pending if update["update_id"] >= offset]
        async with self._changed:
            self._changed.notify_all()
            try:
                held = self._changed.wait_for(lambda: self.pending or self._poll != mine)
                await asyncio.wait_for(held, values.get("timeout") or 0.01)
            except asyncio.TimeoutError:
                return []
        if self._poll != mine:
            raise web.HTTPConflict(reason="Conflict: terminated by other getUpdates request")
        return self.pending[: values.get("limit") or 100]

    async def _do_sendMessage(self, values: dict[str, Any]) -> Any:
        chat = int(values["chat_id"])
        self.check_place(values)
        number = self._keep(chat, str(values["text"]), values, "text")
        return {"message_id": number, "date": int(time.time()), "chat": self._chat(chat), "text": self.texts[chat, number]}

    def _keep(self, chat: int, text: str, values: dict[str, Any], kind: str) -> int:
        plain, links, _ = parse_html(text) if values.get("parse_mode") == "HTML" else (text, [], None)
        buttons = (values.get("reply_markup") or {}).get("inline_keyboard", [])
        number = self.number_in(chat)
        self.texts[chat, number] = plain
        self.sent.append(Sent(chat, number, text, plain, links, buttons, time.monotonic(), values, kind))
        return number

    def _plain(self, text: str, values: dict[str, Any]) -> str:
        return parse_html(text)[0] if values.get("parse_mode") == "HTML" else text

    async def _do_setMyCommands(self, values: dict[str, Any]) -> Any:
        self.commands[values.get("language_code", "")] = values["commands"]
        return True

    async def _do_setWebhook(self, values: dict[str, Any]) -> Any:
        self.webhook = values
        return True

    async def _do_deleteWebhook(self, _: dict[str, Any]) -> Any:
        self.webhook = {}
        return True

    async def _do_sendChatAction(self, _: dict[str, Any]) -> Any:
        return True

    async def _do_answerCallbackQuery(self, _: dict[str, Any]) -> Any:
        return True

    async def _do_editMessageReplyMarkup(self, values: dict[str, Any]) -> Any:
        return {"message_id": values["message_id"], "date": int(time.time()), "text": "...",
                "chat": self._chat(int(values["chat_id"]))}

    async def _post(self, update: dict[str, Any]) -> None:
        """Posts to the webhook until it is taken, as Telegram does."""
        headers = {"X-Telegram-Bot-Api-Secret-Token": self.webhook.get("secret_token", "")}
        async with aiohttp.ClientSession() as session:
            while True:
                async with session.post(self.webhook["url"], json=update, headers=headers) as answer:
                    self.posts.append(answer.status)
                await self._announce()
                if self.posts[-1] < 300:
                    return
                await asyncio.sleep(0.1)


_WORDS = {429: "Too Many Requests", 403: "Forbidden: bot was blocked by the user", 400: "Bad Request: refused"}


def _error(status: int, description: str, retry_after: int | None = None, **parameters: Any) -> web.Response:
    body: dict[str, Any] = {"ok": False, "error_code": status, "description": description}
    if status == 429:
        parameters["retry_after"] = retry_after
    if parameters:
        body["parameters"] = parameters
    return web.json_response(body, status=status)
