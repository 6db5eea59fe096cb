"""What the widget shows of a translation: nothing, a small sign, or a sentence before the text; what the sign means, once."""

from __future__ import annotations

import os
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.web.test_widget_accessibility import violations

pytestmark = pytest.mark.timeout(120)


def answer(mark: str | None, language: str = "en", text: str = "The office opens at 8.", **more: Any) -> dict[str, Any]:
    metadata = {"language": language, "direction": "rtl" if language == "ar" else "ltr", "kind": "text", "mark": mark,
                "mark_text": f"what {mark} says" if mark else None, "original": "Das Amt öffnet um 8.",
                "original_language": "de"} | more  # fmt: skip
    return {"text": text, "metadata": metadata}


ARABIC = [
    answer("machine", "ar", "يفتح المكتب الساعة 8. الهاتف ⁦112⁩.", mark_text="ترجمه حاسوب",
           mark_explained="معنى هذه العلامة: ترجم حاسوب النص ولم يراجعه أي شخص. لا تتغير الأرقام والأسماء والعناوين."),
    answer("doubtful", "ar", "قد يكون المكتب مغلقًا اليوم.",
           mark_text="ترجم حاسوب هذا النص وقد يكون خاطئًا. قارنه بالأصل أو اسأل شخصًا."),
    answer("failed", "ar", "Das Amt ist heute geschlossen.", original=None,
           mark_text="لم أستطع ترجمة هذا بأمان، فهذا هو الأصل. يمكن لشخص أن يساعدك."),
]  # fmt: skip


@pytest.mark.parametrize("mark", ["fuzzy", "machine", "untranslated"])
def test_a_small_sign_below(standin, talk, mark: str) -> None:
    standin.answers({"q": [answer(mark, mark_explained="This sign means: ...")]})
    chat = talk()
    chat.ask("q")
    message = chat.page.locator("#waymark-chat .message.bot").last
    expect(message.locator(".tools .mark")).to_contain_text(f"what {mark} says")
    expect(message.locator(f".mark .icon-{'gear' if mark == 'machine' else 'info'}")).to_be_visible()
    expect(message.locator(".doubt")).to_have_count(0)
    expect(message.locator(".explained")).to_have_text("This sign means: ...")
    expect(message.locator(".original")).to_be_hidden()
    message.get_by_role("button", name="Show the original").click()
    expect(message.locator(".original")).to_have_text("Das Amt öffnet um 8.")


@pytest.mark.parametrize("mark", ["doubtful", "failed"])
def test_a_sentence_before_what_may_be_wrong(standin, talk, mark: str) -> None:
    standin.answers({"q": [answer(mark)]})
    chat = talk()
    chat.ask("q")
    message = chat.page.locator("#waymark-chat .message.bot").last
    expect(message.locator(".doubt")).to_have_text(f"what {mark} says")
    assert message.inner_text().index(f"what {mark} says") < message.inner_text().index("The office opens")
    expect(message.locator(".mark")).to_have_count(0)


def test_what_is_reviewed_carries_nothing(standin, talk) -> None:
    standin.answers({"q": [answer(None, original=None)]})
    chat = talk()
    chat.ask("q")
    message = chat.page.locator("#waymark-chat .message.bot").last
    for part in (".mark", ".doubt", ".explained", ".original"):
        expect(message.locator(part)).to_have_count(0)


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_arabic_and_axe(standin, talk, scheme: str) -> None:
    standin.answers({"q": ARABIC})
    chat = talk("/?language=ar", locale="ar-EG", color_scheme=scheme, reduced_motion="reduce")
    chat.ask("q", 3)
    expect(chat.page.locator("#waymark-chat .doubt")).to_have_count(2)
    assert violations(chat.page) == []
    if os.environ.get("WAYMARK_SCREENSHOTS"):
        chat.page.screenshot(path=f"{os.environ['WAYMARK_SCREENSHOTS']}/marks-{scheme}.png")
