"""Texts made ready ahead: what found no time is tried again and never kept as untranslated; a new package is used at once."""

from __future__ import annotations

import pytest

from bot.contracts import Translation
from bot.translation.prepared import PreparedTexts

TEXT, LABEL = "Please bring your papers.", "Your papers"


class Busy:
    """A translator at the edge: it says why it has nothing as often as `reasons` has one left, then translates."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = list(reasons)
        self.asked = 0
        self.text = "Traiga sus documentos."

    def can(self, source: str, target: str) -> bool:
        return True

    async def translate(
        self, text: str, source: str, target: str, *, context: str = "", personal: bool = False
    ) -> Translation:
        self.asked += 1
        if self.reasons:
            return Translation(text, text, source, target, "none", "none", (self.reasons.pop(0),))
        return Translation(self.text, text, source, target, "machine", "good")


@pytest.mark.parametrize("reason", ["time", "busy", "package"])
@pytest.mark.parametrize("text", [TEXT, LABEL])
async def test_what_found_no_time_is_never_kept_as_untranslated(reason: str, text: str) -> None:
    now = [1000.0]
    translator = Busy(*[reason] * 7)
    prepared = PreparedTexts(translator, clock=lambda: now[0])
    for _ in range(20):
        assert prepared.get(text, "es", "wording") is None
        assert not await prepared.ready("es", 5) or not prepared.waiting()
    # Some tries, then a pause in which it is left alone.
    assert translator.asked == 5 and prepared.waiting() == 0
    now[0] += 301
    for _ in range(4):
        prepared.get(text, "es", "wording")
        await prepared.ready("es", 5)
    found = prepared.get(text, "es", "wording")
    assert found is not None and (found.text, found.mark) == ("Traiga sus documentos.", "good")


async def test_what_is_not_there_yet_is_not_called_ready() -> None:
    prepared = PreparedTexts(Busy(*["busy"] * 5))
    prepared.get(TEXT, "es", "wording")
    assert [await prepared.ready("es", 5) for _ in range(5)] == [False] * 5


async def test_a_label_too_short_for_the_machine_stays_as_it_is() -> None:
    prepared = PreparedTexts(Busy("short"))
    prepared.get(LABEL, "es", "wording")
    assert await prepared.ready("es", 5)
    found = prepared.get(LABEL, "es", "wording")
    assert found is not None and (found.text, found.mark) == (LABEL, "good")


async def test_a_new_package_makes_every_text_anew() -> None:
    translator, way = Busy(), ["first"]
    prepared = PreparedTexts(translator, lambda source, target: way[0])
    prepared.get(TEXT, "es", "wording")
    assert await prepared.ready("es", 5)
    translator.text, way[0] = "Por favor, traiga sus documentos.", "second"
    assert prepared.get(TEXT, "es", "wording") is None
    assert await prepared.ready("es", 5)
    found = prepared.get(TEXT, "es", "wording")
    assert found is not None and found.text == "Por favor, traiga sus documentos." and translator.asked == 2
