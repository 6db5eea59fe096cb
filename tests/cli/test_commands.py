"""The command line: doctor and settings say what is wrong and how to mend it; progress is lines off a terminal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from bot.errors import WaymarkError
from bot.settings import ROOT, Settings
from tests.conftest import state_with_models

COMMAND = [sys.executable, "-c", "from bot.cli.main import app; app()"]


def run(*arguments: str, given: str = "", **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the waymark command as a process of its own."""
    return subprocess.run([*COMMAND, *arguments], cwd=ROOT, input=given, capture_output=True, text=True, timeout=280,
                          env=os.environ | environment, check=False)


def test_doctor_names_each_part_and_its_mend(tmp_path: Path) -> None:
    done = run("doctor", WAYMARK_STATE=str(state_with_models(tmp_path / "state")))
    subjects = ("Python", "key", "database", "directory", "model", "translation", "Telegram", "reports", "operator", "origins",
                "HTTP API")
    for subject in subjects:
        assert f"] {subject}: " in done.stdout
    assert "WAYMARK_TELEGRAM_TOKEN" in done.stdout
    assert done.returncode == 0, done.stdout


def test_doctor_fails_where_something_is_wrong(tmp_path: Path) -> None:
    done = run("doctor", WAYMARK_STATE=str(tmp_path / "empty"), WAYMARK_DIRECTORY=str(tmp_path))
    assert done.returncode == 1
    assert "[wrong] model" in done.stdout and "waymark train" in done.stdout
    assert "[wrong] directory" in done.stdout


@pytest.mark.parametrize(("name", "value"), [("WAYMARK_PORT", "many"), ("WAYMARK_PORT", "-1"), ("WAYMARK_RETENTION_DAYS", "x")])
def test_a_bad_setting_is_named(name: str, value: str, tmp_path: Path) -> None:
    with pytest.raises(WaymarkError, match=name):
        Settings({name: value}, file=tmp_path / "none")
    done = run("doctor", **{name: value})
    assert done.returncode == 1 and name in done.stderr and "Traceback" not in done.stderr


def test_settings_come_from_the_file_and_the_environment_wins(tmp_path: Path) -> None:
    file = tmp_path / "waymark.env"
    file.write_text('# a comment\nWAYMARK_PORT=9000\nWAYMARK_OPERATOR="Stadt Beispiel"\n')
    assert Settings({}, file).port == 9000
    assert Settings({}, file).operator == "Stadt Beispiel"
    assert Settings({"WAYMARK_PORT": "9001"}, file).port == 9001


def test_parse_prints_one_object_a_line(tmp_path: Path) -> None:
    lines = ["ich suche eine wohnung", "он меня убивает помогите", "/restart", "", "😀", "1234"]
    done = run("parse", given="\n".join(lines) + "\n", WAYMARK_STATE=str(state_with_models(tmp_path / "state")))
    rows = [json.loads(line) for line in done.stdout.splitlines()]
    assert [row["text"] for row in rows] == lines
    for row in rows:
        assert set(row) == {"text", "language", "intent", "confidence", "danger", "entities"}
    assert rows[0]["intent"] == "ask_housing" and rows[0]["language"] == "de" and rows[0]["danger"] is False
    assert rows[1]["danger"] is True and rows[1]["language"] == "ru"
    assert rows[2]["intent"] != "restart"


def test_parse_takes_the_language(tmp_path: Path) -> None:
    done = run("parse", "--language", "uk", given="лікар\n", WAYMARK_STATE=str(state_with_models(tmp_path / "state")))
    assert json.loads(done.stdout)["language"] == "uk"


def test_directory_check_fails_on_a_bad_directory(tmp_path: Path) -> None:
    (tmp_path / "services").mkdir()
    (tmp_path / "services" / "x.yml").write_text("id: x\n")
    done = run("directory", "check", WAYMARK_DIRECTORY=str(tmp_path))
    assert done.returncode == 1 and "services/x.yml: name: is missing" in done.stderr and "Traceback" not in done.stderr


def test_bench_answers_refuses_a_file_that_is_neither(tmp_path: Path) -> None:
    (tmp_path / "x.json").write_text("[1, 2")
    done = run("bench", "answers", "--pages", str(tmp_path / "x.json"), "--questions", str(tmp_path / "x.json"),
               "--language", "en", WAYMARK_STATE=str(state_with_models(tmp_path / "state")))
    assert done.returncode == 1 and "x.json" in done.stderr and "Traceback" not in done.stderr


def test_a_taken_port_is_said_at_once(tmp_path: Path) -> None:
    import socket

    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = str(other.getsockname()[1])
        done = run("run", WAYMARK_PORT=port, WAYMARK_STATE=str(state_with_models(tmp_path / "state")))
    assert done.returncode == 1 and f"Port {port} is taken" in done.stderr
