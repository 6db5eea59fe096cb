"""What people wrote lies nowhere in clear, and /forget leaves nothing of a conversation."""

from __future__ import annotations

import base64
import json
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.container import Container
from bot.store.secrets import Secrets, load_or_make_key
from tests.flows.people import TelegramPerson, WebPerson, rest
from tests.flows.server import RunningServer
from tests.telegram.bot_api import BotApi

pytestmark = [pytest.mark.asyncio(loop_scope="session"), pytest.mark.timeout(120)]
# Nonsense that stands nowhere else; one with letters beyond ASCII.
SECRETS = ("my landlord Quastenberg 48137 took the zylonite key", "мій сусід Жмурківський забрав ключ 90217",
           "/quastenberg zylonite")
CHAT = 8_400_133_771
TABLES = ("conversations", "inbox", "outbox", "trackers")


def encodings(text: str) -> Iterator[bytes]:
    """A text as it could lie in a file: as it is, in UTF-16, as JSON, in hex, in base64 at each of its three offsets."""
    for plain in (text.encode(), text.encode("utf-16-le"), text.encode("utf-16-be"), json.dumps(text).strip('"').encode()):
        yield plain
        yield plain.hex().encode()
        for offset in range(3):
            # The first and last letters depend on what stands around.
            coded = base64.b64encode(b"\0" * offset + plain)[4:-4]
            yield coded
            yield coded.replace(b"+", b"-").replace(b"/", b"_")


def words(text: str) -> list[str]:
    """The text itself and its telling words: a search for the whole would miss a stored list of tokens."""
    return [text, *(word for word in text.split() if len(word) > 8)]


def files(server: RunningServer) -> list[Path]:
    """Every file of the state folder; of the models and caches that the checkouts share, what was written since."""
    began = (server.state / "waymark.key").stat().st_mtime
    found = [path for path in server.state.iterdir() if path.is_file()]
    for shared in ("models", "cache"):
        found += [path for path in (server.state / shared).rglob("*") if path.is_file() and path.stat().st_mtime >= began]
    assert any(path.name == "waymark.db" for path in found)
    return found


def identifier(server: RunningServer, channel: str, address: str) -> str:
    return Secrets(load_or_make_key("", server.state)).pseudonym(channel, address)


def rows(server: RunningServer, conversation: str) -> int:
    """How many rows the database has of a conversation."""
    with sqlite3.connect(server.state / "waymark.db", timeout=10) as database:
        return sum(
            int(database.execute(
                f"SELECT count(*) FROM {table} WHERE {'id' if table == 'conversations' else 'conversation_id'} = ?",
                (conversation,),
            ).fetchone()[0])
            for table in TABLES
        )


async def test_what_people_wrote_lies_nowhere_in_clear(server: RunningServer, bot_api: BotApi) -> None:
    web, chat = await WebPerson(server.url).connect(), TelegramPerson(bot_api, CHAT)
    for secret in SECRETS:
        await rest(server.url, "sender Quastenbergova", secret, message_id=f"{secret[:8]}-id")
        await web.send(secret)
        await chat.say(secret)
    await web.until(lambda: len(web.said) > len(SECRETS))
    # Broken in ways that make programs talk: too long, half letters, a wrong button.
    await rest(server.url, "sender Quastenbergova", SECRETS[0] + " \ud800")
    await web.send(SECRETS[0] * 99)
    await web.send({"text": SECRETS[0]})
    assert web.session
    session = web.session.split(".")[0]
    hidden = [word for secret in SECRETS for word in words(secret)] + [str(CHAT), session, "Quastenbergova"]
    needles = {needle for text in hidden for needle in encodings(text) if len(needle) > 7}
    for path in files(server):
        content = path.read_bytes()
        assert not [needle for needle in needles if needle in content], path.name
    output = server.output.encode()
    assert not [needle for needle in needles if needle in output], "the server's own output"
    await web.leave()


async def test_numbers_of_people_are_no_conversation_ids(server: RunningServer) -> None:
    with sqlite3.connect(server.state / "waymark.db", timeout=10) as database:
        found = [row[0] for row in database.execute("SELECT id FROM conversations")]
    assert found and all(len(one) == 32 and int(one, 16) >= 0 for one in found)


async def test_the_key_is_for_its_owner_alone(server: RunningServer) -> None:
    assert (server.state / "waymark.key").stat().st_mode & 0o077 == 0
    assert (server.state / "waymark.db").stat().st_mode & 0o077 == 0


async def test_forget_over_rest(server: RunningServer) -> None:
    conversation = identifier(server, "rest", "to be forgotten")
    await rest(server.url, "to be forgotten", "where can i learn german")
    assert rows(server, conversation) > 3
    (asked,) = await rest(server.url, "to be forgotten", "/forget")
    assert rows(server, conversation) > 3, "asked first"
    (done,) = await rest(server.url, "to be forgotten", asked["buttons"][0]["payload"])
    assert done["text"] and rows(server, conversation) == 0
    assert len(await rest(server.url, "to be forgotten", "hello")) == 2, "the privacy notice comes again"


async def test_forget_on_telegram(server: RunningServer, bot_api: BotApi, shared_house: Container) -> None:
    chat, conversation = TelegramPerson(bot_api, 84_001), identifier(server, "telegram", "84001")
    await chat.say("where can i learn german")
    await chat.expect(2)
    (asked,) = await chat.say("/forget")
    before = len(chat.got)
    bot_api.press(asked, shared_house.wording.label("button_forget_yes", "en"))
    done = (await chat.expect(before + 1))[-1]
    assert done.plain == shared_house.wording_messages.make("utter_forgotten", "en")["text"]
    assert rows(server, conversation) == 0


async def test_forget_by_typing_on_the_web(server: RunningServer, shared_house: Container) -> None:
    web = await WebPerson(server.url).connect()
    await web.say("where can i learn german", answers=2)
    assert web.session
    conversation = identifier(server, "web", web.session.split(".")[0])
    (asked,) = await web.say("/forget")
    known = len(web.sessions)
    (done,) = await web.press(asked, shared_house.wording.label("button_forget_yes", "en"))
    assert done["text"] == shared_house.wording_messages.make("utter_forgotten", "en")["text"]
    await web.until(lambda: len(web.sessions) > known)
    assert rows(server, conversation) == 0
    # Numbers begin again: in a new session, so that the widget takes no answer for an old one.
    assert [answer["seq"] for answer in await web.say("hello", answers=2)] == [1, 2]
    assert identifier(server, "web", web.sessions[-1].split(".")[0]) != conversation
    await web.leave()


async def test_the_widgets_own_button_deletes_even_while_an_answer_is_being_made(server: RunningServer) -> None:
    web = await WebPerson(server.url).connect()
    await web.say("hello", answers=2)
    assert web.session
    conversation = identifier(server, "web", web.session.split(".")[0])
    for _ in range(5):
        await web.send("where can i learn german")
    await web.client.emit("forget", {"session_id": web.session})
    await web.until(lambda: web.forgotten)
    assert rows(server, conversation) == 0
    # What was under way must not write afterwards; another conversation's whole answer takes longer than it could.
    await rest(server.url, "meanwhile", "where can i learn german")
    await rest(server.url, "meanwhile", "what does it cost")
    assert rows(server, conversation) == 0
    await web.leave()
