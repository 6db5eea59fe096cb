"""Learns the weights of bot/directory/weights from the train split of OMoS-QA (all five languages together).

    .venv/bin/pip install lightgbm==4.7.0   # for this tool alone; the assistant reads the trees with numpy
    .venv/bin/python -m tools.train_ranking --data ../shared/data/omos-qa --encoders FOLDER

The encoder itself has learnt from these questions (train_encoder.py), and what it has seen it finds too easily: features of
its own would teach the ranking to trust it too much. FOLDER holds fold-0.npz, fold-1.npz and fold-2.npz, adapters learnt
without the pages of that fold; each question is seen through the one that did not learn from it.

Prints what three-fold cross-validation over the train pages says, then fits on all of train. The dev split is only read
for its pages, which the train questions must be searched among too; no dev question is looked at.
"""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any, NamedTuple

import lightgbm
import numpy as np
import numpy.typing as npt
from scipy.optimize import minimize

from bot.directory.encoder import SentenceEncoder, open_encoder
from bot.directory.encoder_build import build_model
from bot.directory.index import Index
from bot.directory.line_features import line_features
from bot.directory.page_features import page_features, standardised
from bot.directory.pages import merge_pages, read_pages, read_questions
from bot.directory.ranking import WEIGHTS, PageWeights
from bot.directory.search import certainty_features
from tools.train_line_network import SHAPES, Rows, odds_of, train_network

LANGUAGES = ("en", "de", "ar", "fr", "uk")
FOLDS = 3
TREES = 300
TREE_SETTINGS = {
    "objective": "binary", "learning_rate": 0.03, "num_leaves": 15, "min_data_in_leaf": 150, "feature_fraction": 0.3,
    "bagging_fraction": 0.5, "bagging_freq": 1, "lambda_l2": 5, "verbose": -1, "num_threads": 1, "seed": 1,
}  # fmt: skip
Floats = npt.NDArray[np.float32]
# Certainty is fitted to scores, and comes after them.
_NO_CERTAINTY = np.zeros(0, np.float32)


class Example(NamedTuple):
    """One question in one language. `answers`: a 0 or 1 for each line of the right page."""

    fold: int
    language: str
    pages: Floats
    certainty_of: Any
    right: int
    lines: Rows
    answers: npt.NDArray[np.int8]


def fold_encoder(folder: Path, fold: int) -> SentenceEncoder:
    """The encoder that did not learn from the pages of `fold`; made beside its adapters the first time."""
    model = folder / f"fold-{fold}"
    if not (model / "model.bin").exists():
        build_model(model, folder / f"fold-{fold}.npz")
    return open_encoder(model)


def examples(folder: Path, language: str, encoder: SentenceEncoder, fold: int, cache: Path) -> list[Example]:
    """The train questions of a language and fold with the features that the assistant itself would compute."""
    files = [folder / f"{split}_{language}.jsonl.gz" for split in ("dev", "train")]
    pages = merge_pages([read_pages(file, language) for file in files])
    ids = {page: str(number) for number, page in enumerate(pages)}
    index = Index.build([page._replace(id=ids[page]) for page in pages], language, encoder, cache)
    prepared = index.pages
    found = []
    for question in read_questions(files[1], language):
        # By the page's own number, which is the same in every language: no page is on both sides.
        if int(question.page.id or 0) % FOLDS != fold:
            continue
        number = int(ids[question.page])
        analysed = index.analyse(question.text)
        answers = np.zeros(len(question.page.lines), np.int8)
        answers[list(question.answers)] = 1
        features = page_features(prepared, analysed, question.group)
        found.append(
            Example(
                fold,
                language,
                features,
                lambda scores, f=features, a=analysed: certainty_features(f, scores, prepared, a),
                int(np.flatnonzero(prepared.groups[question.group].pages == number)[0]),
                Rows(
                    line_features(analysed, prepared.prepared[number], prepared.words, prepared.grams),
                    prepared.prepared[number].vectors.lines,
                    analysed.vector,
                    answers,
                ),
                answers,
            )
        )
    return found


def fit_pages(chosen: list[Example], penalty: float = 100.0) -> tuple[Floats, dict[str, Floats]]:
    """Weights under which the right page's score stands out: softmax over the group's pages. For all languages, and what each
    adds to them."""
    rows = [
        (standardised(example.pages), example.right, LANGUAGES.index(example.language))
        for example in chosen
        if example.answers.any()
    ]
    shape = (1 + len(LANGUAGES), rows[0][0].shape[1])

    def loss(flat: Floats) -> tuple[float, Floats]:
        weights = flat.reshape(shape)
        total, slope = penalty * float(flat @ flat) / 2, penalty * weights
        for features, right, language in rows:
            scores = features @ (weights[0] + weights[1 + language])
            shares = np.exp(scores - scores.max())
            shares /= shares.sum()
            total -= float(np.log(shares[right] + 1e-12))
            change = shares @ features - features[right]
            slope[0] += change
            slope[1 + language] += change
        return total, slope.ravel()

    found = minimize(loss, np.zeros(shape[0] * shape[1]), jac=True, method="L-BFGS-B").x.astype(np.float32).reshape(shape)
    return found[0], dict(zip(LANGUAGES, found[1:], strict=True))


