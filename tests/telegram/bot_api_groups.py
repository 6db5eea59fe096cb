"""The stand-in's groups, topics, files and edits: what the Bot API does with them, and how it refuses.

    group = api.add_group(-100500)                       # a supergroup with topics
    api.push_group_text(group, topic, 900, "Hello")      # user 900 writes in a topic
    api.push_file(7, "photo", b"...", caption="x")       # a person sends a file; also document, voice, audio, video, video_note
    api.edit_in(chat, message_id, "other words", ...)    # somebody edits a message
    api.delete_topic(group, topic)  api.close_topic(group, topic)
    api.kick(group)  api.upgrade(-55, -100600)           # thrown out; a group becomes a supergroup
    api.shown(chat)                                      # what stands in a chat now, edits done
"""

from __future__ import annotations

import itertools
import time
from collections import defaultdict, deque
from dataclasses import dataclass, field
from typing import Any

FILES = ("photo", "document", "voice", "audio", "video", "video_note")


class Refused(Exception):
    """An error answer of the Bot API."""

    def __init__(self, status: int, description: str, **parameters: Any) -> None:
        super().__init__(description)
        self.status, self.description, self.parameters = status, description, parameters


@dataclass
class Topic:
    """A topic of a group."""

    name: str
    closed: bool = False
    deleted: bool = False


@dataclass
class Group:
    """A group. `upgraded`: the id of the supergroup that it has become. `limit` messages in `window` seconds."""

    id: int
    topics: dict[int, Topic] = field(default_factory=dict)
    kicked: bool = False
    upgraded: int | None = None
    limit: int = 1000
    window: float = 60.0
    times: deque[float] = field(default_factory=deque)
    numbers: Any = field(default_factory=lambda: itertools.count(1))


