"""`waymark translations`: review of what is translated, exchange with translators' programs, the figure of protection."""

from __future__ import annotations

import asyncio
import gzip
import json
import re
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated, Any, Optional

import typer

from bot import container_translation
from bot.container import Container, container
from bot.directory.translations import directory_sources
from bot.errors import WaymarkError
from bot.languages import CODES, SOURCE_LANGUAGE
from bot.store.translation_shown import text_hash
from bot.translation import exchange, review
from bot.translation.hostile import HOSTILE, HostileEngine
from bot.translation.measure import NOTHING, measure
from bot.translation.memory import readable
from bot.translation.quality import quality
from bot.wording.wording import HERE as WORDING

program = typer.Typer(no_args_is_help=True)
_NUMBER = re.compile("[0-9]{1,15}")
OTHERS = tuple(code for code in CODES if code != SOURCE_LANGUAGE)
Checked = Annotated[bool, typer.Option(help="Numbers that differ were looked at, such as 8 pm as 20 Uhr.")]
Role = Annotated[str, typer.Option(help="In what role, never a name: reviewer, curator, mediator.")]


def _books(house: Container, language: str) -> dict[str, Path]:
    """The two PO files of a language by their short name. Raises WaymarkError "review.unknown"."""
    if language not in OTHERS:
        raise WaymarkError("review.unknown", language=language, known=", ".join(OTHERS))
    return {
        "wording": WORDING / "locales" / language / "responses.po",
        "directory": house.settings.directory / "locales" / language / "directory.po",
    }


def _run(work: Coroutine[Any, Any, None]) -> None:
    try:
        asyncio.run(work)
    finally:
        container().database.close()


@program.command()
def status(
    language: Annotated[Optional[str], typer.Argument(help="One language; all without it.")] = None,
) -> None:
    """Count what is reviewed, fuzzy, stale and missing, in the PO files and in the memory."""
    house = container()
    for code in [language] if language else OTHERS:
        counts = house.shown_counts.counts(code)
        rows = [review.status(book, path, counts, text_hash) for book, path in _books(house, code).items()]
        for row in rows:
            typer.echo(
                f"{code}  {row.book:10} {row.entries:5} texts  {row.reviewed:5} reviewed  {row.fuzzy:5} fuzzy  "
                f"{row.stale:4} stale  {row.missing:4} missing  shown unreviewed {row.shown} times"
            )
    _run(_memory_status(house, language))


async def _memory_status(house: Container, language: str | None) -> None:
    entries = await house.translation_memory.store.entries(target=language)
    for state in ("machine", "corrected", "reviewed"):
        typer.echo(f"memory  {state:10} {sum(entry.state == state for entry in entries):5}")


def _waiting(house: Container, language: str) -> list[review.Waiting]:
    counts = house.shown_counts.counts(language)
    found = [one for book, path in _books(house, language).items() for one in review.waiting(book, path, counts, text_hash)]
    return sorted(found, key=lambda one: -one.shown)


@program.command("next")
def next_entries(
    language: str, count: Annotated[int, typer.Option(min=0, help="How many to show.")] = 5,
) -> None:
    """Show what to review next: corrections first, then the most shown. Then: waymark translations accept."""
    house = container()
    waiting = _waiting(house, language)

    async def corrections() -> None:
        for entry in await house.translation_memory.store.entries(target=language, state="corrected"):
            typer.echo(f"memory:{entry.number}  ({entry.source} -> {entry.target}, corrected by {entry.role})")
            typer.echo(f"    {readable(entry.original)}\n    {readable(entry.text)}")

    _run(corrections())
    for one in waiting[:count]:
        typer.echo(f"{one.book}:{one.name}  (shown {one.shown} times{', the source has changed' if one.stale else ''})")
        typer.echo(f"    {one.source}\n    {one.text or '(not translated)'}")
    typer.echo(f"{len(waiting)} texts wait for a native speaker.")


@program.command()
def accept(
    language: str,
    entry: Annotated[str, typer.Argument(help="As 'next' shows it, such as wording:1a2b... or memory:3.")],
    text: Annotated[Optional[str], typer.Option(help="Another translation than the one shown.")] = None,
    role: Role = "reviewer",
    numbers_checked: Checked = False,
) -> None:
    """A native speaker has read it: it is reviewed from now on and carries no mark."""
    house = container()
    book, _, name = entry.partition(":")
    if book == "memory":
        if not _NUMBER.fullmatch(name):
            raise WaymarkError("memory.entry", number=name)
        _run(house.translation_memory.approve(int(name), role=role, target=language, text=text))
    else:
        books = _books(house, language)
        found = next((one for one in _waiting(house, language) if one.book == book and one.name == name), None)
        if found is None:
            raise WaymarkError("review.entry", name=entry)
        review.accept(books[book], found.source, text, role, numbers_checked)
    typer.echo("Reviewed. A running Waymark shows it after its next start.")


