"""Commands that our sentences and pages name can be typed: as the command was called, or by the name that the pages explain."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from bot.cli.typed import as_typed
from bot.settings import ROOT
from tests.conftest import state_with_models

PAGES = [ROOT / "README.md", ROOT / "services_directory" / "README.md", *sorted((ROOT / "docs").glob("*.md"))]
COMMAND = re.compile(r"(?<![\w./-])waymark [a-z]")


@pytest.fixture
def called(tmp_path: Path) -> Path:
    """A `waymark` as the installation writes it, in a folder that no shell looks into."""
    script = tmp_path / "a folder" / "bin" / "waymark"
    script.parent.mkdir(parents=True)
    script.write_text(f'#!/bin/sh\nexec "{sys.executable}" -c "import sys; sys.argv[0] = \'$0\'; '
                      'from bot.cli.main import app; app()" "$@"\n')
    script.chmod(0o700)
    return script


def test_what_the_doctor_advises_can_be_typed(called: Path, tmp_path: Path) -> None:
    given = {"PATH": "/usr/bin:/bin", "WAYMARK_STATE": str(state_with_models(tmp_path / "state")), "HOME": str(tmp_path)}
    done = subprocess.run([called, "doctor"], cwd=ROOT, env=given, capture_output=True, text=True, timeout=280, check=False)
    advised = re.search(r"Run '(.+) translation install ar en'", done.stdout)
    assert advised and advised.group(1) == shlex.quote(str(called)), done.stdout + done.stderr
    typed = subprocess.run(["sh", "-c", f"{advised.group(1)} translation install --help"], cwd=ROOT, env=given,
                           capture_output=True, text=True, timeout=280, check=False)
    assert typed.returncode == 0 and "not found" not in typed.stderr


def test_an_error_names_the_command_so_too(called: Path, tmp_path: Path) -> None:
    given = {"PATH": "/usr/bin:/bin", "WAYMARK_STATE": str(tmp_path / "state"), "HOME": str(tmp_path)}
    done = subprocess.run([called, "mediators", "reset", "Nobody"], cwd=ROOT, env=given, capture_output=True, text=True,
                          timeout=280, check=False)
    assert done.returncode == 1 and f"See '{shlex.quote(str(called))} mediators list'" in done.stderr


def test_a_shell_that_knows_the_command_reads_its_bare_name(called: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", [".venv/bin/waymark"])
    monkeypatch.setenv("PATH", "/nowhere")
    assert as_typed("Run 'waymark train'. See waymark.env.") == "Run '.venv/bin/waymark train'. See waymark.env."
    assert as_typed("Run '.venv/bin/waymark train'.") == "Run '.venv/bin/waymark train'."
    monkeypatch.setenv("PATH", f"{called.parent}{os.pathsep}/nowhere")
    assert as_typed("Run 'waymark train'.") == "Run 'waymark train'."


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_page_with_commands_says_how_the_shell_knows_them(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    if COMMAND.search(text):
        assert "source .venv/bin/activate" in text
