"""What came of all reports, for everybody: a page in eight languages without a script or a cookie, and as text, JSON and CSV."""

from __future__ import annotations

import csv
import datetime as dt
import hashlib
import io
from pathlib import Path
from typing import Any

from babel.dates import format_date
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from sanic import Sanic, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels.findings.charts import MOST_DOTS, Bar, bar, dots, symbol
from bot.container import Container
from bot.languages import LAUNCH_LANGUAGES, SOURCE_LANGUAGE, launch_code
from bot.reporting.findings import Overview

HERE = Path(__file__).resolve().parent
POLICY = "default-src 'none'; style-src 'self'; img-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
HEADERS = {
    "Content-Security-Policy": POLICY, "X-Content-Type-Options": "nosniff", "Referrer-Policy": "no-referrer",
    "Cache-Control": "no-cache",
}
# The order in which outcomes are drawn; "other" comes last.
OUTCOMES = ("fixed", "partly", "referred", "not", "refused", "other")
TIMES = ("week", "fortnight", "month", "longer", "other")


def add_findings(app: Sanic, house: Container) -> None:
    """Serves /findings, its style, and the same as text, JSON and CSV."""
    templates = Environment(loader=FileSystemLoader(HERE), autoescape=True, undefined=StrictUndefined, trim_blocks=True)
    style = (HERE / "style.css").read_bytes()
    tag = f'"{hashlib.sha256(style).hexdigest()[:16]}"'

    @app.get("/findings")
    async def page(request: Request) -> HTTPResponse:
        language = _language(request)
        html = templates.get_template("page.html").render(**_values(house, await house.findings.overview(), language))
        return response.html(html, headers=HEADERS | {"Content-Language": language, "Vary": "Accept-Language"})

    @app.get("/findings/style.css")
    async def styled(request: Request) -> HTTPResponse:
        headers = HEADERS | {"ETag": tag}
        if request.headers.get("if-none-match") == tag:
            return response.empty(status=304, headers=headers)
        return response.raw(style, content_type="text/css; charset=utf-8", headers=headers)

    @app.get("/findings.txt")
    async def as_plain_text(request: Request) -> HTTPResponse:
        language = _language(request)
        text = in_words(_values(house, await house.findings.overview(), language))
        headers = HEADERS | {"Content-Language": language, "Vary": "Accept-Language"}
        return response.text(text, content_type="text/plain; charset=utf-8", headers=headers)

    @app.get("/findings.json")
    async def as_json(_: Request) -> HTTPResponse:
        body = machine_readable(await house.findings.overview(), house.settings.place)
        return response.json(body, headers=HEADERS | {"Access-Control-Allow-Origin": "*"}, ensure_ascii=False)

    @app.get("/findings.csv")
    async def as_csv(_: Request) -> HTTPResponse:
        text = as_rows(await house.findings.overview())
        headers = HEADERS | {"Access-Control-Allow-Origin": "*", "Content-Disposition": 'attachment; filename="findings.csv"'}
        return response.text(text, content_type="text/csv; charset=utf-8", headers=headers)


def machine_readable(overview: Overview, place: str) -> dict[str, Any]:
    """The figures as they were published, batch by batch, and what they mean. Names are those of the wording's labels."""
    return {
        "place": place,
        "counting": "Reports whose person allowed it, each once, in batches of at least five. 'other': groups under five put "
        "together. Batches are never changed.",
        "least": 5,
        "total": overview.heard,
        "batches": [
            {
                "population": batch.population, "begin": batch.begin.isoformat() if batch.begin else None,
                "end": batch.end.isoformat(), "total": batch.total, "tables": batch.tables, "why": batch.why,
            }
            for batch in overview.batches
        ],
    }


