"""multilingual-e5-small in torch, its weights held still, with thin trainable adapters (LoRA) beside each matrix.

A BERT of 12 layers, 12 heads of 32, normalised after each part; see bot/directory/encoder_build.py for the names.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH, INNER, LAYERS, HEADS = 384, 1536, 12, 12
Arrays = Mapping[str, npt.NDArray[np.float32]]


class Adapted(nn.Module):
    """x @ weight.T + bias + x @ down.T @ up.T; `up` starts at nothing."""

    def __init__(self, base: Arrays, name: str, columns: int, rows: int, rank: int) -> None:
        super().__init__()
        self.register_buffer("weight", torch.tensor(base[name + ".w"]).view(rows, columns))
        self.register_buffer("bias", torch.tensor(base[name + ".b"]))
        self.down = nn.Parameter(torch.randn(rank, columns) / math.sqrt(columns))
        self.up = nn.Parameter(torch.zeros(rows, rank))

    def forward(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias) + F.linear(F.linear(x, self.down), self.up)


class Normal(nn.Module):
    """Layer normalisation with weights held still."""

    def __init__(self, base: Arrays, name: str) -> None:
        super().__init__()
        self.register_buffer("weight", torch.tensor(base[name + ".w"]))
        self.register_buffer("bias", torch.tensor(base[name + ".b"]))

    def forward(self, x: Tensor) -> Tensor:
        return F.layer_norm(x, (WIDTH,), self.weight, self.bias, 1e-12)


class Layer(nn.Module):
    """Attention, then two wide matrices."""

    def __init__(self, base: Arrays, number: int, rank: int) -> None:
        super().__init__()
        name = f"l{number}."
        self.q, self.k, self.v, self.ao = (Adapted(base, name + part, WIDTH, WIDTH, rank) for part in ("q", "k", "v", "ao"))
        self.fi = Adapted(base, name + "fi", WIDTH, INNER, rank)
        self.fo = Adapted(base, name + "fo", INNER, WIDTH, rank)
        self.aln, self.oln = Normal(base, name + "aln"), Normal(base, name + "oln")

    def forward(self, x: Tensor, mask: Tensor) -> Tensor:
        texts, length, _ = x.shape

        def heads(y: Tensor) -> Tensor:
            return y.view(texts, length, HEADS, WIDTH // HEADS).transpose(1, 2)

        likeness = heads(self.q(x)) @ heads(self.k(x)).transpose(-1, -2) / math.sqrt(WIDTH // HEADS)
        # The library's own attention takes four times as long backwards on a CPU.
        seen = torch.softmax(likeness.float() + mask, -1).to(x.dtype) @ heads(self.v(x)).to(x.dtype)
        x = self.aln(x + self.ao(seen.transpose(1, 2).reshape(texts, length, WIDTH)))
        return self.oln(x + self.fo(F.gelu(self.fi(x))))


class Encoder(nn.Module):
    """Rows of piece numbers to their states."""

    def __init__(self, base: Arrays, rank: int) -> None:
        super().__init__()
        self.register_buffer("word", torch.tensor(base["emb.word"]).view(-1, WIDTH))
        places = torch.tensor(base["emb.pos"]).view(-1, WIDTH) + torch.tensor(base["emb.type"])[:WIDTH]
        self.register_buffer("places", places)
        self.first = Normal(base, "emb.ln")
        self.layers = nn.ModuleList(Layer(base, number, rank) for number in range(LAYERS))

    def forward(self, rows: Sequence[Sequence[int]]) -> tuple[Tensor, Tensor]:
        """States [n, longest, 384] and which of them are pieces [n, longest]. In 16 bits inside, in 32 outside."""
        longest = max(map(len, rows))
        numbers = torch.ones(len(rows), longest, dtype=torch.long)
        present = torch.zeros(len(rows), longest, dtype=torch.bool)
        for place, row in enumerate(rows):
            numbers[place, : len(row)] = torch.tensor(row)
            present[place, : len(row)] = True
        with torch.autocast("cpu", torch.bfloat16):
            x = self.first(self.word[numbers] + self.places[:longest])
            mask = torch.zeros(len(rows), 1, 1, longest).masked_fill(~present[:, None, None, :], -1e9)
            for layer in self.layers:
                x = layer(x, mask)
        return x.float(), present

    def adapters(self) -> dict[str, npt.NDArray[np.float16]]:
        """What was learnt, by the names encoder_build.py reads."""
        return {
            "l" + name.removeprefix("layers.").replace(".down", ".w.down").replace(".up", ".w.up"): value.detach()
            .numpy()
            .astype(np.float16)
            for name, value in self.named_parameters()
        }


def mean_vectors(states: Tensor, present: Tensor) -> Tensor:
    """Unit vectors [n, 384]: the mean of each row's pieces."""
    means = (states * present[..., None]).sum(1) / present.sum(1, keepdim=True)
    return F.normalize(means, dim=-1)


def batches(rows: Sequence[Sequence[int]], pieces: int = 8192) -> Iterator[list[int]]:
    """Numbers of rows of like length, so many that a batch has at most `pieces` pieces."""
    batch: list[int] = []
    for number in sorted(range(len(rows)), key=lambda one: len(rows[one])):
        if batch and (len(batch) + 1) * len(rows[number]) > pieces:
            yield batch
            batch = []
        batch.append(number)
    if batch:
        yield batch
