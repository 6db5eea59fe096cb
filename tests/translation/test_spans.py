"""What the parser claims, as a table; and that no digit and no link is ever left to an engine."""

from __future__ import annotations

import time
from itertools import pairwise

import phonenumbers
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.languages import CODES
from bot.translation.masks import mask, parse_lines
from bot.translation.spans import Names, facts, parse

CASES: tuple[tuple[str, str, str], ...] = (
    ("phone", "Call +49 821 324-2880 now.", "+49 821 324-2880"),
    ("phone", "Tel. (0821) 324 28 80", "(0821) 324 28 80"),
    ("phone", "Звоните 116 117 ночью", "116 117"),
    ("phone", "اتصل على 0049 821 3242880 الآن", "0049 821 3242880"),
    ("url", "See https://example.org/a_b?c=1&d=(2) for more.", "https://example.org/a_b?c=1&d=(2)"),
    ("url", "(see www.example.org/help).", "www.example.org/help"),
    ("url", "Auf bildung.example.de finden Sie mehr", "bildung.example.de"),
    ("url", "Mehr auf dresden.de finden Sie", "dresden.de"),
    ("url", "Use integreat.app for it.", "integreat.app"),
    ("url", "voir immobilienscout24.de ou immowelt.de", "immobilienscout24.de"),
    ("url", "join t.me/waymark_help today", "t.me/waymark_help"),
    ("url", "mehr auf chat.example.it/hilfe", "chat.example.it/hilfe"),
    ("url", "auf oesterreich.gv.at steht es", "oesterreich.gv.at"),
    ("url", "Siehe orf.at für mehr", "orf.at"),
    ("url", "the news (orf.at) say", "orf.at"),
    ("url", "www.orf.at sagt", "www.orf.at"),
    ("name", "the news on bekannt.help say", "bekannt.help"),
    ("email", "Write to first.last+news@mail.example.org.", "first.last+news@mail.example.org"),
    ("address", "Wir sind in der Garmischer Straße 19/21, 80339 München.", "Garmischer Straße 19/21, 80339 München"),
    ("address", "Come to Nikolaiplatz 1 b today", "Nikolaiplatz 1 b"),
    ("address", "146, rue Landsberger", "146, rue Landsberger"),
    ("postcode", "in 86156 Augsburg wohnen", "86156 Augsburg"),
    ("date", "Until 26.11.2026 only", "26.11.2026"),
    ("date", "am 3. Mai 2026 um", "3. Mai 2026"),
    ("date", "on May 3, 2026 at", "May 3, 2026"),
    ("date", "до 15 травня 2026 року", "15 травня 2026"),
    ("date", "by 2026-11-26 please", "2026-11-26"),
    ("time", "at 19:30 Uhr in the hall", "19:30 Uhr"),
    ("time", "from 6pm on", "6pm"),
    ("time", "من الساعة 8 صباحًا", "8 صباحًا"),
    ("time", "de 8h30 à midi", "8h30"),
    ("hours", "Open Mo–Fr 8.00–12.00 und 14.00–16.00 Uhr", "Mo–Fr 8.00–12.00 und 14.00–16.00 Uhr"),
    ("hours", "Mon - Fri from nine", "Mon - Fri"),
    ("money", "It costs EUR 30.", "EUR 30"),
    ("money", "kostet 12,50 € im Monat", "12,50 €"),
    ("money", "رسوم قدرها 25 يورو", "25 يورو"),
    ("money", "a fee of 1.200,- EUR", "1.200,- EUR"),
    ("money", "Die Gebühr ist Euro 50 im Monat.", "Euro 50"),
    ("money", "etwa 30 eur im Monat", "30 eur"),
    ("money", "etwa usd 30 im Monat", "usd 30"),
    ("money", "20 zł and ¥300", "20 zł"),
    ("money", "20 zł and ¥300", "¥300"),
    ("money", "that is 300 kr or 40 pounds", "300 kr"),
    ("time", "موعدك الساعة ١٠ مساء", "١٠ مساء"),
    ("time", "موعدك الساعة ١٩:٣٠ مساء", "١٩:٣٠ مساء"),
    ("time", "ساعت ۱۰ صبح بیایید", "۱۰ صبح"),
    ("code", "Aktenzeichen AZ-2024/17 bitte", "AZ-2024/17"),
    ("code", "AZ-2024-05-17", "AZ-2024-05-17"),
    ("code", "Your number is WM-123456.", "WM-123456"),
    ("code", "BAMF-8123456-163", "BAMF-8123456-163"),
    ("code", "ABH/33-2024-0815, bitte", "ABH/33-2024-0815"),
    ("code", "Urteil Au 6 K 24.30123 vom", "Au 6 K 24.30123"),
    ("code", "Az. 12 C 345/24", "12 C 345/24"),
    ("phone", "TEL-0821-3242880", "0821-3242880"),
    ("phone", "T-0821-3242880", "0821-3242880"),
    ("phone", "FAX 0821/3242880", "0821/3242880"),
    ("phone", "+49-821-324-2880", "+49-821-324-2880"),
    ("postcode", "D-86150 Augsburg", "D-86150 Augsburg"),
    ("address", "Bahnhofstraße 12A-14B", "Bahnhofstraße 12A-14B"),
    ("time", "MO-FR 09:00-12:00", "09:00-12:00"),
    ("code", "Your case K7P-2M is open", "K7P-2M"),
    ("code", "IBAN DE89 3704 0044 0532 0130 00 bitte", "DE89 3704 0044 0532 0130 00"),
    ("law", "according to § 60a Abs. 2 AufenthG you", "§ 60a Abs. 2 AufenthG"),
    ("law", "nach §§ 25b, 104c AufenthG", "§§ 25b, 104c AufenthG"),
    ("law", "SGB II applies", "SGB II"),
    ("law", "gemäß §55Abs. 1 AsylG", "§55Abs. 1 AsylG"),
    ("name", "The Tür an Tür helps you", "Tür an Tür"),
    ("emoji", "Good luck 👨‍👩‍👧 to you", "👨‍👩‍👧"),
    ("emoji", "Press 1️⃣ now", "1️⃣"),
    ("html", "This is <b>bold</b> text", "<b>"),
    ("html", "Bread &amp; salt", "&amp;"),
    ("placeholder", "Here is help in {town}.", "{town}"),
    ("handle", "Write /help to start", "/help"),
    ("number", "U-Bahn U6 from here", "U6"),
    ("number", "350,000 people", "350,000"),
    ("number", "about 75% of all", "75%"),
    ("number", "2 m³ a day", "³"),
    ("number", "نحو ١٢٠ شخص", "١٢٠"),
    ("control", "odd \ue003 sign", "\ue003"),
    ("bullet", "1. Fill in the form", "1. "),
    ("currency", "Only € is taken", "€"),
)
NAMES = Names(["Tür an Tür", "Tür", "Caritas", "bekannt.help"])


