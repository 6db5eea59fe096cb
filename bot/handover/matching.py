"""Who fits a case best: language first, then the person's wish, the topic, whether they work now, and how much they have."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from bot.handover.records import Case, Mediator
from bot.store.mediators import GENDERS

# What a wish for a woman or a man is called in `Case.wishes`.
GENDER_WISHES = GENDERS
LANGUAGE, WISH, TOPIC, AT_WORK = 8, 16, 3, 4


def meets_wishes(case: Case, mediator: Mediator) -> bool:
    """Whether a wish for a woman or a man is met. "Not someone from ..." is for people to read: no origin is kept of anyone."""
    wanted = [wish for wish in case.wishes if wish in GENDER_WISHES]
    return not wanted or mediator.gender in wanted


def fit(case: Case, mediator: Mediator, at_work: bool, load: int) -> int:
    """How well a mediator fits; higher is better. Each open case they have counts against them by one."""
    score = LANGUAGE if case.language in mediator.languages else 0
    score += WISH if meets_wishes(case, mediator) else 0
    # Whoever named no topics takes all; who named this one knows it.
    score += TOPIC if case.topic and case.topic in mediator.topics else 1 if not mediator.topics else 0
    score += AT_WORK if at_work else 0
    return score - load


def best(
    case: Case, mediators: Iterable[Mediator], at_work: Mapping[str, bool], loads: Mapping[str, int], excluded: Iterable[str]
) -> list[Mediator]:
    """The mediators who may have the case, the best first. `at_work` by team, `loads` (open cases) by mediator id."""
    barred = set(excluded)
    able = [one for one in mediators if one.active and one.roles & {"mediator", "lead"} and one.id not in barred]
    # Among equals the id decides, so that the same case is offered to the same one by every process.
    return sorted(
        able, key=lambda one: (-fit(case, one, at_work.get(one.team, True), loads.get(one.id, 0)), one.id)
    )
