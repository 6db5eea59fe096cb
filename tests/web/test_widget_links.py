"""Telephone numbers and addresses in a text become links only when they are surely that: a wrong number does harm."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.timeout(120)

CASES: list[tuple[str, list[str]]] = [
    ("Call 069 90009-123 now.", ["tel:06990009123"]),
    ("+49 69 90009123", ["tel:+496990009123"]),
    ("+49 (0) 69 90009123", ["tel:+496990009123"]),
    ("+496990009123.", ["tel:+496990009123"]),
    ("(069) 90009123", ["tel:06990009123"]),
    ("0800 111 0 111 (free)", ["tel:08001110111"]),
    ("116 117 or 116117", ["tel:116117", "tel:116117"]),
    ("هاتف ٠٦٩ ٩٠٠٠٩١٢٣", ["tel:06990009123"]),
    # A number followed by something else that is made of digits: no guess.
    ("069 90009123 8-12 Uhr", []),
    ("069 90009123 12", []),
    ("069 90009123 / 069 90009124", []),
    ("DE89 3704 0044 0532 0130 00", []),
    ("0800-1200", []),
    ("08:00-16:00 Uhr", []),
    ("01/02/2024 and 01.02.2024 and 2024-02-01", []),
    ("06108 Halle, 86150 Augsburg", []),
    ("1.234,50 Euro, 0,5 %", []),
    ("110 Euro, 112 people", []),
    ("See https://example.org/a?b=1#c.", ["https://example.org/a?b=1#c"]),
    ("(https://example.org/a_(b))", ["https://example.org/a_(b)"]),
    ("www.example.org javascript:alert(1) file:///etc", []),
    ("https://example.org/0699000912345", ["https://example.org/0699000912345"]),
]


def test_texts(standin, talk) -> None:
    standin.answers({"go": [{"text": text} for text, _ in CASES]})
    chat = talk()
    chat.ask("go", len(CASES))
    found = [
        (text, [link.get_attribute("href") for link in chat.bots.nth(index).locator(".text a").all()])
        for index, (text, _) in enumerate(CASES)
    ]
    assert found == CASES
    assert chat.texts("bot") == [text for text, _ in CASES], "linking changes no character"


def test_what_the_server_names_is_linked_as_it_says(standin, talk) -> None:
    links = [{"text": "069 90009123", "href": "tel:+496990009123"}, {"text": "112", "href": "tel:112"}]
    text = "069 90009123 8-12 Uhr, 112, 1120"
    standin.answers({"go": [{"text": text, "metadata": {"links": links}}]})
    chat = talk()
    chat.ask("go")
    hrefs = [link.get_attribute("href") for link in chat.bots.last.locator(".text a").all()]
    assert hrefs == ["tel:+496990009123", "tel:112"]
    assert chat.texts("bot") == [text]
