from __future__ import annotations

import pytest

from bot.directory.analysis import fold, grams, stems, words

SAME_STEM = [
    ("en", "certificates", "certificate"),
    ("de", "Schulen", "Schule"),
    ("fr", "logements", "logement"),
    ("ru", "врачей", "врач"),
    ("tr", "okullar", "okul"),
    ("ar", "المدرسة", "مدرسه"),
    ("fa", "کلاس‌ها", "كلاس"),
    ("uk", "курси", "курсів"),
]


@pytest.mark.parametrize(("language", "one", "other"), SAME_STEM)
def test_forms_of_a_word_meet(language: str, one: str, other: str) -> None:
    assert stems(one, language)[:1] == stems(other, language)


@pytest.mark.parametrize(
    ("language", "one", "other"),
    [
        ("ar", "أين إدارة", "اين اداره"),
        ("fa", "کودکی", "كودكي"),
        ("tr", "İlk", "ilk"),
        ("fr", "École", "ecole"),
        ("de", "STRASSE", "Straße"),
        ("ru", "счёт", "счет"),
    ],
)
def test_spellings_are_made_equal(language: str, one: str, other: str) -> None:
    assert fold(one, language) == fold(other, language)


def test_a_compound_shares_grams_with_its_part() -> None:
    assert len(set(grams("Wohnungsgeberbestätigung", "de")) & set(grams("Bestätigung", "de"))) >= 6


def test_words_that_say_nothing_are_left_out() -> None:
    assert stems("Where is the", "en") == []


@pytest.mark.parametrize("typed", ["сім'я", "сімʼя", "сім’я", "сім`я", "СІМ'Я"])
def test_a_ukrainian_apostrophe_ends_no_word(typed: str) -> None:
    assert words(typed, "uk") == ["сімя"]
    assert stems(typed, "uk") == stems("сім'ї", "uk")


def test_a_french_apostrophe_does() -> None:
    assert words("l'école d’ici", "fr") == ["ecole", "ici"]


@pytest.mark.parametrize(("one", "other"), [("реєстрація", "реєстрацію"), ("гуртожиток", "гуртожитку"), ("лікарня", "лікарні")])
def test_ukrainian_cases_of_a_word_meet(one: str, other: str) -> None:
    assert stems(one, "uk") == stems(other, "uk")
