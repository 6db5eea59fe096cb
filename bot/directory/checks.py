"""Everything about the directory that types alone cannot see: `waymark directory check`.

A problem is an error (wrong or dangerous: exit status 1) or a warning (should be mended, does not stop anybody).
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple, Union
from urllib.parse import urlparse

import phonenumbers

from bot.catalogs import Catalog
from bot.directory.cards import EMERGENCY
from bot.directory.exporter import hsds_organization, hsds_service
from bot.directory.loader import Directory, translatable
from bot.directory.records import Guide, Location, Organization, Phone, Schedule, Service
from bot.directory.schemas import schema_problems
from bot.languages import CODES, SOURCE_LANGUAGE

Record = Union[Organization, Location, Service, Guide]
# A fact older than this must be looked at again; the source data of the first directory is itself from 2022 to 2024.
STALE_AFTER_DAYS = 5 * 365
LONGEST_SENTENCE_WORDS = 35
EMAIL = re.compile(r"^[\w.+-]+@[\w-]+(\.[\w-]+)+$")
POSTAL_CODE = re.compile(r"^\d{5}$")
SHORT_NUMBER = re.compile(r"^\d{3,6}$")
EMERGENCY_NUMBERS = ("110", "112")
# "Your child cannot be cured: call ...": said of whoever reads it. What people may or must do or say is no such thing.
ASSERTS = re.compile(r"^(?:You(?! may| must| can say)|Your \w+|An? \w+ or an? \w+) [^.?!:\"]*: ")
FOLDERS = {Organization: "organizations", Location: "locations", Service: "services", Guide: "guides"}


class Problem(NamedTuple):
    """Where, what and how to mend it. `level` is "error" or "warning"."""

    level: str
    file: str
    field: str
    sentence: str

    def __str__(self) -> str:
        return f"{self.level}: {self.file}: {self.field}: {self.sentence}"


def _phone(phone: Phone) -> str | None:
    if SHORT_NUMBER.match(phone.number):
        return None
    if not phone.number.startswith("+"):
        return f"'{phone.number}' does not begin with + and a country code. Write +49 ... instead of 0 ..."
    try:
        parsed = phonenumbers.parse(phone.number)
    except phonenumbers.NumberParseException:
        return f"'{phone.number}' is no telephone number. Copy it again from the source page."
    if not phonenumbers.is_valid_number(parsed):
        return f"'{phone.number}' cannot exist (wrong length or area code). Copy it again from the source page."
    return None


def _url(text: str) -> str | None:
    parsed = urlparse(text)
    if parsed.scheme not in {"http", "https"} or "." not in (parsed.hostname or "") or " " in text:
        return f"'{text}' is no web address. It begins with https:// and has no blanks."
    return None


def _schedule(schedule: Schedule) -> str | None:
    if schedule.closes_at and not schedule.opens_at:
        return "has closes_at without opens_at. Write both, or put it in words in 'description'."
    if schedule.opens_at and not schedule.byday and not schedule.bymonthday:
        return "has times but no days. Add byday, such as \"MO,TU\"."
    if schedule.opens_at == schedule.closes_at and schedule.opens_at:
        return "opens and closes at the same time. For day and night write '00:00' and '24:00'."
    if schedule.valid_from and schedule.valid_to and schedule.valid_from > schedule.valid_to:
        return "ends before it begins. Swap valid_from and valid_to."
    return None


def _of_record(record: Record, today: dt.date) -> Iterator[tuple[str, str, str]]:
    for phone in getattr(record, "phones", ()):
        if problem := _phone(phone):
            yield "error", "phones", problem
    if isinstance(record, Organization):
        for phone in record.phones:
            if phone.number in EMERGENCY_NUMBERS:
                yield "error", "phones", (f"{phone.number} is for emergencies, but every service of this organization without "
                                          "a number would show it, complaints too. Write it on the emergency service alone.")
            if phone.description:
                yield "error", "phones", (f"'{phone.description}' is never translated, but shown in every language. "
                                          "Write the number with its description on the service.")
    if isinstance(record, Guide):
        for place, step in enumerate(record.steps):
            if ASSERTS.match(step):
                yield "error", f"steps.{place}", ("tells people that this is so with them: a step is also read alone. "
                                                  "Begin it with 'If'.")
    for schedule in getattr(record, "schedules", ()):
        if problem := _schedule(schedule):
            yield "error", "schedules", problem
    for field in ("url", "website", "source_url"):
        if (value := getattr(record, field, None)) and (problem := _url(value)):
            yield "error", field, problem
    if (email := getattr(record, "email", None)) and not EMAIL.match(email):
        yield "error", "email", f"'{email}' is no e-mail address."
    if record.assured_date > today:
        yield "error", "assured_date", f"{record.assured_date} is in the future. Write the day the source was last checked."
    elif (today - record.assured_date).days > STALE_AFTER_DAYS:
        yield "warning", "assured_date", f"was last checked on {record.assured_date}. Look at the source page again."
    for address in getattr(record, "addresses", ()):
        if address.country == "DE" and not POSTAL_CODE.match(address.postal_code):
            yield "error", "addresses", f"'{address.postal_code}' is no German postal code: five digits, in quotes."
    if isinstance(record, Service):
        if record.minimum_age and record.maximum_age and record.minimum_age > record.maximum_age:
            yield "error", "minimum_age", "is higher than maximum_age. Swap them."
        if not (record.phones or record.email or record.url or record.locations):
            yield "warning", "phones", "nobody can reach this service: it has no phone, e-mail, web address or place."
    for field, text in translatable(record):
        longest = max((len(part.split()) for part in re.split(r"[.!?:;]\s", text)), default=0)
        if longest > LONGEST_SENTENCE_WORDS:
            yield "warning", field, f"has a sentence of {longest} words. Make two of it."


def _emergencies(directory: Directory) -> Iterator[Problem]:
    for kind, identifiers in EMERGENCY.items():
        for identifier in identifiers:
            service = directory.services.get(identifier)
            if service is None or not service.phones:
                yield Problem("error", f"services/{identifier}.yml", "phones",
                              f"is shown when somebody is in danger ({kind}), so it must exist and have a phone number.")


def _translations(directory: Directory) -> Iterator[Problem]:
    texts = {text for kind in (directory.terms, directory.guides, directory.services, directory.locations)
             for record in kind.values() for _, text in translatable(record)}
    for code in CODES:
        if code == SOURCE_LANGUAGE:
            continue
        name = f"locales/{code}/directory.po"
        catalog = Catalog(code, directory.folder / name)
        missing = sum(catalog.get(text).missing for text in texts)
        if missing:
            yield Problem("error", name, "msgstr", f"{missing} of {len(texts)} texts are not translated. "
                          "Run 'waymark directory translations update' and translate what is empty.")


def check(directory: Directory, today: dt.date, schemas: Path | None = None) -> list[Problem]:
    """Every problem found. `schemas`: a folder with the HSDS 3.0 JSON Schemas; without it they are not checked."""
    problems = []
    for record in directory.records():
        file = f"{FOLDERS[type(record)]}/{record.id}.yml"
        problems += [Problem(level, file, field, sentence) for level, field, sentence in _of_record(record, today)]
    problems += _emergencies(directory)
    problems += _translations(directory)
    if schemas is not None:
        for service in directory.services.values():
            for field, sentence in schema_problems("service", hsds_service(directory, service), schemas):
                problems.append(Problem("error", f"services/{service.id}.yml", field, sentence))
        for organization in directory.organizations.values():
            for field, sentence in schema_problems("organization", hsds_organization(directory, organization), schemas):
                problems.append(Problem("error", f"organizations/{organization.id}.yml", field, sentence))
    return sorted(problems)
