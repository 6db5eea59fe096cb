"""Changing the key: everything opens with the new one alone, nobody becomes a stranger, and a kill at any moment is harmless."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from pathlib import Path

import pytest
import sqlalchemy as sa
from cryptography.fernet import Fernet

from bot.container import Container
from bot.errors import WaymarkError
from bot.settings import ROOT, Settings
from bot.store import rotation
from bot.store.in_use import InUse
from bot.store.key_ring import load_ring
from bot.store.messages import Inbound
from bot.store.rotation import rotate
from bot.store.secrets import Secrets
from bot.store.tables import metadata, trackers
from tests.conftest import state_with_models

WHO = "e" * 32
WORDS = "my husband must not know that i asked"
CLI = (sys.executable, "-c", "from bot.cli.main import app; app()", "keys", "rotate")
# Without the lock of the command: this very process has the house open, too.
ROTATE = """
import sys
from pathlib import Path
from bot.store.database import Database
from bot.store.rotation import rotate
database = Database(sys.argv[1])
print("go", flush=True)
rotate(database, "", Path(sys.argv[2]))
"""


def house_at(state: Path, **more: str) -> Container:
    return Container(Settings({"WAYMARK_STATE": str(state_with_models(state)), **more}, file=state / "none.env"))


async def filled(house: Container, messages: int = 30) -> str:
    """Inbox, outbox, tracker, a case with entries, a mediator; the case's id."""
    for number in range(messages):
        await house.messages.receive(Inbound(WHO, f"m{number}", {"text": WORDS}), "telegram", "4711")
        await house.messages.answer(None, WHO, "telegram", [{"text": WORDS, "buttons": [], "metadata": {}}])
    sealed = house.secrets.seal('{"slots": [], "events": []}')
    house.database.transact(
        lambda connection: connection.execute(trackers.insert().values(conversation_id=WHO, body=sealed, updated_at=1))
    )
    anna = await house.mediators.add("Anna", ["en"], telegram_id=4712)
    case = await house.desk.open(WHO, reason="asked", town="Bobingen")
    await house.desk.take(case.id, anna.id)
    for number in range(5):
        await house.desk.reply(case.id, anna.id, WORDS, key=str(number), untranslated=True)
    return case.id


async def holds(house: Container, case_id: str, messages: int = 30) -> None:
    assert [message.body["text"] for message, _ in await house.messages.undone()] == [WORDS] * messages
    assert await house.conversations.address(WHO) == "4711"
    case = await house.cases.get(case_id)
    assert case is not None
    assert case.town == "Bobingen"
    said = [entry.text for entry in await house.cases.entries(case_id) if entry.author == "mediator"]
    assert said == [WORDS] * 5
    anna = await house.mediators.by_telegram(4712)
    assert anna is not None
    assert anna.telegram_id == 4712


def opened_by(database: Container, secrets: Secrets) -> int:
    """How many sealed values of all tables these secrets open."""
    count = 0
    with database.database.engine.connect() as connection:
        for table in metadata.sorted_tables:
            for row in connection.execute(sa.select(table)).mappings():
                for value in row.values():
                    token = value.encode() if isinstance(value, str) else value
                    if isinstance(token, bytes) and token.startswith(b"gAAAA"):
                        try:
                            secrets.open_bytes(token)
                            count += 1
                        except WaymarkError:
                            pass
    return count


async def test_everything_opens_with_the_new_key_and_nothing_with_the_old(tmp_path: Path) -> None:
    before = house_at(tmp_path)
    case_id = await filled(before)
    old_key, old_name, old_session = before.secrets, before.secrets.pseudonym("web", "x"), before.secrets.sign("abc")
    sealed = opened_by(before, old_key)
    assert sealed > 70
    done = rotate(before.database, "", tmp_path)
    assert done == (sealed, True)
    after = house_at(tmp_path)
    await holds(after, case_id)
    assert opened_by(after, old_key) == 0
    assert opened_by(after, after.secrets) == sealed
    assert after.secrets.pseudonym("web", "x") == old_name
    assert after.secrets.verify(old_session) == "abc"
    assert len((tmp_path / "waymark.key").read_bytes().split()) == 1
    assert (tmp_path / "waymark.key").stat().st_mode & 0o777 == 0o600
    assert (tmp_path / "waymark.identity").stat().st_mode & 0o777 == 0o600
    assert rotate(after.database, "", tmp_path).values == sealed
    await holds(house_at(tmp_path), case_id)


