"""Which message a mediator's words answer. Only an answer to what the person sees, or has said, may go to the person."""

from __future__ import annotations

import enum
from typing import NamedTuple

from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.place import DRAFT, NOTE_PROMPT, OWN_TRANSLATION, PROMPT, Place
from bot.channels.telegram.staff.written import Written
from bot.store.staff import Post


class Kind(enum.Enum):
    """What was answered. INSIDE: something that stands only in the group, such as a colleague's or the bot's own words."""

    NOTHING, SAID, CORRECTION, DRAFT, NOTE, NOTE_PROMPT, INSIDE = range(7)


class Answered(NamedTuple):
    """`number`: the entry that was answered; of a draft the message of which it was made."""

    kind: Kind
    number: int | None = None


_KINDS = {PROMPT: Kind.CORRECTION, DRAFT: Kind.DRAFT, NOTE_PROMPT: Kind.NOTE_PROMPT}


async def answered(house: StaffHouse, place: Place, written: Written) -> Answered:
    """Looks it up."""
    if any(one.external_reply is not None or one.reply_to_story is not None for one in written.messages):
        return Answered(Kind.INSIDE)  # a message of another topic or chat
    replied = next((one.reply_to_message for one in written.messages if one.reply_to_message is not None), None)
    if replied is None or replied.message_id == place.topic.topic_id:
        return Answered(Kind.NOTHING)  # in a topic every message answers the topic itself
    if replied.message_id == place.topic.card_id:
        return Answered(Kind.SAID)
    posts = [
        post for post in await house.staff.posts(place.topic.case_id)
        if (post.group_id, post.message_id) == (place.group_id, replied.message_id)
    ]
    if not posts:
        return Answered(Kind.INSIDE)
    last = posts[-1]
    if last.ours and last.place in _KINDS:
        return Answered(_KINDS[last.place], last.number)
    return await _entry(house, posts) if last.place >= 0 or last.place == OWN_TRANSLATION else Answered(Kind.INSIDE)


async def _entry(house: StaffHouse, posts: list[Post]) -> Answered:
    entries = [await house.cases.entry(post.case_id, post.number) for post in posts]
    authors = {entry.author for entry in entries if entry is not None}
    if "note" in authors:
        return Answered(Kind.NOTE, posts[-1].number)
    if authors & {"person", "assistant", "mediator"}:
        return Answered(Kind.SAID, posts[-1].number)
    return Answered(Kind.INSIDE)
