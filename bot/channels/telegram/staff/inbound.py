"""What happens in the staff groups: written down first, then done, each topic's in order.

Only mediators on the list count. Others are told so once, and what they write is neither kept nor read.
"""

from __future__ import annotations

import asyncio
import logging
import re
from collections import deque
from collections.abc import Awaitable, Sequence

from telegram import Message, Update
from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest

from bot.channels.telegram.staff.board import Board
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.lane import GroupGone, Lane, TopicClosed, TopicGone, Upgraded
from bot.channels.telegram.staff.shown import Shown
from bot.channels.telegram.staff.work import Work
from bot.ending import end
from bot.store.mediators import Mediator

logger = logging.getLogger(__name__)

_ID = re.compile(r"/id(@\w+)?")
_AWAY = {ChatMemberStatus.LEFT, ChatMemberStatus.BANNED}
# Seconds without another part after which an album is taken to be complete, and how many parts it has at most.
ALBUM_WAIT, ALBUM_PARTS = 1.0, 10
# So often a message is tried whose doing fails for a reason that may pass.
TRIES = 4


class StaffInbound:
    """Takes the updates of groups."""

    def __init__(self, house: StaffHouse, board: Board, work: Work, shown: Shown) -> None:
        self._house = house
        self._board = board
        self._work = work
        self._shown = shown
        self._queues: dict[tuple[int, int], deque[Update]] = {}
        self._workers: dict[tuple[int, int], asyncio.Task[None]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def start(self) -> None:
        """Takes up what was written down and not done."""
        for update in await self._work.undone():
            self._enqueue(update)

    async def stop(self) -> None:
        """Stops; what is not done is done after the next start."""
        await end([*self._workers.values(), *self._tasks])

    async def receive(self, update: Update) -> bool:
        """Whether the update is the groups' matter; it is safe then."""
        if update.my_chat_member is not None:
            return await self._membership(update)
        message = update.effective_message
        chat = update.effective_chat
        if chat is None or chat.id > 0:
            return False
        if isinstance(message, Message) and message.migrate_to_chat_id is not None:
            if chat.id in self._board.lanes:
                self._later(self._board.upgrade(chat.id, message.migrate_to_chat_id))
            return True
        lane = self._board.lanes.get(chat.id)
        if isinstance(message, Message) and message.text and _ID.fullmatch(message.text):
            self._later(self._say_number(chat.id, message.message_thread_id))
            return True
        user = update.effective_user
        if lane is None or message is None or user is None:
            return True
        if user.is_bot:
            if isinstance(message, Message) and message.sender_chat is not None and update.callback_query is None:
                await self._nobody(update, lane, message)
            return True
        if update.callback_query is None:
            lane.saw(message.message_id)
        if not self._says_something(update):
            return True
        thread = message.message_thread_id if isinstance(message, Message) else None
        if thread is None or await self._house.staff.topic_at(chat.id, thread) is None:
            return True
        if not _counts(await self._house.mediators.by_telegram(user.id)):
            if update.callback_query is not None:
                self._later(self._work.answer(update.callback_query.id, self._shown.say("not_listed")))
            elif await self._house.staff.told(chat.id, user.id):
                self._later(self._say_not_listed(chat.id, thread, message.message_id))
            return True
        if await self._house.staff.receive(update.update_id, update.to_json()):
            self._enqueue(update)
        return True

    async def _nobody(self, update: Update, lane: Lane, message: Message) -> None:
        """Somebody wrote as the group or as a channel: Telegram does not say who, so it counts for nothing, and that is said."""
        lane.saw(message.message_id)
        thread = message.message_thread_id
        if thread is None or not self._says_something(update):
            return
        if await self._house.staff.topic_at(lane.group_id, thread) is not None:
            piece = self._shown.plain("⚠ " + self._shown.say("anonymous"))
            self._later(lane.put(thread, piece, "", reply_to=message.message_id))

    def _says_something(self, update: Update) -> bool:
        if update.callback_query is not None:
            return bool(update.callback_query.data and update.callback_query.data.startswith("s:"))
        message = update.message or update.edited_message
        if message is None:
            return False
        return bool(message.text or message.caption or message.effective_attachment)

    async def _membership(self, update: Update) -> bool:
        changed = update.my_chat_member
        assert changed is not None
        group = changed.chat.id
        known = await self._house.staff.groups(self._house.settings.staff_groups)
        if group in known:
            away = changed.new_chat_member.status in _AWAY
            self._later(self._board.put_out(group) if away else self._board.taken_in(group))
        return True

    def _later(self, work: Awaitable[object]) -> None:
        task = asyncio.ensure_future(self._guarded(work))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _guarded(self, work: Awaitable[object]) -> None:
        try:
            await work
        except Exception as error:
            logger.warning("Something in a staff group could not be done: %s", type(error).__name__)

    async def _say_number(self, group: int, thread: int | None) -> None:
        text = self._shown.say("group_id", number=group)
        await self._work.say_plainly(group, thread, text)

    async def _say_not_listed(self, group: int, thread: int, message: int) -> None:
        lane = self._board.lanes[group]
        await lane.put(thread, self._shown.plain(self._shown.say("not_listed")), "", reply_to=message)

    def _enqueue(self, update: Update) -> None:
        message, chat = update.effective_message, update.effective_chat
        if message is None or chat is None:
            return
        key = (chat.id, (message.message_thread_id or 0) if isinstance(message, Message) else 0)
        self._queues.setdefault(key, deque()).append(update)
        if key not in self._workers:
            self._workers[key] = asyncio.create_task(self._run(key, self._queues[key]))

    async def _run(self, key: tuple[int, int], queue: deque[Update]) -> None:
        try:
            while queue:
                await self._one(await self._next(queue))
        finally:
            self._workers.pop(key, None)
            if not queue:
                self._queues.pop(key, None)

    async def _next(self, queue: deque[Update]) -> list[Update]:
        """The next update; of an album all its parts: the words that say what it is stand under one of them only."""
        found = [queue.popleft()]
        album = _album_of(found[0]) if found[0].edited_message is None else None
        while album is not None and len(found) < ALBUM_PARTS:
            await asyncio.sleep(ALBUM_WAIT)
            more = [one for one in queue if _album_of(one) == album]
            if not more:
                break
            for one in more:
                queue.remove(one)
            found += more
        return found

    async def _one(self, updates: Sequence[Update]) -> None:
        for tried in range(1, TRIES + 1):
            try:
                await self._work.do(updates)
                break
            except asyncio.CancelledError:
                raise
            except (TopicGone, TopicClosed, GroupGone, Upgraded, BadRequest):
                break  # done; only the word about it found no place
            except Exception as error:
                logger.error("What a mediator wrote could not be done yet: %s", type(error).__name__)
                if tried == TRIES:
                    # Nothing is dropped in silence: the mediator sees that it did not go out.
                    await self._work.give_up(updates[0])
                    break
                await asyncio.sleep(2.0**tried)
        await self._house.staff.done(*(update.update_id for update in updates))


def _album_of(update: Update) -> str | None:
    message = update.message or update.edited_message
    return message.media_group_id if message is not None else None


def _counts(mediator: Mediator | None) -> bool:
    return mediator is not None and mediator.active and bool(mediator.roles & {"mediator", "lead"})
