"""What the desk does by the clock: the waiting hear from us, the lead is alerted, closed cases go after a notice."""

from __future__ import annotations

import asyncio
import datetime as dt
import logging
from zoneinfo import ZoneInfo

from bot.errors import WaymarkError
from bot.handover import rules
from bot.handover.desk import Desk
from bot.handover.records import Case
from bot.store.case_records import NewEntry

logger = logging.getLogger(__name__)
# Minutes after which a waiting person hears from us; then once a day.
TOLD_AFTER = (10, 30, 60, 120, 240, 480)
DAY = 86_400
# Who has an answer, and whose mediator waits for an office, hears from us so often, in seconds.
OFFICE = 3 * DAY
# So long without an answer, and the lead is alerted.
OVERDUE = DAY
# Between these hours nobody is woken by a notice that may as well come in the morning.
NIGHT = (21, 8)
# Days between the notice and the deletion of a closed case.
NOTICE_DAYS = 3
# Seconds from one round to the next.
EVERY = 30.0


class Rounds:
    """Goes round the cases. `case_days`: after so many days a closed case is deleted."""

    def __init__(self, desk: Desk, case_days: int) -> None:
        self._desk = desk
        self._days = case_days

    async def run(self) -> None:
        """Goes round until it is cancelled. One bad case does not stop the others."""
        while True:
            try:
                await self.once()
            except Exception as error:
                logger.error("The desk's round failed: %s", type(error).__name__)
            await asyncio.sleep(EVERY)

    async def once(self) -> None:
        """One round, at the desk's present time."""
        now = self._desk.clock()
        for case in await self._desk.cases.all_open():
            try:
                if case.waiting_since is not None:
                    await self._waiting(case, now)
                elif case.state == "waiting_third_party" and now - (case.told_at or case.created_at) >= OFFICE:
                    await self._say_still(case, (case.told_at or case.created_at) + OFFICE, now)
            except WaymarkError as error:  # somebody acted on it at this moment: then it does not wait
                logger.info("A case changed during the round: %s", error.code)
        notice = min(NOTICE_DAYS, self._days) * DAY
        for case in await self._desk.cases.closed_before(now - self._days * DAY + notice):
            if case.noticed_at is None:
                await self._notice(case, now)
            elif now >= case.noticed_at + notice:
                await self._desk.cases.delete(case.id)

    async def _waiting(self, case: Case, now: float) -> None:
        assert case.waiting_since is not None
        if now - case.waiting_since >= OVERDUE and not rules.is_overdue(case):
            await self._alert(case, now)
        due = last_due(case.waiting_since, now)
        # A mediator who has it and has answered before is in a talk: only a long silence is worth a word.
        talks = case.first_reply_at is not None and case.state not in ("waiting", "assigned")
        quiet = talks and now - case.waiting_since < 2 * 3600
        if due is None or due <= (case.told_at or case.created_at) or quiet:
            return
        await self._say_still(case, due, now)

    async def _say_still(self, case: Case, due: float, now: float) -> None:
        """That they are not forgotten; `due` is the moment at which they were to hear it."""
        if _sleeping(due - (case.waiting_since or 0), now):
            return
        mediator = await self._desk.mediators.get(case.mediator_id) if case.mediator_id else None
        if mediator is not None and case.state == "waiting_third_party":
            said = await self._desk.speech.say("utter_desk_waiting_office", case.language, name=mediator.name)
        elif await self._desk.is_stuck(case):
            said = await self._desk.elsewhere(case.language)
        else:
            values = await self._desk.wait_values(case.language)
            said = await self._desk.speech.say("utter_desk_waiting", case.language, **values)
        entry = NewEntry("system", f"waiting:{int(due)}", "still_waiting", "en", messages=[said])
        await self._desk.house_step(case, lambda _: {"told_at": int(now)}, entry, "state")

    async def _alert(self, case: Case, now: float) -> None:
        entry = NewEntry("system", f"overdue:{case.waiting_since}", "overdue", "en")
        leads = [one.id for one in await self._desk.mediators.list(active=True) if "lead" in one.roles]
        await self._desk.house_step(
            case, lambda _: {"alerted_at": int(now)}, entry, "overdue", what="case.overdue", leads=leads
        )

    async def _notice(self, case: Case, now: float) -> None:
        conversation = await self._desk.conversations.get(case.conversation_id)
        messages = []
        # Who talks with a mediator or files a report just now is not interrupted: the case is still there.
        if conversation is not None and conversation.mode == "assistant":
            days = min(NOTICE_DAYS, self._days)
            messages = [await self._desk.speech.say("utter_desk_deleted_soon", case.language, days=days)]
        entry = NewEntry("system", "notice", "deleted_soon", "en", messages=messages)
        await self._desk.house_step(case, lambda _: {"noticed_at": int(now)}, entry, "state")


def last_due(since: float, now: float) -> float | None:
    """The last moment up to now at which a person who waits since then is to hear from us; None before the first."""
    moments = [since + minutes * 60 for minutes in TOLD_AFTER]
    day = since + DAY
    while day <= now:
        moments.append(day)
        day += DAY
    past = [moment for moment in moments if moment <= now]
    return past[-1] if past else None


def _sleeping(waited: float, now: float) -> bool:
    hour = dt.datetime.fromtimestamp(now, ZoneInfo("Europe/Berlin")).hour
    return waited > 3600 and (hour >= NIGHT[0] or hour < NIGHT[1])
