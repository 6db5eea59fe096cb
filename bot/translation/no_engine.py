"""The engine of a house without any: it can translate nothing, and says so."""

from __future__ import annotations

from bot.errors import WaymarkError
from bot.translation.hypotheses import Hypothesis


class NoEngine:
    """Keeps hypotheses.Engine."""

    def can(self, source: str, target: str) -> bool:
        """Never."""
        return False

    async def translate(self, text: str, source: str, target: str) -> Hypothesis:
        """Raises WaymarkError "translation.pair"."""
        raise WaymarkError("translation.pair", source=source, target=target)
