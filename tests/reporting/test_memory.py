"""Nothing of a report stays in the server's memory: the look for danger, which keeps the last messages, keeps none of it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import pytest

from bot.container import Container
from bot.contracts import Encoder
from bot.understanding.danger import DangerDetector
from tests.reporting.chat import Chatting
from tests.reporting.plain_browser import Browser

STORY = "The crossing guard took my purple umbrella"


class Keeps:
    """An encoder that keeps what it was asked for."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder, self.kept = encoder, list[str]()

    def query(self, text: str) -> npt.NDArray[np.float32]:
        self.kept.append(text)
        return self._encoder.query(text)

    def queries(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._encoder.queries(texts)

    def passages(self, texts: Sequence[str]) -> npt.NDArray[np.float32]:
        return self._encoder.passages(texts)


def watched(house: Container, monkeypatch: pytest.MonkeyPatch) -> tuple[Keeps, Keeps]:
    """The house's look for danger with two encoders that tell: the one that remembers, the one that does not."""
    usual, aside = Keeps(house.sentence_encoder), Keeps(house.sentence_encoder)
    detector = DangerDetector.load(house.settings.state / "models" / "danger", usual, aside)
    monkeypatch.setitem(house.__dict__, "danger", detector)
    return usual, aside


def test_what_is_not_to_be_remembered_is_looked_at_afresh_each_time(
    shared_house: Container, monkeypatch: pytest.MonkeyPatch
) -> None:
    usual, aside = watched(shared_house, monkeypatch)
    look = shared_house.danger.look
    assert look("my baby is not breathing", remember=False) == look("my baby is not breathing")
    assert look(STORY, remember=False) == look(STORY, remember=False)
    assert aside.kept.count(STORY) == 2 and STORY not in usual.kept
    look("where is a doctor"), look("where is a doctor")
    assert usual.kept.count("where is a doctor") == 1


async def test_a_report_told_in_the_chat(chat: Chatting, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, aside = watched(chat.house, monkeypatch)
    code = await chat.tell(STORY)
    assert STORY in aside.kept and STORY not in usual.kept
    await chat.say(code[-4:])
    aside.kept.clear()
    await chat.say(f"my code is {code} and nobody else knows")
    assert not any("nobody else knows" in text for text in usual.kept)


def test_a_report_told_in_the_form(form: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    usual, aside = watched(form.site.house, monkeypatch)
    form.open()
    form.send(what=STORY, district="Bobingen")
    assert form.code() and STORY in aside.kept and usual.kept == []
