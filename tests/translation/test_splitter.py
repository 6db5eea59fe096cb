"""Sentences are found in every script, nothing is cut after abbreviations, ordinals and dates, and nothing is ever lost."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.translation.splitter import LONGEST, pieces, sentences

CASES = [
    ("de", "Am 3. Mai z. B. um 12.30 Uhr. Dann kommt Dr. Meier. Gut!",
     ["Am 3. Mai z. B. um 12.30 Uhr.", "Dann kommt Dr. Meier.", "Gut!"]),
    ("de", "Die Beratung ist im 2. Stock. Bitte klingeln Sie.", ["Die Beratung ist im 2. Stock.", "Bitte klingeln Sie."]),
    ("de", "Der Termin ist am 12. 05. 2026 um 9 Uhr. Kommen Sie.", ["Der Termin ist am 12. 05. 2026 um 9 Uhr.", "Kommen Sie."]),
    ("de", "Frist bis 01.02.2026. Danach nicht mehr.", ["Frist bis 01.02.2026.", "Danach nicht mehr."]),
    ("en", "Come to room 12. Bring your papers.", ["Come to room 12.", "Bring your papers."]),
    ("en", "Mr. Smith came at 9 a.m. to the office. He left.", ["Mr. Smith came at 9 a.m. to the office.", "He left."]),
    ("fr", "Voir M. Dupont, av. Foch. Merci !", ["Voir M. Dupont, av. Foch.", "Merci !"]),
    ("ru", "Адрес: ул. Ленина, д. 5. Приходите утром.", ["Адрес: ул. Ленина, д. 5.", "Приходите утром."]),
    ("uk", "Зустріч 3 трав. о 9. Приходьте!", ["Зустріч 3 трав. о 9.", "Приходьте!"]),
    ("tr", "Randevu 3. katta. Lütfen gelin.", ["Randevu 3. katta.", "Lütfen gelin."]),
    ("ar", "متى موعدك؟ الموعد غدًا. شكرًا!", ["متى موعدك؟", "الموعد غدًا.", "شكرًا!"]),
    ("ar", "أين أنت؟أنا هنا.", ["أين أنت؟", "أنا هنا."]),
    ("fa", "سلام. کجا هستید؟ من اینجا هستم.", ["سلام.", "کجا هستید؟", "من اینجا هستم."]),
    ("ur", "یہ خط ہے۔ آپ کہاں ہیں؟", ["یہ خط ہے۔", "آپ کہاں ہیں؟"]),
    ("zh", "你好。我需要帮助！谢谢", ["你好。", "我需要帮助！", "谢谢"]),
    ("ja", "助けてください。病院はどこですか？", ["助けてください。", "病院はどこですか？"]),
    ("am", "ሰላም። እንዴት ነህ፧ደህና ነኝ።", ["ሰላም።", "እንዴት ነህ፧", "ደህና ነኝ።"]),
    ("ti", "ሰላም።ከመይ ኣለኻ።", ["ሰላም።", "ከመይ ኣለኻ።"]),
    ("en", "He said \"Go.\" Then he left... and came back. Yes?! No.",
     ["He said \"Go.\"", "Then he left... and came back.", "Yes?!", "No."]),
    ("en", "First line\nSecond line.\n\nThird", ["First line", "Second line.", "Third"]),
    ("en", "Write to info@example.org. Or see www.example.org/a.b now.",
     ["Write to info@example.org.", "Or see www.example.org/a.b now."]),
]


@pytest.mark.parametrize(("language", "text", "expected"), CASES)
def test_sentences(language: str, text: str, expected: list[str]) -> None:
    assert sentences(text, language) == expected


@pytest.mark.parametrize("text", ["", " ", "\n", "...", "?", "\n\n\n", "。", "1."])
def test_texts_without_words_are_no_trouble(text: str) -> None:
    assert "".join(pieces(text, "de")) == text


def test_a_sentence_without_end_is_cut_at_clauses() -> None:
    text = "I came here, I saw the office, I waited, " * 40
    found = pieces(text, "en")
    assert "".join(found) == text
    assert max(map(len, found)) <= LONGEST
    assert all(piece.endswith(", ") for piece in found)
    assert max(map(len, pieces("x" * 3000, "en"))) <= LONGEST


@settings(max_examples=150, deadline=None)
@given(text=st.text(max_size=300), language=st.sampled_from(["de", "ar", "zh", "am", "en"]))
def test_nothing_is_ever_lost(text: str, language: str) -> None:
    assert "".join(pieces(text, language)) == text


@settings(max_examples=150, deadline=None)
@given(parts=st.lists(st.sampled_from(["Dr. ", "3. ", "Mai ", "Komm. ", "؟", "።", "。", "…", " ", "\n", "ja", "\t", "z. B. ",
                                       "!\"", "12.05."]), max_size=40))
def test_nothing_is_ever_lost_around_stops(parts: list[str]) -> None:
    text = "".join(parts)
    assert "".join(pieces(text, "de")) == text
