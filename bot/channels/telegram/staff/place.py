"""Where something happened in a group, and what our messages in a topic are besides entries of a case."""

from __future__ import annotations

from typing import NamedTuple

from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.lane import Lane
from bot.errors import WaymarkError
from bot.store.case_records import Case
from bot.store.mediators import Mediator
from bot.store.staff import Topic

# `place` of posts that are not (a part of) the entry itself: the question after a right translation, what the person got, that it
# did not arrive, a draft (its number: the message of which it was made), the question after a note; of mediators' messages:
# one in the person's own language, and one of which nothing went out.
PROMPT, TRANSLATION, FAILURE, DRAFT, NOTE_PROMPT, OWN_TRANSLATION, UNSENT = -1, -2, -3, -4, -5, -6, -7


class Place(NamedTuple):
    """Where something happened, and who did it."""

    lane: Lane
    topic: Topic
    me: Mediator
    message_id: int

    @property
    def group_id(self) -> int:
        """The group."""
        return self.lane.group_id


async def case_of(house: StaffHouse, place: Place) -> Case:
    """The case of a topic. WaymarkError "desk.unknown"."""
    case = await house.cases.get(place.topic.case_id)
    if case is None:
        raise WaymarkError("desk.unknown")
    return case
