"""Sentence vectors: multilingual-e5-small in 8 bits through CTranslate2.

The encoder knows 100 languages, Ukrainian and Persian among them. Questions and passages go in with different prefixes,
as the model was trained; what is to be compared with each other as like with like (sorting messages into intents) goes
in as questions on both sides.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path

import ctranslate2
import numpy as np
import numpy.typing as npt

from bot.directory.encoder_build import VERSION, build_model
from bot.directory.pieces import Pieces, load_pieces

Vectors = npt.NDArray[np.float32]
WIDTH = 384
# The model has 512 positions, two of which are the begin and end marks.
_LONGEST = 510
_TOKENS_A_BATCH = 2048


class SentenceEncoder:
    """Texts to unit vectors of 384 numbers (float32). Safe to call from several threads at once."""

    def __init__(self, network: ctranslate2.Encoder, pieces: Pieces) -> None:
        self._network = network
        self._pieces = pieces

    def query(self, text: str) -> Vectors:
        """One question's vector, shape [384]."""
        return np.asarray(self._encode(["query: " + text])[0], np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Questions' vectors, shape [n, 384], in the order given."""
        return self._encode(["query: " + text for text in texts])

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Vectors of texts that answer, shape [n, 384]. Of a text longer than 510 pieces the beginning counts."""
        return self._encode(["passage: " + text for text in texts])

    def _encode(self, texts: Sequence[str]) -> Vectors:
        result = np.zeros((len(texts), WIDTH), np.float32)
        rows = [self._row(text) for text in texts]
        # Texts of like length together: padding is computed too.
        order = sorted(range(len(rows)), key=lambda number: len(rows[number]))
        batch: list[int] = []
        for number in order:
            if batch and (len(batch) + 1) * len(rows[number]) > _TOKENS_A_BATCH:
                result[batch] = self._run([rows[n] for n in batch])
                batch = []
            batch.append(number)
        if batch:
            result[batch] = self._run([rows[n] for n in batch])
        return result

    def _row(self, text: str) -> list[int]:
        return [self._pieces.begin, *self._pieces.numbers(text)[:_LONGEST], self._pieces.end]

    def _run(self, rows: list[list[int]]) -> Vectors:
        states = np.asarray(self._network.forward_batch(rows).last_hidden_state)
        lengths = np.array([len(row) for row in rows])
        inside = (np.arange(states.shape[1])[None, :] < lengths[:, None]).astype(np.float32)
        means = np.einsum("bth,bt->bh", states, inside)
        return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True), np.float32)


_loaded: dict[tuple[Path, int], SentenceEncoder] = {}
_loading = threading.Lock()


def load_encoder(folder: Path, threads: int = 1) -> SentenceEncoder:
    """The process's one encoder. `folder` holds models; the encoder's own is made there the first time (seconds).

    `threads`: how many cores one call may use.
    """
    key = (folder.resolve(), threads)
    with _loading:
        if key not in _loaded:
            model = key[0] / VERSION
            if not (model / "model.bin").exists():
                build_model(model)
            network = ctranslate2.Encoder(
                str(model), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads
            )
            _loaded[key] = SentenceEncoder(network, load_pieces(model / "pieces.npz"))
        return _loaded[key]
