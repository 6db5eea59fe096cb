"""Keys to the reports, attacked: wrong passphrases, swapped rows, slips of the pen, slipped-in members, removed oversight."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import WaymarkError
from bot.reporting import keys
from bot.reporting.circles import Circles, Unlocked
from bot.reporting.unlocked import UnlockedSessions
from bot.settings import ROOT
from bot.store.database import Database
from bot.store.mediators import Mediators
from bot.store.report_keys import ReportKeys, Rotation
from bot.store.secrets import Secrets

WORDS = "lantern gravel otter museum ninety"
OTHER = "harbour violin pepper sunrise tall"


def code(error: pytest.ExceptionInfo[WaymarkError]) -> str:
    return error.value.code


@pytest.fixture(autouse=True)
def cheap(monkeypatch: pytest.MonkeyPatch) -> None:
    """Argon2id with little memory, so that hundreds of wraps fit in a test; its real price has a test of its own."""
    monkeypatch.setattr(keys, "MEMORY_KIB", 64)
    monkeypatch.setattr(keys, "PASSES", 1)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "waymark.db"


@pytest.fixture
def database(file: Path) -> Iterator[Database]:
    made = Database(f"sqlite:///{file}")
    yield made
    made.close()


@pytest.fixture
def circles(database: Database) -> Circles:
    return Circles(ReportKeys(database))


async def staffed(circles: Circles, *names: str) -> dict[str, Unlocked]:
    """Founds both circles; names beginning with "o" join the oversight, the others the readers."""
    sheets = await circles.found()
    unlocked: dict[str, Unlocked] = {}
    for name in names:
        circle: keys.Circle = "oversight" if name.startswith("o") else "readers"
        await circles.enrol(name, circle, WORDS + name)
        await circles.admit(await circles.recover(sheets[circle]), name)
        unlocked[name] = await circles.unlock(name, circle, WORDS + name)
    return unlocked


def test_the_real_price_of_a_guess_is_128_megabytes() -> None:
    """In a process of its own, so that its memory can be measured: what one unlocking really takes."""
    program = (
        "import re, time; from bot.reporting import keys\n"
        "def peak(): return int(re.search(r'VmHWM:\\s+(\\d+)', open('/proc/self/status').read())[1])\n"
        "before, began = peak(), time.monotonic()\n"
        "wrapped = keys.wrap(b'k' * 32, 'five words of a sentence', 'a')\n"
        "print(peak() - before, time.monotonic() - began)\n"
        "assert keys.unwrap(wrapped, 'five words of a sentence', 'a') == b'k' * 32\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, timeout=120, check=True)
    kilobytes, seconds = done.stdout.split()
    assert int(kilobytes) > 125_000, done.stdout
    assert float(seconds) > 0.05, done.stdout


@settings(max_examples=40, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.text(min_size=1, max_size=40), st.text(max_size=20))
def test_what_is_wrapped_opens_with_the_passphrase_and_for_its_owner_only(private: bytes, phrase: str, owner: str) -> None:
    phrase = "x" + phrase
    wrapped = keys.wrap(private, phrase, owner)
    assert private not in wrapped
    assert keys.unwrap(wrapped, phrase, owner) == private
    for bad, who in ((phrase + "y", owner), (phrase, owner + "y")):
        with pytest.raises(WaymarkError):
            keys.unwrap(wrapped, bad, who)


@settings(max_examples=60, deadline=None)
@given(st.integers(min_value=0, max_value=87), st.integers(min_value=1, max_value=255))
def test_a_changed_bit_anywhere_opens_nothing(place: int, change: int) -> None:
    wrapped = bytearray(keys.wrap(b"k" * 32, WORDS, "readers/a"))
    wrapped[place] ^= change
    with pytest.raises(WaymarkError) as error:
        keys.unwrap(bytes(wrapped), WORDS, "readers/a")
    assert code(error) == "reports.passphrase"


@pytest.mark.parametrize("length", range(0, 88, 7))
def test_a_truncated_wrapping_opens_nothing(length: int) -> None:
    with pytest.raises(WaymarkError):
        keys.unwrap(keys.wrap(b"k" * 32, WORDS, "readers/a")[:length], WORDS, "readers/a")


def test_a_passphrase_typed_on_another_keyboard_is_the_same() -> None:
    composed, apart = "caf\u00e9 straße naïve elf", "cafe\u0301  straße  nai\u0308ve elf "
    assert keys.unwrap(keys.wrap(b"k" * 32, composed, "a"), apart, "a") == b"k" * 32


@pytest.mark.parametrize("weak", ["", "short", "aaaaaaaaaaaaaaaaaaaa", "abababababababababab", "             x  "])
def test_weak_passphrases_are_refused(weak: str) -> None:
    with pytest.raises(WaymarkError) as error:
        keys.check_passphrase(weak)
    assert code(error) == "reports.weak"


@settings(max_examples=60, deadline=None)
@given(st.binary(min_size=32, max_size=32), st.sampled_from(keys.CIRCLES))
def test_a_printed_key_is_read_back_as_people_type_it(private: bytes, circle: keys.Circle) -> None:
    text = keys.recovery_text(private, circle)
    assert keys.recovery_key(text) == (circle, private)
    typed = text[:3] + text[3:].lower().replace("-", " ").replace("o", "0").replace("i", "1")
    assert keys.recovery_key(typed) == (circle, private)


def test_every_single_slip_in_a_printed_key_is_noticed() -> None:
    text = keys.recovery_text(bytes(range(32)), "readers")
    for place in range(3, len(text)):
        if text[place] != "-":
            slip = text[:place] + ("A" if text[place] != "A" else "B") + text[place + 1 :]
            with pytest.raises(WaymarkError):
                keys.recovery_key(slip)
    for bad in ("", "WR", "WO-" + text[3:], text[:-1], text + "A", "WR-????"):
        with pytest.raises(WaymarkError):
            keys.recovery_key(bad)


def test_a_share_is_for_one_circle_one_number_one_person() -> None:
    mine, other = keys.new_pair(), keys.new_pair()
    sealed = keys.share(b"k" * 32, "readers", 1, mine.public)
    assert keys.open_share(sealed, "readers", 1, mine.private) == b"k" * 32
    for circle, number, private in (("oversight", 1, mine.private), ("readers", 2, mine.private), ("readers", 1, other.private)):
        with pytest.raises(WaymarkError):
            keys.open_share(sealed, circle, number, private)  # type: ignore[arg-type]
    with pytest.raises(WaymarkError):
        keys.open_share(sealed[:-1], "readers", 1, mine.private)


async def test_a_member_opens_what_the_circle_holds_and_nobody_else_does(circles: Circles) -> None:
    unlocked = await staffed(circles, "anna", "ben", "olga")
    assert unlocked["anna"].key() == unlocked["ben"].key() != unlocked["olga"].key()
    assert keys.public_of(unlocked["anna"].key()) == (await circles.public("readers")).public
    for name, circle, phrase, expected in (
        ("anna", "readers", OTHER, "reports.passphrase"),
        ("anna", "oversight", WORDS + "anna", "reports.not_enrolled"),
        ("recovery", "readers", WORDS, "reports.not_enrolled"),
        ("nobody", "readers", WORDS, "reports.not_enrolled"),
    ):
        with pytest.raises(WaymarkError) as error:
            await circles.unlock(name, circle, phrase)  # type: ignore[arg-type]
        assert code(error) == expected


async def test_enrolling_alone_opens_nothing_and_nobody_is_in_both_circles(circles: Circles) -> None:
    await staffed(circles, "anna")
    await circles.enrol("cleo", "readers", WORDS)
    for call, expected in (
        (circles.unlock("cleo", "readers", WORDS), "reports.not_admitted"),
        (circles.enrol("anna", "oversight", WORDS), "reports.both"),
        (circles.enrol("anna", "readers", OTHER), "reports.enrolled"),
        (circles.found(), "reports.keys_exist"),
    ):
        with pytest.raises(WaymarkError) as error:
            await call
        assert code(error) == expected


async def test_a_reader_cannot_remove_oversight_by_any_way_the_store_offers(circles: Circles, database: Database) -> None:
    unlocked = await staffed(circles, "anna", "ben", "olga", "omar")
    store, key = ReportKeys(database), unlocked["anna"].key()
    before = await circles.members("oversight")
    pair = keys.new_pair()
    for attempt in (
        circles.remove_from("oversight", unlocked["anna"], "olga"),
        circles.remove(unlocked["anna"], "olga"),
        store.remove("olga", "oversight", key),
        store.remove("olga", "oversight", b""),
        store.remove("recovery", "oversight", key),
        store.renew("olga", "oversight", pair.public, b"", {1: b""}, b"", key),
        store.admit("olga", "oversight", before[0].public, {}, b"", key),
        store.rotate("oversight", Rotation(2, pair.public, {"anna": (pair.public, b"", b"")}), key),
        store.enrol("olga", "oversight", pair.public, b"mine now"),
        store.enrol("olga", "readers", pair.public, b"mine now"),
        circles.renew(unlocked["anna"], "olga", OTHER),
    ):
        with pytest.raises(WaymarkError) as error:
            await attempt
        assert code(error) in {"reports.proof", "reports.not_enrolled", "reports.enrolled", "reports.both"}
    assert await circles.members("oversight") == before
    assert (await circles.unlock("olga", "oversight", WORDS + "olga")).key() == unlocked["omar"].key()
    await circles.remove(unlocked["omar"], "olga")
    with pytest.raises(WaymarkError) as error:
        await store.remove("omar", "oversight", unlocked["omar"].key())
    assert code(error) == "reports.last"


async def test_a_removed_reader_cannot_open_what_comes_after(circles: Circles) -> None:
    unlocked = await staffed(circles, "anna", "ben")
    old = unlocked["ben"].key()
    await circles.remove(unlocked["anna"], "ben")
    assert (await circles.public("readers")).number == 2
    assert unlocked["anna"].key(1) == old and unlocked["anna"].key() != old
    for attempt in (circles.unlock("ben", "readers", WORDS + "ben"), circles.refresh(unlocked["ben"]),
                    circles.admit(unlocked["ben"], "ben"), circles.remove(unlocked["ben"], "anna")):
        with pytest.raises(WaymarkError):
            await attempt
    # Another session of a member who stays learns the new key by itself.
    again = await circles.unlock("anna", "readers", WORDS + "anna")
    assert again.numbers == (1, 2)
    await circles.retire(again, [])
    assert (await circles.unlock("anna", "readers", WORDS + "anna")).numbers == (2,)


async def test_nobody_takes_away_their_own_key(circles: Circles) -> None:
    unlocked = await staffed(circles, "anna", "ben")
    with pytest.raises(WaymarkError) as error:
        await circles.remove(unlocked["anna"], "anna")
    assert code(error) == "reports.self" and (await circles.public("readers")).number == 1
    assert (await circles.unlock("anna", "readers", WORDS + "anna")).numbers == (1,)


async def test_a_member_is_removed_and_the_key_is_changed_or_neither(circles: Circles, file: Path) -> None:
    unlocked = await staffed(circles, "anna", "ben")
    with sqlite3.connect(file) as database:
        database.execute(
            "INSERT INTO report_holders (id, circle, public, vouched, created_at) VALUES ('thief', 'readers', ?, ?, 0)",
            (keys.new_pair().public, b"v" * 32),
        )
    with pytest.raises(WaymarkError) as error:
        await circles.remove(unlocked["anna"], "ben")
    assert code(error) == "reports.tampered"
    assert "ben" in [holder.id for holder in await circles.members("readers")]
    await circles.remove(unlocked["anna"], "thief")
    await circles.remove(unlocked["anna"], "ben")
    assert [holder.id for holder in await circles.members("readers")] == ["anna"]
    assert (await circles.public("readers")).number == 3 and unlocked["anna"].numbers == (1, 2, 3)


async def test_a_lost_passphrase_is_mended_by_the_printed_key_and_the_old_one_is_dead(circles: Circles) -> None:
    sheets = await circles.found()
    await circles.enrol("anna", "readers", WORDS)
    with pytest.raises(WaymarkError):
        await circles.recover(sheets["readers"][:-1] + ("A" if sheets["readers"][-1] != "A" else "B"))
    await circles.admit(await circles.recover(sheets["readers"]), "anna")
    await circles.renew(await circles.recover(sheets["readers"]), "anna", OTHER)
    assert (await circles.unlock("anna", "readers", OTHER)).numbers == (1,)
    with pytest.raises(WaymarkError):
        await circles.unlock("anna", "readers", WORDS)
    await circles.change_passphrase("anna", "readers", OTHER, WORDS)
    with pytest.raises(WaymarkError):
        await circles.unlock("anna", "readers", OTHER)
    assert await circles.unlock("anna", "readers", WORDS)
    with pytest.raises(WaymarkError) as error:
        await circles.change_passphrase("anna", "readers", WORDS, "short")
    assert code(error) == "reports.weak"


async def test_a_member_slipped_into_the_database_gets_no_key(circles: Circles, file: Path) -> None:
    unlocked = await staffed(circles, "anna", "ben")
    thief = keys.new_pair()
    with sqlite3.connect(file) as database:
        database.execute(
            "INSERT INTO report_holders (id, circle, public, vouched, created_at) VALUES ('thief', 'readers', ?, ?, 0)",
            (thief.public, b"v" * 32),
        )
    with pytest.raises(WaymarkError) as error:
        await circles.rotate(unlocked["anna"])
    assert code(error) == "reports.tampered" and (await circles.public("readers")).number == 1
    with sqlite3.connect(file) as database:
        database.execute("DELETE FROM report_holders WHERE id = 'thief'")
        database.execute("UPDATE report_holders SET public = ? WHERE id = 'ben'", (thief.public,))
    with pytest.raises(WaymarkError):
        await circles.rotate(unlocked["anna"])


async def test_swapped_wrappings_and_shares_open_nothing(circles: Circles, file: Path) -> None:
    await staffed(circles, "anna", "ben", "olga")
    with sqlite3.connect(file) as database:
        rows = dict(database.execute("SELECT id, wrapped FROM report_holders").fetchall())
        database.execute("UPDATE report_holders SET wrapped = ? WHERE id = 'anna'", (rows["ben"],))
        shares = dict(database.execute("SELECT holder_id, sealed FROM report_shares").fetchall())
        database.execute("UPDATE report_shares SET sealed = ? WHERE holder_id = 'olga'", (shares["anna"],))
    for name, phrase in (("anna", WORDS + "anna"), ("anna", WORDS + "ben")):
        with pytest.raises(WaymarkError):
            await circles.unlock(name, "readers", phrase)
    with pytest.raises(WaymarkError):
        await circles.unlock("olga", "oversight", WORDS + "olga")


async def test_no_private_key_lies_in_the_database(circles: Circles, database: Database, file: Path) -> None:
    unlocked = await staffed(circles, "anna", "olga")
    database.close()
    found = b"".join(path.read_bytes() for path in file.parent.iterdir())
    assert len(found) > 20_000
    for one in unlocked.values():
        assert one.key() not in found and one.key().hex().encode() not in found


async def test_unlocked_keys_end_with_the_session(circles: Circles) -> None:
    unlocked = await staffed(circles, "anna")
    now = [0.0]
    sessions = UnlockedSessions(idle=900, longest=8 * 3600, clock=lambda: now[0])
    key = unlocked["anna"].key()
    sessions.put("session", unlocked["anna"])
    assert sessions.get("session", "ben") is None, "another's session"
    for _ in range(40):
        now[0] += 800
        held = sessions.get("session", "anna")
        if held is None:
            break
        assert held.key() == key
    assert 8 * 3600 <= now[0] < 8 * 3600 + 800, "no longer than eight hours, however busy"
    with pytest.raises(WaymarkError):
        unlocked["anna"].key()
    with pytest.raises(WaymarkError):
        await circles.refresh(unlocked["anna"])
    again = await circles.unlock("anna", "readers", WORDS + "anna")
    sessions.put("session", again)
    now[0] += 900
    assert sessions.get("session", "anna") is None and len(sessions) == 0, "idle"
    sessions.put("session", await circles.unlock("anna", "readers", WORDS + "anna"))
    sessions.drop("session")
    assert sessions.get("session", "anna") is None, "signed out"
    sessions.put("session", await circles.unlock("anna", "readers", WORDS + "anna"))
    sessions.drop_member("anna")
    assert len(sessions) == 0


def test_wrong_passphrases_slow_down() -> None:
    now = [1000.0]
    sessions = UnlockedSessions(clock=lambda: now[0])
    for _ in range(3):
        sessions.may_try("anna")
        sessions.was_wrong("anna")
    with pytest.raises(WaymarkError) as error:
        sessions.may_try("anna")
    assert code(error) == "reports.wait"
    sessions.may_try("ben")
    now[0] += 2
    sessions.may_try("anna")
    for _ in range(30):
        sessions.was_wrong("anna")
    now[0] += 299
    with pytest.raises(WaymarkError):
        sessions.may_try("anna")
    now[0] += 2
    sessions.may_try("anna")


async def test_two_who_remove_each_other_at_once_leave_one(circles: Circles) -> None:
    unlocked = await staffed(circles, "olga", "omar")
    done = await asyncio.gather(
        circles.remove(unlocked["olga"], "omar"), circles.remove(unlocked["omar"], "olga"), return_exceptions=True
    )
    assert sum(isinstance(one, WaymarkError) for one in done) == 1, done
    assert len(await circles.members("oversight")) == 1


async def test_nobody_who_manages_people_can_rid_readers_of_the_oversight(circles: Circles, database: Database) -> None:
    people = Mediators(database, Secrets(Fernet.generate_key()))
    olga = await people.add("Olga", ["de"], roles=["oversight"])
    omar = await people.add("Omar", ["de"], roles=["oversight"])
    sheets = await circles.found()
    for person in (olga, omar):
        await circles.enrol(person.id, "oversight", WORDS)
        await circles.admit(await circles.recover(sheets["oversight"]), person.id)
    for attempt in (
        people.disable(olga.id), people.change(olga.id, roles=["mediator"]), people.change(olga.id, active=False, team="x"),
        people.change(olga.id, roles=[]),
    ):
        with pytest.raises(WaymarkError) as error:
            await attempt
        assert code(error) == "reports.oversight"
    assert (await people.get(olga.id)) == olga
    await people.change(olga.id, languages=["uk"])
    await circles.remove(await circles.unlock(omar.id, "oversight", WORDS), olga.id)
    assert not (await people.disable(olga.id)).active
