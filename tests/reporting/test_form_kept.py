"""What a person typed on the form is taken, or is still there and is said not to be: never confirmed and thrown away."""

from __future__ import annotations

import html
import re
import time

import pytest
import requests

from bot.channels.reports.telling import helper_ticket
from bot.channels.reports.tickets import Tickets
from bot.reporting.intake import TEXT_LIMIT
from bot.reporting.records import Content
from tests.reporting.plain_browser import OVERSIGHT, READERS, Browser


def told(form: Browser, code: str, who: object = READERS) -> list[tuple[str, str]]:
    report = form.report(code)
    found = form.site.run(form.site.house.ledger.readable(report.id, who.private))  # type: ignore[attr-defined]
    return [(record.about, content.text) for record, content in found]


def typed(form: Browser, name: str) -> str:
    """What stands in the text field with this id."""
    found = re.search(rf'<textarea id="{name}"[^>]*>(.*?)</textarea>', form.page, re.S)
    assert found, name
    return html.unescape(found.group(1))


def long_ago(form: Browser, seconds: int) -> Tickets:
    """Makes tickets as they were made so long ago."""
    return Tickets(form.site.house.secrets, lambda: time.time() - seconds)


def opened(form: Browser) -> str:
    form.open()
    form.send(what="first")
    code = form.code()
    form.enter(code)
    return code


def test_every_act_with_the_key_of_one_page_is_taken(form: Browser) -> None:
    code = opened(form)
    page = {"ticket": form.hidden("ticket"), "key": form.hidden("key")}
    acts = (
        {"act": "more", "text": "one"}, {"act": "complain", "text": "the reader threatened me"},
        {"act": "more", "text": "one, and the name of the second man"},
        {"act": "since", "happened": "yes", "other": "no", "text": "he hit me"},
        {"act": "since", "happened": "yes", "other": "yes", "text": "he hit me"},
    )
    for act in (*acts, *acts):
        form.post("/report/act", **act, **page)
        assert form.answer.status_code == 200
    assert told(form, code) == [
        ("what", "first"), ("message", "one"), ("message", "one, and the name of the second man"), ("since", "he hit me"),
        ("since", "he hit me"),
    ]
    assert told(form, code, OVERSIGHT) == [("complaint", "the reader threatened me"), ("since", "he hit me")]
    assert form.report(code).urgent


def test_the_same_words_with_other_files_are_another_message(form: Browser, photo: bytes) -> None:
    code = opened(form)
    page = {"ticket": form.hidden("ticket"), "key": form.hidden("key"), "act": "more", "text": ""}
    for data in (photo, photo, photo + b"\0"):
        form.post("/report/act", [("files", ("a.jpg", data, "image/jpeg"))], **page)
    assert [about for about, _ in told(form, code)] == ["what", "file", "file"]


def test_a_form_that_was_changed_after_it_was_sent_is_not_confirmed(form: Browser) -> None:
    form.open()
    fields = {"task": form.hidden("task"), "sum": form.sum()}
    form.send(what="he is my boss", **fields)
    code = form.code()
    form.post("/report/send", kind="housing", what="he is my boss. He hit me", **fields)
    assert form.answer.status_code == 400 and form.has("form_sent_before") and 'id="number"' not in form.page
    assert typed(form, "what") == "he is my boss. He hit me"
    form.send(what=typed(form, "what"))
    assert form.code() != code and told(form, form.code()) == [("what", "he is my boss. He hit me")]


def test_a_mediator_who_helps_for_hours_stays_bound(form: Browser) -> None:
    house = form.site.house
    ticket = helper_ticket(long_ago(form, 11 * 3600), "mediator-7")
    form.get(f"/report?with={ticket}")
    assert form.has("helper")
    first = form.hidden("helper")
    form.post("/report/tell", kind="housing", helper=first)
    assert form.hidden("helper") not in (ticket, first), "renewed by every page"
    form.send(what="told together", helper=form.hidden("helper"))
    assert form.report(form.code()).excluded == {"mediator-7"}
    assert Tickets(house.secrets, lambda: time.time() + 11 * 3600).read("helper", first)


