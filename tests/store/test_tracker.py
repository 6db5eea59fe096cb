"""What Rasa remembers of a conversation: bounded however long it is, the slots as they are now, nothing readable on the disk."""

from __future__ import annotations

from pathlib import Path

import pytest
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import ActionExecuted, BotUttered, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker

from bot.container import Container
from bot.tracker_store import KEPT_EVENTS, EncryptedTrackerStore

WHO = "a-conversation"
DOMAIN = Domain.from_yaml("""
version: "3.1"
intents: [ask]
slots:
  subject: {type: any, mappings: [{type: custom}]}
  town: {type: any, mappings: [{type: custom}]}
""")


@pytest.fixture
def store(house: Container) -> EncryptedTrackerStore:
    return EncryptedTrackerStore(DOMAIN)


def talk(turns: int) -> DialogueStateTracker:
    tracker = DialogueStateTracker(WHO, DOMAIN.slots)
    tracker.update(SlotSet("town", "Bobingen"))
    for turn in range(turns):
        tracker.update(UserUttered(f"cucumber {turn}", {"name": "ask", "confidence": 1.0}))
        tracker.update(ActionExecuted("action_listen"))
        tracker.update(SlotSet("subject", {"turn": turn}))
        tracker.update(BotUttered(f"pumpkin {turn}"))
    return tracker


def size(house: Container) -> int:
    with house.database.engine.begin() as connection:
        return len(connection.exec_driver_sql("SELECT body FROM trackers").scalar_one())


async def test_a_long_conversation_costs_no_more_than_a_short_one(store: EncryptedTrackerStore, house: Container) -> None:
    sizes, counts = [], []
    for turns in (12, 250):
        await store.save(talk(turns))
        found = await store.retrieve(WHO)
        assert found is not None
        counts.append(len(found.events))
        sizes.append(size(house))
        assert found.get_slot("subject") == {"turn": turns - 1} and found.get_slot("town") == "Bobingen"
        assert found.latest_message is not None and found.latest_message.text == f"cucumber {turns - 1}"
    assert counts[0] == counts[1] <= KEPT_EVENTS + len(DOMAIN.slots)
    assert sizes[1] < sizes[0] * 1.1


async def test_saved_again_and_again_it_stays_bounded(store: EncryptedTrackerStore) -> None:
    await store.save(talk(3))
    for turn in range(30):
        found = await store.retrieve(WHO)
        assert found is not None and len(found.events) <= KEPT_EVENTS + len(DOMAIN.slots)
        found.update(UserUttered(f"again {turn}", {"name": "ask", "confidence": 1.0}))
        await store.save(found)
    assert list(await store.keys()) == [WHO]


async def test_nothing_said_lies_on_the_disk_in_the_clear(store: EncryptedTrackerStore, house: Container) -> None:
    await store.save(talk(12))
    disk = b"".join(file.read_bytes() for file in Path(house.settings.state).glob("waymark.db*"))
    assert b"a-conversation" in disk, "this looks at nothing"
    assert not [word for word in (b"cucumber", b"pumpkin", b"Bobingen") if word in disk]


async def test_an_unknown_conversation_is_none(store: EncryptedTrackerStore) -> None:
    assert await store.retrieve("nobody") is None
