"""Draws anew what stands in a topic and has changed since: a translation that came later, an edit, a delivery that failed.

What has grown gets further messages; what is not there any more, or stands too far up to be seen, is said again at the end.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import NamedTuple

from telegram.error import BadRequest

from bot.channels.telegram.pieces import Piece
from bot.channels.telegram.splitting import Part
from bot.channels.telegram.staff.lane import Lane
from bot.channels.telegram.staff.shown import FILES, Shown
from bot.store.case_records import Entry
from bot.store.staff import Post, Staff, Topic

# Pictures whose entries may still change; older ones are looked at only if an entry in them was edited.
WATCHED = 20
# With so many messages behind it, a change of a message goes unseen: Telegram tells nobody of it.
UNSEEN = 5


class Picture(NamedTuple):
    """The messages that show these entries together now, by their place."""

    numbers: tuple[int, ...]
    parts: dict[int, Post]

    @property
    def first(self) -> int:
        """The number of the message it begins with."""
        return self.parts[min(self.parts)].message_id

    @property
    def last(self) -> int:
        """The highest number of its messages."""
        return max(post.message_id for post in self.parts.values())


def pictures(posts: Sequence[Post]) -> list[Picture]:
    """The pictures in a topic, in order; the same entries may stand there more than once."""
    messages: dict[int, list[Post]] = {}
    for post in posts:
        if post.ours and 0 <= post.place < FILES and post.shown and post.number:
            messages.setdefault(post.message_id, []).append(post)
    found: list[Picture] = []
    for _, rows in sorted(messages.items()):
        numbers, place = tuple(sorted(post.number for post in rows)), rows[0].place
        open_ones = [one for one in found if one.numbers == numbers and place not in one.parts]
        if place == 0 or not open_ones:
            open_ones = [Picture(numbers, {})]
            found += open_ones
        open_ones[-1].parts[place] = rows[0]
    return found


class Redrawing:
    """`digest` says what stands in a message without saying it."""

    def __init__(self, staff: Staff, shown: Shown, digest: Callable[[Piece], str]) -> None:
        self._staff = staff
        self._shown = shown
        self._digest = digest

    async def changed(self, lane: Lane, topic: Topic, entries: Sequence[Entry], names: dict[str, str]) -> None:
        """Draws anew what has changed."""
        posts = await self._staff.posts(topic.case_id)
        by_number = {entry.number: entry for entry in entries}
        drawn = [one for one in pictures(posts) if all(number in by_number for number in one.numbers)]
        latest = {number: picture for picture in drawn for number in picture.numbers}
        for place, picture in enumerate(drawn):
            shows = [by_number[number] for number in picture.numbers]
            if place < len(drawn) - WATCHED and not any(entry.edited for entry in shows):
                continue
            parts = self._shown.parts(shows, names)
            if [self._digest(Piece(part)) for part in parts] == [post.shown for _, post in sorted(picture.parts.items())]:
                continue
            behind = {post.message_id for post in posts if post.message_id > picture.last}
            if len(behind) >= UNSEEN:
                for entry in shows:
                    if entry.edited and entry.author == "person" and latest[entry.number] is picture:
                        again = self._shown.parts([entry], names)
                        await self._put(lane, topic, (entry.number,), again, 0, picture.first)
            await self._draw(lane, topic, picture, parts)

    async def _draw(self, lane: Lane, topic: Topic, picture: Picture, parts: Sequence[Part]) -> None:
        for place, part in enumerate(parts):
            post = picture.parts.get(place)
            if post is None or not await self._change(lane, post, picture.numbers, part):
                for behind in picture.parts.values():
                    if behind.place >= place:
                        await self._leave(behind, picture.numbers)
                await self._put(lane, topic, picture.numbers, parts, place, picture.first)
                return
        for place, post in picture.parts.items():
            if place >= len(parts):  # what is shorter now leaves nothing of what was
                with suppress(BadRequest):
                    await lane.change(post.message_id, self._shown.plain(f"({self._shown.say('edited')})"))
                await self._leave(post, picture.numbers)

    async def _leave(self, post: Post, numbers: Sequence[int]) -> None:
        """From now on the message is no part of a picture."""
        await self._staff.posted(post.group_id, post.message_id, post.case_id, numbers, place=post.place, shown="")

    async def _change(self, lane: Lane, post: Post, numbers: Sequence[int], part: Part) -> bool:
        """Whether the message could be made to say it."""
        shown = self._digest(Piece(part))
        if post.shown == shown:
            return True
        try:
            await lane.change(post.message_id, Piece(part))
        except BadRequest:
            return False
        await self._staff.posted(lane.group_id, post.message_id, post.case_id, numbers, place=post.place, shown=shown)
        return True

    async def _put(
        self, lane: Lane, topic: Topic, numbers: Sequence[int], parts: Sequence[Part], start: int, reply_to: int
    ) -> None:
        """Posts the parts from `start` on."""
        for place, part in list(enumerate(parts))[start:]:
            piece = Piece(part)
            await lane.put(
                topic.topic_id, piece, topic.case_id, numbers, place=place, shown=self._digest(piece), reply_to=reply_to
            )