@pytest.mark.parametrize("helper", ["over", "x" * 40])
def test_a_mediator_who_cannot_be_read_stops_the_sending(form: Browser, helper: str) -> None:
    if helper == "over":
        helper = helper_ticket(long_ago(form, 13 * 3600), "mediator-7")
    before = len(form.site.run(form.site.house.reports.all()))
    form.open()
    form.send(what="told together for hours", helper=helper)
    assert form.answer.status_code == 400 and form.has("form_helper_over") and not form.has("helper")
    assert typed(form, "what") == "told together for hours"
    assert len(form.site.run(form.site.house.reports.all())) == before
    form.send(what=typed(form, "what"), helper=form.hidden("helper"))
    assert form.answer.status_code == 400 and form.has("form_helper_over"), "a second time too"
    form.send(what=typed(form, "what"), helper=form.hidden("helper"), alone="yes")
    assert form.report(form.code()).excluded == frozenset()


def too_large(form: Browser, path: str, before: dict[str, str]) -> None:
    """Sends a form with a film, in the order of the fields on the page."""
    fields = [(name, (None, value)) for name, value in before.items()]
    form.answer = requests.post(
        form.site.url + path, files=[*fields, ("files", ("film.mp4", b"x" * 30_000_000, "video/mp4"))], timeout=120,
        headers={"Accept-Language": "de"},
    )
    form.page = form.answer.text


def test_too_large_a_film_leaves_the_words_and_the_language(form: Browser) -> None:
    form.language = "ar"
    form.open()
    fields = re.findall(r'<(?:input|textarea|select)[^>]* name="([^"]+)"', form.page)
    assert fields.index("files") > max(fields.index(name) for name in ("lang", "kind", "helper", "what", "where", "figures"))
    too_large(form, "/report/send?lang=ar", {"lang": "ar", "kind": "work", "helper": "", "what": "قصة طويلة", "where": "غرفة"})
    assert form.answer.status_code == 413 and '<html lang="ar"' in form.page
    assert form.has("form_too_much") and typed(form, "what") == "قصة طويلة" and 'value="غرفة"' in form.page
    form.send(what=typed(form, "what"))
    assert form.code()


def test_too_large_a_film_leaves_the_message_of_who_came_back(form: Browser) -> None:
    opened(form)
    fields = {"lang": "en", "ticket": form.hidden("ticket"), "key": form.hidden("key"), "act": "more", "text": "a message"}
    too_large(form, "/report/act?lang=en", fields)
    assert form.answer.status_code == 413 and form.has("form_too_much") and typed(form, "text") == "a message"


@pytest.mark.parametrize("act, field", [("more", "text"), ("since", "since-text"), ("complain", "complaint")])
def test_what_was_typed_for_half_an_hour_comes_back_with_the_number(form: Browser, act: str, field: str) -> None:
    code = opened(form)
    over = long_ago(form, 1801).make("session", report=form.report(code).id, private="00" * 32)
    form.act(act, ticket=over, text="typed for\nhalf an hour <b>", happened="yes", other="yes")
    assert form.answer.status_code == 400 and form.has("session_over_kept")
    carried = {name: form.hidden(name) for name in ("typed", "text", "happened", "other")}
    form.post("/report/return", code="1234 5678 9012 3456", task=form.hidden("task"), sum=form.sum(), **carried)
    assert form.has("code_unknown"), "a wrong number loses nothing either"
    carried = {name: form.hidden(name) for name in carried}
    form.post("/report/return", code=code, task=form.hidden("task"), sum=form.sum(), **carried)
    assert form.answer.status_code == 200 and form.has("typed_kept")
    assert re.search(rf'<textarea id="{field}"[^>]* autofocus', form.page) and form.page.count("autofocus") == 1
    assert typed(form, field) == "typed for\nhalf an hour <b>"
    assert all(typed(form, other) == "" for other in {"text", "since-text", "complaint"} - {field})
    assert told(form, code) == [("what", "first")], "nothing is sent by itself"
    form.act(act, text=typed(form, field), happened="yes", other="yes")
    assert form.answer.status_code == 200
    assert "typed for\nhalf an hour <b>" in dict(told(form, code) + told(form, code, OVERSIGHT)).values()


