"""One-time codes: once, for a quarter of an hour, for one purpose, and not to be guessed."""

from __future__ import annotations

import pytest

from bot.container import Container
from bot.errors import WaymarkError
from bot.store import codes as store
from bot.store.codes import SIGNS, TRIES, VALID_SECONDS, Codes, is_like_a_code


@pytest.fixture
def codes(house: Container) -> Codes:
    made = Codes(house.database, house.secrets, lambda: clock[0])
    clock[0] = 1_000_000.0
    return made


clock = [0.0]


async def refused(codes: Codes, code: str, who: str = "somebody", purpose: str = "move") -> str:
    with pytest.raises(WaymarkError) as error:
        await codes.take(purpose, code, who)  # type: ignore[arg-type]
    return error.value.code


async def test_works_once_however_it_is_typed(codes: Codes) -> None:
    code = await codes.make("move", "subject")
    assert len(code) == 9 and set(code.replace("-", "")) <= set(SIGNS) and is_like_a_code(code.lower())
    assert await codes.take("move", f" {code.lower().replace('-', ' ')} ", "who") == "subject"
    assert await refused(codes, code) == "code.wrong"


async def test_not_after_its_time_not_for_another_purpose_and_the_newest_only(codes: Codes) -> None:
    old = await codes.make("move", "subject")
    new = await codes.make("move", "subject")
    assert await refused(codes, old) == "code.wrong"
    assert await refused(codes, new, purpose="link") == "code.wrong"
    clock[0] += VALID_SECONDS + 1
    assert await refused(codes, new) == "code.wrong"


async def test_five_wrong_ones_close_the_door_for_one_asker(codes: Codes) -> None:
    code = await codes.make("move", "subject")
    for _ in range(TRIES):
        assert await refused(codes, "2222-2222", "guesser") == "code.wrong"
    assert await refused(codes, code, "guesser") == "code.wait", "also for the right one"
    assert await codes.take("move", code, "somebody else") == "subject"
    clock[0] += VALID_SECONDS + 1
    assert await codes.take("move", await codes.make("move", "subject"), "guesser") == "subject"


async def test_many_askers_together_cannot_guess_either(codes: Codes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "TRIES_OF_ALL", 30)
    code = await codes.make("move", "subject")
    for number in range(30):
        assert await refused(codes, "2222-2222", f"session {number}") == "code.wrong"
    assert await refused(codes, code, "one more session") == "code.wait"


@pytest.mark.parametrize("text", ["hello", "0821-1234", "2345-6789", "K7PX2M4R", "K7PX-2M4R now", "K7PX-2M4", "", "----"])
def test_ordinary_messages_are_no_codes(text: str) -> None:
    assert not is_like_a_code(text)
