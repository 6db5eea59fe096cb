"""Reads the directory: all of it or nothing. Every problem names its file, field and mend."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from bot.directory.records import Guide, Location, Organization, Service, TaxonomyTerm
from bot.errors import WaymarkError

Record = TypeVar("Record", Organization, Location, Service, Guide)


class Directory(NamedTuple):
    """The whole directory by id. `folder` is where it was read from."""

    folder: Path
    organizations: dict[str, Organization]
    locations: dict[str, Location]
    services: dict[str, Service]
    guides: dict[str, Guide]
    terms: dict[str, TaxonomyTerm]
    # By language, then by service or guide: what people say when they mean it. Searched, never shown.
    words: dict[str, dict[str, tuple[str, ...]]]

    def records(self) -> Iterator[Organization | Location | Service | Guide]:
        """Every record that has a file of its own."""
        for kind in (self.organizations, self.locations, self.services, self.guides):
            yield from kind.values()

    def topic_of(self, term: str) -> str:
        """The top-level topic above a taxonomy term."""
        parent = self.terms[term].parent_id
        return self.topic_of(parent) if parent else term


class DirectoryError(Exception):
    """The directory was refused. `problems` are WaymarkErrors, each a sentence."""

    def __init__(self, problems: list[WaymarkError]) -> None:
        self.problems = problems
        super().__init__("\n".join(str(problem) for problem in problems))


# pydantic's own words, in a curator's.
_PLAIN = {
    "field required": "is missing; add it",
    "extra fields not permitted": "is no field of this kind of record; check its spelling in README.md",
    "none is not an allowed value": "is empty; write a value or remove the line",
}


def _detail(message: str) -> str:
    return _PLAIN.get(message, message)


def read_yaml(file: Path) -> Any:
    """The content of a YAML file. Raises WaymarkError "directory.unreadable" with the line."""
    try:
        return yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        place = f"line {mark.line + 1}: {getattr(error, 'problem', '')}" if mark else "it is not UTF-8 text"
        raise WaymarkError("directory.unreadable", file=file.name, detail=place) from None


def _typed(kind: type[Any], data: Any, name: str, problems: list[WaymarkError]) -> Any:
    if not isinstance(data, dict):
        problems.append(WaymarkError("directory.field", file=name, field="(all)", detail="is not a list of 'field: value'"))
        return None
    try:
        return kind(**data)
    except (ValidationError, TypeError) as error:
        if isinstance(error, TypeError):
            problems.append(WaymarkError("directory.field", file=name, field="(all)", detail="a field name is not text"))
            return None
        for item in error.errors():
            field = ".".join(str(part) for part in item["loc"])
            problems.append(WaymarkError("directory.field", file=name, field=field, detail=_detail(item["msg"])))
        return None


def _folder(root: Path, folder: str, kind: type[Record], problems: list[WaymarkError]) -> dict[str, Record]:
    found: dict[str, Record] = {}
    for file in sorted((root / folder).glob("*.y*ml")):
        name = f"{folder}/{file.name}"
        try:
            data = read_yaml(file)
        except WaymarkError as problem:
            problems.append(problem)
            continue
        record = _typed(kind, data, name, problems)
        if record is None:
            continue
        if record.id in found:
            problems.append(WaymarkError("directory.duplicate", file=name, target=record.id, other=f"{record.id}.yml"))
        elif record.id != file.stem:
            problems.append(WaymarkError("directory.filename", file=name, target=record.id))
        found[record.id] = record
    if not found and not problems:
        problems.append(WaymarkError("directory.empty", file=f"{root.name}/{folder}"))
    return found


def _terms(root: Path, problems: list[WaymarkError]) -> dict[str, TaxonomyTerm]:
    found: dict[str, TaxonomyTerm] = {}
    for file in sorted((root / "taxonomies").glob("*.y*ml")):
        try:
            rows = read_yaml(file) or []
        except WaymarkError as problem:
            problems.append(problem)
            continue
        for row in rows:
            term: TaxonomyTerm | None = _typed(TaxonomyTerm, row, f"taxonomies/{file.name}", problems)
            if term is not None:
                found[term.id] = term
    return found


def _words(root: Path, problems: list[WaymarkError]) -> dict[str, dict[str, tuple[str, ...]]]:
    found: dict[str, dict[str, tuple[str, ...]]] = {}
    for file in sorted((root / "words").glob("*.yml")):
        try:
            rows = read_yaml(file) or {}
        except WaymarkError as problem:
            problems.append(problem)
            continue
        for record, ways in rows.items():
            if not isinstance(ways, str):
                detail = "is no text; write several ways with ; between"
                problems.append(WaymarkError("directory.field", file=f"words/{file.name}", field=str(record), detail=detail))
                continue
            found.setdefault(file.stem, {})[record] = tuple(way.strip() for way in ways.split(";") if way.strip())
    return found


def _references(directory: Directory, problems: list[WaymarkError]) -> None:
    def need(file: str, field: str, kind: str, targets: tuple[str | None, ...], known: dict[str, Any]) -> None:
        problems.extend(
            WaymarkError("directory.reference", file=file, field=field, kind=kind, target=target)
            for target in targets
            if target is not None and target not in known
        )

    for term in directory.terms.values():
        need("taxonomies/topics.yml", "parent_id", "topic", (term.parent_id,), directory.terms)
    for location in directory.locations.values():
        file = f"locations/{location.id}.yml"
        need(file, "organization_id", "organization", (location.organization_id,), directory.organizations)
    for service in directory.services.values():
        file = f"services/{service.id}.yml"
        need(file, "organization_id", "organization", (service.organization_id,), directory.organizations)
        need(file, "locations", "location", service.locations, directory.locations)
        need(file, "taxonomy_terms", "topic", service.taxonomy_terms, directory.terms)
    for guide in directory.guides.values():
        file = f"guides/{guide.id}.yml"
        need(file, "services", "service", guide.services, directory.services)
        need(file, "taxonomy_terms", "topic", guide.taxonomy_terms, directory.terms)
    for code, words in directory.words.items():
        need(f"words/{code}.yml", "(all)", "service or guide", tuple(words), {**directory.services, **directory.guides})


def load(folder: Path) -> Directory:
    """The directory in `folder`. Raises DirectoryError with every problem found; never returns a part."""
    problems: list[WaymarkError] = []
    directory = Directory(
        folder,
        _folder(folder, "organizations", Organization, problems),
        _folder(folder, "locations", Location, problems),
        _folder(folder, "services", Service, problems),
        _folder(folder, "guides", Guide, problems),
        _terms(folder, problems),
        _words(folder, problems),
    )
    if not problems:
        _references(directory, problems)
    if problems:
        raise DirectoryError(problems)
    return directory


def translatable(record: BaseModel) -> Iterator[tuple[str, str]]:
    """(field, source text) of every sentence of a record that a translator works on, in reading order."""
    if isinstance(record, Guide):
        yield "title", record.title
        yield "summary", record.summary
        yield from ((f"steps.{place}", step) for place, step in enumerate(record.steps))
    elif isinstance(record, Service):
        yield "name", record.name
        yield "description", record.description
        for field in ("eligibility_description", "application_process", "fees_description", "interpretation_services",
                      "wait_time", "alert"):
            if getattr(record, field):
                yield field, getattr(record, field)
        yield from (("required_documents", item.document) for item in record.required_documents)
        for cost in record.cost_options:
            yield from (("cost_options", text) for text in (cost.option, cost.amount_description) if text)
        yield from (("schedules", item.description) for item in record.schedules if item.description)
        yield from (("phones", item.description) for item in record.phones if item.description)
        yield from (("languages", item.note) for item in record.languages if item.note)
        if record.reporting:
            yield "reporting.run_by", record.reporting.run_by
            if record.reporting.what_happens_next:
                yield "reporting.what_happens_next", record.reporting.what_happens_next
    elif isinstance(record, Location):
        if record.transportation:
            yield "transportation", record.transportation
        for item in record.accessibility:
            yield from (("accessibility", text) for text in (item.description, item.details) if text)
        yield from (("schedules", item.description) for item in record.schedules if item.description)
    elif isinstance(record, TaxonomyTerm):
        yield "name", record.name
