"""Writes what tools/train_encoder.py learns from: the train split of OMoS-QA and our own texts, as pieces; the weights.

    .venv/bin/python -m tools.encoder_rows --data ../shared/data/omos-qa --to FOLDER

A step of its own, because torch and Rasa do not live in one environment. The dev split is written too, to watch the learning by;
nothing is learnt from it.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import numpy as np
import polib

from bot.directory.encoder import SentenceEncoder, load_encoder
from bot.directory.encoder_build import PackedModel, packed_file
from bot.directory.page_vectors import stretches_of
from bot.directory.pages import read_questions
from bot.languages import CODES, SOURCE_LANGUAGE
from bot.settings import ROOT

LANGUAGES = ("en", "de", "ar", "fr", "uk")
CATALOGS = ("services_directory/locales", "bot/wording/locales")


def questions_and_pages(folder: Path, language: str, encoder: SentenceEncoder) -> dict[str, Any]:
    """{"questions": [{split, city, page, fold, row, answers}], "pages": {key: [[row, [[line, first, after], ...]], ...]}}.

    `page` is a key of `pages`, the same in every language, as the lines are; `fold` is as in train_ranking.py.
    """
    pages: dict[str, Any] = {}
    questions = []
    for split in ("train", "dev"):
        for question in read_questions(folder / f"{split}_{language}.jsonl.gz", language):
            # One page of the data can stand there in two states; they differ in length.
            key = f"{question.group}/{question.page.id}/{len(question.page.lines)}"
            if key not in pages:
                pages[key] = [[stretch.row, stretch.lines] for stretch in stretches_of(question.page, encoder)]
            questions.append(
                {
                    "split": split, "city": question.group, "page": key, "fold": int(question.page.id or 0) % 3,
                    "row": encoder.row(encoder.pieces("query: " + question.text)), "answers": list(question.answers),
                }
            )  # fmt: skip
    return {"questions": questions, "pages": pages}


def own_texts(encoder: SentenceEncoder) -> list[dict[str, list[list[int]]]]:
    """Our sentences that exist in all eight languages: {language: [as a question, as a passage]}."""
    found: dict[str, dict[str, str]] = {}
    for catalog in CATALOGS:
        for language in CODES:
            file = ROOT / catalog / language
            for path in file.glob("*.po"):
                for entry in polib.pofile(str(path)):
                    if entry.msgstr and not entry.obsolete:
                        found.setdefault(entry.msgid, {SOURCE_LANGUAGE: entry.msgid})[language] = entry.msgstr
    return [
        {
            language: [encoder.row(encoder.pieces(f"{kind}: {text}")) for kind in ("query", "passage")]
            for language, text in texts.items()
        }
        for texts in found.values()
        if len(texts) == len(CODES)
    ]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--to", type=Path, required=True)
    parser.add_argument("--models", type=Path, default=Path("var/models"))
    options = parser.parse_args()
    options.to.mkdir(parents=True, exist_ok=True)
    encoder = load_encoder(options.models)
    rows = {
        "languages": {one: questions_and_pages(options.data, one, encoder) for one in LANGUAGES},
        "texts": own_texts(encoder),
    }
    (options.to / "rows.json").write_text(json.dumps(rows, separators=(",", ":")))
    packed = PackedModel(packed_file())
    np.savez(options.to / "weights.npz", **{name: packed.floats(name) for name in packed.names()})


if __name__ == "__main__":
    main()
