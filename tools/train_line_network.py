"""Trains the networks of bot/directory/line_network.py with jax (which Rasa's tensorflow brings); see train_ranking.py."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any, NamedTuple

os.environ.setdefault("XLA_FLAGS", "--xla_cpu_multi_thread_eigen=false intra_op_parallelism_threads=1")
os.environ.setdefault("JAX_PLATFORMS", "cpu")

import jax
import jax.numpy as jnp
import numpy as np
import numpy.typing as npt

from bot.directory.line_network import LineNetwork, scaled

Floats = npt.NDArray[np.float32]
Arrays = dict[str, Any]
# Longer pages are cut for training alone.
LINES = 64
BATCH = 32


class NetworkShape(NamedTuple):
    """`content` > 0 lets the network see vectors as such beside the likeness; it helps some and overfits some, so one
    network of each kind is kept."""

    content: int
    question_content: int
    epochs: int
    dropout: float
    hidden: int = 64
    rank: int = 64
    layers: int = 2
    rate: float = 2e-3
    decay: float = 0.05


SHAPES = (NetworkShape(0, 0, 8, 0.4), NetworkShape(16, 8, 14, 0.5))


class Rows(NamedTuple):
    """One question with its right page: features [n, f], line vectors [n, 384], question [384], answers [n]."""

    features: Floats
    lines: Floats
    question: Floats
    answers: npt.NDArray[np.int8]


def train_network(rows: Sequence[Rows], shape: NetworkShape, seed: int) -> dict[str, npt.NDArray[np.float16]]:
    """The learned arrays, for LineNetwork."""
    neutral = np.concatenate([scaled(r.features, np.float32(0), np.float32(1)) for r in rows])
    mean, deviation = neutral.mean(axis=0), neutral.std(axis=0) + 1e-3
    batches = _pack(rows, mean, deviation)
    weights = _start(jax.random.PRNGKey(seed), shape, len(mean))
    first, second = (jax.tree.map(jnp.zeros_like, weights) for _ in range(2))

    def loss(weights: Arrays, batch: Any, key: Any) -> Any:
        features, lines, question, answers, inside = batch
        odds = _forward(weights, features, lines, question, inside, shape, key)
        return (inside * (jnp.logaddexp(0, odds) - answers * odds)).sum() / inside.sum()

    @jax.jit
    def step(weights: Arrays, first: Arrays, second: Arrays, count: Any, rate: Any, batch: Any, key: Any) -> Any:
        slope = jax.grad(loss)(weights, batch, key)
        first = jax.tree.map(lambda m, g: 0.9 * m + 0.1 * g, first, slope)
        second = jax.tree.map(lambda v, g: 0.99 * v + 0.01 * g * g, second, slope)
        weights = jax.tree.map(
            lambda w, m, v: w * (1 - rate * shape.decay)
            - rate * (m / (1 - 0.9**count)) / (jnp.sqrt(v / (1 - 0.99**count)) + 1e-8),
            weights, first, second,
        )  # fmt: skip
        return weights, first, second

    order = np.random.default_rng(seed)
    steps = len(rows) // BATCH
    count = 0
    for _ in range(shape.epochs):
        shuffled = order.permutation(len(rows))
        for number in range(steps):
            count += 1
            chosen = shuffled[number * BATCH : (number + 1) * BATCH]
            rate = shape.rate * min(1.0, count / 50) * 0.5 * (1 + np.cos(np.pi * count / (shape.epochs * steps)))
            batch = tuple(part[chosen] for part in batches)
            weights, first, second = step(weights, first, second, count, rate, batch, jax.random.PRNGKey(count + seed * 100_000))
    arrays = {name: np.asarray(values, np.float16) for name, values in weights.items()}
    return {**arrays, "mean": mean.astype(np.float16), "deviation": deviation.astype(np.float16)}


def odds_of(arrays: dict[str, npt.NDArray[np.float16]], rows: Sequence[Rows]) -> list[Floats]:
    """What the assistant itself would compute for these rows."""
    network = LineNetwork(arrays)
    return [network.log_odds(row.features, row.lines, row.question) for row in rows]


def _pack(rows: Sequence[Rows], mean: Floats, deviation: Floats) -> tuple[Floats, ...]:
    features = np.zeros((len(rows), LINES, len(mean)), np.float32)
    lines = np.zeros((len(rows), LINES, 384), np.float32)
    answers, inside = (np.zeros((len(rows), LINES), np.float32) for _ in range(2))
    for number, row in enumerate(rows):
        count = min(LINES, len(row.answers))
        features[number, :count] = scaled(row.features, mean, deviation)[:count]
        lines[number, :count] = row.lines[:count]
        answers[number, :count] = row.answers[:count]
        inside[number, :count] = 1
    return features, lines, np.stack([row.question for row in rows]), answers, inside


def _start(key: Any, shape: NetworkShape, features: int) -> Arrays:
    keys = iter(jax.random.split(key, 40))

    def random(rows: int, columns: int, size: float | None = None) -> Any:
        return jax.random.normal(next(keys), (rows, columns)) * (size or 1 / np.sqrt(rows))

    view = random(384, shape.rank)
    wide = shape.rank + shape.content + shape.question_content + features
    weights: Arrays = {
        # The same random view for both: their product starts out as the cosine.
        "question_view": view,
        "line_view": view,
        "first_weights": random(wide, shape.hidden),
        "first_bias": jnp.zeros(shape.hidden),
        "last_weights": random(shape.hidden, 1, 0.01),
        "last_bias": jnp.array(-1.0),
    }
    if shape.content:
        weights["line_content"] = random(384, shape.content)
        weights["question_content"] = random(384, shape.question_content)
    for layer in range(shape.layers):
        weights[f"around_weights{layer}"] = random(3 * shape.hidden, shape.hidden) * 0.7
        weights[f"around_bias{layer}"] = jnp.zeros(shape.hidden)
        weights[f"whole_weights{layer}"] = random(shape.hidden, shape.hidden) * 0.5
    return weights


def _forward(w: Arrays, features: Any, lines: Any, question: Any, inside: Any, shape: NetworkShape, key: Any) -> Any:
    # The same sums as LineNetwork.log_odds, for a batch of padded pages, with dropout.
    def drop(values: Any, share: float, number: int) -> Any:
        kept = jax.random.bernoulli(jax.random.fold_in(key, number), 1 - share, values.shape)
        return values * kept / (1 - share)

    product = (question @ w["question_view"])[:, None] * (lines @ w["line_view"]) * np.sqrt(shape.rank)
    inputs = [drop(product, 0.2, 1), drop(features, 0.1, 2)]
    if shape.content:
        inputs.append(drop(lines @ w["line_content"] * 4, 0.3, 3))
        asked = (question @ w["question_content"] * 4)[:, None]
        inputs.append(drop(jnp.broadcast_to(asked, (*lines.shape[:2], shape.question_content)), 0.3, 4))
    here = inside[..., None]
    hidden = jax.nn.gelu(jnp.concatenate(inputs, -1) @ w["first_weights"] + w["first_bias"])
    hidden = drop(hidden, shape.dropout, 5) * here
    for layer in range(shape.layers):
        by = 2**layer
        padded = jnp.pad(hidden, ((0, 0), (by, by), (0, 0)))
        around = jnp.concatenate([padded[:, : hidden.shape[1]], hidden, padded[:, 2 * by :]], -1)
        seen = around @ w[f"around_weights{layer}"] + w[f"around_bias{layer}"]
        whole = (hidden * here).sum(1) / inside.sum(1)[:, None] @ w[f"whole_weights{layer}"]
        hidden = (hidden + drop(jax.nn.gelu(_normal(seen) + whole[:, None]), shape.dropout, 10 + layer)) * here
    return (_normal(hidden) @ w["last_weights"])[..., 0] + w["last_bias"]


def _normal(values: Any) -> Any:
    centred = values - values.mean(-1, keepdims=True)
    return centred * jax.lax.rsqrt((centred * centred).mean(-1, keepdims=True) + 1e-4)