@contextmanager
def _written(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        raise WaymarkError("review.folder", folder=folder, detail=error.strerror or type(error).__name__) from None


@program.command()
def export(language: str, folder: Path) -> None:
    """Write the PO files and the memory (TMX and PO) of a language for Poedit, Weblate or a translator's program."""
    house = container()
    books = _books(house, language)
    with _written(folder):
        folder.mkdir(parents=True, exist_ok=True)
        for book, path in books.items():
            review.write(review.read(path), folder / f"{book}.{language}.po")
            typer.echo(f"{folder / f'{book}.{language}.po'}")

    async def memory() -> None:
        entries = await house.translation_memory.store.entries(target=language)
        for source in sorted({entry.source for entry in entries}):
            pair = [entry for entry in entries if entry.source == source]
            name = f"memory.{source}-{language}"
            count = exchange.write_tmx(pair, folder / f"{name}.tmx", source, language)
            exchange.write_po(pair, folder / f"{name}.po", source, language)
            typer.echo(f"{folder / name}.tmx and .po ({count} entries)")

    with _written(folder):
        _run(memory())


@program.command("import")
def import_file(
    language: str,
    file: Annotated[Path, typer.Argument(help="wording.LANG.po, directory.LANG.po, or a TMX or PO file of the memory.")],
    source: Annotated[str, typer.Option(help="The language a memory file translates from.")] = SOURCE_LANGUAGE,
    role: Role = "reviewer",
    numbers_checked: Checked = False,
) -> None:
    """Bring an edited file back. Nothing reviewed is replaced by what is not; the file's name says where it belongs."""
    house = container()
    books = _books(house, language)
    book = file.name.split(".")[0]
    if book in books:
        merged = review.merge(books[book], file, language, role, numbers_checked)
        for sentence in merged.refused:
            typer.echo(sentence)
        typer.echo(f"{merged.changed} changed, {merged.reviewed} newly reviewed, {merged.added} kept for later, "
                   f"{len(merged.refused)} to look at.")
        return
    read = exchange.read_tmx if file.suffix == ".tmx" else exchange.read_po

    async def memory() -> None:
        taken = await exchange.take(house.translation_memory, read(file, source, language))
        typer.echo(f"{taken.taken} taken into the memory, {taken.refused} refused.")
        if taken.refused:
            typer.echo("Refused is what has other numbers, links or ⟦1⟧ than its original, or was corrected here already.")
        if taken.refused and not taken.taken:
            raise typer.Exit(1)

    _run(memory())


@program.command("quality")
def quality_of(
    language: str,
    count: Annotated[int, typer.Option(min=1, help="How many texts of the directory.")] = 200,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Measure a pair on the directory's own texts: English to LANG by the engine alone, against what stands in directory.po."""
    house = container()
    pairs = [
        (entry.msgid, entry.msgstr) for entry in review.read(_books(house, language)["directory"])
        if entry.msgstr and not entry.obsolete and len(entry.msgid.split()) >= 6
    ]
    # Spread over the whole file, the same ones every time.
    chosen = pairs[:: max(1, len(pairs) // count)][:count]

    async def measure_it() -> None:
        try:
            found = await quality(container_translation.engine_alone(house), chosen, SOURCE_LANGUAGE, language)
        finally:
            await house.translation_engine.stop()
        figures = {"pair": f"{SOURCE_LANGUAGE}-{language}", **found._asdict()}
        typer.echo(json.dumps(figures) if as_json else "  ".join(f"{name} {value}" for name, value in figures.items()))

    if not house.translation_engine.can(SOURCE_LANGUAGE, language):
        raise WaymarkError("translation.pair", source=SOURCE_LANGUAGE, target=language)
    _run(measure_it())


def _contexts(folder: Path, language: str) -> set[str]:
    found = set()
    for file in sorted(folder.glob(f"*_{language}.jsonl.gz")):
        with gzip.open(file, "rt", encoding="utf-8") as lines:
            found |= {json.loads(line)["context"] for line in lines}
    return found


def _corpora(house: Container, data: Path | None) -> Iterator[tuple[str, str, list[str]]]:
    """(name, language, texts) of everything protection is measured on."""
    sources = [source.text for source in directory_sources(house.directory)]
    yield "directory", SOURCE_LANGUAGE, [*sources, *contact_lines(house)]
    for code in CODES if data else ():
        contexts = _contexts(Path(str(data)), code)
        if contexts:
            yield "contexts", code, sorted(contexts)


def contact_lines(house: Container) -> list[str]:
    """Every number, link, address and name of the directory, in a sentence."""
    directory = house.directory
    lines = []
    for service in directory.services.values():
        organization = directory.organizations[service.organization_id]
        phones = ", ".join(phone.number for phone in house.cards.phones(service))
        email = service.email or organization.email
        lines.append(f"Call {organization.name} today: {phones}. Write to {email}, or see {service.url}.")
    for place in directory.locations.values():
        address = place.addresses[0]
        hours = "; ".join(f"{one.byday} {one.opens_at}-{one.closes_at}" for one in place.schedules if one.opens_at)
        lines.append(f"Please come to {place.name}, {address.address_1}, {address.postal_code} {address.city}. Open: {hours}.")
    return lines


@program.command()
def protection(
    data: Annotated[Optional[Path], typer.Option(help="A folder with OMoS-QA files (*_LANG.jsonl.gz).")] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Send every text through engines that do everything wrong, and count the numbers, links and names that come back."""
    house = container()
    figures: dict[str, object] = {}
    total = NOTHING

    async def all_of() -> None:
        nonlocal total
        for name, language, texts in _corpora(house, data):
            for rewrite in HOSTILE:
                figure = await measure(texts, HostileEngine(rewrite), language, house.proper_names)
                total = total.plus(figure)
                figures[f"{name} {language} {rewrite.__name__}"] = round(figure.share, 6)
                if not as_json:
                    typer.echo(f"{name:10} {language}  {rewrite.__name__:12} {figure.texts:6} texts {figure.spans:7} spans  "
                               f"{figure.share:.4%} intact")

    _run(all_of())
    if as_json:
        typer.echo(json.dumps({"texts": total.texts, "spans": total.spans, "intact_share": total.share, **figures}))
    else:
        typer.echo(f"all: {total.texts} texts, {total.spans} spans, {total.share:.4%} intact")
