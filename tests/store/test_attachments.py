"""Files are sealed, kept once, limited, and gone with their conversation; names are only names."""

from __future__ import annotations

import pytest

from bot.container import Container
from bot.errors import WaymarkError
from bot.store import attachments as store
from bot.store.attachments import tidy
from bot.store.messages import Inbound

WHO = "a" * 32


async def test_sealed_and_back(house: Container) -> None:
    kept = await house.attachments.put(WHO, "letter from the office.txt", "text/plain", b"a very secret letter")
    found = await house.attachments.get(kept)
    assert found is not None and found[1] == b"a very secret letter"
    assert found[0].name == "letter from the office.txt" and found[0].state == "unchanged"
    house.database.close()
    for file in house.settings.state.glob("waymark.db*"):
        raw = file.read_bytes()
        assert b"secret letter" not in raw and b"letter from" not in raw


async def test_the_same_file_sent_again_is_kept_once(house: Container) -> None:
    first = await house.attachments.put(WHO, "x.txt", "text/plain", b"one", key="m1:0")
    assert await house.attachments.put(WHO, "x.txt", "text/plain", b"one", key="m1:0") == first
    assert await house.attachments.put(WHO, "x.txt", "text/plain", b"one", key="m2:0") != first
    assert await house.attachments.put("b" * 32, "x.txt", "text/plain", b"one", key="m1:0") != first


async def test_limits(house: Container, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "SIZE_LIMIT", 100)
    monkeypatch.setattr(store, "TOTAL_LIMIT", 150)
    for data, code in ((b"", "attachment.empty"), (bytes(101), "attachment.large")):
        with pytest.raises(WaymarkError) as refused:
            await house.attachments.put(WHO, "x", "", data)
        assert refused.value.code == code
    await house.attachments.put(WHO, "x", "", bytes(100))
    with pytest.raises(WaymarkError) as refused:
        await house.attachments.put(WHO, "x", "", bytes(60))
    assert refused.value.code == "attachment.full"
    await house.attachments.put("b" * 32, "x", "", bytes(60))  # somebody else's files do not count


async def test_gone_with_the_conversation(house: Container) -> None:
    kept = await house.attachments.put(WHO, "x", "", b"one")
    other = await house.attachments.put("b" * 32, "x", "", b"two")
    await house.conversations.forget(WHO)
    assert await house.attachments.get(kept) is None and await house.attachments.get(other) is not None


async def test_gone_with_the_case(house: Container) -> None:
    await house.messages.receive(Inbound(WHO, "m1", {"text": "x"}), "web", None)
    case = await house.desk.open(WHO, reason="asked")
    kept = await house.attachments.put(WHO, "x", "", b"one")
    conversation = await house.conversations.get(WHO)
    assert conversation is not None
    await house.desk.receive(Inbound(WHO, "m2", {"text": "", "attachments": [kept]}), conversation, "en")
    (entry,) = [one for one in await house.cases.entries(case.id) if one.attachments]
    assert entry.attachments == (kept,)
    await house.cases.delete(case.id)
    assert await house.attachments.get(kept) is None


async def test_a_ticket_opens_one_file(house: Container) -> None:
    one = await house.attachments.about(await house.attachments.put(WHO, "x", "", b"one"))
    two = await house.attachments.about(await house.attachments.put(WHO, "x", "", b"two"))
    assert one is not None and two is not None
    assert house.attachments.ticket(one) != house.attachments.ticket(two)
    assert house.attachments.ticket(one) != house.attachments.ticket(one._replace(conversation_id="b" * 32))


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("../../etc/passwd", "passwd"), ("C:\\Users\\me\\letter.pdf", "letter.pdf"), ("photo\u202egpj.exe", "photogpj.exe"),
        ("", "file"), (" . ", "file"), ("a\r\nSet-Cookie: x", "aSet-Cookie_ x"), ("лист<script>.pdf", "лист_script_.pdf"),
        ("x" * 300 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_names_are_only_names(given: str, kept: str) -> None:
    assert tidy(given) == kept
