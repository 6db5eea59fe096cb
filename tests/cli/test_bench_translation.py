"""The bench of translation gives its figures, and says plainly why where it has nothing to compare with."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from bot.cli import bench_libretranslate, bench_translation
from bot.cli.bench_translation import FIXTURE
from bot.container import Container
from bot.errors import WaymarkError

QUICK = {"_ROUNDS": 1, "_SECONDS": 0.5, "_SECONDS_ALONE": 0.5, "_ANSWERS": 10, "_SLICES": 1, "_WARM_UP": 20}


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in QUICK.items():
        monkeypatch.setattr(bench_translation, name, value)


@pytest.mark.timeout(280)
@pytest.mark.usefixtures("quick")
def test_the_figures_are_there_and_a_missing_libretranslate_is_explained(
    shared_house: Container, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    # A requirement that no index can fulfil stands for a machine without network.
    monkeypatch.setattr(bench_libretranslate, "RELEASE", str(tmp_path / "absent.whl"))
    figures = json.loads(json.dumps(bench_translation.bench_translation(shared_house, FIXTURE, 40, True)))
    assert figures["sentences_per_second"] > 20 and figures["two_workers_sentences_per_second"] > 20
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert figures["texts"] == 40 and figures["rss_start_mb"] > 50 and abs(figures["rss_growth"]) < 0.2
    assert figures["throughput_ratio_to_libretranslate"] is None
    assert "could not be installed" in figures["no_ratio_because"]
    assert {"answer_p95_ms", "answer_p95_ms_while_20_translate", "answer_p95_growth"} <= set(figures)


def test_a_folder_without_packages_gets_a_sentence(shared_house: Container, tmp_path: Path) -> None:
    with pytest.raises(WaymarkError, match="no .argosmodel file"):
        bench_translation.bench_translation(shared_house, tmp_path, 40, False)


def test_texts_are_the_same_in_each_run_and_differ_from_each_other() -> None:
    known = [f"Satz {number}." for number in range(300)]
    given = bench_translation.texts(known, 500, 3)
    assert given == bench_translation.texts(known, 500, 3)
    assert len({text for text, _ in given}) > 400
    assert all(text.count(".") == length for text, length in given)
