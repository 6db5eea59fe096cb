"""Names and wishes, in all languages and with their endings."""

from __future__ import annotations

import pytest

from bot.container import Container
from bot.understanding.gazetteer import Gazetteer


@pytest.fixture(scope="module")
def gazetteer(shared_house: Container) -> Gazetteer:
    return shared_house.gazetteer


@pytest.mark.parametrize(
    ("text", "entity", "value", "written"),
    [
        ("лікар в Аугсбурзі", "place", "Augsburg", "Аугсбурзі"),
        ("врач в Аугсбурге", "place", "Augsburg", "Аугсбурге"),
        ("Augsburg'da doktor", "place", "Augsburg", "Augsburg'da"),
        ("augsburgda kurs", "place", "Augsburg", "augsburgda"),
        ("دكتور في أوغسبورغ", "place", "Augsburg", "أوغسبورغ"),
        ("دکتر در آگسبورگ", "place", "Augsburg", "آگسبورگ"),
        ("in schwabmuenchen", "place", "Schwabmünchen", "schwabmuenchen"),
        ("Arzt in Königsbrunn?", "place", "Königsbrunn", "Königsbrunn"),
        ("konigsbrunn doctor", "place", "Königsbrunn", "konigsbrunn"),
        ("який говорить українською", "language", "uk", "українською"),
        ("врач по-русски", "language", "ru", "по-русски"),
        ("Türkçe bilen doktor", "language", "tr", "Türkçe"),
        ("دكتور بيحكي عربي", "language", "ar", "عربي"),
        ("مترجم دری", "language", "prs", "دری"),
        ("arabisch sprechender Arzt", "language", "ar", "arabisch"),
        ("where is the BAMF", "organization", "bamf", "BAMF"),
        ("джобцентр", "organization", "jobcenter-augsburger-land", "джобцентр"),
        ("وين الجوب سنتر", "organization", "jobcenter-augsburger-land", "الجوب سنتر"),
        ("Aufenthaltstitels verloren", "document", "residence_permit", "Aufenthaltstitels"),
        ("посвідки на проживання", "document", "residence_permit", "посвідки на проживання"),
        ("ehliyetimi nasıl", "document", "driving_licence", "ehliyetimi"),
        ("carte d'identité", "document", "identity_card", "carte d'identité"),
    ],
)
def test_names(gazetteer: Gazetteer, text: str, entity: str, value: str, written: str) -> None:
    found = gazetteer.entities(text)
    assert (entity, value, written) in {(one["entity"], one["value"], text[one["start"] : one["end"]]) for one in found}


@pytest.mark.parametrize(
    "text",
    ["araba almak istiyorum", "wo kann ich mein kind anmelden", "how are you", "", "😀", "12345", "дякую", "شكرا", "merci",
     "contact", "i need help", "ممنون"],
)  # fmt: skip
def test_no_names(gazetteer: Gazetteer, text: str) -> None:
    assert gazetteer.entities(text) == []


@pytest.mark.parametrize(
    ("text", "language", "wishes"),
    [
        ("is there a free course", "en", ["free"]),
        ("i am free on monday", "en", []),
        ("kostenloser Deutschkurs nur für Frauen", "de", ["free", "women"]),
        ("كورس مجاني للنساء", "ar", ["free", "women"]),
        ("کلاس رایگان برای بچه‌ها", "fa", ["free", "children"]),
        ("безкоштовний гурток для дітей", "uk", ["free", "children"]),
        ("бесплатный врач для ребёнка, сейчас открыто", "ru", ["free", "open_now", "children"]),
        ("şu an açık doktor", "tr", ["open_now"]),
        ("cours gratuit pour les femmes", "fr", ["free", "women"]),
        ("лікар який говорить українською", "uk", ["language:uk"]),
        ("german course", "en", []),
        ("", "en", []),
        ("kostenlos", None, ["free"]),
    ],
)
def test_wishes(gazetteer: Gazetteer, text: str, language: str | None, wishes: list[str]) -> None:
    assert gazetteer.wishes(text, language) == wishes


def test_the_pipeline_survives_being_saved(gazetteer: Gazetteer, tmp_path: object) -> None:
    from pathlib import Path

    import spacy

    folder = Path(str(tmp_path)) / "pipeline"
    gazetteer.pipeline.to_disk(folder)
    again = spacy.load(folder)
    assert [(span.label_, span.ent_id_) for span in again("лікар в Аугсбурзі").ents] == [("place", "Augsburg")]
