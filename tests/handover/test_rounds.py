"""The desk's clock: a waiting person hears from us, the lead is alerted, a closed case goes after a notice, never before."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.container import Container
from bot.errors import WaymarkError
from bot.handover.rounds import Rounds
from bot.settings import Settings
from bot.store.case_records import Case
from bot.store.messages import Inbound, Outbound
from tests.conftest import state_with_models

WHO = "d" * 32
MONDAY = dt.datetime(2026, 11, 23, 10, 0, tzinfo=ZoneInfo("Europe/Berlin")).timestamp()
HOUR, DAY = 3600, 86_400


class Clock:
    def __init__(self) -> None:
        self.now = MONDAY

    def __call__(self) -> float:
        return self.now


class Site:
    """A house with a clock that moves, one lead, one case."""

    def __init__(self, house: Container, clock: Clock) -> None:
        self.house, self.clock = house, clock
        self.desk = house.desk
        self.rounds = Rounds(self.desk, 30)
        self.sent: list[Outbound] = []
        self.desk.deliver_with(self._deliver)

    async def _deliver(self, answers: list[Outbound]) -> None:
        self.sent += answers

    async def begin(self, language: str = "en") -> Case:
        await self.house.messages.receive(Inbound(WHO, "1", {"text": "hello"}), "web", None)
        await self.house.conversations.set_language(WHO, language, chosen=False)
        self.anna = await self.house.mediators.add("Anna", ["en"], roles=["mediator", "lead"])
        return await self.desk.open(WHO, reason="asked")

    async def after(self, seconds: float) -> list[str]:
        """Goes round after so long; what the person heard."""
        before = len(self.sent)
        self.clock.now += seconds
        await self.rounds.once()
        await self.rounds.once()
        return [answer.body["metadata"]["lead"] for answer in self.sent[before:]]


@pytest.fixture
def site(tmp_path: Path) -> Site:
    clock = Clock()
    teams = tmp_path / "teams.yml"
    teams.write_text("- id: main\n  hours: {monday: ['09:00-17:00'], tuesday: ['09:00-17:00']}\n", encoding="utf-8")
    environment = {"WAYMARK_STATE": str(state_with_models(tmp_path / "state")), "WAYMARK_TEAMS": str(teams)}
    house = Container(Settings(environment, file=tmp_path / "none.env"), clock)
    return Site(house, clock)


async def test_a_waiting_person_hears_from_us_at_fixed_times_and_once_each(site: Site) -> None:
    await site.begin()
    heard = [len(await site.after(minutes * 60)) for minutes in (9, 1, 5, 14, 1, 30, 61, 5)]
    assert heard == [0, 1, 0, 0, 1, 1, 1, 0]
    assert "112" in site.sent[-1].body["text"]


async def test_who_has_an_answer_is_not_told_that_they_wait(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.reply(case.id, site.anna.id, "Hello", key="1")
    assert await site.after(2 * HOUR) == []


async def test_outside_the_hours_they_hear_when_somebody_is_back(site: Site) -> None:
    site.clock.now = MONDAY + 8 * HOUR
    await site.begin()
    (heard,) = await site.after(10 * 60)
    assert "They are back: Tuesday 24 November, 09:00." in heard
    assert await site.after(5 * HOUR) == [], "nobody is woken at night"
    assert len(await site.after(10 * HOUR)) == 1


async def test_the_opening_is_told_by_the_teams_own_clock(tmp_path: Path) -> None:
    clock = Clock()
    teams = tmp_path / "teams.yml"
    teams.write_text("- id: main\n  timezone: Europe/Kyiv\n  hours: {tuesday: ['09:00-17:00']}\n", encoding="utf-8")
    environment = {"WAYMARK_STATE": str(state_with_models(tmp_path / "state")), "WAYMARK_TEAMS": str(teams)}
    abroad = Site(Container(Settings(environment, file=tmp_path / "none.env"), clock), clock)
    await abroad.begin()
    assert "Tuesday 24 November, 09:00" in (await abroad.desk.wait_values("en"))["when"]


async def test_the_expected_wait_is_what_people_really_waited(site: Site) -> None:
    await site.begin()
    assert (await site.desk.wait_values("en"))["when"] == "I cannot say yet how long it takes."
    for number in range(5):
        conversation = f"{number:032x}"
        await site.house.messages.receive(Inbound(conversation, "1", {"text": "hello"}), "web", None)
        case = await site.desk.open(conversation, reason="asked")
        site.clock.now += (3, 4, 8, 9, 90)[number] * 60
        await site.desk.take(case.id, site.anna.id)
        await site.desk.reply(case.id, site.anna.id, "Hello", key="1")
    assert await site.desk.expectations.minutes() == 10
    assert "10 minutes" in (await site.desk.wait_values("en"))["when"]


async def test_after_a_day_the_lead_is_alerted_once(site: Site) -> None:
    case = await site.begin()
    watcher = site.house.signals.watch(["cases"])
    await site.after(DAY + 60)
    kinds = []
    while (signal := await watcher.next(0.05)) is not None:
        kinds.append((signal.data["kind"], signal.data.get("leads")))
    assert kinds.count(("overdue", [site.anna.id])) == 1
    assert "case.overdue" in [line.what for line in await site.house.audit.lines(subject=case.code)]


async def test_a_closed_case_is_deleted_after_a_notice_and_never_before(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.close(case.id, site.anna.id, "solved")
    assert await site.after(26 * DAY) == []
    (notice,) = await site.after(1 * DAY)
    assert "3 days" in notice
    assert await site.after(2 * DAY) == []
    assert await site.house.cases.get(case.id) is not None
    await site.after(1 * DAY)
    assert await site.house.cases.get(case.id) is None
    kept = [answer.body["metadata"]["lead"] for answer in await site.house.messages.since(WHO, 0)]
    assert kept == [notice], "the mediators' words are gone from the outbox, too"
    assert (await site.house.audit.lines(subject=case.code))[0].what == "case.deleted"


async def test_a_server_that_was_off_for_months_still_gives_the_notice_first(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.close(case.id, site.anna.id, "solved")
    assert len(await site.after(200 * DAY)) == 1
    assert await site.house.cases.get(case.id) is not None
    await site.after(3 * DAY)
    assert await site.house.cases.get(case.id) is None


async def test_a_case_just_closed_outlives_a_conversation_that_was_long_silent(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.wait_for(case.id, site.anna.id, "third_party")
    # The person wrote 31 days ago; today the office has answered, and the mediator passes it on and closes.
    site.house.database.transact(lambda connection: connection.exec_driver_sql("UPDATE conversations SET last_seen_at = 0"))
    await site.desk.reply(case.id, site.anna.id, "The office says yes: go there on Monday", key="1")
    await site.desk.close(case.id, site.anna.id, "solved")
    assert await site.house.conversations.purge(30) == 0
    waiting = [answer.body["metadata"]["lead"] for answer in await site.house.messages.undelivered("web")]
    assert "The office says yes: go there on Monday" in waiting
    (notice,) = await site.after(27 * DAY)
    assert "3 days" in notice
    await site.after(3 * DAY)
    assert await site.house.cases.get(case.id) is None
    assert await site.house.conversations.purge(30) == 1


async def heard_within(site: Site, hours: int) -> list[str]:
    """What the person hears in so many hours, with a round in each."""
    return [said for _ in range(hours) for said in await site.after(HOUR)]


async def overdue(site: Site, case: Case) -> bool:
    return "case.overdue" in [line.what for line in await site.house.audit.lines(subject=case.code)]


async def test_who_is_given_back_to_the_list_after_an_answer_waits_again(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.reply(case.id, site.anna.id, "I will call the office and write to you today", key="1")
    await site.desk.pass_on(case.id, site.anna.id)
    heard = await heard_within(site, 30)
    assert heard and all(said.startswith("You are still in the queue") for said in heard)
    assert await overdue(site, case)


async def test_to_wait_for_an_office_before_any_answer_leaves_nobody_in_silence(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.wait_for(case.id, site.anna.id, "third_party")
    heard = await heard_within(site, 48)
    assert len(heard) >= 5 and all(said.startswith("Anna, a mediator, has your case and waits for an answer") for said in heard)
    assert await overdue(site, case)


async def test_who_waits_for_the_person_before_any_answer_ends_no_waiting(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.wait_for(case.id, site.anna.id, "person")
    assert await heard_within(site, 4)


async def test_after_an_answer_an_office_is_worth_a_word_every_few_days_and_no_alert(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.reply(case.id, site.anna.id, "I will call the office", key="1")
    await site.desk.wait_for(case.id, site.anna.id, "third_party")
    heard = await heard_within(site, 24 * 7)
    assert len(heard) == 2 and all(said.startswith("Anna, a mediator, has your case") for said in heard)
    assert not await overdue(site, case)


async def test_while_the_person_is_to_write_nobody_is_reminded(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    await site.desk.reply(case.id, site.anna.id, "Which letter is it?", key="1")
    await site.desk.wait_for(case.id, site.anna.id, "person")
    assert await heard_within(site, 24 * 7) == []


async def test_where_the_only_one_steps_back_the_person_gets_addresses_and_no_promise(site: Site) -> None:
    case = await site.begin()
    await site.desk.take(case.id, site.anna.id)
    watcher, before = site.house.signals.watch(["cases"]), len(site.sent)
    await site.desk.recuse(case.id, site.anna.id)
    (told,) = site.sent[before:]
    assert told.body["metadata"]["lead"].startswith("Nobody here can take your case") and told.body["metadata"]["cards"]
    assert "nobody_left" in [signal.data["kind"] for signal in [await watcher.next(0.1), await watcher.next(0.1)] if signal]
    heard = await heard_within(site, 30)
    assert heard and all(said.startswith("Nobody here can take your case") for said in heard)
    bilal = await site.house.mediators.add("Bilal", ["en"])
    assert (await site.desk.take(case.id, bilal.id)).mediator_id == bilal.id


async def test_who_steps_back_leaves_a_word_on_who_goes_on(site: Site) -> None:
    case = await site.begin()
    bilal, clara = [await site.house.mediators.add(name, ["en"]) for name in ("Bilal", "Clara")]
    await site.desk.take(case.id, site.anna.id)
    before = len(site.sent)
    await site.desk.recuse(case.id, site.anna.id)
    await site.desk.take(case.id, bilal.id)
    await site.desk.ask_second(case.id, bilal.id, clara.id)
    await site.desk.recuse(case.id, bilal.id)
    heard = [answer.body["metadata"]["lead"] for answer in site.sent[before:]]
    assert heard[0].startswith("The mediator cannot go on with your case. Someone else will take it.")
    assert [said.split(",")[0] for said in heard[1:]] == ["Bilal", "Clara"]


async def test_a_wish_binds_only_while_somebody_is_at_work_who_meets_it_and_never_in_danger(site: Site) -> None:
    case = await site.begin()
    woman = await site.house.mediators.add("Clara", ["en"], gender="woman")
    await site.desk.tell_about(case, wishes=("woman",))
    with pytest.raises(WaymarkError, match="wished"):
        await site.desk.take(case.id, site.anna.id)
    site.clock.now += 8 * HOUR
    assert (await site.desk.take(case.id, site.anna.id)).mediator_id == site.anna.id, "Clara has gone home"
    site.clock.now += 16 * HOUR
    await site.desk.pass_on(case.id, site.anna.id)
    conversation = await site.house.conversations.get(WHO)
    assert conversation is not None and woman.gender == "woman"
    await site.desk.receive(Inbound(WHO, "d", {"text": "he hits me", "danger": "violence"}), conversation, "en")
    assert (await site.desk.take(case.id, site.anna.id)).mediator_id == site.anna.id