@pytest.mark.parametrize(("kind", "text", "value"), CASES, ids=[f"{kind}-{value}" for kind, _, value in CASES])
def test_a_span_is_found_whole(kind: str, text: str, value: str) -> None:
    assert (kind, value) in [(span.kind, span.text) for span in parse(text, NAMES)]


@pytest.mark.parametrize(("kind", "text", "value"), CASES, ids=[f"{kind}-{value}" for kind, _, value in CASES])
def test_spans_point_into_the_text_in_order(kind: str, text: str, value: str) -> None:
    spans = parse(text, NAMES)
    assert all(text[span.start : span.end] == span.text for span in spans)
    assert all(before.end <= after.start for before, after in pairwise(spans))


@pytest.mark.parametrize("text", [
    "I need help with my rent.", "Ich habe einen Brief bekommen.", "Мені потрібна допомога.", "أحتاج إلى مساعدة من فضلك.",
    "Kira için yardım arıyorum.", "Je cherche un logement.", "Bring your papers and/or he/she waits.", "Do you speak German?",
    "i am sick.it hurts a lot", "Ich bin krank.es tut weh", "call the doctor.me and my child wait", "i am alone.help me please",
    "I live here.so help me", "he is bad.is there a doctor", "i live in a flat.in it is cold",
    "Je suis malade.de plus je suis seul",
    "estoy enfermo.es grave", "ich warte.am Montag", "z.B.es gibt das", "the test.test is bad", "i go to work.at night i sleep",
    "I will try it in euro or in dollar.",
])  # fmt: skip
def test_plain_sentences_hold_no_span(text: str) -> None:
    assert parse(text, NAMES) == []


def test_names_are_whole_words_and_the_longest_wins() -> None:
    assert [span.text for span in parse("Tür an Tür, Türen, Tür", NAMES)] == ["Tür an Tür", "Tür"]


