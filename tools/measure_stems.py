"""How well Ukrainian words find pages, by what is kept of them: hit@3 of BM25 alone over our own questions (own_questions.py).

    .venv/bin/pip install pymorphy3==2.0.6 pymorphy3-dicts-uk==2.4.1.1.1663094765 simplemma==2.0.0   # for this tool alone
    .venv/bin/python -m tools.measure_stems --data ../shared/data/omos-qa

The pages are those of train and dev, the questions those we wrote to train pages; no dev question is looked at.
"""

from __future__ import annotations

import argparse
import importlib
from collections import defaultdict
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import numpy as np

from bot.directory import analysis
from bot.directory.pages import Page, Question, merge_pages, read_pages, read_questions
from bot.directory.word_scores import WordScores
from tools.own_questions import own_questions

LANGUAGE = "uk"
# More letters than any word has: nothing is cut.
WHOLE = 99


def ways() -> dict[str, Callable[[str], str]]:
    """Name -> what is kept of a folded word."""

    def cut(longest: int) -> Callable[[str], str]:
        return lambda word: analysis.stem(word, LANGUAGE, longest)

    found = {"endings taken off": cut(WHOLE), **{f"and cut to {longest} letters": cut(longest) for longest in (4, 5, 6)}}
    try:
        morphology = importlib.import_module("pymorphy3").MorphAnalyzer(lang=LANGUAGE)
        found["pymorphy3"] = lru_cache(100_000)(lambda word: str(morphology.parse(word)[0].normal_form))
        lemmatize = importlib.import_module("simplemma").lemmatize
        found["simplemma"] = lru_cache(100_000)(lambda word: str(lemmatize(word, lang=LANGUAGE)).lower())
    except ImportError as missing:
        print(f"left out: {missing.name} is not installed")
    return found


def hit_at_3(keep: Callable[[str], str], pages: list[Page], questions: list[Question]) -> float:
    """The share of answerable questions whose page is among the first three of its city."""

    def terms(text: str) -> list[str]:
        return [keep(word) for word in analysis.words(text, LANGUAGE)]

    scorer = WordScores([[term for line in page.lines for term in terms(line)] for page in pages])
    numbers, of_city = {page: number for number, page in enumerate(pages)}, defaultdict(list)
    for page, number in numbers.items():
        of_city[page.group].append(number)
    hits = []
    for question in questions:
        scores = scorer.scores(terms(question.text))
        hits.append(int((scores[of_city[question.group]] > scores[numbers[question.page]]).sum()) < 3)
    return float(np.mean(hits))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    folder = parser.parse_args().data
    pages = merge_pages([read_pages(folder / f"{split}_{LANGUAGE}.jsonl.gz", LANGUAGE) for split in ("dev", "train")])
    train = read_questions(folder / f"train_{LANGUAGE}.jsonl.gz", LANGUAGE)
    every = {"ours": own_questions([question.page for question in train], LANGUAGE), "train": train}
    answerable = {name: [one for one in questions if one.answers] for name, questions in every.items()}
    for name, keep in ways().items():
        print(f"{name}: " + ", ".join(f"{one} {hit_at_3(keep, pages, asked):.3f}" for one, asked in answerable.items()))


if __name__ == "__main__":
    main()
