"""The official terms of the place, held in both forms: "Duldung (tolerated stay: your deportation is put off for now)".

One file a language in services_directory/glossary/. de.yml names the terms, their other forms and a plain German explanation;
every other language gives each term an equivalent and an explanation. A person needs the German word, because it stands on the
letter and on the door, and they need to know what it means.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from bot.errors import WaymarkError
from bot.languages import CODES
from bot.translation.spans import Span

HOST = "de"
LONGEST_EXPLANATION = 160
_FIELDS = {"term", "equivalent", "explanation", "forms", "also", "reviewed"}
# Digits would be numbers that the original does not have; brackets and line breaks would break the form.
_UNFIT = re.compile(r"[\d()\[\]{}<>\n\ue000-\uf8ff]")


class Term(NamedTuple):
    """One official term in one language.

    `term` is the German word as offices write it, `forms` its other forms, `equivalent` the nearest word of the language (empty
    in German), `explanation` half a sentence, `also` how the language's speakers write the term. `reviewed`: by a native speaker.
    """

    term: str
    forms: tuple[str, ...]
    equivalent: str
    explanation: str
    also: tuple[str, ...]
    reviewed: bool

    def shown(self) -> str:
        """The term with its explanation, as it stands in a text."""
        inner = f"{self.equivalent}: {self.explanation}" if self.equivalent else self.explanation
        return f"{self.term} ({inner})"


class Glossary:
    """Terms by language. Safe to share: it never changes."""

    def __init__(self, terms: Mapping[str, Mapping[str, Term]]) -> None:
        self._terms = terms
        self._patterns: dict[str, tuple[re.Pattern[str], dict[str, str]] | None] = {}

    def languages(self) -> tuple[str, ...]:
        """The languages that have a glossary."""
        return tuple(self._terms)

    def term(self, term: str, language: str) -> Term | None:
        """The German `term` as `language` explains it, or None."""
        return self._terms.get(language, {}).get(term)

    def words(self) -> frozenset[str]:
        """Every German form of every term."""
        return frozenset(form for term in self._terms.get(HOST, {}).values() for form in (term.term, *term.forms))

    def _pattern(self, source: str) -> tuple[re.Pattern[str], dict[str, str]] | None:
        if source not in self._patterns:
            forms: dict[str, str] = {}
            for term in self._terms.get(HOST, {}).values():
                forms |= {form: term.term for form in (term.term, *term.forms)}
            for term in self._terms.get(source, {}).values():
                forms |= {form: term.term for form in term.also}
            # All capitals, as on a form's head.
            forms |= {form.upper(): term for form, term in forms.items() if len(form) > 4}
            longest = sorted(forms, key=lambda form: -len(form))
            self._patterns[source] = (
                (re.compile(rf"(?<!\w)(?:{'|'.join(map(re.escape, longest))})(?!\w)"), forms) if forms else None
            )
        return self._patterns[source]

    def find(self, text: str, source: str, target: str) -> list[Span]:
        """The terms in `text` as spans of the kind "term" whose text is what to write in `target`.

        The first mention is explained; later ones, and one that is followed by a bracket of its own, stand alone.
        """
        pattern = self._pattern(source)
        if pattern is None or target not in self._terms:
            return []
        found: list[Span] = []
        explained: set[str] = set()
        for match in pattern[0].finditer(text):
            held = self.term(pattern[1][match.group()], target)
            if held is None:
                continue
            # Who reads German knows the word, or can ask for it; the German explanations are for translators.
            alone = target == HOST or held.term in explained or text[match.end() :].lstrip().startswith("(")
            found.append(Span(match.start(), match.end(), "term", held.term if alone else held.shown()))
            explained.add(held.term)
        return found


def load(folder: Path) -> Glossary:
    """The glossary in `folder`; a missing folder is an empty one. Raises the first of its problems."""
    terms, problems = read(folder)
    if problems:
        raise problems[0]
    return Glossary(terms)


def read(folder: Path) -> tuple[dict[str, dict[str, Term]], list[WaymarkError]]:
    """What stands in `folder` and every problem with it, each a WaymarkError that names file, field and mend."""
    terms: dict[str, dict[str, Term]] = {}
    problems: list[WaymarkError] = []
    for file in sorted(folder.glob("*.yml")):
        terms[file.stem] = _file(file, problems)
    if terms and HOST not in terms:
        detail = "is missing; it names the terms"
        problems.append(WaymarkError("glossary.field", file=f"{HOST}.yml", field="(all)", detail=detail))
    host = terms.get(HOST, {})
    for code, held in terms.items():
        for term in held:
            if term not in host and HOST in terms:
                detail = f"'{term}' is not in {HOST}.yml; add it there first, or mend its spelling"
                problems.append(WaymarkError("glossary.field", file=f"{code}.yml", field="term", detail=detail))
        missing = [term for term in host if term not in held]
        if missing and code in CODES:
            detail = f"has no entry for {', '.join(missing)}; add what is missing"
            problems.append(WaymarkError("glossary.field", file=f"{code}.yml", field="terms", detail=detail))
    return terms, problems


def _file(file: Path, problems: list[WaymarkError]) -> dict[str, Term]:
    def wrong(field: str, detail: str) -> None:
        problems.append(WaymarkError("glossary.field", file=file.name, field=field, detail=detail))

    try:
        data = yaml.safe_load(file.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        mark = getattr(error, "problem_mark", None)
        wrong("(all)", f"cannot be read as YAML{f' at line {mark.line + 1}' if mark else ''}; mend that line")
        return {}
    if not isinstance(data, dict) or not isinstance(data.get("terms"), list):
        wrong("terms", "is missing; write 'terms:' and below it one '- term: ...' for each")
        return {}
    if data.get("language") != file.stem:
        wrong("language", f"is '{data.get('language')}'; write {file.stem}, as the file's name says")
    found: dict[str, Term] = {}
    for number, row in enumerate(data["terms"], 1):
        term = _term(row, f"terms.{number}", file.stem, bool(data.get("reviewed")), wrong)
        if term is None:
            continue
        if term.term in found:
            wrong(f"terms.{number}.term", f"'{term.term}' stands twice; remove one")
        found[term.term] = term
    return found


def _term(row: Any, place: str, language: str, reviewed: bool, wrong: Any) -> Term | None:
    if not isinstance(row, dict) or not isinstance(row.get("term"), str) or not row["term"].strip():
        wrong(f"{place}.term", "is missing; write the German word as it stands on letters")
        return None
    clean = True

    def bad(field: str, detail: str) -> None:
        nonlocal clean
        clean = False
        wrong(f"{place}.{field} ({row['term']})", detail)

    for field in sorted(set(map(str, row)) - _FIELDS):
        bad(field, f"is no field of a term; the fields are {', '.join(sorted(_FIELDS))}")
    needed = ("explanation",) if language == HOST else ("equivalent", "explanation")
    for field in ("term", *needed):
        value = row.get(field)
        if not isinstance(value, str) or not value.strip():
            bad(field, "is missing or empty; write a few words")
        elif unfit := _UNFIT.search(value):
            bad(field, f"holds '{unfit.group()}'; write it without digits, brackets and line breaks")
        elif len(value) > LONGEST_EXPLANATION:
            bad(field, f"has {len(value)} signs; make it {LONGEST_EXPLANATION} or fewer")
    for field in ("forms", "also"):
        value = row.get(field, [])
        if not isinstance(value, list) or not all(isinstance(item, str) and item.strip() for item in value):
            bad(field, "is no list of texts; write [one, another]")
    if not isinstance(row.get("reviewed", False), bool):
        bad("reviewed", "is neither true nor false")
    if not clean:
        return None
    return Term(
        row["term"].strip(), tuple(row.get("forms", ())), str(row.get("equivalent", "")).strip(),
        row["explanation"].strip().rstrip("."), tuple(row.get("also", ())), bool(row.get("reviewed", reviewed)),
    )


def counts(terms: Mapping[str, Mapping[str, Term]]) -> Iterator[tuple[str, int, int]]:
    """(language, terms, of these reviewed by a native speaker)."""
    for code, held in terms.items():
        yield code, len(held), sum(term.reviewed for term in held.values())
