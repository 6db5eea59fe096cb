"""Rasa's tracker store: encrypted, one row a conversation, bounded in length.

Shipped stores reload every event since the session began, so that a message costs more the longer one talks. Here only
the last events are kept, with the slots' present values before them; the cost of a message stays the same.
"""

import json
import time
from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Optional

import sqlalchemy as sa
from rasa.core.brokers.broker import EventBroker
from rasa.core.tracker_store import TrackerStore
from rasa.shared.core.domain import Domain
from rasa.shared.core.events import BotUttered, Event, SlotSet, UserUttered
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.shared.utils.common import all_subclasses
from rasa.utils.endpoints import EndpointConfig

from bot.container import container
from bot.store.tables import trackers

# The last turn or two: the rules look at one turn, and what a follow-up question needs stands in the slots. Each event costs
# some 0.1 ms a message to load and copy.
KEPT_EVENTS = 12
# Made once: SQLAlchemy builds and keys a statement that is written in place anew for each message.
_WHERE = trackers.c.conversation_id == sa.bindparam("sender")
_READ = sa.select(trackers.c.body).where(_WHERE)
_CHANGE = trackers.update().where(_WHERE)
_ADD = trackers.insert()


def _slim(event: Event) -> dict[str, Any]:
    """An event as a dictionary without the parse results that nothing reads again (a ranking of all intents)."""
    data: dict[str, Any] = event.as_dict()
    if isinstance(event, BotUttered):
        # What the assistant said stands in the outbox; policies look only at whether it spoke.
        return {"event": "bot", "timestamp": data["timestamp"], "text": None, "data": {}}
    if isinstance(event, UserUttered):
        parse = data.get("parse_data") or {}
        data["parse_data"] = {name: parse[name] for name in ("intent", "entities", "text", "metadata") if name in parse}
    return data


@lru_cache(maxsize=1)
def _kinds() -> dict[str, type[Event]]:
    # Rasa looks the class of each event up among all subclasses, again for each event: a third of the cost of loading.
    return {kind.type_name: kind for kind in all_subclasses(Event) if kind.type_name}


def _event(data: dict[str, Any]) -> Optional[Event]:
    kind = _kinds().get(data["event"])
    return kind._from_parameters(data) if kind else Event.from_parameters(data)


class EncryptedTrackerStore(TrackerStore):
    """Keeps trackers in the house's own database. `endpoints.yml` names this class."""

    def __init__(
        self,
        domain: Domain,
        host: Optional[EndpointConfig] = None,
        event_broker: Optional[EventBroker] = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(domain, event_broker, **kwargs)
        self._house = container()

    async def save(self, tracker: DialogueStateTracker) -> None:
        """Writes the tail of the conversation."""
        await self.stream_events(tracker)
        events = list(tracker.events)
        tail = events[-KEPT_EVENTS:]
        slots = [
            SlotSet(slot.name, slot.value).as_dict()
            for slot in tracker.slots.values()
            if slot.value is not None and slot.value != slot.initial_value
        ]
        body = json.dumps({"slots": slots, "events": [_slim(event) for event in tail]})
        row = {"body": self._house.secrets.seal(body), "updated_at": int(time.time())}
        sender: str = tracker.sender_id

        def work(connection: sa.engine.Connection) -> None:
            if not connection.execute(_CHANGE, {"sender": sender, **row}).rowcount:
                connection.execute(_ADD, {"conversation_id": sender, **row})

        await self._house.database.run(work)

    async def retrieve(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The kept tail as a tracker, or None."""
        sealed = await self._house.database.run(
            lambda connection: connection.execute(_READ, {"sender": sender_id}).scalar()
        )
        if sealed is None:
            return None
        body = json.loads(self._house.secrets.open(sealed))
        # The slots stand first: what the tail sets again then wins, and the last value is the present one.
        events = [event for event in map(_event, body["slots"] + body["events"]) if event is not None]
        return DialogueStateTracker.from_events(
            sender_id, events, self.domain.slots, domain=self.domain, sender_source=None
        )

    async def retrieve_full_tracker(self, sender_id: str) -> Optional[DialogueStateTracker]:
        """The same: nothing older is kept."""
        return await self.retrieve(sender_id)

    async def keys(self) -> Iterable[str]:
        """The ids of all kept conversations."""
        query = sa.select(trackers.c.conversation_id)
        return await self._house.database.run(lambda connection: [row[0] for row in connection.execute(query)])
