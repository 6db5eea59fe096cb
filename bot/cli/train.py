"""`waymark train`: everything that is learnt or built from the present data, unless it is there already."""

from __future__ import annotations

import contextlib
import hashlib
import io
import os
import shutil
from pathlib import Path
from typing import Annotated

import typer

from bot.cli.progress import steps
from bot.container import Container, container
from bot.errors import WaymarkError
from bot.logs import hush_warnings, warnings_about_data
from bot.settings import ROOT

# What the model depends on: data, configuration, and the code of the components.
SOURCES = ("config.yml", "domain", "data", "bot/nlu", "bot/understanding", "bot/directory/encoder.py",
           "bot/directory/encoder_build.py", "bot/directory/weights/encoder.npz", "services_directory/places.yml",
           "services_directory/organizations", "requirements.lock")
# What the assistant says is rendered by our own NLG class, and what is sensitive is marked for us: no model learns from these.
WORDING = ROOT / "domain" / "responses"
MARKS = ROOT / "domain" / "sensitive.yml"
MODEL = "models/waymark.tar.gz"
SPACY = "models/spacy"
# Rasa's own last line: it names a folder that the model does not stay in.
RASA_DONE = "Your Rasa model is trained and saved at"


def fingerprint(pipeline: Path) -> str:
    """A hash over everything the model is made from, and over where it will look for its language `pipeline`."""
    # Rasa writes that address into the model: a checkout or state folder that was moved needs a new one.
    digest = hashlib.sha256(str(pipeline.resolve()).encode())
    for name in SOURCES:
        path = ROOT / name
        files = sorted(file for file in path.rglob("*") if file.suffix in {".yml", ".py"}) if path.is_dir() else [path]
        for file in files:
            if WORDING in file.parents or file == MARKS:
                continue
            digest.update(file.relative_to(ROOT).as_posix().encode())
            digest.update(file.read_bytes())
    return digest.hexdigest()


def model_path(house: Container) -> Path:
    """Where the trained model lies."""
    return house.settings.state / MODEL


def is_current(house: Container) -> bool:
    """Whether the trained model matches the present data and configuration."""
    stamp = model_path(house).with_suffix(".stamp")
    return model_path(house).is_file() and stamp.is_file() and stamp.read_text() == fingerprint(house.settings.state / SPACY)


def ensure_model(house: Container, force: bool = False) -> Path:
    """The trained model, made first if none matches. Raises WaymarkError "model.broken" if it learnt nothing."""
    if is_current(house) and not force:
        return model_path(house)
    from bot.understanding.danger import train as train_danger
    from bot.understanding.language import train as train_language

    hush_warnings()
    models = house.settings.state / "models"
    models.mkdir(parents=True, exist_ok=True)
    # Before training: data that change meanwhile ask for another one.
    stamp = fingerprint(house.settings.state / SPACY)
    with steps("Training", 6) as step, warnings_about_data():
        step("the sentence encoder")
        house.encoder.query("ready?")
        step("the danger look")
        train_danger(ROOT / "data", models / "danger", house.training_encoder)
        step("the languages")
        train_language(ROOT / "data", models / "language")
        step("the language pipeline and the intents (a minute or two)")
        made = _train_rasa(models)
        step("the directory in eight languages (some minutes the first time)")
        _ = house.finder
        step("checking what was learnt")
        _smoke_test(made)
        target = model_path(house)
        made.replace(target)
        # The stamp comes last: a model without it is made again.
        target.with_suffix(".stamp").write_text(stamp)
    return target


def _train_rasa(models: Path) -> Path:
    from rasa.model_training import train as rasa_train

    from bot.nlu.tokens import build_pipeline

    build_pipeline(models / "spacy")
    os.environ["WAYMARK_SPACY"] = str((models / "spacy").resolve())
    # Rasa draws some sixty progress bars unless it was told to say errors only; LOG_LEVEL=INFO shows them.
    os.environ.setdefault("LOG_LEVEL", "ERROR")
    fresh = models / "fresh"
    shutil.rmtree(fresh, ignore_errors=True)
    said = io.StringIO()
    try:
        with contextlib.redirect_stdout(said):
            result = rasa_train(domain=str(ROOT / "domain"), config=str(ROOT / "config.yml"),
                                training_files=[str(ROOT / "data" / name) for name in ("nlu", "rules")],
                                output=str(fresh), force_training=True, fixed_model_name="waymark")
    finally:
        # Rasa reports on standard output, also why it gave up; there commands with --json print their figures.
        for line in said.getvalue().splitlines():
            if line.strip() and RASA_DONE not in line:
                typer.echo(line, err=True)
    if result.model is None:
        raise WaymarkError("model.broken", file="data", detail="training gave no model")
    return Path(result.model)


def _smoke_test(model: Path) -> None:
    import asyncio

    from rasa.core.agent import Agent

    from bot.nlu.smoke import smoke_test

    problem = asyncio.run(smoke_test(Agent.load(str(model))))
    if problem:
        raise WaymarkError("model.broken", file=model.name, detail=problem)


def train(force: Annotated[bool, typer.Option(help="Train even if the model matches the data.")] = False) -> None:
    """Train the model from the present data and configuration, unless it matches already."""
    house = container()
    if is_current(house) and not force:
        typer.echo("The model matches the present data. Nothing to do (use --force to train anyway).")
        return
    path = ensure_model(house, force)
    typer.echo(f"Trained: {path}")
