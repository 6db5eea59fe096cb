"""What the public sees, and the pages of figures: findings in eight languages, mystery visits, early warning, curators."""

from __future__ import annotations

import csv
import datetime as dt
import html
import io
import re
from collections.abc import Callable, Iterator
from importlib import resources
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser
from sanic import Sanic

from bot.channels.console.console import add_console
from bot.channels.findings.pages import add_findings
from bot.channels.findings.visits import add_visits
from bot.container import Container
from bot.languages import CODES
from bot.reporting.disclosure import LEAST
from bot.reporting.findings import PATIENCE, WANTED, Entry, _written, make_batch
from bot.store.feedback import Figure, monday_of, week_of
from tests.console import desk_server
from tests.console.desk_server import DeskServer
from tests.console.visitor import Guest

SERVICE = "federal-anti-discrimination-agency"
AXE_TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]


@pytest.fixture(scope="module")
def desk(tmp_path_factory: pytest.TempPathFactory) -> Iterator[DeskServer]:
    """The console with the public pages beside it."""

    def both(app: Sanic, house: Container) -> None:
        add_console(app, house)
        add_findings(app, house)
        add_visits(app, house)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(desk_server, "add_console", both)
        server = DeskServer(tmp_path_factory.mktemp("figures")).start()
        yield server
        server.stop()


def publish(desk: DeskServer, count: int = 24) -> None:
    entries = [
        Entry(str(place), dt.date(2026, 1, 5), ("housing", "police", "work")[place % 3], ("Bobingen", "not_said")[place % 2],
              ("fixed", "not", "not")[place % 3], ("", "not_ours", "law")[place % 3], "month")
        for place in range(count)
    ]
    batch = make_batch("decided", entries, None, dt.date(2026, 2, 1), lambda: False)
    desk.run(desk.house.report_work.publish("decided", dt.date(2026, 2, 2), _written(batch), []))


def test_an_empty_page_says_why_it_is_empty(desk: DeskServer) -> None:
    page = Guest(desk).ask("/findings?lang=en")
    said = desk.house.wording.label("findings_none", "en")
    assert page.status == 200 and said in page.body
    assert (WANTED, PATIENCE, LEAST) == (20, 28, 5), "the sentence says these, in eight languages"
    assert "whole weeks" in said and "twenty decided" in said and "after four weeks from five" in said
    assert Guest(desk).ask("/findings.json").body["batches"] == []


@pytest.mark.parametrize("language", CODES)
def test_the_page_in_every_language(desk: DeskServer, language: str) -> None:
    if not desk.run(desk.house.findings.batches()):
        publish(desk)
    page = Guest(desk).ask(f"/findings?lang={language}")
    assert page.status == 200 and not page.cookies
    assert f'<html lang="{language}" dir="{desk.house.wording.direction(language)}">' in page.body
    assert "<script" not in page.body and " style=" not in page.body and "http" not in re.sub(r'xmlns="[^"]*"', "", page.body)
    assert desk.house.wording.label("findings_title", language) in page.body
    assert "{" not in re.sub(r"<style.*?</style>", "", page.body), "a placeholder was left"
    text = Guest(desk).ask(f"/findings.txt?lang={language}")
    assert text.status == 200 and text.headers["Content-Language"] == language and "24" in text.body
    assert "<" not in text.body and "{" not in text.body and len(text.body.splitlines()) > 15


def test_the_browsers_language_is_taken_without_a_choice(desk: DeskServer) -> None:
    assert '<html lang="uk"' in Guest(desk).ask("/findings", headers={"Accept-Language": "uk-UA,ru;q=0.5"}).body
    assert '<html lang="en"' in Guest(desk).ask("/findings?lang=../../etc", headers={"Accept-Language": "zz"}).body


def test_machines_read_the_same_figures(desk: DeskServer) -> None:
    if not desk.run(desk.house.findings.batches()):
        publish(desk)
    body = Guest(desk).ask("/findings.json").body
    rows = list(csv.DictReader(io.StringIO(Guest(desk).ask("/findings.csv").body)))
    for batch in body["batches"]:
        for dimension, groups in batch["tables"].items():
            assert sum(groups.values()) == batch["total"] and min(groups.values()) >= 5, dimension
    assert sum(int(row["reports"]) for row in rows if row["dimension"] == "kind") == body["total"]
    assert {row["dimension"] for row in rows} >= {"kind", "district", "outcome", "time", "why not"}


@pytest.mark.parametrize(("language", "width", "scheme"), [("en", 390, "light"), ("ar", 320, "dark"), ("de", 1200, "light")])
def test_the_page_is_accessible_and_fits(desk: DeskServer, browser: Browser, language: str, width: int, scheme: str) -> None:
    if not desk.run(desk.house.findings.batches()):
        publish(desk)
    context = browser.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme, bypass_csp=True)
    page = context.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{desk.url}/findings?lang={language}")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    assert all(url.startswith(desk.url) for url in asked)
    page.evaluate((resources.files("axe_playwright_python") / "axe.min.js").read_text("utf-8"))
    found = page.evaluate("tags => axe.run(document, { runOnly: tags })", AXE_TAGS)
    assert [(one["id"], one["nodes"][0]["html"]) for one in found["violations"]] == []
    assert page.locator("svg[role=img]").first.get_attribute("aria-label"), "who hears the page gets the numbers"
    context.close()


