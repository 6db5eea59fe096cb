"""Where a report stands: from its steps to what the person, the readers and the oversight are told. Pure, no storage.

Steps that this file knows, by name (`StepRow.name`): "received"; "read" (a reader has it); "delayed" (`until`, `reason`: one of
REASONS); "decided" (`reason`: one of OUTCOMES, and behind a colon one of WHY); "closed"; "reopened"; "since" (something bad has
happened to the person since). Others change nothing here.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import NamedTuple, Protocol

from bot.reporting.clock import Deadline, acknowledge, decide

OUTCOMES = ("fixed", "partly", "not", "referred", "refused")
# Why a decision needs longer. Codes, so that a person reads them in their own language and no content lies in a step.
REASONS = ("other_office", "more_facts", "person_asked", "difficult", "ill")
# Why something was not done, or not wholly: what the public reads beside the figures.
WHY = ("not_ours", "no_proof", "other_side", "person_stopped", "no_means", "law")
# Days after a decision without a word of the person before a report closes by itself.
CLOSES_AFTER = 30

class Step(Protocol):
    """What this file reads of a step."""

    @property
    def day(self) -> dt.date: ...

    @property
    def name(self) -> str: ...

    @property
    def until(self) -> dt.date | None: ...

    @property
    def reason(self) -> str | None: ...


class Promises(NamedTuple):
    """What is promised: working days to acknowledge, days to decide, days that closed content is kept."""

    acknowledge: int = 3
    decide: int = 30
    keep: int = 90


class Standing(NamedTuple):
    """Where a report stands. `began`: the day it came or was reopened.

    `with_role`: who has it ("readers", all of them; "reader", one), never a name. `deadlines`: the promises that are still
    open, soonest first. `delay`: the reason of the last delay, if it still holds.
    """

    state: str
    began: dt.date
    with_role: str
    deadlines: tuple[Deadline, ...]
    delay: str | None
    outcome: str | None
    why: str | None
    decided: dt.date | None
    closed: dt.date | None

    @property
    def next(self) -> Deadline | None:
        """The promise that is due next."""
        return self.deadlines[0] if self.deadlines else None

    @property
    def overdue(self) -> bool:
        """Whether a promise was broken."""
        return any(deadline.alert == 100 for deadline in self.deadlines)


PROMISES = Promises()


def standing(steps: Iterable[Step], now: int, promises: Promises = PROMISES) -> Standing:
    """Where a report with these steps (in order) stands at a moment (Unix seconds). ValueError without any step."""
    state, began, delayed, outcome, decided, closed = "received", None, None, None, None, None
    for step in steps:
        again = step.name == "reopened" or (step.name == "since" and state in ("decided", "closed"))
        if again or step.name == "received" or began is None:
            state, began, delayed, outcome, decided, closed = "received", step.day, None, None, None, None
        if step.name == "read" and state == "received":
            state = "read"
        elif step.name == "delayed":
            delayed = step
        elif step.name == "decided":
            state, outcome, decided = "decided", step.reason, step.day
        elif step.name == "closed":
            state, closed = "closed", step.day
    if began is None:
        raise ValueError("a report has at least the step of having been received")
    outcome, _, why = (outcome or "").partition(":")
    due: list[Deadline] = []
    if state == "received":
        due.append(acknowledge(began, now, promises.acknowledge))
    if state in ("received", "read"):
        due.append(decide(began, now, promises.decide, delayed.until if delayed else None))
    held = delayed.reason if delayed and state in ("received", "read") else None
    return Standing(
        state, began, "readers" if state == "received" else "reader", tuple(sorted(due, key=lambda one: one.due)), held,
        outcome or None, why or None, decided, closed,
    )


def deleted_on(found: Standing, last_word: dt.date, promises: Promises = PROMISES) -> dt.date | None:
    """The day on which a report's content is deleted; None while it is open.

    `last_word`: the day of its last record. A message after closing can make the time longer, and never shorter.
    """
    if found.state != "closed" or found.closed is None:
        return None
    return max(found.closed, last_word) + dt.timedelta(days=promises.keep)


def closes_on(found: Standing, last_word: dt.date) -> dt.date | None:
    """The day on which a decided report closes by itself."""
    if found.state != "decided" or found.decided is None:
        return None
    return max(found.decided, last_word) + dt.timedelta(days=CLOSES_AFTER)


def reason_labels(step: Step) -> tuple[str, ...]:
    """The wording's labels for a step's reason: why it is delayed, or the outcome and why it is not more."""
    if not step.reason:
        return ()
    if step.name == "decided":
        outcome, _, why = step.reason.partition(":")
        return (f"report_outcome_{outcome}", f"report_why_{why}") if why else (f"report_outcome_{outcome}",)
    return (f"report_reason_{step.reason}",)
