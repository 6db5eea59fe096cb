"""`waymark directory`: check, count, search, export and translate."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from pathlib import Path
from typing import Annotated, Optional

import typer

from bot.cli.typed import say
from bot.container import container
from bot.directory import checks, translations
from bot.directory.exporter import hsds_service
from bot.errors import WaymarkError
from bot.languages import CODES, SOURCE_LANGUAGE
from bot.settings import ROOT
from bot.translation import glossary

program = typer.Typer(no_args_is_help=True)
translations_program = typer.Typer(no_args_is_help=True)
program.add_typer(translations_program, name="translations", help="Keep the translations in step with the records.")
# Beside a developer's checkout; never part of it.
NEAR_SCHEMAS = ROOT.parent / "shared" / "data" / "hsds-3.0"


@program.command()
def check(
    schemas: Annotated[Optional[Path], typer.Option(help="A folder with the HSDS 3.0 JSON Schemas.")] = None,
    warnings: Annotated[bool, typer.Option(help="Show warnings too.")] = True,
) -> None:
    """Check every record. Exit status 1 if something is wrong."""
    directory = container().directory
    folder = schemas or (NEAR_SCHEMAS if NEAR_SCHEMAS.is_dir() else None)
    problems = checks.check(directory, dt.date.today(), folder)
    terms, unfit = glossary.read(directory.folder / "glossary")
    problems += [checks.Problem("error", *problem.args[0].split(": ", 2)) for problem in unfit]
    errors = [problem for problem in problems if problem.level == "error"]
    for problem in problems if warnings else errors:
        say(str(problem))
    reviewed = sum(count for _, _, count in glossary.counts(terms))
    count = len(terms.get(glossary.HOST, {}))
    typer.echo(f"Glossary: {count} official terms in {len(terms)} languages, {reviewed} entries reviewed.")
    typer.echo(
        f"{len(directory.services)} services, {len(directory.guides)} guides, {len(directory.organizations)} organizations, "
        f"{len(directory.locations)} places: {len(errors)} errors, {len(problems) - len(errors)} warnings. "
        + ("HSDS schemas checked." if folder else "HSDS schemas not given, so not checked (--schemas FOLDER).")
    )
    if errors:
        raise typer.Exit(1)


@program.command()
def stats() -> None:
    """Count records by topic, translations by language, and questions that found no answer."""
    house = container()
    directory = house.directory
    terms = [record.taxonomy_terms for record in directory.services.values()]
    terms += [record.taxonomy_terms for record in directory.guides.values()]
    topics = Counter(topic for row in terms for topic in {directory.topic_of(term) for term in row})
    typer.echo("Records by topic:")
    for topic, count in topics.most_common():
        typer.echo(f"  {topic:20} {count}")
    sources = translations.directory_sources(directory)
    typer.echo(f"Translations of {len(sources)} texts (translated, of these reviewed by a person):")
    for code in CODES:
        if code != SOURCE_LANGUAGE:
            found = [house.directory_catalogs[code].get(source.text) for source in sources]
            done = [text for text in found if not text.missing]
            typer.echo(f"  {code}  {len(done)}  {sum(text.reviewed for text in done)}")
    rows = house.unanswered.counts()
    typer.echo("Questions without an answer (week, topic, language, count):" if rows else "No unanswered questions counted.")
    for row in rows:
        typer.echo("  " + "  ".join(str(part) for part in row))


@program.command()
def search(question: str, language: Annotated[str, typer.Option(help="The question's language.")] = "en",
           town: Annotated[Optional[str], typer.Option(help="Near this town.")] = None) -> None:
    """Search as the assistant does, and show what it would show."""
    house = container()
    wishes = house.gazetteer.wishes(question, language)
    found = house.finder.find(question, language, "nlu_fallback", wishes, town)
    typer.echo(f"fits: {found.fits}  wishes: {wishes}  unmet: {found.unmet}")
    if found.guide:
        typer.echo(f"guide    {found.guide}: {house.cards.name(found.guide, language)}")
        typer.echo(f"         {found.passage or ''}")
    for service in found.services:
        typer.echo(f"service  {service}: {house.cards.name(service, language)}")


@program.command()
def export(target: Path) -> None:
    """Write all services as one HSDS 3.0 JSON file."""
    directory = container().directory
    rows = [hsds_service(directory, service) for service in directory.services.values()]
    target.write_text(json.dumps(rows, ensure_ascii=False, indent=1), encoding="utf-8")
    typer.echo(f"{len(rows)} services written to {target}.")


@translations_program.command("update")
def update() -> None:
    """Bring every directory.po in step with the records; a changed source makes its translation fuzzy again."""
    for result in translations.update(container().directory):
        typer.echo(f"{result.language}: {result.kept} kept, {result.new} new, {result.fuzzy_again} fuzzy again, "
                   f"{result.dropped} no longer used")
    from bot.wording.update import update_wording

    for language, new, dropped in update_wording(ROOT / "domain"):
        typer.echo(f"{language} wording: {new} new, {dropped} no longer used")


@program.command()
def feedback() -> None:
    """What visitors told of services in the last twelve weeks; doubted ones first."""
    opinions = container().visit_feedback.opinions()
    for one in opinions:
        told = ", ".join(f"{question} {bad} of {of} against" for question, (bad, of) in one.against.items() if bad)
        typer.echo(f"{one.mark or 'open':10} {one.record}  visits {one.visits}" + (f"  ({told})" if told else ""))
    if not opinions:
        typer.echo("Nobody has told of a visit in the last twelve weeks.")


@program.command("visit-link")
def visit_link(service: str, days: Annotated[int, typer.Option(min=1, max=90, help="Days that the link works.")] = 14) -> None:
    """A link for one mystery visit by a trained volunteer. It works once."""
    if service not in container().directory.services:
        raise WaymarkError("visit.record", record=service)
    settings = container().settings
    base = (settings.desk_url or f"http://{settings.host}:{settings.port}").rstrip("/")
    typer.echo(f"{base}/visit/{container().visit_feedback.link(service, days)}")
