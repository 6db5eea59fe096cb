"""Shows the cases in the staff groups: the store is the truth, a topic is its picture, drawn after it and again when it was lost.

A signal only says that something changed. What has to be posted is read from the store when the group's turn comes, so that what
gathered meanwhile goes out in one message, and a start after a crash goes on where the topic ends.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress

from telegram.constants import ChatMemberStatus
from telegram.error import BadRequest, TelegramError

from bot.channels.telegram.pieces import Hand, Piece
from bot.channels.telegram.staff.house import StaffHouse
from bot.channels.telegram.staff.lane import GroupGone, Lane, TopicClosed, TopicGone, Upgraded
from bot.channels.telegram.staff.leads import Leads
from bot.channels.telegram.staff.place import FAILURE, OWN_TRANSLATION
from bot.channels.telegram.staff.redrawing import Redrawing
from bot.channels.telegram.staff.shown import Shown, is_shown
from bot.ending import end
from bot.store.case_records import Case, Entry
from bot.store.staff import Topic

logger = logging.getLogger(__name__)

# Seconds between looks for what no signal told of (another process, a lost signal).
LOOK_EVERY = 30.0


class Board:
    """The picture of all cases. `lane_of` makes the way into a group."""

    def __init__(self, house: StaffHouse, hand: Hand, shown: Shown, lane_of: Callable[[int], Lane]) -> None:
        self._house = house
        self._hand = hand
        self._shown = shown
        self._lane_of = lane_of
        self._leads = Leads(house, hand.bot, shown)
        self._redrawing = Redrawing(house.staff, shown, self._digest)
        self.lanes: dict[int, Lane] = {}
        self._turns: dict[int, asyncio.Lock] = {}
        self._running: dict[str, asyncio.Task[None]] = {}
        self._again: set[str] = set()
        self._tasks: list[asyncio.Task[None]] = []

    async def start(self) -> None:
        """Begins to listen, and draws what is missing."""
        await self.learn_groups()
        watcher = self._house.signals.watch(["cases"])

        async def listen() -> None:
            while True:
                signal = await watcher.next()
                if signal is None or signal.data.get("kind") == "resync":
                    await self._look()
                elif signal.data.get("case"):
                    self.touch(str(signal.data["case"]))
                    self._leads.hear(signal.data)

        async def look() -> None:
            while True:
                try:
                    await self._look_for_lost_groups()
                    await self._look()
                except Exception as error:
                    logger.error("The cases could not be looked through: %s", type(error).__name__)
                await asyncio.sleep(LOOK_EVERY)

        self._tasks = [asyncio.create_task(listen()), asyncio.create_task(look())]

    async def stop(self) -> None:
        """Stops; what is not posted is posted after the next start."""
        await end([*self._tasks, *self._running.values()])
        await self._leads.stop()

    async def learn_groups(self) -> None:
        """The groups of the settings as they are called now, without those that have put the bot out."""
        known = await self._house.staff.groups(self._house.settings.staff_groups)
        self.lanes = {group: self.lanes.get(group) or self._lane_of(group) for group, gone in known.items() if not gone}

    def touch(self, case_id: str) -> None:
        """Something changed in a case."""
        if case_id in self._running:
            self._again.add(case_id)
        else:
            self._running[case_id] = asyncio.create_task(self._draw(case_id))

    async def _look(self) -> None:
        topics = {topic.case_id: topic for topic in await self._house.staff.topics()}
        for case in await self._house.cases.all_open():
            topic = topics.pop(case.id, None)
            if topic is None or topic.topic_id is None or topic.posted < case.seq:
                self.touch(case.id)
        for left in topics.values():
            if not left.closed or await self._house.cases.get(left.case_id) is None:
                self.touch(left.case_id)

    async def _draw(self, case_id: str) -> None:
        try:
            while True:
                self._again.discard(case_id)
                await self._draw_once(case_id)
                if case_id not in self._again:
                    return
        except asyncio.CancelledError:
            raise
        except Exception as error:  # one case's bad luck must not stop the others; the next look tries again
            logger.error("A case could not be shown in the staff group: %s", type(error).__name__)
        finally:
            self._running.pop(case_id, None)

    async def _draw_once(self, case_id: str) -> None:
        group: int | None = None
        try:
            topic = await self._house.staff.topic(case_id)
            group = topic.group_id if topic else await self._emptiest()
            if group is None or group not in self.lanes:
                if topic is not None and self.lanes:  # its group has put us out: another takes over
                    await self._house.staff.lost(case_id, await self._emptiest())
                    self._again.add(case_id)
                return
            lane = self.lanes[group]
            async with self._turns.setdefault(lane.group_id, asyncio.Lock()):
                await self._case(lane, case_id)
        except TopicGone:
            await self._house.staff.lost(case_id)
            self._again.add(case_id)
        except TopicClosed:
            await self._reopen(case_id)
            self._again.add(case_id)
        except Upgraded as upgraded:
            assert group is not None
            await self.upgrade(group, upgraded.present_id)
            self._again.add(case_id)
        except GroupGone:
            assert group is not None
            await self.put_out(group)

    async def _emptiest(self) -> int | None:
        loads = await self._house.staff.loads()
        return min(self.lanes, key=lambda group: loads.get(group, 0)) if self.lanes else None

    async def _reopen(self, case_id: str) -> None:
        topic = await self._house.staff.topic(case_id)
        lane = self.lanes.get(topic.group_id) if topic else None
        if topic is None or lane is None or topic.topic_id is None:
            return
        number = topic.topic_id
        try:
            await lane.call(lambda: self._hand.bot.reopen_forum_topic(lane.group_id, number), counts=False)
        except TopicGone:
            await self._house.staff.lost(case_id)
        except BadRequest as error:
            if "not_modified" not in error.message.lower():
                await self._house.staff.lost(case_id)
        await self._house.staff.change(case_id, closed=False)

    async def _look_for_lost_groups(self) -> None:
        """Whether the bot is back in a group that had put it out: Telegram says so once, and perhaps while we were down."""
        for group, gone in (await self._house.staff.groups(self._house.settings.staff_groups)).items():
            if not gone:
                continue
            try:
                member = await self._hand.bot.get_chat_member(group, self._hand.bot.id)
            except TelegramError:
                continue
            if member.status not in (ChatMemberStatus.LEFT, ChatMemberStatus.BANNED):
                await self.taken_in(group)

    # Groups that change.

    async def upgrade(self, group: int, present: int) -> None:
        """A group has become a supergroup: from now on it is called `present`."""
        await self._house.staff.upgraded(group, present)
        await self.learn_groups()
        logger.info("A staff group has become a supergroup; its new number is used from now on.")
        await self._look()

    async def put_out(self, group: int) -> None:
        """The bot was put out of a group. Its cases go on in the others; the leads are told."""
        news = await self._house.staff.set_gone(group, True)
        await self.learn_groups()
        if news:
            logger.error("The bot was put out of a staff group. Its cases go on in the console and in other groups.")
            await self._house.audit.note("staff.group_lost")
            self._house.signals.publish("cases", {"kind": "staff_group", "gone": True})
            await self._tell_leads()
        await self._look()

    async def taken_in(self, group: int) -> None:
        """The bot is in the group (again)."""
        if await self._house.staff.set_gone(group, False):
            await self._house.audit.note("staff.group_back")
            self._house.signals.publish("cases", {"kind": "staff_group", "gone": False})
        await self.learn_groups()
        await self._look()

    async def _tell_leads(self) -> None:
        piece = self._shown.plain(self._shown.say("group_lost"))
        for lane in list(self.lanes.values()):
            try:
                await lane.put(None, piece, "")
            except (GroupGone, Upgraded, BadRequest):
                continue
        await self._leads.tell(self._shown.say("group_lost"))

    # One case.

    async def _case(self, lane: Lane, case_id: str) -> None:
        staff = self._house.staff
        await lane.settle()  # before it is read what is missing
        case, topic = await self._house.cases.get(case_id), await staff.topic(case_id)
        if case is None:
            if topic is not None:
                await self._delete(lane, topic)
            return
        entries = await self._house.cases.entries(case_id)
        if topic is None or topic.topic_id is None:
            if case.state == "closed" or not _is_real(case, entries):
                return
            topic = topic or await staff.claim(case_id, lane.group_id)
            made = await lane.call(lambda: self._hand.bot.create_forum_topic(lane.group_id, case.code))
            await staff.change(case_id, topic_id=made.message_thread_id)
            topic = topic._replace(topic_id=made.message_thread_id)
        elif topic.closed and case.state != "closed":
            raise TopicClosed
        names = {one.id: one.name for one in await self._house.mediators.list()}
        await self._card(lane, topic, case, names)
        await self._entries(lane, topic, entries, names)
        if case.state == "closed" and not topic.closed:
            number = topic.topic_id
            assert number is not None
            with suppress(BadRequest, TopicClosed):  # somebody closed it already
                await lane.call(lambda: self._hand.bot.close_forum_topic(lane.group_id, number), counts=False)
            await staff.change(case_id, closed=True)

    async def _card(self, lane: Lane, topic: Topic, case: Case, names: dict[str, str]) -> None:
        piece = self._shown.card(case, names.get(case.mediator_id or ""), names.get(case.second_id or ""))
        shown = self._digest(piece)
        if topic.card == shown:
            return
        if topic.card_id is not None:
            try:
                await lane.change(topic.card_id, piece)
                await self._house.staff.change(case.id, card=shown)
                return
            except BadRequest:
                pass  # deleted by somebody: a new one
        if topic.closed:
            return
        await lane.put(topic.topic_id, piece, case.id, card_id=0, card=shown)

    async def _entries(self, lane: Lane, topic: Topic, entries: list[Entry], names: dict[str, str]) -> None:
        posts = await self._house.staff.posts(topic.case_id)
        # Only their messages that went out: others hold numbers that are not those of entries.
        theirs = {post.number: post.message_id for post in posts if not post.ours and post.place in (0, OWN_TRANSLATION)}
        done = {(post.number, post.place) for post in posts if post.ours}
        await self._redrawing.changed(lane, topic, entries, names)
        new = [one for one in entries if one.number > topic.posted and one.number not in theirs and is_shown(one)]
        postings = self._shown.postings(new, names)
        for place, posting in enumerate(postings):
            last = posting.numbers[-1]
            if (last, posting.place) in done:
                continue
            more = [other for other in postings[place + 1 :] if other.numbers[0] <= last]
            changes = {} if more else {"posted": last}
            number = await lane.put(
                topic.topic_id, posting.piece, topic.case_id, posting.numbers, place=posting.place,
                shown=self._digest(posting.piece), **changes,
            )
            if number is None and posting.piece.file is not None:  # Telegram refuses it, or it is not there any more
                notice = self._shown.plain("⚠ " + self._shown.say("file_unshown"))
                await lane.put(topic.topic_id, notice, topic.case_id, posting.numbers, place=posting.place)
        if entries and entries[-1].number > topic.posted:
            await self._house.staff.change(topic.case_id, posted=entries[-1].number)
        for entry in entries:
            if entry.delivery == "failed" and entry.number in theirs and (entry.number, FAILURE) not in done:
                notice = self._shown.plain("⚠ " + self._shown.say("not_delivered_notice"))
                await lane.put(
                    topic.topic_id, notice, topic.case_id, (entry.number,), place=FAILURE, reply_to=theirs[entry.number],
                )

    async def _delete(self, lane: Lane, topic: Topic) -> None:
        """The conversation was deleted: so is what stands of it in the group."""
        number = topic.topic_id
        if number is not None:
            try:
                await lane.call(lambda: self._hand.bot.delete_forum_topic(lane.group_id, number), counts=False)
            except TopicGone:
                pass
            except (BadRequest, TopicClosed, GroupGone):
                logger.error("A topic could not be deleted: give the bot the right to delete messages, and delete it by hand.")
        await self._house.staff.drop(topic.case_id)

    def _digest(self, piece: Piece) -> str:
        text = piece.part.html if piece.part else piece.file or ""
        keys = piece.buttons.to_json() if piece.buttons else ""
        return self._house.secrets.pseudonym("staff shown", text + keys)


def _is_real(case: Case, entries: list[Entry]) -> bool:
    """Whether the person has said something: a topic for each press of a button would bury the group."""
    return bool(case.question) or any(entry.author == "person" for entry in entries)
