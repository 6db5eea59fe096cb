"""Who may read and do what at the desk."""

from __future__ import annotations

from bot.errors import WaymarkError
from bot.handover import rules
from bot.handover.records import Case, Mediator
from bot.store.cases import Cases
from bot.store.mediators import Mediators


class Rights:
    """Every method refuses with WaymarkError "desk.*"."""

    def __init__(self, cases: Cases, mediators: Mediators) -> None:
        self._cases = cases
        self._mediators = mediators

    async def mediator(self, mediator_id: str) -> Mediator:
        """Who works here and may take cases. WaymarkError "desk.nobody"."""
        me = await self._mediators.get(mediator_id)
        if me is None or not me.active or not me.roles & {"mediator", "lead"}:
            raise WaymarkError("desk.nobody")
        return me

    async def known(self, case_id: str) -> Case:
        """The case. WaymarkError "desk.unknown"."""
        case = await self._cases.get(case_id)
        if case is None:
            raise WaymarkError("desk.unknown")
        return case

    async def working(self, case_id: str, mediator_id: str) -> tuple[Mediator, Case]:
        """The mediator and the case they have, alone or as second. WaymarkError as `rules.must_be_theirs`."""
        me = await self.mediator(mediator_id)
        case = await self.known(case_id)
        rules.must_be_theirs(case, me.id)
        return me, case

    async def may_read(self, case: Case, me: Mediator) -> None:
        """WaymarkError "desk.not_yours": cases in the queue may be read by all, taken ones by who has them and by leads."""
        if me.id in (case.mediator_id, case.second_id):
            return
        if me.id in await self._cases.excluded(case.id):
            raise WaymarkError("desk.not_yours", case=case.code)
        if "lead" not in me.roles and (case.mediator_id is not None or case.state == "closed"):
            raise WaymarkError("desk.not_yours", case=case.code)

    async def not_excluded(self, case_id: str, mediator: Mediator) -> None:
        """WaymarkError "desk.excluded"."""
        if mediator.id in await self._cases.excluded(case_id):
            raise WaymarkError("desk.excluded", name=mediator.name)