_WORDS = st.sampled_from("call now please Brief мені до من إلى için pour 中文 ሰላም و".split())
_NUMBERS = st.sampled_from([
    phonenumbers.format_number(phonenumbers.example_number(region), form)
    for region in ("DE", "UA", "TR", "FR", "SY", "IR", "RU", "GB")
    for form in (phonenumbers.PhoneNumberFormat.INTERNATIONAL, phonenumbers.PhoneNumberFormat.NATIONAL)
])
_THINGS = st.one_of(
    _NUMBERS,
    st.from_regex(r"\A[a-z]{1,8}[._+-]?[a-z0-9]{1,8}@[a-z]{1,8}\.example\.(?:org|com)\Z"),
    st.from_regex(r"\Ahttps://[a-z]{1,8}\.example\.org/[a-z0-9/_?=&%-]{0,12}[a-z0-9]\Z"),
    st.from_regex(r"\A[0-9]{1,2}[:.][0-5][0-9](?: Uhr| pm)?\Z"),
    st.from_regex(r"\A[0-9]{1,3}(?:[.,][0-9]{2,3})? (?:€|EUR|Euro|грн|يورو|TL)\Z"),
    st.from_regex(r"\A[0-9]{1,2}\.[0-9]{1,2}\.(?:20[0-9]{2})?\Z"),
    st.sampled_from(["§ 60a AufenthG", "SGB XII", "K7P-2M", "{town}", "<b>", "😀", "Mo-Fr 9-12 Uhr", "B1", "½", "٣٤", "x_y"]),
)
MIXED = st.lists(st.one_of(_WORDS, _THINGS), min_size=1, max_size=12).map(" ".join)


@settings(max_examples=300, deadline=None)
@given(MIXED)
def test_no_digit_and_no_link_is_left_to_an_engine(text: str) -> None:
    masked = mask(text, parse_lines(text))
    assert not facts(masked.text)
    assert "@" not in masked.text


@settings(max_examples=300, deadline=None)
@given(st.text(max_size=200))
def test_any_text_at_all_is_parsed(text: str) -> None:
    masked = mask(text, parse_lines(text))
    assert not any(sign.isdecimal() for sign in masked.text)


def test_shortened_days_of_every_language_are_known() -> None:
    assert len(CODES) == 8
    for text in ("Пн 9:00-12:00", "lun. 9:00-12:00", "Pzt 9:00-12:00", "Mo 9:00-12:00", "Tue 9:00-12:00"):
        assert [span.kind for span in parse(text)] == ["hours"], text


SLOW = {
    "hyphens": "AA-" * 1300, "digits": "1 " * 2000, "one number": "1" * 4000, "brackets": "+(" * 2000, "days": "Mo," * 1300,
    "dots": "a." * 2000, "streets": "Tor" * 1300, "names": "Aa " * 1300, "ats": "a@" * 2000, "at the end": "a" * 3999 + "@",
    "tags": "<a " * 1300, "sections": "§ 1 a Abs. 1 " * 300, "link": "http://a" + ")" * 3900, "underscores": "_" * 4000,
    "dashes": "-" * 4000, "hosts": "aa.it." * 650, "halves of hosts": "a-" * 2000,
    "groups": "123 " * 1000, "emoji": "😀" * 4000, "quotes": "’" * 4000, "hours": "Mo - " * 800,
    "at the": "In der Aa " * 400, "rows": "Alte Sankt " * 350, "joints": "Aa-von-" * 600, "rues": "Rue de la Aa " * 300,
    "codes": "A1-" * 1300, "case numbers": "Au 6 K 24." * 400, "amounts": "eur " * 1000,
    "small streets": "aa-" * 1300, "cyrillic": "Вул. Аа " * 500, "towns": "Aa 5, 86150 " * 300,
}  # fmt: skip


@pytest.mark.parametrize("text", SLOW.values(), ids=SLOW.keys())
def test_a_message_made_to_be_slow_is_parsed_quickly(text: str) -> None:
    """Every pattern on the longest message there may be. The limit is wide, for busy machines; an endless pattern passes none."""
    begun = time.process_time()
    masked = mask(text, parse_lines(text))
    assert time.process_time() - begun < 1.5
    assert not facts(masked.text)


def test_long_lines_are_cut_and_lose_nothing() -> None:
    text = "Please call +49 821 3242880 before you come to us. " * 40
    spans = parse_lines(text)
    assert [span.text for span in spans if span.kind == "phone"] == ["+49 821 3242880"] * 40
    assert all(text[span.start : span.end] == span.text for span in spans)
