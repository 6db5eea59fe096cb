"""Vectors of pages and of their lines, from one pass of the encoder over each stretch of a page.

A line's vector is the mean over its own pieces after the encoder has read it among its neighbours, under the page's
title ("late chunking"). Measured on OMoS-QA dev, best line alone as the page's score: hit@3 .90 (en) and .81 (uk)
against .81 and .77 for lines encoded one by one, at the same cost.
"""

from __future__ import annotations

import hashlib
import os
import zipfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import numpy as np

from bot.directory.encoder import WIDTH, SentenceEncoder, Vectors
from bot.directory.encoder_build import VERSION
from bot.directory.pages import Page

# Pieces a stretch: longer ones cost more (attention is quadratic) and their vectors blur.
_STRETCH = 110
_LINE = 200
_TITLE = 40


class PageVectors(NamedTuple):
    """Unit vectors: `lines` [n, 384] in the page's order, `stretches` [m, 384], each over several lines."""

    lines: Vectors
    stretches: Vectors


class Stretch(NamedTuple):
    """Lines that the encoder reads together: the pieces with marks; of each line number, first piece, piece after the last."""

    row: list[int]
    lines: list[tuple[int, int, int]]


def encode_pages(pages: Sequence[Page], encoder: SentenceEncoder) -> list[PageVectors]:
    """Vectors of each page, in order."""
    stretches = [(number, stretch) for number, page in enumerate(pages) for stretch in stretches_of(page, encoder)]
    lines = [np.zeros((len(page.lines), WIDTH), np.float32) for page in pages]
    wholes: list[dict[int, Vectors]] = [{} for _ in pages]
    for number, states in encoder.states([stretch.row for _, stretch in stretches]):
        page, stretch = stretches[number]
        whole = _unit(states.mean(axis=0))
        wholes[page][number] = whole
        for line, first, after in stretch.lines:
            lines[page][line] = _unit(states[first:after].mean(axis=0)) if after > first else whole
    return [
        PageVectors(_half(lines[number]), _half(np.stack([whole for _, whole in sorted(wholes[number].items())])))
        for number in range(len(pages))
    ]


def stretches_of(page: Page, encoder: SentenceEncoder) -> list[Stretch]:
    """The page cut into stretches, each under the page's title."""
    prefix = encoder.pieces("passage:")
    title = encoder.pieces(page.title)[:_TITLE]
    lines = [encoder.pieces(line)[:_LINE] for line in page.lines]
    found: list[Stretch] = []
    at = 0
    while at < len(lines) or not found:
        pieces = list(prefix)
        if at > 0 or not page.lines or page.lines[0].strip() != page.title:
            pieces += title
        spans: list[tuple[int, int, int]] = []
        while at < len(lines) and (not spans or len(pieces) + 1 + len(lines[at]) <= _STRETCH):
            # One on for the begin mark, which the row puts before everything.
            first = len(pieces) + 1
            pieces += lines[at]
            spans.append((at, first, len(pieces) + 1))
            at += 1
        found.append(Stretch(encoder.row(pieces), spans))
    return found


def _half(vectors: Vectors) -> Vectors:
    # The store keeps half precision: a fresh vector and a stored one must be the same.
    return vectors.astype(np.float16).astype(np.float32)


def _unit(vector: Vectors) -> Vectors:
    return np.asarray(vector / np.linalg.norm(vector), np.float32)


class VectorStore:
    """Keeps pages' vectors in one file, so that only pages whose text changed are encoded again."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def vectors(self, pages: Sequence[Page], encoder: SentenceEncoder) -> list[PageVectors]:
        """Vectors of `pages` in order; encodes what the file lacks, then lets the file hold exactly these pages."""
        known = self._read()
        keys = [_key(page) for page in pages]
        missing = {key: page for key, page in zip(keys, pages, strict=True) if key not in known}
        for key, vectors in zip(missing, encode_pages(list(missing.values()), encoder), strict=True):
            known[key] = vectors
        if missing:
            self._write({key: known[key] for key in keys})
        return [known[key] for key in keys]

    def _read(self) -> dict[str, PageVectors]:
        if not self._path.exists():
            return {}
        try:
            with np.load(self._path, allow_pickle=False) as file:
                keys, counts = file["keys"].tolist(), file["counts"]
                rows = file["rows"].astype(np.float32)
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):
            # A file of a killed run or an older version: it is only a cache.
            return {}
        stops = counts.sum(axis=1).cumsum().tolist()
        return {
            key: PageVectors(rows[stop - lines - wholes : stop - wholes], rows[stop - wholes : stop])
            for key, (lines, wholes), stop in zip(keys, counts.tolist(), stops, strict=True)
        }

    def _write(self, known: dict[str, PageVectors]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        rows = np.concatenate([part for vectors in known.values() for part in vectors])
        new = self._path.with_name(f".{self._path.stem}-{os.getpid()}.npz")
        np.savez(
            new,
            keys=np.array(list(known)),
            counts=np.array([[len(vectors.lines), len(vectors.stretches)] for vectors in known.values()], np.int64),
            rows=rows.astype(np.float16),
        )
        new.replace(self._path)


def _key(page: Page) -> str:
    text = "\x1f".join([VERSION, page.title, *page.lines])
    return hashlib.sha256(text.encode()).hexdigest()[:32]
