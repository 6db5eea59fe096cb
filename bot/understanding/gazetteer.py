"""Names in a message (places, languages, organizations, papers) and wishes (free, open now, for women, for children)."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import Any, NamedTuple

import spacy
import yaml
from babel import Locale
from spacy.language import Language
from spacy.tokens import Doc

from bot.languages import CODES
from bot.understanding.folding import fold
from bot.understanding.names import FACTORY, NameForms

PUNCTUATION = (".", "!", "?", "…", "؟", "۔", "।", "።", "。", "！", "？")
# Languages people in the district speak, beside the launch languages.
SPOKEN = (
    *CODES, "prs", "ps", "ku", "ckb", "ti", "am", "so", "sq", "ro", "bg", "pl", "es", "it", "vi", "zh", "hr", "sr", "bs",
    "mk", "hu", "cs", "sk", "sl", "el", "pt", "hi", "ur", "bn", "pa", "ta", "th", "ka", "hy", "az", "uz", "kk", "mn", "he",
    "ja", "ko", "nl", "sw", "om", "ha", "yo", "ig", "wo", "tl", "id", "lt", "lv", "et", "fi", "sv", "da", "no", "be",
)  # fmt: skip
_MORE_LANGUAGE_NAMES = {
    "fa": ("farsi", "фарси", "фарсі", "persisch", "persian", "فارسی"),
    "prs": ("dari", "دری", "дари", "дарі"),
    "ku": ("kurdisch", "kurmandschi", "kurmanji", "kürtçe", "كرمانجي", "کردی", "كردي"),
    "ckb": ("sorani", "سوراني"),
    "ti": ("tigrinya", "tigrinisch", "تغرينية"),
    "ar": ("عربي",),
    "en": ("انجليزي", "انكليزي", "انگلیسی"),
    "de": ("الماني", "آلمانی", "german", "deutschsprachig", "deutsche"),
    "ru": ("روسي", "russischsprachig", "по-русски"),
    "uk": ("اوكراني", "ukrainischsprachig", "по-українськи"),
    "tr": ("تركي", "türkischsprachig"),
    "fr": ("فرنسي", "فرانسوی"),
}
# Languages' names that are everyday words in another of our languages.
_NOT_NAMES = {"no", "in", "at", "es", "it"}


class Name(NamedTuple):
    """A way to write what `value` stands for; `entity` is place, language, organization or document."""

    entity: str
    value: str
    written: str


def _read(file: Path) -> Any:
    return yaml.safe_load(file.read_text(encoding="utf-8"))


def _places(folder: Path, directory: Path) -> Iterator[Name]:
    more = _read(folder / "places.yml")
    for place in _read(directory / "places.yml"):
        for written in (place["name"], *place["aliases"], *more.get(place["name"], ())):
            yield Name("place", place["name"], written)
            # As typed on a keyboard without umlauts.
            apart = written.translate(str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"}))
            if apart != written:
                yield Name("place", place["name"], apart)


def _languages() -> Iterator[Name]:
    for shown_in in CODES:
        names = Locale.parse(shown_in).languages
        for code in SPOKEN:
            written = names.get({"prs": "fa_AF"}.get(code, code))
            if written and fold(written) not in _NOT_NAMES:
                yield Name("language", code, written)
    for code, more in _MORE_LANGUAGE_NAMES.items():
        for written in more:
            yield Name("language", code, written)


def _organizations(folder: Path, directory: Path) -> Iterator[Name]:
    more = _read(folder / "organizations.yml")
    never = {fold(name) for name in more["never"]}
    for file in sorted((directory / "organizations").glob("*.yml")):
        record = _read(file)
        names: list[str | None] = [record["name"], record.get("alternate_name"), *more["also"].get(record["id"], ())]
        for written in filter(None, names):
            plain = re.sub(r"\s*(\(.*?\)|[„“”\"!]|\b(e\. ?V\.|gGmbH|GmbH))", "", written).strip()
            for form in dict.fromkeys((written, plain, plain.split(" – ")[0])):
                if fold(form) not in never:
                    yield Name("organization", record["id"], form)


def _documents(folder: Path) -> Iterator[Name]:
    for paper in _read(folder / "documents.yml"):
        for names in paper["names"].values():
            for written in names:
                yield Name("document", paper["id"], written)


def build_pipeline(names: list[Name]) -> Language:
    """A small spaCy pipeline: tokens, sentences, plain forms of names, and an entity ruler over them."""
    nlp = spacy.blank("xx")
    nlp.add_pipe("sentencizer", config={"punct_chars": list(PUNCTUATION)})
    forms = nlp.add_pipe(FACTORY)
    assert isinstance(forms, NameForms)
    for name in names:
        forms.learn(fold(token.text) for token in nlp.tokenizer(name.written))
    ruler: Any = nlp.add_pipe("entity_ruler", config={"phrase_matcher_attr": "NORM"})
    unique = {(fold(name.written), name.entity): name for name in reversed(names)}
    ruler.add_patterns(
        [{"label": name.entity, "pattern": name.written, "id": name.value} for name in unique.values()]
    )
    return nlp


class Gazetteer:
    """Finds names and wishes. `pipeline` is what Rasa's SpacyNLP loads from disk."""

    def __init__(self, pipeline: Language, wishes: dict[str, dict[str, list[str]]]) -> None:
        self.pipeline = pipeline
        self._wishes = wishes
        self._wish = lru_cache(maxsize=32)(self._compile)

    @classmethod
    def build(cls, folder: Path, directory: Path) -> Gazetteer:
        """From data/gazetteer and the directory of services."""
        names = [*_documents(folder), *_organizations(folder, directory), *_languages(), *_places(folder, directory)]
        return cls(build_pipeline(names), _read(folder / "wishes.yml"))

    def entities(self, text: str) -> list[dict[str, Any]]:
        """The names in `text`: entity, value (a town's name, language code, record's id), start, end, in order."""
        return entities_of(self.pipeline(text))

    def wishes(self, text: str, language: str | None) -> list[str]:
        """Which of free, open_now, women, children the words ask for; and "language:xx" for each language named.

        German is not a wish: it is what nearly every service speaks and what courses teach.
        """
        folded = fold(text)
        found = [wish for wish in self._wishes if self._wish(wish, language).search(folded)]
        named = dict.fromkeys(item["value"] for item in self.entities(text) if item["entity"] == "language")
        return found + [f"language:{code}" for code in named if code != "de"]

    def _compile(self, wish: str, language: str | None) -> re.Pattern[str]:
        by_language = self._wishes[wish]
        codes = set(by_language) if language not in by_language else {language, "de"}
        phrases = sorted({phrase for code in codes for phrase in by_language[code]}, key=len, reverse=True)
        return re.compile("|".join(_pattern(phrase) for phrase in phrases))


def _pattern(phrase: str) -> str:
    words = re.escape(fold(phrase.rstrip("*"))).replace(r"\ ", r"\s+")
    return rf"\b{words}" + ("" if phrase.endswith("*") else r"\b")


def entities_of(doc: Doc) -> list[dict[str, Any]]:
    """A document's entities as Rasa has them."""
    return [
        {"entity": span.label_, "value": span.ent_id_ or span.text, "start": span.start_char, "end": span.end_char}
        for span in doc.ents
    ]
