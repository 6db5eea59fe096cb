"""Measures the understanding: intents, danger, language, speed. Deterministic; prints the tables of docs/understanding.md.

    .venv/bin/python tools/measure_understanding.py intents [--baselines]
    .venv/bin/python tools/measure_understanding.py apart
    .venv/bin/python tools/measure_understanding.py danger [--omos ../shared/data/omos-qa] [--show]
    .venv/bin/python tools/measure_understanding.py language
    .venv/bin/python tools/measure_understanding.py speed
"""

from __future__ import annotations

import argparse
import gzip
import json
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.container import container
from bot.languages import CODES
from bot.logs import configure
from bot.settings import ROOT
from bot.understanding import danger, language
from bot.understanding.examples import NONE, IntentExample, danger_examples, intent_examples
from bot.understanding.folding import fold
from bot.understanding.grams import fit
from bot.understanding.intents import fit_intents
from bot.understanding.language_training import learn, other_texts

DATA = ROOT / "data"
EVERYDAY = ROOT / "tests" / "understanding" / "everyday.yml"
FOLDS = 5
Vectors = npt.NDArray[np.float32]
Texts = npt.NDArray[np.str_]


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Prints a Markdown table."""
    print("| " + " | ".join(head) + " |\n|" + "---|" * len(head))
    for row in rows:
        print("| " + " | ".join(f"{cell:.3f}" if isinstance(cell, float) else str(cell) for cell in row) + " |")
    print()


def distinct_examples() -> list[IntentExample]:
    """The examples, each text once in a language."""
    return list(dict.fromkeys(intent_examples(DATA)))


def encode(texts: Sequence[str]) -> Vectors:
    """Unit vectors, shape [n, 384]; kept from one run to the next."""
    return container().training_encoder.queries(list(texts))


def groups_of_meaning(vectors: Vectors, closer_than: float = 0.75) -> npt.NDArray[np.int64]:
    """A number for each example; examples that say nearly the same, in whatever language, share it."""
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    seen = vectors - vectors.mean(axis=0)
    seen /= np.linalg.norm(seen, axis=1, keepdims=True)
    pairs = [np.argwhere(seen[at : at + 1000] @ seen.T > closer_than) + np.array([at, 0]) for at in range(0, len(seen), 1000)]
    first, second = np.concatenate(pairs).T
    return np.asarray(connected_components(coo_matrix((np.ones(len(first)), (first, second)), shape=(len(seen),) * 2))[1])


Predict = Callable[[npt.NDArray[np.int64], npt.NDArray[np.int64]], tuple[list[str], Vectors]]


def intents(baselines: bool) -> None:
    """Intents, cross-validated two ways."""
    from sklearn.linear_model import LogisticRegression
    from sklearn.metrics import f1_score
    from sklearn.model_selection import StratifiedGroupKFold, StratifiedKFold

    examples = distinct_examples()
    texts = [fold(example.text) for example in examples]
    names = np.array([example.intent for example in examples])
    spoken = np.array([example.language for example in examples])
    vectors = encode([example.text for example in examples])
    groups = groups_of_meaning(vectors)
    action = actions_of_intents()

    def ours(train: Any, test: Any) -> tuple[list[str], Vectors]:
        model = fit_intents(vectors[train], list(names[train]))
        return model.labels, np.array([model.probabilities(vector) for vector in vectors[test]])

    def regression(train: Any, test: Any) -> tuple[list[str], Vectors]:
        model: Any = LogisticRegression(max_iter=100, class_weight="balanced").fit(vectors[train] * 5, names[train])
        return list(model.classes_), model.predict_proba(vectors[test] * 5)

    def words(train: Any, test: Any) -> tuple[list[str], Vectors]:
        model = fit([texts[at] for at in train], list(names[train]), steps=40)
        return model.labels, np.array([model.probabilities(texts[at]) for at in test])

    def vote(train: Any, test: Any) -> tuple[list[str], Vectors]:
        labels, mine = ours(train, test)
        both = mine * words(train, test)[1] ** 0.3
        return labels, both / both.sum(axis=1, keepdims=True)

    ways: dict[str, Predict] = {"nearest meanings (used)": ours}
    if baselines:
        ways |= {"LogisticRegressionClassifier x5": regression, "letter runs": words, "vote": vote}
    by_language = np.array([f"{one} {other}" for one, other in zip(spoken, names, strict=True)])
    foldings = {
        "random": list(StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(texts, by_language)),
        "by meaning": list(StratifiedGroupKFold(FOLDS, shuffle=True, random_state=0).split(texts, names, groups)),
    }
    rows, confusions = [], Counter[tuple[str, str]]()
    for folding, folds in foldings.items():
        for way, predict in ways.items():
            said = np.empty(len(texts), names.dtype)
            sure = np.zeros(len(texts))
            for train, test in folds:
                labels, chances = predict(train, test)
                said[test], sure[test] = np.array(labels)[chances.argmax(axis=1)], chances.max(axis=1)
            right = said == names
            acted = np.array([action[one] == action[other] for one, other in zip(said, names, strict=True)])
            rows.append([folding, way, right.mean(), f1_score(names, said, average="macro"), acted.mean(),
                         *(right[spoken == code].mean() for code in CODES)])  # fmt: skip
            if way.endswith("(used)"):
                last = (said, sure, right)
                if folding == "by meaning":
                    confusions.update((one, other) for one, other in zip(names, said, strict=True) if one != other)
    print(f"{len(texts)} examples, {len(set(groups))} groups of meaning\n")
    table(["folds", "classifier", "accuracy", "macro F1", "right action", *CODES], rows)
    said, sure, right = last
    table(["intent (by meaning)", "precision", "recall", "examples"],
          [[name, float(right[said == name].mean()), float(right[names == name].mean()), int((names == name).sum())]
           for name in sorted(set(names))])  # fmt: skip
    table(["said", "meant", "times"], [[other, one, count] for (one, other), count in confusions.most_common(15)])
    table(["first intent's probability", "share of messages", "right"],
          [[f"{low:.1f}-{low + 0.1:.1f}", float(inside.mean()), float(right[inside].mean())]
           for low in np.arange(0.1, 1.0, 0.1) if (inside := (sure >= low) & (sure < low + 0.1)).any()])  # fmt: skip


def apart() -> None:
    """How much each language's own examples and the other seven languages' bear, each alone."""
    from sklearn.model_selection import StratifiedKFold

    examples = distinct_examples()
    names = np.array([example.intent for example in examples])
    spoken = np.array([example.language for example in examples])
    vectors = encode([example.text for example in examples])

    def right(train: Any, test: Any) -> list[bool]:
        model = fit_intents(vectors[train], list(names[train]))
        return [model.labels[int(model.probabilities(vectors[at]).argmax())] == names[at] for at in test]

    rows = []
    for code in CODES:
        inside, outside = np.flatnonzero(spoken == code), np.flatnonzero(spoken != code)
        folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(inside, names[inside])
        own = [hit for train, test in folds for hit in right(inside[train], inside[test])]
        rows.append([code, float(np.mean(own)), float(np.mean(right(outside, inside)))])
    table(["language", "its own examples alone", "the other seven languages' alone"], rows)


def actions_of_intents() -> dict[str, str]:
    """What the rules do for each intent: confusing two that lead to the same is no harm."""
    found = {}
    for file in sorted((DATA / "rules").glob("*.yml")):
        for rule in yaml.safe_load(file.read_text(encoding="utf-8"))["rules"]:
            intent, *rest = (next(iter(step.values())) for step in rule["steps"])
            found[intent] = rest[0]
    return found


def omos_questions(folder: Path) -> dict[str, list[str]]:
    """The OMoS-QA questions by language."""
    return {
        code: [json.loads(line)["question"] for part in ("train", "dev")
               for line in gzip.open(folder / f"{part}_{code}.jsonl.gz", "rt", encoding="utf-8")]
        for code in ("en", "de", "ar", "fr", "uk")
    }  # fmt: skip


def measure_danger(omos: Path, show: bool) -> None:
    """Recall on phrases never trained on, false alarms on hard contrasts, on OMoS-QA and (by halves) on examples."""
    with tempfile.TemporaryDirectory() as folder:
        danger.train(DATA, Path(folder), container().training_encoder)
        detector = danger.DangerDetector.load(Path(folder), container().training_encoder)
        quick = danger.DangerDetector.load(Path(folder))
        by_language: dict[str, dict[str, list[bool]]] = defaultdict(lambda: defaultdict(list))
        exact = []
        for example in danger_examples(DATA):
            if not example.held_out:
                continue
            kind = detector.look(example.text).kind
            by_language[example.language][example.label].append(kind is not None)
            if example.label != NONE:
                by_language[example.language]["quick"].append(quick.look(example.text).kind is not None)
                exact.append(kind == example.label)
            if show and (kind is None) != (example.label == NONE):
                print("missed" if kind is None else "false alarm", example.language, example.label, example.text)
        rows: list[list[object]] = []
        for code in CODES:
            seen = by_language[code]
            told = [hit for kind in danger.KINDS for hit in seen[kind]]
            rows.append([code, float(np.mean(told)), *(float(np.mean(seen[kind])) for kind in danger.KINDS),
                         float(np.mean(seen[NONE])), float(np.mean(seen["quick"]))])  # fmt: skip
        rows.append(["all", *(float(np.mean([float(str(row[at])) for row in rows])) for at in range(1, len(rows[0])))])
        table(["held out", "recall", *danger.KINDS, "false alarms, hard contrasts", "recall without vector"], rows)
        print(f"the kind was right in {np.mean(exact):.3f}\n")
        bad_days(detector, show)
        if omos.is_dir():
            container().training_encoder.queries([text for texts in omos_questions(omos).values() for text in texts])
            alarms = {code: [text for text in texts if detector.look(text).kind] for code, texts in omos_questions(omos).items()}
            table(["OMoS-QA", "questions", "alarms"], [[code, 654, len(found)] for code, found in alarms.items()])
            for code, found in alarms.items() if show else ():
                print(code, *found, sep="\n  ")
        else:
            print(f"OMoS-QA is not there ({omos}): skipped.\n")


def bad_days(detector: danger.DangerDetector, show: bool) -> None:
    """Alarms on everyday sentences never learnt from (a feverish child may get the medical numbers), and dangers like them."""
    rows: list[list[object]] = []
    by_subject: list[list[object]] = []
    for part, subjects in yaml.safe_load(EVERYDAY.read_text(encoding="utf-8")).items():
        alarms: dict[str, list[bool]] = defaultdict(list)
        for subject, languages in subjects.items():
            seen = {text: detector.look(text).kind for texts in languages.values() for text in texts}
            alarm = {text: kind is not None and not (subject == "fever" and kind == "medical") for text, kind in seen.items()}
            for code, texts in languages.items():
                alarms[code].extend(alarm[text] for text in texts)
            by_subject.append([part, subject, len(alarm), sum(alarm.values())])
            for text in [text for text in alarm if show and alarm[text] == (part != "danger")]:
                print("missed" if part == "danger" else "false alarm", part, subject, text)
        counted = [hit for hits in alarms.values() for hit in hits]
        rows.append([part, len(counted), float(np.mean(counted)), *(float(np.mean(alarms[code])) for code in CODES)])
    table(["bad days: share of alarms", "sentences", "all", *CODES], rows)
    table(["of", "subject", "sentences", "alarms"], by_subject)


def measure_language() -> None:
    """The language of messages, by their length, with what is known beforehand."""
    from sklearn.model_selection import KFold

    examples = np.array(distinct_examples(), dtype=object)
    said: dict[str, list[tuple[str, int, bool]]] = defaultdict(list)
    others = other_texts(DATA)
    for train, test in KFold(FOLDS, shuffle=True, random_state=0).split(examples):
        full = language.LanguageIdentifier(learn([IntentExample(*one) for one in examples[train]], others))
        for code, _, text in examples[test]:
            count = len(text.split())
            said["all three (used)"].append((code, count, full.identify(text).code == code))
            other = "en" if code != "en" else "de"
            said["all three, wrong language beforehand"].append((code, count, full.identify(text, prior=other).code == code))
            said["all three, chosen"].append((code, count, full.identify(text, chosen=code).code == code))
    rows = []
    for way, found in said.items():
        of_length = [[right for _, count, right in found if low <= count <= high] for low, high in ((1, 2), (3, 5), (6, 999))]
        of_language = [[right for code, _, right in found if code == wanted] for wanted in CODES]
        rows.append([way, *(float(np.mean(part)) for part in (*of_length, *of_language))])
    table(["witnesses", "1-2 words", "3-5", "6 or more", *CODES], rows)


def speed() -> None:
    """CPU milliseconds a message, each part by itself, one thread."""
    import asyncio

    from rasa.core.agent import Agent

    from bot.cli.train import ensure_model

    configure()
    house = container()
    texts = [example.text for example in distinct_examples()[::31]][:200]
    agent = Agent.load(str(ensure_model(house)))
    loop = asyncio.new_event_loop()

    def measure(work: Callable[[str], object]) -> float:
        work("warm up")
        begun = time.process_time()
        for text in texts:
            work(text)
        return (time.process_time() - begun) / len(texts) * 1000

    parts: dict[str, Callable[[str], object]] = {
        "the sentence vector": lambda text: house.encoder.query(text),
        "language": lambda text: house.languages.identify(text),
        "danger, the vector known": lambda text: house.danger.look(text),
        "names": lambda text: house.gazetteer.entities(text),
        "the whole parse, the vector known": lambda text: loop.run_until_complete(agent.parse_message(text)),
        "the whole parse": lambda text: loop.run_until_complete(agent.parse_message(text + " ok")),
    }
    table(["part", "CPU ms"], [[name, measure(work)] for name, work in parts.items()])


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("what", choices=["intents", "apart", "danger", "language", "speed"])
    parser.add_argument("--baselines", action="store_true", help="intents: other classifiers beside ours (minutes)")
    parser.add_argument("--omos", type=Path, default=ROOT.parent / "shared" / "data" / "omos-qa")
    parser.add_argument("--show", action="store_true", help="danger: the sentences that went wrong")
    given = parser.parse_args()
    if given.what == "intents":
        intents(given.baselines)
    elif given.what == "apart":
        apart()
    elif given.what == "danger":
        measure_danger(given.omos, given.show)
    elif given.what == "language":
        measure_language()
    else:
        speed()


if __name__ == "__main__":
    main()
