"""The language of short messages, with and without something known beforehand."""

from __future__ import annotations

import pytest

from bot.container import Container
from bot.understanding.language import LanguageIdentifier


@pytest.fixture(scope="module")
def languages(shared_house: Container) -> LanguageIdentifier:
    return shared_house.languages


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("hello", "en"), ("where can i find a doctor", "en"), ("ich suche eine wohnung", "de"), ("danke schön", "de"),
        ("وين بلاقي دكتور", "ar"), ("كيف أسجل ابني في المدرسة", "ar"), ("baddi doctor byehki 3arabi", "ar"),
        ("سلام", "fa"), ("چطور خانه پیدا کنم", "fa"), ("کجا کورس آلمانی است", "fa"),
        ("шукаю квартиру", "uk"), ("дякую", "uk"), ("де знайти лікаря", "uk"),
        ("ищу квартиру", "ru"), ("где найти врача", "ru"), ("спасибо большое", "ru"),
        ("ev arıyorum", "tr"), ("teşekkürler", "tr"), ("doktor nerede bulabilirim", "tr"),
        ("je cherche un appartement", "fr"), ("merci beaucoup", "fr"),
        ("salam man farsi harf mizanam", "fa"), ("man farsi baladam", "fa"), ("مش قادر انام", "ar"),
    ],
)  # fmt: skip
def test_launch_languages(languages: LanguageIdentifier, text: str, code: str) -> None:
    guess = languages.identify(text)
    assert guess.code == code
    assert guess.candidates[0] == (code, guess.confidence)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("waan u baahanahay caawimaad", "so"), ("kam nevojë për ndihmë", "sq"), ("am nevoie de un doctor", "ro"),
        ("szukam mieszkania dla rodziny", "pl"), ("ho bisogno di un medico", "it"), ("tôi cần tìm bác sĩ", "vi"),
        ("我需要找医生", "zh"), ("ስራ እደሊ ኣለኹ", "ti"), ("زه ډاکټر ته اړتیا لرم", "ps"), ("مجھے ڈاکٹر کی ضرورت ہے", "ur"),
        ("من پێویستم بە دکتۆرە", "ckb"),
    ],
)  # fmt: skip
def test_other_languages(languages: LanguageIdentifier, text: str, code: str) -> None:
    assert languages.identify(text).code == code


@pytest.mark.parametrize("text", ["ok", "Jobcenter", "BAMF", "👍", "112", "Kindergeld", "salam"])
def test_a_word_of_all_languages_switches_nobody(languages: LanguageIdentifier, text: str) -> None:
    assert languages.identify(text, chosen="uk").code in {"uk", "de", "en"}
    assert languages.identify(text, chosen="tr").code == "tr"


def test_what_is_known_beforehand_decides_what_is_open(languages: LanguageIdentifier) -> None:
    assert languages.identify("да", prior="ru").code == "ru"
    assert languages.identify("hallo", prior="de-DE").code == "de"
    assert languages.identify("وين بلاقي دكتور اسنان", prior="en").code == "ar"


@pytest.mark.parametrize("text", ["", " ", "123", "😀", "!!!", "+49 821 1234"])
def test_nothing_to_read(languages: LanguageIdentifier, text: str) -> None:
    assert languages.identify(text).code == ""
    assert languages.identify(text, prior="fa").code == "fa"
    assert languages.identify(text, prior="xx").confidence == 0.0


def test_german_words_inside(languages: LanguageIdentifier) -> None:
    assert languages.identify("де подати Antrag auf Wohngeld в Augsburg").code == "uk"
    assert languages.identify("وين باخد Termin بال Ausländerbehörde").code == "ar"


def test_long_text(languages: LanguageIdentifier) -> None:
    assert languages.identify("je cherche un logement pour ma famille " * 150).code == "fr"
