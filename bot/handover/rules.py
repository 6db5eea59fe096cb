"""What may follow what in a case, and how urgent it is. Pure: each rule gets a case and gives the columns that change."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from bot.errors import WaymarkError
from bot.store.case_records import Case

Decide = Callable[[Case], dict[str, Any]]

# Danger to life goes before everything, a child alone before a date in court, and any of them before mere waiting.
DANGER, MINOR, DEADLINE = 100, 40, 20
WITH_MEDIATOR = ("assigned", "active", "waiting_person", "waiting_third_party")


def priority(danger: str | None, minor: bool, deadline: str | None) -> int:
    """How urgent a case is: a sum, so that a child in danger comes before an adult in danger."""
    return (DANGER if danger else 0) + (MINOR if minor else 0) + (DEADLINE if deadline else 0)


def must_be_open(case: Case) -> None:
    """WaymarkError "desk.closed"."""
    if case.state == "closed":
        raise WaymarkError("desk.closed", case=case.code)


def must_be_theirs(case: Case, mediator_id: str) -> None:
    """WaymarkError "desk.closed", "desk.not_taken", "desk.not_yours": only who has the case may act in it."""
    must_be_open(case)
    if case.mediator_id is None:
        raise WaymarkError("desk.not_taken", case=case.code)
    if mediator_id not in (case.mediator_id, case.second_id):
        raise WaymarkError("desk.not_yours", case=case.code)


def is_overdue(case: Case) -> bool:
    """Whether the person has waited so long that the leads were alerted, and still waits."""
    return case.waiting_since is not None and (case.alerted_at or 0) >= case.waiting_since


def taken(mediator_id: str) -> Decide:
    """Whoever takes a case first has it. Taking one's own again changes nothing."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_open(case)
        if case.mediator_id not in (None, mediator_id):
            raise WaymarkError("desk.taken", case=case.code)
        if case.mediator_id == mediator_id:
            return {}
        second = None if case.second_id == mediator_id else case.second_id
        # What the person was asked for the list has lapsed: what they write from now on is for who has the case.
        return {"mediator_id": mediator_id, "state": "assigned", "second_id": second, "asking": None}

    return decide


def passed_on(mediator_id: str, to: str | None, now: float, lead: bool = False) -> Decide:
    """The case goes to a named colleague, or back into the queue. A lead may do that with any: its mediator may be ill.

    In the queue the person waits for us, whatever was said before: nobody is there who would write to them.
    """

    def decide(case: Case) -> dict[str, Any]:
        if lead:
            must_be_open(case)
        else:
            must_be_theirs(case, mediator_id)
        if to is None:
            return _freed(case, now)
        second = None if case.second_id == to else case.second_id
        return {"mediator_id": to, "second_id": second, "state": "assigned", "asking": None}

    return decide


def with_second(mediator_id: str, other_id: str) -> Decide:
    """A colleague joins. Both may write; the first keeps the case."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_theirs(case, mediator_id)
        if other_id == case.mediator_id:
            raise WaymarkError("desk.already", case=case.code)
        return {"second_id": other_id}

    return decide


def recused(mediator_id: str, now: float) -> Decide:
    """Who must not have the case lets go of it: the second takes over, or it waits again."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_open(case)
        if case.second_id == mediator_id:
            return {"second_id": None}
        if case.mediator_id != mediator_id:
            return {}  # from the queue: only noted, so that it is not offered to them
        return {**_freed(case, now), **({"mediator_id": case.second_id, "state": "assigned"} if case.second_id else {})}

    return decide


def someone_else(now: float) -> Decide:
    """The person asks for someone else; why is never asked."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_open(case)
        return _freed(case, now)

    return decide


def _freed(case: Case, now: float) -> dict[str, Any]:
    return {
        "mediator_id": None, "second_id": None, "state": "waiting", "waiting_since": case.waiting_since or int(now),
        "told_at": int(now),
    }


def told(**details: Any) -> Decide:
    """The person told something about the case: topic, town, wishes, or what they were asked next."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_open(case)
        return details

    return decide


def replied(**details: Any) -> Decide:
    """What the person wrote is the answer to what they were asked, unless a mediator has taken the case in the meantime."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_open(case)
        return details if case.mediator_id is None else {}

    return decide


def waiting_for(mediator_id: str, who: str, now: float) -> Decide:
    """The mediator's note of whose turn it is: "person" or "third_party".

    Only words end the person's waiting, never this note alone: who has had no answer yet, or writes while an office is asked,
    still waits for us.
    """

    def decide(case: Case) -> dict[str, Any]:
        must_be_theirs(case, mediator_id)
        if who not in ("person", "third_party"):
            raise WaymarkError("desk.whom", whom=who)
        if case.first_reply_at is None or (who == "third_party" and case.waiting_since is not None):
            return {"state": f"waiting_{who}", "waiting_since": case.waiting_since or int(now)}
        return {"state": f"waiting_{who}", "waiting_since": None, "told_at": int(now)}

    return decide


def answered(mediator_id: str, now: float) -> Decide:
    """A mediator wrote: the person waits no more."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_theirs(case, mediator_id)
        return {"state": "active", "waiting_since": None, "first_reply_at": case.first_reply_at or int(now)}

    return decide


def noted(mediator_id: str) -> Decide:
    """A private note changes nothing else."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_theirs(case, mediator_id)
        return {}

    return decide


def heard(now: float, danger: str | None, minor: bool, deadline: str | None, language: str | None = None) -> Decide:
    """The person wrote: it is our turn, and what they wrote may make the case more urgent, never less.

    `language`: the one they want to read now.
    """

    learned = urgent(danger, minor, deadline, language)

    def decide(case: Case) -> dict[str, Any]:
        return {
            **learned(case),
            "state": "active" if case.state.startswith("waiting_") else case.state,
            "waiting_since": case.waiting_since or int(now),
        }

    return decide


def urgent(danger: str | None, minor: bool, deadline: str | None, language: str | None = None) -> Decide:
    """What makes the case more urgent, never less; whose turn it is stays as it is."""

    def decide(case: Case) -> dict[str, Any]:
        must_be_open(case)
        known = (case.danger or danger, case.minor or minor, case.deadline or deadline)
        return {
            "priority": priority(*known), "danger": known[0], "minor": known[1], "deadline": known[2],
            "language": language or case.language,
        }

    return decide


def closed(outcome: str, now: float, mediator_id: str | None) -> Decide:
    """The end: the conversation is the assistant's again. `mediator_id` None: the person or the house ended it."""

    def decide(case: Case) -> dict[str, Any]:
        if mediator_id is not None:
            must_be_theirs(case, mediator_id)
        must_be_open(case)
        return {"state": "closed", "outcome": outcome, "closed_at": int(now), "waiting_since": None, "asking": None}

    return decide
