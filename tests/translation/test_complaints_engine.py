"""What users of Argos Translate complain of, each as a test: here what concerns the engine itself."""

from __future__ import annotations

import asyncio
import logging
from pathlib import Path
from typing import Any

import psutil
import pytest

from bot.translation.casing import usual
from bot.translation.engine import LOST, LocalEngine, Model
from bot.translation.workers import Workers
from tests.translation.fixture_packages import SENTENCES

# --- "Text in capitals comes back untranslated." ---------------------------------------------------------------------

@pytest.mark.parametrize(("text", "wanted"), [
    ("ICH BRAUCHE EINEN ANWALT.", "I need a lawyer."),
    ("MEIN KIND IST KRANK.", "My child is ill."),
    ("WO IST DAS KRANKENHAUS?", "Where is the hospital?"),
    ("ICH VERSTEHE DEN BRIEF NICHT.", "I do not understand the letter."),
    ("ich brauche einen anwalt.", "I need a lawyer."),
])
def test_capitals_untranslated(engine: LocalEngine, text: str, wanted: str) -> None:
    assert engine.translate(text, "de", "en").text == wanted


def test_capitals_untranslated_over_the_pivot(engine: LocalEngine) -> None:
    assert engine.translate("MI HIJO ESTÁ ENFERMO.", "es", "ar").text == SENTENCES["es-en-ar"]["Mi hijo está enfermo."]


def test_capitals_of_an_abbreviation_or_a_name_are_left(engine: LocalEngine) -> None:
    """Only a shouted sentence is changed: BAMF and AOK inside one are what they are."""
    assert usual("Die AOK und das BAMF helfen.", "de", len) == "Die AOK und das BAMF helfen."
    assert usual("BAMF", "de", len) == "BAMF"
    assert usual("İYİ GÜNLER ISPARTA", "tr", len) == "İyi günler ısparta"


# --- "Sentences are silently dropped." -------------------------------------------------------------------------------

def test_sentences_silently_dropped_in_a_long_text(engine: LocalEngine) -> None:
    """Three hundred sentences in, the same three hundred out, in order."""
    known = list(SENTENCES["de-en"].items())[:300]
    found = engine.translate(" ".join(text for text, _ in known), "de", "en").text
    assert found == " ".join(wanted for _, wanted in known)


@pytest.mark.parametrize("between", ["\n", "\n\n", "  ", "\r\n", "\t", " \u200f", "\u00a0"])
def test_sentences_silently_dropped_between_lines(engine: LocalEngine, between: str) -> None:
    found = engine.translate(f"Vielen Dank.{between}Mein Kind ist krank.", "de", "en").text
    assert found.startswith("Thank you very much.") and found.endswith("My child is ill.")


def test_sentences_silently_dropped_by_the_model_stay_in_the_original_and_the_score_tells(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The model itself answers one sentence with nothing."""
    real = Model.run

    def forgetful(self: Model, texts: Any) -> list[tuple[str, float]]:
        pairs = zip(texts, real(self, texts), strict=True)
        return [("", -0.1) if text.startswith("Mein Kind") else answer for text, answer in pairs]

    monkeypatch.setattr(Model, "run", forgetful)
    found = engine.translate("Vielen Dank. Mein Kind ist krank. Ich brauche Hilfe.", "de", "en")
    assert found.text == "Thank you very much. Mein Kind ist krank. I need help."
    assert found.score == LOST


def test_sentences_silently_dropped_after_abbreviations_and_dates(engine: LocalEngine) -> None:
    text = "Am 3. Mai z. B. um 12.30 Uhr kommt Dr. Meier. Vielen Dank."
    assert engine.translate(text, "de", "en").text.endswith("Thank you very much.")


def test_sentences_silently_dropped_at_the_end_of_one_that_is_too_long(
    engine: LocalEngine, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A model stops after some 250 pieces: a sentence without end goes in as clauses, and all of it does."""
    real, asked = Model.run, []

    def listening(self: Model, texts: Any) -> list[tuple[str, float]]:
        asked.extend(texts)
        return real(self, texts)

    monkeypatch.setattr(Model, "run", listening)
    text = "Ich brauche Hilfe, " * 150 + "vielen Dank."
    found = engine.translate(text, "de", "en").text
    assert " ".join(asked) == text and max(map(len, asked)) <= 400
    assert found.count("I need help") >= len(asked) - 1


# --- "Memory grows until a restart." ---------------------------------------------------------------------------------

def test_memory_growing(installed_packages: Path) -> None:
    """2,000 texts, no two alike; the bench does it with 10,000. Five per cent is the promise."""
    async def talk() -> float:
        house = Workers(installed_packages, installed_packages.parent / "argos", seconds=60)
        known = list(SENTENCES["de-en-ar"])
        try:
            for number in range(150):
                await house.translate(f"{known[number]} {known[-number]}", "de", "ar")
            process = psutil.Process(house.running[0])
            start = process.memory_info().rss
            for number in range(2000):
                await house.translate(f"{known[number % 300]} {known[number % 293]}", "de", "ar" if number % 2 else "en")
            assert house.running == [process.pid]
            return process.memory_info().rss / start
        finally:
            await house.stop()

    assert asyncio.run(talk()) < 1.05


def test_memory_growing_with_many_packages(engine: LocalEngine, monkeypatch: pytest.MonkeyPatch) -> None:
    """Packages are loaded on demand, and no more than a few stay loaded."""
    monkeypatch.setattr("bot.translation.engine.MOST_LOADED", 2)
    engine.unload()
    for source, target in (("de", "en"), ("ar", "de"), ("es", "ar"), ("en", "es")):
        engine.translate("Vielen Dank." if source == "de" else SENTENCES[f"en-{source}"]["I need help."] if source != "en"
                         else "I need help.", source, target)
        assert len(engine._loaded) <= 2
    engine.unload()
    assert not engine._loaded


# --- "Offline mode calls the network": test_offline.py. And what nobody complained of yet: --------------------------

def test_nothing_that_is_translated_is_ever_logged(engine: LocalEngine, caplog: pytest.LogCaptureFixture) -> None:
    """argostranslate hands every text to its logger."""
    with caplog.at_level(logging.DEBUG):
        engine.translate("Ich brauche einen Anwalt.", "de", "ar")
    assert "Anwalt" not in caplog.text and "lawyer" not in caplog.text