def fit_certainty(chosen: list[Example], weights: PageWeights) -> Floats:
    """Logistic regression: is a page among the best five the right one? Unanswerable questions have no right page."""
    rows: list[Floats] = []
    right: list[float] = []
    for example in chosen:
        scores = standardised(example.pages) @ weights.of(example.language)
        best = np.argsort(-scores)[:5]
        rows.append(example.certainty_of(scores)[best])
        right.extend(float(place == example.right and example.answers.any()) for place in best)
    features, wanted = np.concatenate(rows), np.array(right)

    def loss(coefficients: Floats) -> tuple[float, Floats]:
        odds = features @ coefficients
        slope = features.T @ (1 / (1 + np.exp(-odds)) - wanted) + 0.5 * coefficients
        return float(np.logaddexp(0, odds).sum() - wanted @ odds + 0.25 * coefficients @ coefficients), slope

    return np.asarray(minimize(loss, np.zeros(features.shape[1]), jac=True, method="L-BFGS-B").x, np.float32)


class LineModel(NamedTuple):
    """Trees and networks that look at a page's lines; their mean probability counts."""

    trees: lightgbm.Booster
    networks: list[dict[str, Any]]

    def probabilities(self, rows: list[Rows]) -> list[Floats]:
        """For each question the probabilities of its page's lines: trees count half, the networks the other half."""
        found = []
        odds = [odds_of(network, rows) for network in self.networks]
        for number, row in enumerate(rows):
            networks = np.mean([1 / (1 + np.exp(-each[number])) for each in odds], axis=0)
            found.append(np.asarray((self.trees.predict(row.features) + networks) / 2, np.float32))
        return found


def fit_lines(chosen: list[Example]) -> LineModel:
    """Does a line belong to the answer?"""
    rows = [example.lines for example in chosen]
    data = lightgbm.Dataset(np.concatenate([row.features for row in rows]), np.concatenate([row.answers for row in rows]))
    networks = [train_network(rows, shape, seed) for seed, shape in enumerate(SHAPES * 2)]
    return LineModel(lightgbm.train(TREE_SETTINGS, data, TREES), networks)


def best_threshold(probabilities: Floats, answers: npt.NDArray[np.int8]) -> tuple[float, float]:
    """The micro F1 and the probability it is reached from."""
    def f1(threshold: float) -> float:
        taken = probabilities > threshold
        return float(2 * (taken & (answers == 1)).sum() / (taken.sum() + answers.sum()))

    return max((f1(threshold), float(threshold)) for threshold in np.linspace(0.1, 0.6, 51))


def as_arrays(booster: lightgbm.Booster) -> dict[str, Any]:
    """The trees as [trees, nodes] arrays, see `Forest`."""
    trees = [tree["tree_structure"] for tree in booster.dump_model()["tree_info"]]
    nodes = 2 * TREE_SETTINGS["num_leaves"] - 1  # type: ignore[operator]
    feature, left, right = (np.zeros((len(trees), nodes), np.int16) for _ in range(3))
    threshold, value = (np.zeros((len(trees), nodes), np.float32) for _ in range(2))
    deepest = 0
    for number, root in enumerate(trees):
        waiting, used = [(root, 0, 0)], 1
        while waiting:
            node, place, depth = waiting.pop()
            deepest = max(deepest, depth)
            if "split_feature" not in node:
                left[number, place] = right[number, place] = place
                value[number, place] = node["leaf_value"]
                continue
            feature[number, place], threshold[number, place] = node["split_feature"], node["threshold"]
            left[number, place], right[number, place] = used, used + 1
            waiting += [(node["left_child"], used, depth + 1), (node["right_child"], used + 1, depth + 1)]
            used += 2
    return {"feature": feature, "threshold": threshold, "left": left, "right": right, "value": value, "depth": deepest}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--encoders", type=Path, required=True)
    options = parser.parse_args()
    every = []
    for fold in range(FOLDS):
        encoder, cache = fold_encoder(options.encoders, fold), options.encoders / f"cache-{fold}"
        every += [one for language in LANGUAGES for one in examples(options.data, language, encoder, fold, cache)]

    hits: list[bool] = []
    probabilities: list[Floats] = []
    answers: list[npt.NDArray[np.int8]] = []
    for fold in range(FOLDS):
        inside = [example for example in every if example.fold != fold]
        outside = [example for example in every if example.fold == fold]
        weights, model = PageWeights(*fit_pages(inside), _NO_CERTAINTY), fit_lines(inside)
        for example in outside:
            scores = standardised(example.pages) @ weights.of(example.language)
            if example.answers.any():
                hits.append(int((scores > scores[example.right]).sum()) < 3)
        probabilities += model.probabilities([example.lines for example in outside])
        answers += [example.answers for example in outside]
    f1, threshold = best_threshold(np.concatenate(probabilities), np.concatenate(answers))
    print(f"cross-validated on train: hit@3 {np.mean(hits):.3f}, passage F1 {f1:.3f} from probability {threshold:.2f}")

    weights = PageWeights(*fit_pages(every), _NO_CERTAINTY)
    WEIGHTS.mkdir(exist_ok=True)
    departures = {f"features_{language}": added for language, added in weights.departures.items()}
    np.savez_compressed(
        WEIGHTS / "pages.npz", features=weights.features, certainty=fit_certainty(every, weights), **departures
    )
    model = fit_lines(every)
    networks = {f"{number}/{name}": v for number, net in enumerate(model.networks) for name, v in net.items()}
    np.savez_compressed(WEIGHTS / "lines.npz", **as_arrays(model.trees), **networks, taken_from=threshold)


if __name__ == "__main__":
    main()
