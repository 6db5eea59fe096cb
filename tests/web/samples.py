"""Answers as the server sends them, for tests and screenshots. Numbers are from the range kept for fiction."""

from __future__ import annotations

from typing import Any

ENGLISH_CARDS: list[dict[str, Any]] = [
    {
        "text": "You can learn German free of charge or at low cost. Bring your residence paper to the first meeting.",
        "metadata": {"language": "en", "direction": "ltr", "kind": "text"},
    },
    {
        "text": "These places can help:",
        "metadata": {
            "language": "en",
            "direction": "ltr",
            "kind": "cards",
            "mark": "fuzzy",
            "mark_text": "Not yet checked by a person",
            "original": "Diese Stellen können helfen.",
            "original_language": "de",
            "cards": [
                {
                    "id": "one",
                    "name": "Example language school",
                    "alternate_name": "Beispiel-Sprachschule",
                    "description": "German courses from the first words to work. A test shows which course fits.",
                    "rows": [
                        {"label": "For whom", "value": "Everyone over 16", "kind": "text"},
                        {"label": "Cost", "value": "Free", "kind": "text"},
                        {"label": "Open", "value": "Open now, until 17:00 (Monday 08:30–17:00)", "kind": "hours"},
                        {"label": "Phone", "value": "069 90009-123", "href": "tel:+496990009123", "kind": "phone"},
                        {
                            "label": "Address",
                            "value": "Beispielweg 3, 86150 Augsburg",
                            "href": "https://www.openstreetmap.org/search?query=Augsburg",
                            "kind": "map",
                        },
                    ],
                    "source": {"label": "example.org", "href": "https://example.org/course"},
                    "assured": "Last checked: 3 March 2025",
                }
            ],
        },
        "quick_replies": [
            {"title": "Details", "payload": "b:7f3a", "content_type": "text"},
            {"title": "More places", "payload": "b:7f3b", "content_type": "text"},
            {"title": "Talk to a person", "payload": "b:7f3c", "content_type": "text"},
        ],
    },
    {
        "text": "We keep this conversation for 30 days. You need not give your name.",
        "metadata": {"language": "en", "direction": "ltr", "kind": "privacy"},
    },
]

ARABIC_CARDS: list[dict[str, Any]] = [
    {
        "text": "يمكنك تعلّم الألمانية مجانًا حتى مستوى A2. الدوام من 08:30–12:00، والهاتف 069 90009123.",
        "metadata": {"language": "ar", "direction": "rtl", "kind": "text"},
    },
    {
        "text": "هذه الأماكن يمكنها المساعدة:",
        "metadata": {
            "language": "ar",
            "direction": "rtl",
            "kind": "cards",
            "mark": "machine",
            "mark_text": "لم يراجعه شخص بعد",
            "original": "These places can help:",
            "original_language": "en",
            "cards": [
                {
                    "id": "one",
                    "name": "مدرسة لغات (مثال)",
                    "alternate_name": "Beispiel-Sprachschule",
                    "description": "دورات في اللغة الألمانية من الكلمات الأولى حتى العمل.",
                    "rows": [
                        {"label": "لمن", "value": "لكل من تجاوز 16 سنة", "kind": "text"},
                        {"label": "الهاتف", "value": "069 90009-123", "href": "tel:+496990009123", "kind": "phone"},
                        {
                            "label": "العنوان",
                            "value": "Beispielweg 3, 86150 Augsburg",
                            "href": "https://www.openstreetmap.org/search?query=Augsburg",
                            "kind": "map",
                        },
                    ],
                    "source": {"label": "example.org", "href": "https://example.org/course"},
                    "assured": "آخر مراجعة: 3 مارس 2025",
                }
            ],
        },
        "quick_replies": [
            {"title": "التفاصيل", "payload": "b:1", "content_type": "text"},
            {"title": "أماكن أخرى", "payload": "b:2", "content_type": "text"},
            {"title": "التحدث مع شخص", "payload": "b:3", "content_type": "text"},
        ],
    },
]

DANGER: list[dict[str, Any]] = [
    {
        "text": "Call 112 now. Say where you are. Go to a safe place if you can.",
        "metadata": {
            "language": "en",
            "direction": "ltr",
            "kind": "danger",
            "links": [
                {"text": "112", "href": "tel:112", "label": "Ambulance and fire brigade"},
                {"text": "110", "href": "tel:110", "label": "Police"},
                {"text": "116 016", "href": "tel:116016", "label": "Violence against women"},
            ],
        },
        "quick_replies": [{"title": "Talk to a person", "payload": "b:9", "content_type": "text"}],
    }
]

# What an answer would look like if someone had managed to write into it.
HOSTILE: list[dict[str, Any]] = [
    {
        "text": "<img src=x onerror=\"window.stolen=1\"><script>window.stolen=1</script><b>bold</b>",
        "metadata": {
            "language": '"><script>window.stolen=1</script>',
            "kind": "cards",
            "mark": "fuzzy",
            "mark_text": "<img src=x onerror=window.stolen=1>",
            "original": "<svg onload=window.stolen=1>",
            "links": [{"text": "bold", "href": "javascript:window.stolen=1"}],
            "cards": [
                {
                    "id": "x",
                    "name": "<img src=x onerror=window.stolen=1>",
                    "rows": [
                        {"label": "<i>", "value": "press me", "href": "javascript:window.stolen=1", "kind": "link"},
                        {"label": "data", "value": "or me", "href": "data:text/html,<script>1</script>", "kind": "map"},
                    ],
                    "source": {"label": "source", "href": " javascript:window.stolen=1"},
                }
            ],
        },
        "attachment": {"type": "image", "payload": {"src": "javascript:window.stolen=1"}},
        "quick_replies": [
            {"title": "<u>reply</u>", "payload": "javascript:window.stolen=1", "content_type": "web_url"}
        ],
    }
]
