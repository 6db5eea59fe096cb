"""Sentence vectors: multilingual-e5-small, taught with questions and pages of our kind, in 8 bits through CTranslate2.

The encoder knows 100 languages, Ukrainian and Persian among them. Questions and passages go in with different prefixes,
as the model was trained; what is to be compared with each other as like with like (sorting messages into intents) goes
in as questions on both sides.
"""

from __future__ import annotations

import threading
from collections.abc import Iterator, Sequence
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

    def pieces(self, text: str) -> list[int]:
        """The piece numbers of `text`, without marks or prefix: for callers that build rows of their own."""
        return self._pieces.numbers(text)

    def row(self, pieces: Sequence[int]) -> list[int]:
        """Pieces (at most 510 count) between the begin and end marks."""
        return [self._pieces.begin, *pieces[:_LONGEST], self._pieces.end]

    def states(self, rows: Sequence[list[int]]) -> Iterator[tuple[int, Vectors]]:
        """For each row its number and its pieces' states [len(row), 384], the short rows first."""
        for batch in _batches(rows):
            states = np.asarray(self._network.forward_batch([rows[number] for number in batch]).last_hidden_state)
            for place, number in enumerate(batch):
                yield number, states[place, : len(rows[number])]

    def _encode(self, texts: Sequence[str]) -> Vectors:
        result = np.zeros((len(texts), WIDTH), np.float32)
        for number, states in self.states([self.row(self._pieces.numbers(text)) for text in texts]):
            mean = states.mean(axis=0)
            result[number] = mean / np.linalg.norm(mean)
        return result


def _batches(rows: Sequence[list[int]]) -> Iterator[list[int]]:
    # Rows of like length together: padding is computed too.
    batch: list[int] = []
    for number in sorted(range(len(rows)), key=lambda number: len(rows[number])):
        if batch and (len(batch) + 1) * len(rows[number]) > _TOKENS_A_BATCH:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch


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
            _loaded[key] = open_encoder(model, threads)
        return _loaded[key]


def open_encoder(model: Path, threads: int = 1) -> SentenceEncoder:
    """The encoder of a folder that `build_model` wrote."""
    network = ctranslate2.Encoder(str(model), device="cpu", compute_type="int8", inter_threads=1, intra_threads=threads)
    return SentenceEncoder(network, load_pieces(model / "pieces.npz"))
