"""Inbox and outbox on a real SQLite file: once, in order, sealed, forgotten without a trace."""

from __future__ import annotations

import asyncio
import sqlite3
from pathlib import Path

import pytest

from bot.container import Container
from bot.errors import WaymarkError
from bot.store.database import Database
from bot.store.messages import KEPT_ANSWERS, Inbound
from bot.store.secrets import Secrets, load_or_make_key

SECRET_SENTENCE = "my husband must not know that i asked about divorce"
ONE = "0" * 32


def inbound(message_id: str = "m1", text: str = SECRET_SENTENCE) -> Inbound:
    return Inbound(ONE, message_id, {"text": text, "press": None})


async def test_a_message_is_received_once(house: Container) -> None:
    assert await house.messages.receive(inbound(), "web", "chat-17") is True
    assert await house.messages.receive(inbound(), "web", "chat-17") is False
    assert len(await house.messages.undone()) == 1


async def test_two_at_once_are_one(house: Container) -> None:
    results = await asyncio.gather(*(house.messages.receive(inbound(), "web", None) for _ in range(20)))
    assert sorted(results) == [False] * 19 + [True]


async def test_answers_are_numbered_and_the_message_done_together(house: Container) -> None:
    await house.messages.receive(inbound(), "web", None)
    first = await house.messages.answer(inbound(), ONE, "web", [{"text": "a"}, {"text": "b"}])
    second = await house.messages.answer(None, ONE, "web", [{"text": "c"}])
    assert [answer.seq for answer in first + second] == [1, 2, 3]
    assert await house.messages.undone() == []
    assert [answer.body["text"] for answer in await house.messages.since(ONE, 1)] == ["b", "c"]
    await house.messages.delivered(ONE, [1, 2])
    assert [answer.seq for answer in await house.messages.undelivered("web")] == [3]


async def test_old_answers_go_but_never_undelivered_ones(house: Container) -> None:
    await house.messages.receive(inbound(), "web", None)
    for number in range(KEPT_ANSWERS + 10):
        answers = await house.messages.answer(None, ONE, "web", [{"text": str(number)}])
        if number != 0:
            await house.messages.delivered(ONE, [answers[0].seq])
    kept = await house.messages.since(ONE, 0)
    assert kept[0].seq == 1 and len(kept) <= KEPT_ANSWERS + 2


async def test_nothing_a_person_wrote_is_readable_in_the_files(house: Container) -> None:
    await house.messages.receive(inbound(), "telegram", "chat-4711081570913-address")
    await house.messages.answer(None, ONE, "telegram", [{"text": SECRET_SENTENCE}])
    state: Path = house.settings.state
    files = [file for file in state.glob("waymark.db*") if file.is_file()]
    assert files
    for file in files:
        content = file.read_bytes()
        assert SECRET_SENTENCE.encode() not in content and b"4711081570913" not in content


async def test_forget_leaves_no_row(house: Container) -> None:
    await house.messages.receive(inbound(), "web", None)
    await house.messages.answer(inbound(), ONE, "web", [{"text": "a"}])
    await house.conversations.forget(ONE)
    connection = sqlite3.connect(house.settings.state / "waymark.db")
    for table in ("conversations", "inbox", "outbox", "trackers"):
        assert connection.execute(f"SELECT count(*) FROM {table}").fetchone() == (0,), table
    assert await house.conversations.get(ONE) is None


async def test_answering_a_forgotten_conversation_keeps_nothing(house: Container) -> None:
    answers = await house.messages.answer(None, ONE, "web", [{"text": "bye"}])
    assert [answer.seq for answer in answers] == [0]
    assert await house.messages.since(ONE, -1) == []


async def test_purge_deletes_by_age(house: Container) -> None:
    await house.messages.receive(inbound(), "web", None)
    assert await house.conversations.purge(30) == 0
    house.database.transact(lambda connection: connection.exec_driver_sql("UPDATE conversations SET last_seen_at = 0"))
    assert await house.conversations.purge(30) == 1


async def test_a_choice_of_language_is_not_replaced_by_a_guess(house: Container) -> None:
    await house.messages.receive(inbound(), "web", None)
    await house.conversations.set_language(ONE, "ar", chosen=True)
    await house.conversations.set_language(ONE, "de", chosen=False)
    conversation = await house.conversations.get(ONE)
    assert conversation is not None and conversation.language == "ar"


def test_a_newer_database_is_refused_with_a_sentence(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'a.db'}"
    database = Database(url)
    database.transact(lambda connection: connection.exec_driver_sql("UPDATE meta SET value = '99'"))
    database.close()
    with pytest.raises(WaymarkError, match="newer Waymark"):
        Database(url)


class TestSecrets:
    """The keys: made once, mode 0600, attacked."""

    def test_the_key_file_is_made_once_and_private(self, tmp_path: Path) -> None:
        first = load_or_make_key("", tmp_path)
        assert load_or_make_key("", tmp_path) == first
        assert (tmp_path / "waymark.key").stat().st_mode & 0o777 == 0o600

    def test_a_broken_key_file_is_refused_and_not_replaced(self, tmp_path: Path) -> None:
        (tmp_path / "waymark.key").write_text("garbage")
        with pytest.raises(WaymarkError, match="no usable key"):
            load_or_make_key("", tmp_path)
        assert (tmp_path / "waymark.key").read_text() == "garbage"

    def test_altered_or_foreign_text_is_refused(self, tmp_path: Path) -> None:
        one, other = (Secrets(load_or_make_key("", tmp_path / name)) for name in ("a", "b"))
        sealed = one.seal("text")
        assert one.open(sealed) == "text"
        for bad in (sealed[:-3] + b"AAA", sealed[:20], b"", other.seal("text")):
            with pytest.raises(WaymarkError):
                one.open(bad)

    @pytest.mark.parametrize("forged", [None, "", "abc", "abc.def", 17, ["a"], "a.b.c", "x" * 300, {"a": 1}])
    def test_session_ids_cannot_be_forged(self, tmp_path: Path, forged: object) -> None:
        secrets = Secrets(load_or_make_key("", tmp_path))
        assert secrets.verify(secrets.sign("abc")) == "abc"
        assert secrets.verify(forged) is None
        stranger = Secrets(load_or_make_key("", tmp_path / "other"))
        assert secrets.verify(stranger.sign("abc")) is None

    def test_pseudonyms_differ_by_channel_and_house(self, tmp_path: Path) -> None:
        one, other = (Secrets(load_or_make_key("", tmp_path / name)) for name in ("a", "b"))
        made = {one.pseudonym("web", "17"), one.pseudonym("telegram", "17"), other.pseudonym("web", "17")}
        assert len(made) == 3 and all(len(name) == 32 for name in made)