def send(desk: DeskServer, token: str, **fields: str):  # type: ignore[no-untyped-def]
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    return Guest(desk).ask(f"/visit/{token}", "POST", raw=urlencode(fields).encode(), headers=headers)


def test_a_mystery_visit_counts_once_and_reaches_the_curator(desk: DeskServer, signed_in: Callable[..., Guest]) -> None:
    token = desk.house.visit_feedback.link(SERVICE)
    page = Guest(desk).ask(f"/visit/{token}")
    assert page.status == 200 and not page.cookies and page.headers["Referrer-Policy"] == "no-referrer"
    assert page.headers["Cache-Control"] == "no-store" and "<script" not in page.body
    assert send(desk, token).status == 400, "nothing was answered"
    named = send(desk, token, open="no", proposal="Frau Huber fragen")
    assert named.status == 400 and "Frau Huber fragen" in named.body, "what was typed stays"
    done = send(desk, token, open="no", turned_away="yes", waited="longer", proposal="Nur nach Termin <b>")
    assert done.status == 200 and desk.house.wording.label("visit_thanks", "en")[:20] in done.body
    again = Guest(desk).ask(f"/visit/{token}")
    assert again.status == 404 and "<form" not in again.body and "used already" in again.body, "said before anything is filled in"
    assert send(desk, token, open="no").status == 404 and Guest(desk).ask("/visit/made-up").status == 404
    curator = signed_in("carla", "de", "curator")
    page = curator.ask("/desk/reports/feedback")
    assert page.status == 200 and SERVICE in page.body and "Nur nach Termin &lt;b&gt;" in page.body
    (number,) = re.findall(r'name="number" value="(\d+)"', page.body)
    headers = {"Content-Type": "application/x-www-form-urlencoded", "X-CSRF-Token": ""}
    body = urlencode({"number": number}).encode()
    assert curator.ask("/desk/reports/feedback", "POST", raw=body, headers=headers).status == 403, "no token"
    body = urlencode({"number": number, "csrf": curator.csrf}).encode()
    assert curator.ask("/desk/reports/feedback", "POST", raw=body, headers=headers).status == 303
    assert "Nur nach Termin" not in curator.ask("/desk/reports/feedback").body


def test_a_doubted_card_says_so_to_everybody(desk: DeskServer) -> None:
    token = desk.house.visit_feedback.link(SERVICE)
    send(desk, token, open="no", turned_away="yes")
    card = desk.house.cards.service(SERVICE, "en")
    told = [row["value"] for row in card["rows"] if row["label"] == desk.house.wording.label("card_trust_checked", "en")]
    assert desk.house.wording.label("card_trust_doubted_open", "en") in told
    other = desk.house.cards.service("labour-inspection-swabia", "en")
    assert not [row for row in other["rows"] if row["label"] == desk.house.wording.label("card_trust", "en")]


def test_leads_and_oversight_see_the_warning_with_its_reason_and_nobody_else(
    desk: DeskServer, signed_in: Callable[..., Guest]
) -> None:
    lead, oversight = signed_in("lena", "de", "lead mediator"), signed_in("otto", "ar", "oversight")
    assert desk.house.wording.label("report_desk_warnings_none", "de")[:25] in lead.ask("/desk/reports/warnings").body
    week = week_of(desk.house.report_review.today())
    before = [week_of(monday_of(week) - dt.timedelta(weeks=back)) for back in range(1, 9)]
    figures = [Figure(one, "reports", "housing", "Bobingen", 1) for one in before]
    desk.run(desk.house.visit_feedback.store.keep([*figures, Figure(week, "reports", "housing", "Bobingen", 14)]))
    for guest in (lead, oversight):
        page = guest.ask("/desk/reports/warnings")
        assert page.status == 200 and "Bobingen" in page.body and "14" in page.body and "2000" in page.body
    for name, roles in (("rita", "reader"), ("carla", "curator"), ("mara", "mediator")):
        assert signed_in(name, "de", roles).ask("/desk/reports/warnings").status == 403, roles
    assert Guest(desk).ask("/desk/reports/warnings").status == 401


@pytest.mark.parametrize("language", ["de", "ar"])
def test_what_is_wrong_with_a_visit_is_said_in_the_language_of_its_page(desk: DeskServer, language: str) -> None:
    token, label = desk.house.visit_feedback.link(SERVICE), desk.house.wording.label
    headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept-Language": language}
    page = Guest(desk).ask(f"/visit/{token}", "POST", raw=b"proposal=x", headers=headers)
    assert page.status == 400 and label("error_visit_answers", language) in html.unescape(page.body)
    page = Guest(desk).ask("/visit/made-up", headers=headers)
    assert page.status == 404 and label("error_visit_link", language) in html.unescape(page.body)
    assert 'role="alert" dir="auto"' in page.body
