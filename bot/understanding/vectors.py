"""An encoder that remembers: one message is encoded once, however many parts of the house ask for its vector."""

from __future__ import annotations

import hashlib
import os
import threading
import zipfile
from collections import OrderedDict
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from bot.contracts import Encoder

Vectors = npt.NDArray[np.float32]
REMEMBERED = 512


class RememberedVectors:
    """The encoder handed in, with the last questions' vectors kept (by their text, in memory only)."""

    def __init__(self, encoder: Encoder, remembered: int = REMEMBERED) -> None:
        self._encoder = encoder
        self._remembered = remembered
        self._vectors: OrderedDict[str, Vectors] = OrderedDict()
        self._lock = threading.Lock()

    def query(self, text: str) -> Vectors:
        """One question's vector, shape [384], read-only: callers share it."""
        with self._lock:
            found = self._vectors.get(text)
            if found is not None:
                self._vectors.move_to_end(text)
                return found
        made = self._encoder.query(text)
        made.setflags(write=False)
        with self._lock:
            self._vectors[text] = made
            while len(self._vectors) > self._remembered:
                self._vectors.popitem(last=False)
        return made

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Questions' vectors, shape [n, 384]. Many at once are not remembered: they are training, not talk."""
        return self._encoder.queries(texts)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Passages' vectors, shape [n, 384]."""
        return self._encoder.passages(texts)


class StoredVectors:
    """The encoder handed in, with every question's vector kept in a file: training again encodes only what is new."""

    def __init__(self, encoder: Encoder, file: Path) -> None:
        self._encoder = encoder
        self._file = file
        self._known: dict[str, Vectors] = {}

    def query(self, text: str) -> Vectors:
        """One question's vector, shape [384]."""
        return np.asarray(self.queries([text])[0], np.float32)

    def queries(self, texts: Sequence[str]) -> Vectors:
        """Questions' vectors, shape [n, 384]."""
        keys = [hashlib.blake2b(text.encode(), digest_size=12).hexdigest() for text in texts]
        known = self._known = self._known or self._read()
        missing = {key: text for key, text in zip(keys, texts, strict=False) if key not in known}
        if missing:
            known.update(zip(missing, self._encoder.queries(list(missing.values())), strict=False))
            self._write(known)
        return np.array([known[key] for key in keys], np.float32)

    def passages(self, texts: Sequence[str]) -> Vectors:
        """Passages' vectors, shape [n, 384]; not kept."""
        return self._encoder.passages(texts)

    def _read(self) -> dict[str, Vectors]:
        try:
            with np.load(self._file, allow_pickle=False) as arrays:
                return dict(zip(map(str, arrays["keys"]), arrays["vectors"], strict=False))
        except (OSError, ValueError, KeyError, zipfile.BadZipFile):  # not there yet, or cut short: make it anew
            return {}

    def _write(self, known: dict[str, Vectors]) -> None:
        self._file.parent.mkdir(parents=True, exist_ok=True)
        fresh = self._file.with_name(f"{self._file.stem}.{os.getpid()}.npz")
        np.savez(fresh, keys=np.array(list(known)), vectors=np.array(list(known.values()), np.float32))
        fresh.replace(self._file)