def test_line_breaks_count_once_and_nothing_is_cut(form: Browser) -> None:
    text = ("x" * 39 + "\n") * (TEXT_LIMIT // 40)
    text = text[:-10] + "THE END 12"
    form.open()
    form.send(what=text.replace("\n", "\r\n"))
    code = form.code()
    assert told(form, code) == [("what", text)]
    form.open()
    form.send(what=text + "1")
    assert form.answer.status_code == 400 and form.has("form_long", limit=TEXT_LIMIT) and typed(form, "what") == text + "1"
    for act, field in (("more", "text"), ("since", "since-text"), ("complain", "complaint")):
        form.enter(code)
        form.act(act, text="y" * 100_000, happened="yes")
        assert form.answer.status_code == 400 and form.has("form_long", limit=TEXT_LIMIT) and len(typed(form, field)) == 100_000
    assert len(told(form, code)) == 1 and "maxlength" not in "".join(re.findall("<textarea[^>]*>", form.page))


def test_a_second_tap_on_the_number_opens_the_report_too(form: Browser) -> None:
    form.open()
    form.send(what="a")
    fields = {"code": form.code()}
    form.get("/report/return")
    fields |= {"task": form.hidden("task"), "sum": form.sum()}
    for _ in range(2):
        form.post("/report/return", **fields)
        assert form.answer.status_code == 200 and form.hidden("ticket")
    form.post("/report/return", **fields | {"code": "1234 5678 9012 3456"})
    assert form.answer.status_code == 400 and form.has("return_wrong_sum"), "one sum is one number"


@pytest.mark.parametrize("language", ["ar", "de"])
def test_an_answer_that_was_not_translated_says_so(form: Browser, language: str) -> None:
    form.language = language
    code = opened(form)
    answer = Content("Bitte kommen Sie", "de", {"mark": "untranslated"})
    form.site.run(form.site.house.ledger.add(form.report(code), "reader", "answer", answer))
    form.enter(code)
    assert form.has("untranslated", language_name={"ar": "الألمانية", "de": "Deutsch"}[language])


def test_back_to_the_kinds_carries_every_answer_to_the_next_kind(form: Browser) -> None:
    form.open("housing")
    said = {"what": 'long <b> "words"\nand more', "where": "room 7", "district": "Bobingen", "when": "this_month",
            "going_on": "yes", "figures": "no"}
    form.post("/report/kinds?lang=en", kind="housing", task=form.hidden("task"), sum="1", work="", helper="", **said)
    assert form.answer.status_code == 200 and "Set-Cookie" not in form.answer.headers
    assert 'value="housing" checked' in form.page and form.answer.headers["Cache-Control"] == "no-store"
    carried = {name: form.hidden(name) for name in said}
    assert carried == said and 'name="task"' not in form.page
    form.post("/report/tell", kind="police", helper=form.hidden("helper"), **carried)
    assert typed(form, "what") == said["what"] and 'value="room 7"' in form.page
    assert 'value="Bobingen" selected' in form.page and 'value="this_month" checked' in form.page
    assert 'name="going_on"' not in form.page, "this kind does not ask it"
    form.send(kind="police", **{name: value for name, value in said.items() if name != "going_on"})
    assert ("what", said["what"]) in told(form, form.code())


@pytest.mark.parametrize("old", [False, True])
def test_back_to_the_kinds_keeps_who_helps(form: Browser, old: bool) -> None:
    ticket = helper_ticket(long_ago(form, 13 * 3600 if old else 0), "mediator-7")
    form.post("/report/kinds", kind="housing", helper=ticket, what="together")
    form.post("/report/tell", kind="work", helper=form.hidden("helper"), what=form.hidden("what"))
    assert form.has("form_helper_over") == old
    form.send(kind="work", what=typed(form, "what"), helper=form.hidden("helper"))
    if old:
        assert form.answer.status_code == 400 and form.has("form_helper_over")
    else:
        assert form.report(form.code()).excluded == {"mediator-7"}


def test_too_long_a_text_is_said_before_the_sum(form: Browser) -> None:
    form.open()
    form.send(what="x" * (TEXT_LIMIT + 1), sum="999")
    assert form.answer.status_code == 400 and form.has("form_long", limit=TEXT_LIMIT) and not form.has("form_wrong_sum")
