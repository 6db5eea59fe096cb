"""The typed records of the directory: HSDS 3.0 field names, one record a file.

Source of the names: Human Services Data Specification 3.0 (Open Referral). What HSDS has no field for (the page a fact
was read on, the independence of a complaint body, guides) is marked "not HSDS" below and leaves as an HSDS `attribute`.
Identifiers are readable slugs here; the exporter turns them into the UUIDs that HSDS asks for.
"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any, Literal, Optional

from pydantic import BaseModel, Extra, Field, validator

SLUG = re.compile(r"^[a-z0-9]+(-[a-z0-9]+)*$")
WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
BYDAY = re.compile(r"^(-?[1-5])?(MO|TU|WE|TH|FR|SA|SU)$")
CLOCK = re.compile(r"^([01][0-9]|2[0-3]):[0-5][0-9]$|^24:00$")
LANGUAGE_CODE = re.compile(r"^[a-z]{2,3}$")


class _Part(BaseModel):
    """A piece of a record. Unknown fields are refused: a misspelt field would otherwise be lost in silence."""

    class Config:
        extra = Extra.forbid
        allow_mutation = False
        anystr_strip_whitespace = True
        min_anystr_length = 1


class Language(_Part):
    """A language spoken or written there: ISO 639-1 (or -3) code, and a note if it holds only sometimes."""

    code: str
    note: Optional[str] = None

    @validator("code")
    def _code(cls, value: str) -> str:
        if not LANGUAGE_CODE.match(value):
            raise ValueError(f"'{value}' is no language code; write the ISO 639 code in small letters, such as ar or uk")
        return value


class Phone(_Part):
    """A telephone number as one would dial it from a foreign phone (+49 ...), or a short national number (110)."""

    number: str
    extension: Optional[int] = None
    type: Literal["voice", "fax", "text", "cell", "hotline", "textphone"] = "voice"
    description: Optional[str] = None
    languages: tuple[Language, ...] = ()


class Schedule(_Part):
    """Opening hours as an RRULE in HSDS's fields. `byday` is a comma list (MO,TU), a month rule may count (1MO)."""

    freq: Literal["WEEKLY", "MONTHLY"] = "WEEKLY"
    byday: Optional[str] = None
    bymonthday: Optional[str] = None
    interval: Optional[int] = None
    opens_at: Optional[str] = None
    closes_at: Optional[str] = None
    valid_from: Optional[dt.date] = None
    valid_to: Optional[dt.date] = None
    description: Optional[str] = None

    @validator("byday")
    def _byday(cls, value: Optional[str]) -> Optional[str]:
        for part in (value or "").split(",") if value else []:
            if not BYDAY.match(part):
                raise ValueError(f"'{part}' is no weekday; write {', '.join(WEEKDAYS)} with commas and no blanks")
        return value

    @validator("opens_at", "closes_at", pre=True)
    def _clock(cls, value: Any) -> Any:
        if value is None:
            return None
        # YAML 1.1 reads an unquoted 9:30 as the number 570 (base 60).
        if not isinstance(value, str) or not CLOCK.match(value):
            raise ValueError(f"'{value}' is no time of day; write it in quotes with four digits, such as '09:30'")
        return value


class CostOption(_Part):
    """What it costs. `amount` in `currency` (ISO 4217); 0 means free of charge."""

    option: Optional[str] = None
    amount: Optional[float] = None
    currency: Optional[str] = None
    amount_description: Optional[str] = None


class RequiredDocument(_Part):
    """A paper to bring."""

    document: str
    uri: Optional[str] = None


class ServiceArea(_Part):
    """Where the service is meant for: a town, district, state or the country."""

    name: str


class Accessibility(_Part):
    """How a place can be reached and used with a disability."""

    description: str
    details: Optional[str] = None
    url: Optional[str] = None


