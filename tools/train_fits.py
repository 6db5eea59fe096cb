"""Learns and measures the weights of bot/directory/fits.py: questions for help against other talk, by language.

Run: .venv/bin/python tools/train_fits.py   (writes bot/directory/weights/fits.json, prints a table)
"""

from __future__ import annotations

import json

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from bot.container import container
from bot.directory.finder import TOPIC_OF_INTENT
from bot.directory.fits import FILE, LEAST_ODDS, TOPIC_ODDS, fit_features
from bot.languages import CODES
from bot.settings import ROOT
from bot.understanding.examples import intent_examples


def main() -> None:
    """Prints, by language, which share of questions and of other talk passes, without and with a topic intent."""
    house = container()
    rows, labels, languages = [], [], []
    for example in intent_examples(ROOT / "data"):
        if example.intent not in TOPIC_OF_INTENT and example.intent != "out_of_scope":
            continue
        index = house.finder.index(example.language)
        rows.append(fit_features(index, index.analyse(example.text)))
        labels.append(example.intent != "out_of_scope")
        languages.append(CODES.index(example.language))
    spoken, wanted = np.array(languages), np.array(labels)
    features = np.column_stack([np.array(rows), np.eye(len(CODES))[spoken]])
    model = LogisticRegression(C=1000, class_weight="balanced", max_iter=5000, fit_intercept=False)
    folds = StratifiedKFold(5, shuffle=True, random_state=1)
    odds = cross_val_predict(model, features, wanted, cv=folds, method="decision_function")
    model.fit(features, wanted)
    learnt = [round(float(x), 3) for x in model.coef_[0]]
    weights = {"weights": learnt[: -len(CODES)], "constants": dict(zip(CODES, learnt[-len(CODES) :], strict=True))}
    FILE.write_text(json.dumps(weights) + "\n")
    print("| language | help passes | other talk passes | help, topic known | other talk, topic mistaken |")
    for number, code in enumerate(CODES):
        here = spoken == number
        shares = [(odds[here & kind] + extra > LEAST_ODDS).mean() for extra in (0.0, TOPIC_ODDS) for kind in (wanted, ~wanted)]
        print(f"| {code} | " + " | ".join(f"{share:.3f}" for share in shares) + " |")


if __name__ == "__main__":
    main()
