"""Spellings of one thing end on one text."""

from __future__ import annotations

import pytest

from bot.understanding.folding import fold


@pytest.mark.parametrize(
    ("written", "alike"),
    [
        ("HILFEEEE!", "hilfe!"),
        ("Straße schön", "strasse schon"),
        ("İSTANBUL ışık", "istanbul isik"),
        ("l'école", "lecole"),
        ("أُمّي", "امي"),
        ("می‌زند", "می زند"),
        ("كيف", "کیف"),
        ("١١٢ ۱۱۲", "112 112"),
        ("п'ять", "п’ять"),
        ("Ёлка", "елка"),
        ("їжа", "їжа"),
        ("", ""),
    ],
)
def test_alike(written: str, alike: str) -> None:
    assert fold(written) == fold(alike)


def test_letters_of_their_own_stay() -> None:
    assert fold("йод їжа") == "йод їжа"
    assert fold("ні") != fold("ни")