class Address(_Part):
    """A street address, written as an envelope in Germany has it. Never translated."""

    address_1: str
    address_2: Optional[str] = None
    city: str
    postal_code: str
    state_province: str = "Bayern"
    country: str = "DE"
    address_type: Literal["physical", "postal", "virtual"] = "physical"


class Reporting(_Part):
    """Not HSDS. For bodies that take complaints: what a person must know before trusting one.

    `independent_of_police` and `anonymous`: true, false, or absent where the source does not say.
    """

    run_by: str
    independent_of_police: Optional[bool] = None
    anonymous: Optional[bool] = None
    what_happens_next: Optional[str] = None


class _Record(_Part):
    """What every record has: its slug, its source page and the day that page was last checked.

    `source_url` is not HSDS; `assured_date` and `assurer_email` are.
    """

    id: str
    source_url: str
    assured_date: dt.date
    assurer_email: Optional[str] = None

    @validator("id")
    def _slug(cls, value: str) -> str:
        if not SLUG.match(value):
            raise ValueError(f"'{value}' is no identifier; use small letters a-z, digits and single hyphens")
        return value


class Organization(_Record):
    """Who runs services. `name` is the official name, in its own language."""

    name: str
    alternate_name: Optional[str] = None
    description: str
    website: Optional[str] = None
    email: Optional[str] = None
    phones: tuple[Phone, ...] = ()


class Location(_Record):
    """A place one can go to. `latitude` and `longitude` in degrees (WGS 84), only where a source gives them."""

    name: str
    organization_id: Optional[str] = None
    description: Optional[str] = None
    transportation: Optional[str] = None
    latitude: Optional[float] = Field(None, ge=-90, le=90)
    longitude: Optional[float] = Field(None, ge=-180, le=180)
    addresses: tuple[Address, ...]
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    accessibility: tuple[Accessibility, ...] = ()


class Service(_Record):
    """One thing an organization does for people.

    `name` and `description` are plain English; `alternate_name` is the name on the door, in German. `locations` holds
    slugs of location records. `audience` (not HSDS) names whom the service is only or mainly for, for filters.
    """

    organization_id: str
    name: str
    alternate_name: Optional[str] = None
    description: str
    url: Optional[str] = None
    email: Optional[str] = None
    status: Literal["active", "inactive", "defunct", "temporarily closed"] = "active"
    alert: Optional[str] = None
    interpretation_services: Optional[str] = None
    application_process: Optional[str] = None
    fees_description: Optional[str] = None
    wait_time: Optional[str] = None
    eligibility_description: Optional[str] = None
    minimum_age: Optional[int] = Field(None, ge=0, le=120)
    maximum_age: Optional[int] = Field(None, ge=0, le=120)
    phones: tuple[Phone, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    languages: tuple[Language, ...] = ()
    cost_options: tuple[CostOption, ...] = ()
    required_documents: tuple[RequiredDocument, ...] = ()
    service_areas: tuple[ServiceArea, ...] = ()
    accessibility: tuple[Accessibility, ...] = ()
    locations: tuple[str, ...] = ()
    taxonomy_terms: tuple[str, ...]
    audience: tuple[Literal["women", "men", "children", "youth", "parents", "elderly", "disability", "lgbtiq"], ...] = ()
    reporting: Optional[Reporting] = None


class Guide(_Record):
    """Not HSDS. A short answer to "how does this work?" or "what are my rights?".

    `steps` are one to three plain sentences each, in the order a person needs them. `services` holds slugs of services
    that help. `legal_basis` names laws as they are cited in Germany, such as "§ 55 AsylG".
    """

    title: str
    summary: str
    steps: tuple[str, ...]
    services: tuple[str, ...] = ()
    taxonomy_terms: tuple[str, ...]
    legal_basis: tuple[str, ...] = ()


class TaxonomyTerm(_Part):
    """A topic. `parent_id` makes the tree; top-level terms are the topics of the menu."""

    id: str
    name: str
    description: str
    parent_id: Optional[str] = None
