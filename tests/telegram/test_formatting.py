"""How an answer looks: nothing is read as markup, nothing is cut inside a number, right-to-left stays right-to-left."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.channels.telegram.formatting import parts
from bot.channels.telegram.keyboards import keyboard
from bot.channels.telegram.spans import RIGHT_TO_LEFT_MARK, lines, width
from bot.channels.telegram.splitting import split
from tests.telegram.bot_api_rules import parse_html, refusal

RLM = RIGHT_TO_LEFT_MARK
CARD: dict[str, Any] = {
    "id": "clinic", "kind": "service", "name": "Doctors <for> all & you", "alternate_name": 'Praxis "Für alle"',
    "description": "Doctors without appointment.",
    "rows": [
        {"label": "Please note", "value": "Closed in August", "kind": "alert", "href": None},
        {"label": "Bring with you", "value": "passport\nletter", "kind": "text", "href": None},
        {"label": "Address", "value": "Hauptstr. 1, 86150 Augsburg", "kind": "map",
         "href": "https://www.openstreetmap.org/?mlat=48.3&mlon=10.9#map=17/48.3/10.9"},
        {"label": "Phone", "value": "0821 324 4102", "kind": "phone", "href": "tel:+498213244102"},
        {"label": "E-mail", "value": "help@clinic.example", "kind": "link", "href": "mailto:help@clinic.example"},
        {"label": "", "value": "about 3 km away", "kind": "text", "href": None},
    ],
    "source": {"label": "Source", "href": "https://clinic.example/a?b=1&c=2"},
    "assured": "Last checked on 01.02.2024", "reviewed": True, "original": None,
}


def body(text: str = "", language: str = "en", cards: Any = (), **metadata: Any) -> dict[str, Any]:
    return {"text": text, "buttons": [],
            "metadata": {"language": language, "lead": text, "cards": list(cards), "mark_text": None, **metadata}}


def test_a_card() -> None:
    (part,) = parts(body("I found this:", cards=[CARD], mark_text="Not yet checked"))
    assert part.html.split("\n") == [
        "I found this:",
        "",
        "<b>Doctors &lt;for&gt; all &amp; you</b> (Praxis &quot;Für alle&quot;)",
        "Doctors without appointment.",
        "Please note: Closed in August",
        "Bring with you:",
        "passport",
        "letter",
        'Address: <a href="https://www.openstreetmap.org/?mlat=48.3&amp;mlon=10.9#map=17/48.3/10.9">'
        "Hauptstr. 1, 86150 Augsburg</a>",
        "Phone: 0821 324 4102",
        "E-mail: help@clinic.example",
        "about 3 km away",
        '<a href="https://clinic.example/a?b=1&amp;c=2">Source</a> · Last checked on 01.02.2024',
        "",
        "<i>Not yet checked</i>",
    ]
    plain, links, problem = parse_html(part.html)
    assert problem is None and plain == part.text
    assert links == [CARD["rows"][2]["href"], CARD["source"]["href"]], "links lead where the record says"


def test_a_link_that_is_no_web_address_is_left_out() -> None:
    bad = {**CARD, "source": {"label": "Source", "href": "javascript:alert(1)"}}
    assert "javascript" not in parts(body(cards=[bad]))[0].html


@pytest.mark.parametrize("language", ["ar", "fa"])
def test_right_to_left_lines(language: str) -> None:
    arabic = "طبيب"
    card = {**CARD, "description": f"{arabic} 0821 324 4102 {arabic}", "assured": f"{arabic} 01.02.2024"}
    card["rows"] = [{**row, "label": row["label"] and "هاتف"} for row in CARD["rows"]]
    (part,) = parts(body(f"{arabic}.\n112!\n\u2068Tür\u2069 {arabic}\n1 {arabic}", language, [card], mark_text=arabic))
    got = part.text.split("\n")
    assert got[0] == f"{arabic}.", "a line that begins in Arabic needs no mark"
    assert got[1] == f"{RLM}112!" and got[2] == f"{RLM}\u2068Tür\u2069 {arabic}"
    assert got[3] == f"1 {arabic}", "digits alone give a line no direction"
    title = next(line for line in got if "Doctors" in line)
    assert title.startswith(f"{RLM}\u2068Doctors") and title.endswith('(\u2068Praxis "Für alle"\u2069)')
    assert "هاتف: \u20660821 324 4102\u2069" in got
    assert "هاتف: \u2066help@clinic.example\u2069" in got
    assert "هاتف: \u2068Hauptstr. 1, 86150 Augsburg\u2069" in got
    assert f"{arabic} \u20660821 324 4102\u2069 {arabic}" in got
    assert "Doctors without appointment." in parts(body("", language, [CARD]))[0].text.split("\n"), "an English line"
    for line in got:
        assert line.count("\u2066") + line.count("\u2068") == line.count("\u2069")


def test_left_to_right_gets_no_invisible_signs() -> None:
    (part,) = parts(body("112 helps.", "uk", [CARD], mark_text="x"))
    assert not re.search("[\u200e\u200f\u2066-\u2069]", part.html)


NASTY = st.text(
    st.one_of(st.sampled_from(list("<>&\"'/ab \n\u2066\u2069\u200f😀د0")), st.characters(codec="utf-8")), max_size=300
)


@settings(max_examples=100, deadline=None)
@given(NASTY, NASTY, NASTY, st.sampled_from(["en", "ar"]))
@example("<b>", "</a><a href='x'>", "&lt;&amp;&nbsp;", "en")
@example("<!-- x", "<tg-spoiler>", '"><a href="tg://user?id=1">', "ar")
def test_nothing_is_read_as_markup(text: str, name: str, value: str, language: str) -> None:
    card = {**CARD, "name": name, "description": text,
            "rows": [{"label": name, "value": value, "kind": kind, "href": value} for kind in ("text", "map", "phone")],
            "source": {"label": name, "href": "https://a.example/" + value}, "assured": value}
    for part in parts(body(text, language, [card], mark_text=name)):
        assert refusal("sendMessage", {"text": part.html, "parse_mode": "HTML"}) is None
        plain, links, problem = parse_html(part.html)
        assert problem is None
        assert plain == part.text
        assert all(link.startswith(("https://", "http://")) for link in links)


def test_long_answers_are_cut_between_cards() -> None:
    cards = [{**CARD, "name": f"Card {number}", "description": "x " * 700} for number in range(6)]
    got = parts(body("Lead", cards=cards, mark_text="mark"))
    assert len(got) == 3
    for number in range(6):
        holding = [part for part in got if f"Card {number}" in part.text]
        assert len(holding) == 1 and len(re.findall(r"^Card \d", holding[0].text, re.M)) == 2
    assert got[-1].html.endswith("<i>mark</i>")
    assert all(width(part.text) <= 4096 for part in got)


WHOLE = [
    "0821 324-4102", "+49 821 324 41 02", "https://a.example/x?y=1&z=2", "help@a.example", "08:00–12:30", "1.234,56",
]


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.one_of(st.sampled_from(WHOLE), st.text("abcд😀", min_size=1, max_size=9)), min_size=30, max_size=90),
    st.integers(40, 120),
    st.sampled_from([" ", "\n", ". "]),
)
def test_numbers_and_links_stay_whole(words: list[str], limit: int, between: str) -> None:
    text = between.join(f"w{word}" if not word[0].isdigit() and word not in WHOLE else word for word in words)
    # Numbers that follow each other read as one long number: a word keeps them apart, as in any real sentence.
    text = re.sub(r"(?<=\d)([ .\n]+)(?=[+\d])", r"\1und ", text)
    got = split([lines(text)], "en", limit)
    assert all(width(part.text) <= limit for part in got)
    assert re.sub(r"\s", "", "".join(part.text for part in got)) == re.sub(r"\s", "", text), "nothing is lost"
    for whole in set(WHOLE):
        assert sum(part.text.count(whole) for part in got) == text.count(whole), whole


def test_a_sentence_end_is_the_better_cut() -> None:
    text = "One sentence here. " * 10
    got = split([lines(text)], "en", 100)
    assert all(part.text.strip().endswith(".") for part in got)


def test_right_to_left_pieces_keep_their_isolates_and_limit() -> None:
    text = "كلمة \u20660821 324 4102\u2069 " * 200
    got = split([lines(text)], "ar", 200)
    assert all(width(part.text) <= 200 for part in got)
    assert all(part.text.count("\u2066") == part.text.count("\u2069") for part in got)
    assert sum(part.text.count("\u20660821 324 4102\u2069") for part in got) == 200


def test_endless_word() -> None:
    got = split([lines("x" * 10_000)], "en")
    assert [len(part.text) for part in got] == [4095, 4095, 1810]


def button(title: str) -> dict[str, Any]:
    return {"title": title, "press": {"intent": "x"}}


def test_short_buttons_stand_in_pairs_and_long_ones_alone() -> None:
    titles = ["Housing", "Health", "School", "Details: the counselling service", "Work", "More"]
    made = keyboard({"buttons": [button(title) for title in titles]}, 12)
    assert made is not None
    rows = [[one.text for one in row] for row in made.inline_keyboard]
    assert rows == [["Housing", "Health"], ["School"], ["Details: the counselling service"], ["Work", "More"]]
    assert [one.callback_data for row in made.inline_keyboard for one in row] == [f"b:12:{place}" for place in range(6)]


def test_the_original_is_one_tap_away() -> None:
    metadata = {"original": "English", "original_text": "Show the original text"}
    made = keyboard({"buttons": [button("A")], "metadata": metadata}, 999_999_999)
    assert made is not None
    last = made.inline_keyboard[-1][0]
    assert (last.text, last.callback_data) == ("Show the original text", "o:999999999")


def test_empty_titles_keep_the_numbers_of_the_others() -> None:
    made = keyboard({"buttons": [button(" "), button("B")]}, 3)
    assert made is not None and made.inline_keyboard[0][0].callback_data == "b:3:1"
    assert keyboard({"buttons": [button("")]}, 3) is None and keyboard({"buttons": [button("A")]}, 0) is None


@pytest.mark.parametrize(("mark", "sign"), [("fuzzy", "ⓘ"), ("machine", "⚙"), ("untranslated", "ⓘ")])
def test_a_small_sign_stands_below(mark: str, sign: str) -> None:
    (part,) = parts(body("Where you find help.", mark=mark, mark_text="what it is"))
    assert part.text.splitlines()[0] == "Where you find help."
    assert part.text.splitlines()[-1] == f"{sign} what it is"


@pytest.mark.parametrize("mark", ["doubtful", "failed"])
def test_a_sentence_that_nobody_should_miss_stands_first(mark: str) -> None:
    (part,) = parts(body("Where you find help.", mark=mark, mark_text="This may be wrong."))
    assert part.text.splitlines()[0] == "⚠ This may be wrong."
    assert part.html.startswith("<b>")


def test_what_a_sign_means_stands_last() -> None:
    (part,) = parts(body("Help.", mark="machine", mark_text="by a computer", mark_explained="This sign means: ..."))
    assert part.text.splitlines()[-1] == "This sign means: ..."