@pytest.mark.parametrize("moment", range(12))
async def test_a_stop_at_any_moment_is_harmless(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int) -> None:
    """Stopped before the n-th write of a file or a table; then read, then rotated to the end."""
    house = house_at(tmp_path)
    case_id = await filled(house, 3)
    old_key = house.secrets
    steps = iter(range(1000))

    class Stopped(Exception):
        pass

    def stopping(real: object) -> object:
        def work(*args: object, **more: object) -> object:
            if next(steps) == moment:
                raise Stopped
            return real(*args, **more)  # type: ignore[operator]

        return work

    monkeypatch.setattr(rotation.key_ring, "replace_file", stopping(rotation.key_ring.replace_file))
    monkeypatch.setattr(house.database, "transact", stopping(house.database.transact))
    with pytest.raises(Stopped):
        rotate(house.database, "", tmp_path)
    monkeypatch.undo()
    await holds(house_at(tmp_path), case_id, 3)
    rotate(house.database, "", tmp_path)
    after = house_at(tmp_path)
    await holds(after, case_id, 3)
    assert opened_by(after, old_key) == 0


async def test_killed_in_the_middle_and_run_again(tmp_path: Path) -> None:
    state = tmp_path / "state"
    house = house_at(state)
    case_id = await filled(house, 300)
    old_key = house.secrets
    house.database.close()
    environment = {"WAYMARK_STATE": str(state), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    for wait in (0.0, 0.02, 0.1):
        command = [sys.executable, "-c", ROTATE, house.settings.database_url, str(state)]
        process = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE)
        assert process.stdout is not None
        process.stdout.readline()
        await asyncio.sleep(wait)
        process.kill()
        process.wait()
        await holds(house_at(state), case_id, 300)
    rotate(house_at(state).database, "", state)
    after = house_at(state)
    await holds(after, case_id, 300)
    assert opened_by(after, old_key) == 0


async def test_with_the_key_in_the_environment(tmp_path: Path) -> None:
    old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
    case_id = await filled(house_at(tmp_path, WAYMARK_SECRET=old), 3)
    house = house_at(tmp_path, WAYMARK_SECRET=old)
    name = house.secrets.pseudonym("web", "x")
    with pytest.raises(WaymarkError) as refused:
        rotate(house.database, old, tmp_path)
    assert refused.value.code == "keys.environment"
    assert not rotate(house.database, f"{new},{old}", tmp_path).finished
    after = house_at(tmp_path, WAYMARK_SECRET=new)
    await holds(after, case_id, 3)
    assert after.secrets.pseudonym("web", "x") == name


def test_nobody_rotates_beside_a_running_server(tmp_path: Path) -> None:
    house = house_at(tmp_path)
    _ = house.secrets
    done = subprocess.run(
        CLI, cwd=ROOT, env={"WAYMARK_STATE": str(tmp_path), "PATH": "/usr/bin:/bin", "HOME": str(tmp_path)},
        capture_output=True, text=True, check=False, timeout=120,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert "Stop it first" in done.stderr
    alone = InUse(tmp_path / "other")
    assert alone.take(alone=True)
    with pytest.raises(WaymarkError) as refused:
        _ = house_at(tmp_path / "other").secrets
    assert refused.value.code == "keys.rotating"
    alone.release()


def test_a_damaged_key_file_gets_its_sentence(tmp_path: Path) -> None:
    for text in (b"", b"nonsense", Fernet.generate_key() + b"\nnonsense"):
        (tmp_path / "waymark.key").write_bytes(text)
        with pytest.raises(WaymarkError) as refused:
            load_ring("", tmp_path)
        assert refused.value.code == "store.key"
