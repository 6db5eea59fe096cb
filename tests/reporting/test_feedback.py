"""Visit feedback: what makes a mark, who counts how often, links that work once, and no names."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from bot.container import Container
from bot.errors import WaymarkError
from bot.reporting.feedback import QUESTIONS, Feedback, opinion
from bot.store.feedback import Count, VisitFeedback


class Clock:
    def __init__(self) -> None:
        self.now = 1_800_000_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def feedback(quiet_house: Container, clock: Clock) -> Feedback:
    return Feedback(VisitFeedback(quiet_house.database, quiet_house.secrets), quiet_house.secrets, clock)


def counts(source: str = "person", **answers: tuple[int, int]) -> list[Count]:
    """`question=(yes, no)`."""
    return [
        Count("2026-W01", "r", source, question, answer, number)
        for question, pair in answers.items() for answer, number in zip(("yes", "no"), pair, strict=True) if number
    ]


@pytest.mark.parametrize(
    ("given", "mark"),
    [
        (counts(open=(3, 0)), "confirmed"), (counts(open=(2, 0)), None), (counts(open=(0, 2)), None),
        (counts(open=(0, 3)), "doubted"),
        (counts(open=(3, 3)), "doubted"), (counts(open=(7, 3)), None), (counts(open=(20, 3)), "confirmed"),
        (counts(open=(5, 0), turned_away=(3, 2)), "doubted"), (counts(open=(5, 0), papers=(4, 4)), "doubted"),
        (counts(open=(5, 0), interpreter=(0, 5), helped=(0, 5)), "confirmed"), (counts("volunteer", open=(0, 1)), "doubted"),
        (counts("volunteer", open=(1, 0)), "confirmed"), ([], None),
    ],
)
def test_what_makes_a_mark(given: list[Count], mark: str | None) -> None:
    assert opinion("r", given).mark == mark


async def test_one_voice_a_person_record_and_week(feedback: Feedback, clock: Clock) -> None:
    for _ in range(5):
        await feedback.visited("r", {"open": "no"}, "person-1")
    assert feedback.mark("r") is None
    await feedback.visited("r", {"open": "no", "staff": "Mr X", "helped": "he was rude"}, "person-2")
    assert await feedback.visited("r", {"open": "no"}, "person-3")
    assert feedback.mark("r") == "doubted" and feedback.mark("other") is None
    assert {count.question for count in feedback.store.counts("2000-W01")} == {"open"}, "only our questions and answers"
    (one,) = feedback.opinions()
    assert one.reasons == ("open",) and one.visits == 3
    clock.now += 13 * 7 * 86400
    assert feedback.mark("r") is None, "old visits say nothing of today"
    assert not await feedback.visited("r", {"open": "perhaps"}, "person-4")


async def test_nobodys_id_is_stored(feedback: Feedback, quiet_house: Container) -> None:
    await feedback.visited("r", dict.fromkeys(QUESTIONS, "yes"), "pseudonym-of-a-person")
    file = Path(quiet_house.database.url.removeprefix("sqlite:///"))
    found = b"".join(path.read_bytes() for path in file.parent.glob("waymark.db*"))
    key = quiet_house.secrets.pseudonym("visit", "pseudonym-of-a-person")
    assert b"turned_away" in found and b"pseudonym-of-a-person" not in found and key.encode() not in found


async def test_a_link_works_once_until_its_end_and_cannot_be_forged(feedback: Feedback, clock: Clock) -> None:
    token = feedback.link("r")
    link = feedback.read_link(token)
    assert link.record == "r"
    await feedback.mystery_visit(link, {"open": "yes", "waited": "longer", "cost": "no", "made_up": "yes"}, "Open until 17:00")
    for bad in (token[:-2], token + "x", "", "x" * 200, token.swapcase(), feedback._secrets.seal('{"for": "other"}').decode()):
        with pytest.raises(WaymarkError) as error:
            feedback.read_link(bad)
        assert error.value.code == "visit.link"
    with pytest.raises(WaymarkError) as error:
        await feedback.mystery_visit(feedback.read_link(token), {"open": "no"}, "")
    assert error.value.code == "visit.link"
    late = feedback.link("r", days=1)
    clock.now += 86401
    with pytest.raises(WaymarkError):
        feedback.read_link(late)
    assert feedback.mark("r") == "confirmed", "one volunteer counts three times, once"
    (proposal,) = await feedback.store.proposals()
    assert proposal.text == "Open until 17:00"
    await feedback.store.settle(proposal.number)
    assert await feedback.store.proposals() == []


@pytest.mark.parametrize(
    "text", ["Ask for a number at the counter", "Fragen Sie nach einem Termin", "Fragen Sie nach Terminen",
             "ask for the WBS form", "Bei Regen geschlossen", "speak to them in German", "Bitte bei BAMF melden",
             "They speak English and Arabic"],
)
async def test_a_proposal_without_a_name_is_taken(feedback: Feedback, text: str) -> None:
    await feedback.mystery_visit(feedback.read_link(feedback.link("r")), {"open": "yes"}, text)
    assert [proposal.text for proposal in await feedback.store.proposals()] == [text]


async def test_a_card_says_whether_visitors_or_one_volunteer_found_it(feedback: Feedback) -> None:
    await feedback.mystery_visit(feedback.read_link(feedback.link("r")), {"open": "no"}, "")
    assert feedback.labels("r") == (("card_trust_checked", "card_trust_doubted_open"),)
    for number in range(3):
        await feedback.visited("r", {"open": "no"}, f"person-{number}")
    assert feedback.labels("r") == (("card_trust", "card_trust_doubted_open"),)


@pytest.mark.parametrize(
    "text", ["Frau Schmidt war unfreundlich", "ask for Mr. Miller", "Herrn Maier fragen", "Dr. Kaya", "пані Оксана", "السيد أحمد",
             "Mme Petit", "ask for Müller at the counter", "Fragen Sie nach Müller", "Bei Huber klingeln", "speak to Miller",
             "Wenden Sie sich an Kaya", "nach Huber fragen", "Melden Sie sich bei Maier"],
)
async def test_a_proposal_that_names_somebody_is_refused_and_the_link_still_works(feedback: Feedback, text: str) -> None:
    link = feedback.read_link(feedback.link("r"))
    with pytest.raises(WaymarkError) as error:
        await feedback.mystery_visit(link, {"open": "yes"}, text)
    assert error.value.code == "visit.name"
    with pytest.raises(WaymarkError) as error:
        await feedback.mystery_visit(link, {"open": "unknown"}, "")
    assert error.value.code == "visit.answers"
    await feedback.mystery_visit(link, {"open": "yes"}, "Eingang im Hof, zweiter Stock")


async def test_the_week_begins_where_the_house_stands(quiet_house: Container) -> None:
    night = dt.datetime(2026, 11, 29, 23, 10, tzinfo=dt.timezone.utc).timestamp()
    made = Feedback(quiet_house.visit_feedback.store, quiet_house.secrets, now=lambda: night)
    assert made.today() == dt.date(2026, 11, 30)
