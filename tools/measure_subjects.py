"""How often a question about details is taken for a new subject, where it has one and where it has none.

    .venv/bin/python -m tools.measure_subjects

Without one: 500 of the intents' own examples about papers, hours, cost and the like (a few of them do name a subject).
"""

from __future__ import annotations

import random
from types import SimpleNamespace

from bot.container import container
from bot.logs import configure
from bot.settings import ROOT
from bot.understanding.examples import intent_examples

DETAILS = {
    "ask_documents", "ask_opening_hours", "ask_cost", "ask_eligibility", "ask_languages_spoken", "ask_location", "ask_contact",
}  # fmt: skip
WITH_SUBJECT = (
    ("en", "which papers do i need for citizenship"), ("en", "how much is a driving licence"),
    ("de", "was kostet der führerschein"), ("de", "welche unterlagen für wohngeld"),
    ("de", "wann hat die ausländerbehörde offen"), ("en", "when is the food bank open"),
    ("fr", "quels papiers pour le permis de conduire"), ("fr", "combien coûte la crèche"),
    ("ar", "شو الاوراق المطلوبة للجنسية"), ("ar", "كم سعر رخصة القيادة"),
    ("uk", "які документи потрібні для громадянства"), ("uk", "скільки коштують водійські права"),
    ("ru", "какие документы нужны для гражданства"), ("ru", "сколько стоит детский сад"),
    ("tr", "vatandaşlık için hangi belgeler lazım"), ("tr", "ehliyet ne kadar"),
    ("fa", "برای گواهینامه چه مدارکی لازم است"), ("fa", "هزینه مهدکودک چقدر است"),
)  # fmt: skip


def main() -> None:
    configure()
    finder = container().finder
    nothing = SimpleNamespace(services=[], guide=None)
    examples = [example for example in intent_examples(ROOT / "data") if example.intent in DETAILS]
    random.Random(1).shuffle(examples)
    without = [finder.is_new_subject(example.text, example.language, nothing) for example in examples[:500]]
    print(f"without a subject of their own: {sum(without)} of {len(without)} are taken for a new one")
    found = [finder.is_new_subject(text, language, nothing) for language, text in WITH_SUBJECT]
    missed = [text for hit, (_, text) in zip(found, WITH_SUBJECT, strict=True) if not hit]
    print(f"with one: {sum(found)} of {len(found)}; missed: {missed}")


if __name__ == "__main__":
    main()