def in_words(values: dict[str, Any]) -> str:
    """The page as plain text, for a letter, a notice board or a screen reader."""
    text, overview = values["t"], values["overview"]
    lines = [text("title"), "", text("lead", place=values["place"]), ""]
    if not overview.heard:
        return "\n".join([*lines, text("none"), ""])
    lines += [f"{overview.heard} {text('heard')} ({text('since', date=values['date'](values['last']))})", ""]
    lines += [text("outcome") + ":"]
    for row in values["outcome"]:
        lines.append(f"- {row.text}: {row.reports}")
        lines += [f"  - {reason.text}: {reason.reports}" for reason in values["why"].get(row.name, [])]
    for name, rows in values["charts"]:
        lines += ["", text(name) + ":", *(f"- {row.text}: {row.reports}" for row in rows)]
    if overview.late_total:
        lines += ["", text("late_text", count=overview.late_total), *(f"- {row.text}: {row.reports}" for row in values["late"])]
    return "\n".join([*lines, "", text("how_text"), text("not_shown_text"), ""])


def as_rows(overview: Overview) -> str:
    """The same as CSV: one group of one batch a line."""
    target = io.StringIO()
    writer = csv.writer(target, lineterminator="\r\n")
    writer.writerow(["population", "begin", "end", "dimension", "group", "reports"])
    for batch in overview.batches:
        begin = batch.begin.isoformat() if batch.begin else ""
        for dimension, groups in [*batch.tables.items(), *((f"why {name}", groups) for name, groups in batch.why.items())]:
            for group, count in groups.items():
                writer.writerow([batch.population, begin, batch.end.isoformat(), dimension, group, count])
    return target.getvalue()


def _language(request: Request) -> str:
    wanted = launch_code(request.args.get("lang"))
    if wanted:
        return wanted
    for part in request.headers.get("accept-language", "")[:200].split(","):
        found = launch_code(part.split(";")[0].strip())
        if found:
            return found
    return SOURCE_LANGUAGE


def _values(house: Container, overview: Overview, language: str) -> dict[str, Any]:
    wording, unchecked = house.wording, []

    def label(name: str, **values: Any) -> str:
        rendered = wording.render(name, language, **values)
        if not rendered.reviewed:
            unchecked.append(name)
        return rendered.text

    def text(name: str, **values: Any) -> str:
        return label(f"findings_{name}", **values)

    def date(day: dt.date) -> str:
        return str(format_date(day, "d MMM y", locale=language))

    names = {"kind": "report_kind_{}", "outcome": "findings_outcome_{}", "time": "findings_time_{}", "why": "report_why_{}"}

    def called(dimension: str, group: str) -> str:
        if group == "other" and dimension != "kind":
            return text("other")
        if group == "not_said":
            return text("not_said")
        if dimension == "kind" and group == "other":
            # The kind "something else" and small kinds put together are one group.
            return text("other")
        return label(names[dimension].format(group)) if dimension in names else group

    def rows(dimension: str, groups: dict[str, int], order: tuple[str, ...] = ()) -> list[Bar]:
        ordered = sorted(groups.items(), key=lambda pair: order.index(pair[0])) if order else list(groups.items())
        return [Bar(called(dimension, name), count, name) for name, count in ordered]

    decided = overview.decided
    charts = [(name, rows(name, decided[name], TIMES if name == "time" else ())) for name in ("kind", "district", "time")
              if name in decided]
    weeks = [
        Bar(text("weeks_row", begin=date(batch.begin), end=date(batch.end)) if batch.begin else
            text("weeks_start", end=date(batch.end)), batch.total, batch.population)
        for batch in overview.batches[-12:] if batch.population == "decided"
    ]
    if weeks:
        charts.append(("weeks", weeks))
    return {
        "language": language, "direction": wording.direction(language), "rtl": wording.direction(language) == "rtl",
        "t": text, "label": label, "date": date, "place": house.settings.place, "languages": LAUNCH_LANGUAGES,
        "overview": overview, "last": overview.batches[-1].end if overview.batches else dt.date.min,
        "outcome": rows("outcome", decided.get("outcome", {}), OUTCOMES),
        "why": {name: rows("why", groups) for name, groups in overview.why.items()},
        "late": rows("kind", overview.late.get("kind", {})), "charts": charts, "bar": bar, "dots": dots, "symbol": symbol,
        "dots_are_one": sum(decided.get("outcome", {}).values()) <= MOST_DOTS, "unchecked": unchecked,
    }
