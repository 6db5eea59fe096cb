"""The bench on the real questions (skipped where the shared data is absent) and on a made-up file."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from bot.directory.bench import bench_answers
from bot.directory.encoder import load_encoder
from bot.directory.ranking import line_weights, page_weights
from bot.settings import ROOT

NAMES = {
    "questions", "hit@1", "hit@3", "hit@5", "mrr", "passage_precision", "passage_recall", "passage_f1", "ms_per_question",
}  # fmt: skip
DATA = ROOT.parent / "shared" / "data" / "omos-qa"


def _row(question: str, context: str, answers: list[int], city: str = "town") -> dict[str, object]:
    return {"question": question, "context": context, "answers": answers, "city": city, "pageId": 1, "language": "en"}


def test_figures_of_a_small_file(tmp_path: Path) -> None:
    rows = [
        _row("How do I open a bank account?", "Bank\nTake your passport to a bank to open an account.", [1]),
        _row("What does a bus ticket cost?", "Bus\nA ticket for the bus costs three euros.", [1]),
        _row("Who repairs my bicycle?", "School\nSchool begins at six.", []),
        _row("Another town?", "Elsewhere\nA bank and a bus.", [], "other"),
    ]
    file = tmp_path / "questions.jsonl"
    file.write_text("\n".join(json.dumps(row) for row in rows), encoding="utf-8")
    figures = bench_answers([file], file, "en", load_encoder(ROOT / "var" / "models")).as_json()
    assert set(figures) == NAMES
    assert figures["questions"] == 4
    assert figures["hit@1"] == figures["mrr"] == 1.0


def test_a_question_whose_page_is_not_among_the_files_is_a_miss(tmp_path: Path) -> None:
    pages, questions = tmp_path / "pages.jsonl", tmp_path / "questions.jsonl"
    pages.write_text(json.dumps({**_row("", "Bus\nA ticket.", []), "pageId": 2}), encoding="utf-8")
    questions.write_text(json.dumps(_row("Bank?", "Bank\nMoney.", [1])), encoding="utf-8")
    figures = bench_answers([pages], questions, "en", load_encoder(ROOT / "var" / "models")).as_json()
    assert figures["hit@5"] == 0


def test_weights_are_whole() -> None:
    weights = page_weights()
    assert np.isfinite(weights.features).all()
    assert np.isfinite(weights.certainty).all()
    assert 0.05 < line_weights().threshold < 0.7


@pytest.mark.skipif(not DATA.exists(), reason="the shared data (OMoS-QA) is not beside this checkout")
@pytest.mark.parametrize("language", ["en"])
def test_real_questions_do_not_fall_behind(language: str) -> None:
    # Pages of dev alone: quick to encode, and a little easier than the figures in docs/search.md.
    dev = DATA / f"dev_{language}.jsonl.gz"
    encoder = load_encoder(ROOT / "var" / "models")
    figures = bench_answers([dev], dev, language, encoder, ROOT / "var" / "cache" / "bench-test").as_json()
    assert figures["hit@3"] >= 0.90
    assert figures["passage_f1"] >= 0.45