class Groups:
    """Mixed into BotApi, which has `push`, `person`, `sent` and the numbers of private messages."""

    def __init__(self) -> None:
        self.groups: dict[int, Group] = {}
        self.files: dict[str, bytes] = {}
        self.uploads: dict[tuple[int, int], bytes] = {}
        self.edits: list[tuple[int, int, str]] = []
        self.texts: dict[tuple[int, int], str] = {}
        self.fetched: list[str] = []
        self._file_numbers = itertools.count(1)
        self._told_limits: dict[int, int] = defaultdict(int)

    # What people and Telegram do

    def add_group(self, identifier: int, limit: int = 1000, window: float = 60.0) -> int:
        """A group in which the bot is an administrator."""
        self.groups[identifier] = Group(identifier, limit=limit, window=window)
        return identifier

    def member(self, user: int, name: str = "Staff") -> dict[str, Any]:
        """The `from` of somebody in a group."""
        return {"id": user, "is_bot": False, "first_name": name, "username": f"user{user}"}

    def push_group(
        self, group: int, topic: int | None, user: int, kind: str = "message", number: int | None = None, **content: Any
    ) -> int:
        """A message with any content in a group's topic; its message id."""
        number = number or next(self.groups[group].numbers)
        place: dict[str, Any] = {"message_thread_id": topic, "is_topic_message": True} if topic else {}
        content = {**content}
        reply = content.pop("reply_to", None)
        if reply is not None:
            content["reply_to_message"] = {
                "message_id": reply, "date": int(time.time()), "chat": self._chat(group), "text": "..."
            }
        self.push({kind: {  # type: ignore[attr-defined]
            "message_id": number, "date": int(time.time()), "chat": self._chat(group), "from": self.member(user), **place,
            **({"edit_date": int(time.time())} if kind == "edited_message" else {}), **content,
        }})
        return number

    def push_group_text(self, group: int, topic: int | None, user: int, text: str, **content: Any) -> int:
        """Somebody writes in a topic; the message id."""
        return self.push_group(group, topic, user, text=text, **content)

    def press_in_group(self, message: Any, title: str, user: int) -> int:
        """Somebody presses a button under a message of the bot in a group."""
        button = next(one for one in message.flat_buttons if one["text"].startswith(title))
        number = next(self._updates)  # type: ignore[attr-defined]
        topic = message.values.get("message_thread_id")
        return self.push({"update_id": number, "callback_query": {  # type: ignore[attr-defined,no-any-return]
            "id": f"{number}77", "from": self.member(user), "chat_instance": "1", "data": button["callback_data"],
            "message": {"message_id": message.message_id, "date": int(time.time()), "from": self.member(1), "text": "...",
                        "chat": self._chat(message.chat_id),
                        **({"message_thread_id": topic, "is_topic_message": True} if topic else {})},
        }})

    def file(self, kind: str, data: bytes, name: str = "file.bin", mime: str = "application/octet-stream") -> dict[str, Any]:
        """The content of a message with a file."""
        identifier = f"file{next(self._file_numbers)}"
        self.files[identifier] = data
        told = {"file_id": identifier, "file_unique_id": f"u{identifier}", "file_size": len(data)}
        if kind == "photo":
            return {"photo": [{**told, "width": 10, "height": 10}]}
        more: dict[str, Any] = {"mime_type": mime}
        if kind in {"document", "audio", "video"}:
            more["file_name"] = name
        if kind in {"voice", "audio", "video", "video_note"}:
            more["duration"] = 1
        if kind == "video":
            more |= {"width": 1, "height": 1}
        if kind == "video_note":
            more = {"duration": 1, "length": 1}
        return {kind: {**told, **more}}

    def delete_topic(self, group: int, topic: int) -> None:
        """An administrator deletes a topic with all its messages. Telegram tells the bot nothing."""
        self.groups[group].topics[topic].deleted = True

    def close_topic(self, group: int, topic: int, user: int = 900) -> None:
        """An administrator closes a topic; the bot is told by a service message."""
        self.groups[group].topics[topic].closed = True
        self.push_group(group, topic, user, forum_topic_closed={})

    def kick(self, group: int) -> None:
        """The bot is thrown out of a group, and told so."""
        self.groups[group].kicked = True
        bot = {"user": {"id": 123456, "is_bot": True, "first_name": "Waymark"}}
        self.push({"my_chat_member": {  # type: ignore[attr-defined]
            "chat": self._chat(group), "from": self.member(900), "date": int(time.time()),
            "old_chat_member": {**bot, "status": "administrator", "can_be_edited": False, "is_anonymous": False,
                                "can_manage_chat": True, "can_delete_messages": True, "can_manage_video_chats": True,
                                "can_restrict_members": True, "can_promote_members": False, "can_change_info": True,
                                "can_invite_users": True, "can_post_stories": False, "can_edit_stories": False,
                                "can_delete_stories": False},
            "new_chat_member": {**bot, "status": "kicked", "until_date": 0},
        }})

    def upgrade(self, group: int, supergroup: int, told: bool = True) -> None:
        """A group becomes a supergroup with another id; `told`: the bot gets the service message."""
        self.add_group(supergroup)
        self.groups[group].upgraded = supergroup
        if told:
            self.push_group(group, None, 900, migrate_to_chat_id=supergroup)

    # What tests ask

    def in_topic(self, group: int, topic: int) -> list[Any]:
        """What the bot sent to a topic, in order."""
        return [one for one in self.sent  # type: ignore[attr-defined]
                if one.chat_id == group and one.values.get("message_thread_id") == topic]

    def topic_named(self, group: int, name: str) -> list[int]:
        """The topics of a group whose name holds `name`, deleted ones left out."""
        return [number for number, topic in self.groups[group].topics.items() if name in topic.name and not topic.deleted]

    def shown(self, chat: int) -> list[str]:
        """The texts of the bot's messages in a chat as they are now."""
        return [self.texts[chat, one.message_id] for one in self.sent if one.chat_id == chat]  # type: ignore[attr-defined]

    # The server's side

    def _chat(self, identifier: int) -> dict[str, Any]:
        if identifier not in self.groups:
            return {"id": identifier, "type": "private"}
        if identifier > -10**9:
            return {"id": identifier, "type": "group", "title": "Desk"}
        return {"id": identifier, "type": "supergroup", "title": "Desk", "is_forum": True}

    def check_place(self, values: dict[str, Any], counts: bool = True) -> None:
        """Refuses what Telegram refuses of this chat and topic."""
        group = self.groups.get(int(values["chat_id"]))
        if group is None:
            if int(values["chat_id"]) < 0:
                raise Refused(400, "Bad Request: chat not found")
            return
        if group.kicked:
            raise Refused(403, "Forbidden: bot was kicked from the supergroup chat")
        if group.upgraded is not None:
            raise Refused(
                400, "Bad Request: group chat was upgraded to a supergroup chat", migrate_to_chat_id=group.upgraded
            )
        topic = values.get("message_thread_id")
        if topic:
            known = group.topics.get(int(topic))
            if known is None or known.deleted:
                raise Refused(400, "Bad Request: message thread not found")
            if known.closed and counts:
                raise Refused(400, "Bad Request: TOPIC_CLOSED")
        if counts:
            now = time.monotonic()
            while group.times and group.times[0] <= now - group.window:
                group.times.popleft()
            if len(group.times) >= group.limit:
                self._told_limits[group.id] += 1
                raise Refused(429, "Too Many Requests: retry later", retry_after=max(1, round(group.window)))
            group.times.append(now)

    def number_in(self, chat: int) -> int:
        """The next message id there: a supergroup counts by itself, all other chats of a bot together."""
        group = self.groups.get(chat)
        return next(group.numbers if group is not None and chat < -10**9 else self._messages)  # type: ignore[attr-defined]

    async def _do_createForumTopic(self, values: dict[str, Any]) -> Any:
        self.check_place({"chat_id": values["chat_id"]})
        group = self.groups[int(values["chat_id"])]
        if group.id > -10**9:
            raise Refused(400, "Bad Request: the chat is not a forum")
        number = next(group.numbers)
        group.topics[number] = Topic(str(values["name"]))
        return {"message_thread_id": number, "name": values["name"], "icon_color": 0x6FB9F0}

    def _topic(self, values: dict[str, Any]) -> Topic:
        self.check_place({"chat_id": values["chat_id"]}, counts=False)
        topic = self.groups[int(values["chat_id"])].topics.get(int(values["message_thread_id"]))
        if topic is None or topic.deleted:
            raise Refused(400, "Bad Request: message thread not found")
        return topic

    async def _do_editForumTopic(self, values: dict[str, Any]) -> Any:
        topic = self._topic(values)
        if topic.name == str(values["name"]):
            raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
        topic.name = str(values["name"])
        return True

    async def _do_closeForumTopic(self, values: dict[str, Any]) -> Any:
        topic = self._topic(values)
        if topic.closed:
            raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
        topic.closed = True
        return True

    async def _do_reopenForumTopic(self, values: dict[str, Any]) -> Any:
        topic = self._topic(values)
        if not topic.closed:
            raise Refused(400, "Bad Request: TOPIC_NOT_MODIFIED")
        topic.closed = False
        return True

    async def _do_deleteForumTopic(self, values: dict[str, Any]) -> Any:
        self._topic(values).deleted = True
        return True

    async def _do_getChatMember(self, values: dict[str, Any]) -> Any:
        self.check_place({"chat_id": values["chat_id"]}, counts=False)
        return {"user": {"id": values["user_id"], "is_bot": True, "first_name": "Waymark"}, "status": "member"}

    async def _do_getFile(self, values: dict[str, Any]) -> Any:
        identifier = str(values["file_id"])
        if identifier not in self.files:
            raise Refused(400, "Bad Request: wrong file_id or the file is temporarily unavailable")
        if len(self.files[identifier]) > 20 * 2**20:
            raise Refused(400, "Bad Request: file is too big")
        return {"file_id": identifier, "file_unique_id": f"u{identifier}", "file_path": f"some/{identifier}",
                "file_size": len(self.files[identifier])}

    async def _do_editMessageText(self, values: dict[str, Any]) -> Any:
        return self._edited(values, str(values["text"]))

    async def _do_editMessageCaption(self, values: dict[str, Any]) -> Any:
        return self._edited(values, str(values.get("caption", "")))

    def _edited(self, values: dict[str, Any], text: str) -> Any:
        chat, number = int(values["chat_id"]), int(values["message_id"])
        self.check_place({"chat_id": chat}, counts=False)
        before = next((one for one in self.sent  # type: ignore[attr-defined]
                       if (one.chat_id, one.message_id) == (chat, number)), None)
        group = self.groups.get(chat)
        gone = before is not None and group is not None and before.values.get("message_thread_id") and group.topics[
            int(before.values["message_thread_id"])].deleted
        if before is None or gone:
            raise Refused(400, "Bad Request: message to edit not found")
        plain = self._plain(text, values)  # type: ignore[attr-defined]
        buttons = (values.get("reply_markup") or {}).get("inline_keyboard", [])
        if self.texts[chat, number] == plain and before.buttons == buttons:
            raise Refused(
                400, "Bad Request: message is not modified: specified new message content and reply markup are exactly "
                "the same as a current content and reply markup of the message"
            )
        self.texts[chat, number] = plain
        before.buttons = buttons
        self.edits.append((chat, number, plain))
        return {"message_id": number, "date": int(time.time()), "chat": self._chat(chat), "text": plain}

    async def _sent_file(self, kind: str, values: dict[str, Any]) -> Any:
        chat = int(values["chat_id"])
        self.check_place(values)
        upload = values.get(kind)
        if not isinstance(upload, bytes):
            raise Refused(400, f"Bad Request: there is no {kind} in the request")
        if kind == "photo" and len(upload) > 10 * 2**20:
            raise Refused(400, "Bad Request: PHOTO_INVALID_DIMENSIONS")
        number = self._keep(chat, str(values.get("caption", "")), values, kind)  # type: ignore[attr-defined]
        self.uploads[chat, number] = upload
        sent = self.file(kind, upload)
        return {"message_id": number, "date": int(time.time()), "chat": self._chat(chat), **sent}

    async def _do_sendPhoto(self, values: dict[str, Any]) -> Any:
        return await self._sent_file("photo", values)

    async def _do_sendDocument(self, values: dict[str, Any]) -> Any:
        return await self._sent_file("document", values)

    async def _do_sendVoice(self, values: dict[str, Any]) -> Any:
        return await self._sent_file("voice", values)

    async def _do_sendAudio(self, values: dict[str, Any]) -> Any:
        return await self._sent_file("audio", values)

    async def _do_sendVideo(self, values: dict[str, Any]) -> Any:
        return await self._sent_file("video", values)
