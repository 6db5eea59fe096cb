"""Official terms stay and are explained; a bad entry is refused with its file, field and mend."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.errors import WaymarkError
from bot.languages import CODES
from bot.settings import ROOT
from bot.translation.glossary import Glossary, counts, load, read

FOLDER = ROOT / "services_directory" / "glossary"
GLOSSARY = load(FOLDER)
NAMED = ("Jobcenter", "Aufenthaltsgestattung", "Duldung", "Wohnberechtigungsschein", "Bescheid", "Widerspruch", "Kinderzuschlag",
         "Anmeldung", "Ausländerbehörde", "Fiktionsbescheinigung", "Kaution", "Schufa")


@pytest.mark.parametrize("language", CODES)
def test_every_language_has_every_term(language: str) -> None:
    terms, problems = read(FOLDER)
    assert not problems
    assert len(terms[language]) >= 40 and set(terms[language]) == set(terms["de"])
    assert all(name in terms[language] for name in NAMED)


def test_nothing_claims_to_be_reviewed() -> None:
    terms, _ = read(FOLDER)
    assert sum(reviewed for _, _, reviewed in counts(terms)) == 0
    for language in CODES:
        assert "Not yet reviewed by a native speaker" in (FOLDER / f"{language}.yml").read_text(encoding="utf-8")


def shown(text: str, source: str, target: str) -> list[str]:
    return [span.text for span in GLOSSARY.find(text, source, target)]


def test_a_term_is_kept_in_both_forms_once() -> None:
    assert shown("Ihre Duldung endet. Die Duldung", "de", "en") == [
        "Duldung (tolerated stay: deportation is put off for now; it is not a residence permit)", "Duldung"]


def test_other_forms_and_own_spellings_are_known() -> None:
    assert shown("gegen den Bescheids und die Duldungen", "de", "fr")[0].startswith("Bescheid (")
    assert shown("У мене є дульдунг", "uk", "de") == ["Duldung"]
    assert shown("BESCHEID vom Amt", "de", "tr")[0].startswith("Bescheid (")


@pytest.mark.parametrize("text", ["Bescheidenheit", "duldung", "Anmeldungsfrist", "no term here"])
def test_a_part_of_a_word_is_no_term(text: str) -> None:
    assert shown(text, "de", "en") == []


def test_what_is_explained_already_is_not_explained_twice() -> None:
    assert shown("You get a Duldung (tolerated stay).", "en", "fr") == ["Duldung"]


def test_a_language_without_a_glossary_has_no_terms() -> None:
    assert shown("Duldung", "de", "so") == [] and Glossary({}).find("Duldung", "de", "en") == []


GOOD = "language: de\nterms:\n  - {term: Duldung, explanation: ein Papier}\n"
BAD = (
    ("en.yml", "language: en\nterms:\n  - {term: Duldung, explanation: a paper}\n", "equivalent", "missing or empty"),
    ("en.yml", "language: en\nterms:\n  - {term: Duldung, equivalent: stay, explanation: for 3 months}\n",
     "explanation", "without digits"),
    ("en.yml", "language: en\nterms:\n  - {term: Duldung, equivalent: stay (a), explanation: paper}\n", "equivalent", "brackets"),
    ("en.yml", "language: en\nterms:\n  - {term: Dulding, equivalent: stay, explanation: paper}\n", "term", "not in de.yml"),
    ("en.yml", "language: en\nterms:\n  - {term: Duldung, equivalent: stay, explanation: paper, colour: red}\n",
     "colour", "no field"),
    ("en.yml", f"language: en\nterms:\n  - {{term: Duldung, equivalent: stay, explanation: {'x' * 200}}}\n",
     "explanation", "200 signs"),
    ("en.yml", "language: en\nterms:\n  - {term: Duldung, equivalent: stay, explanation: paper, also: x}\n", "also", "no list"),
    ("en.yml", "language: en\nterms:\n  - {term: Duldung, equivalent: stay, explanation: paper, reviewed: yess}\n",
     "reviewed", "neither"),
    ("en.yml", "language: fr\nterms:\n  - {term: Duldung, equivalent: stay, explanation: paper}\n", "language", "write en"),
    ("en.yml", "language: en\nterms: []\n", "terms", "has no entry for Duldung"),
    ("en.yml", "language: en\n", "terms", "is missing"),
    ("en.yml", "- a\n", "terms", "is missing"),
    ("en.yml", "language: en\nterms:\n  - [a\n", "(all)", "line"),
    ("en.yml", "language: en\nterms:\n  - Duldung\n", "terms.1.term", "missing"),
    ("de.yml", GOOD + "  - {term: Duldung, explanation: noch eins}\n", "terms.2.term", "twice"),
)  # fmt: skip


@pytest.mark.parametrize(("name", "content", "field", "mend"), BAD)
def test_a_bad_entry_is_refused_with_file_field_and_mend(tmp_path: Path, name: str, content: str, field: str, mend: str) -> None:
    (tmp_path / "de.yml").write_text(GOOD, encoding="utf-8")
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(WaymarkError) as refused:
        load(tmp_path)
    sentences = [str(problem) for problem in read(tmp_path)[1]]
    assert any(f"glossary/{name}" in sentence and field in sentence and mend in sentence for sentence in sentences), sentences
    assert str(refused.value) in sentences


def test_no_folder_is_an_empty_glossary(tmp_path: Path) -> None:
    assert load(tmp_path / "none").languages() == ()
