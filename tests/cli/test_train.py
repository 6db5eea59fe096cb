"""`waymark train` says its steps in a few lines, keeps what is wrong with the data, and ends with 1 when it learnt nothing."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bot.settings import ROOT
from tests.cli.test_commands import run

# Trains Rasa in Waymark's own way from the project in the working folder, as a process of its own.
TRAINS = """
import pathlib
from bot.cli import main, train
train.ROOT = pathlib.Path.cwd()
main.program = lambda: train._train_rasa(train.ROOT / "models")
main.app()
"""
# A process of its own: pytest takes warnings away. The filter is the one that Sanic sets when it is imported.
WARNS = """
import warnings
from bot.logs import configure, quiet_environment, warnings_about_data
quiet_environment()
configure()
from rasa.shared.nlu.training_data.message import Message
from rasa.shared.nlu.training_data.training_data import TrainingData
with warnings_about_data():
    warnings.filterwarnings("once", category=DeprecationWarning)
    TrainingData([Message({"text": "hello", "intent": "greet_nobody"})]).validate()
    warnings.warn("for the developers of a library", DeprecationWarning, stacklevel=1)
    warnings.warn("for nobody", UserWarning, stacklevel=1)
"""


def trained(folder: Path) -> subprocess.CompletedProcess[str]:
    """What comes of training the project in `folder`."""
    return subprocess.run([sys.executable, "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r})\n{TRAINS}"], cwd=folder,
                          capture_output=True, text=True, timeout=280, check=False)


@pytest.mark.timeout(600)
def test_training_says_its_steps_and_nothing_else(tmp_path: Path) -> None:
    models = tmp_path / "state" / "models"
    models.mkdir(parents=True)
    for encoder in (ROOT / "var" / "models").glob("e5-*"):
        (models / encoder.name).symlink_to(encoder)
    (tmp_path / "state" / "cache").symlink_to(ROOT / "var" / "cache")
    done = run("train", WAYMARK_STATE=str(tmp_path / "state"))
    assert done.returncode == 0, done.stderr
    assert done.stdout == f"Trained: {models / 'waymark.tar.gz'}\n"
    lines = done.stderr.splitlines()
    assert [line.split(":")[0] for line in lines] == [f"Training ({step}/6)" for step in range(1, 7)], done.stderr


def test_what_rasa_finds_wrong_is_said(tmp_path: Path) -> None:
    for name in ("domain", "data/nlu", "data/rules"):
        (tmp_path / name).mkdir(parents=True)
    shutil.copy(ROOT / "config.yml", tmp_path)
    (tmp_path / "domain" / "domain.yml").write_text('version: "3.1"\nintents: [greet]\n')
    done = trained(tmp_path)
    assert done.returncode == 1
    assert "No training data given" in done.stderr and "training gave no model" in done.stderr
    assert done.stdout == ""


def test_warnings_about_the_data_are_shown_and_no_others() -> None:
    done = subprocess.run([sys.executable, "-c", WARNS], cwd=ROOT, capture_output=True, text=True, timeout=280, check=True)
    assert "greet_nobody" in done.stderr and "only 1 training example" in done.stderr
    assert "for the developers" not in done.stderr and "for nobody" not in done.stderr
