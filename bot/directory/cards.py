"""A record as a card: what a person needs to decide and to go there, in their language.

A card is JSON for every channel: {"id", "kind", "name", "alternate_name", "description", "rows": [{"label", "value",
"href", "kind"}], "source": {"label", "href"}, "assured", "reviewed", "original"}. Numbers, addresses and links are the
record's own bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any
from urllib.parse import quote

import phonenumbers
from babel import Locale
from babel.dates import format_date

from bot.catalogs import Catalog, Translated
from bot.contracts import Labels
from bot.directory import hours
from bot.directory.loader import Directory
from bot.directory.records import Guide, Location, Organization, Phone, Schedule, Service
from bot.languages import SOURCE_LANGUAGE

# Which services a kind of danger shows, in the order to call them. `waymark directory check` sees that they exist.
EMERGENCY: dict[str, tuple[str, ...]] = {
    "violence": ("police-emergency-call", "helpline-violence-against-women"),
    "medical": ("fire-and-ambulance-call",),
    "suicide": ("fire-and-ambulance-call", "telephone-counselling", "crisis-service-swabia"),
    "fire": ("fire-and-ambulance-call",),
    "child": ("police-emergency-call", "fire-and-ambulance-call", "helpline-children-and-youth"),
}


def dial(number: str) -> str:
    """A tel: link of a number as written in a record."""
    return "tel:" + "".join(sign for sign in number if sign.isdigit() or sign == "+")


def shown(number: str) -> str:
    """A number as people read it in Germany: national form for German numbers, international for others."""
    if not number.startswith("+"):
        return number
    parsed = phonenumbers.parse(number)
    kind = phonenumbers.PhoneNumberFormat
    return str(phonenumbers.format_number(parsed, kind.NATIONAL if parsed.country_code == 49 else kind.INTERNATIONAL))


def map_link(location: Location) -> str:
    """A link to the address on OpenStreetMap."""
    if location.latitude is not None and location.longitude is not None:
        place = f"{location.latitude}/{location.longitude}"
        return f"https://www.openstreetmap.org/?mlat={location.latitude}&mlon={location.longitude}#map=17/{place}"
    address = location.addresses[0]
    return "https://www.openstreetmap.org/search?query=" + quote(f"{address.address_1}, {address.postal_code} {address.city}")


def language_name(code: str, language: str) -> str:
    """The name of a language, such as "Arabic", in `language`; the code itself if nobody knows it."""
    return str(Locale.parse(language).languages.get(code, code))


class _Row:
    """Collects a card's rows, and whether all of their translations are reviewed."""

    def __init__(self, catalog: Catalog, labels: Labels, language: str) -> None:
        self.rows: list[dict[str, Any]] = []
        self.reviewed = True
        self.complete = True
        self._catalog = catalog
        self._labels = labels
        self._language = language

    def label(self, name: str, /, **values: Any) -> str:
        return self._labels(name, self._language, **values)

    def text(self, source: str) -> str:
        found: Translated = self._catalog.get(source)
        self.reviewed &= found.reviewed
        self.complete &= not found.missing
        return found.text

    def add(self, label: str, value: str, kind: str = "text", href: str | None = None, **values: Any) -> None:
        if value:
            self.rows.append({"label": self.label(label, **values), "value": value, "kind": kind, "href": href})


class Cards:
    """Makes cards of records. `labels` gives the short texts around them (the wording's `label`)."""

    def __init__(
        self, directory: Directory, catalogs: dict[str, Catalog], labels: Labels, now: Callable[[], dt.datetime] | None = None
    ) -> None:
        self._directory = directory
        self._catalogs = catalogs
        self._labels = labels
        self._now = now or (lambda: dt.datetime.now(hours.ZONE))

    def catalog(self, language: str) -> Catalog:
        """The directory's catalog of a language; an empty one for a language without."""
        return self._catalogs.get(language) or Catalog(language)

    def name(self, identifier: str, language: str) -> str:
        """The name of a service or the title of a guide in `language`."""
        service = self._directory.services.get(identifier)
        source = service.name if service else self._directory.guides[identifier].title
        return self.catalog(language).get(source).text

    def schedules(self, service: Service) -> tuple[Schedule, ...]:
        """The service's own hours, else those of its first place that has some."""
        if service.schedules:
            return service.schedules
        places = (self._directory.locations[identifier] for identifier in service.locations)
        return next((place.schedules for place in places if place.schedules), ())

    def phones(self, service: Service) -> tuple[Phone, ...]:
        """The service's own numbers, else its places', else its organization's; fax numbers are left out."""
        organization: Organization = self._directory.organizations[service.organization_id]
        places = [self._directory.locations[identifier].phones for identifier in service.locations]
        for phones in (service.phones, *places, organization.phones):
            kept = tuple(phone for phone in phones if phone.type != "fax")
            if kept:
                return kept
        return ()

    def service(
        self, identifier: str, language: str, full: bool = False, distance_km: float | None = None
    ) -> dict[str, Any]:
        """A service's card; `full` has every field, else what is needed to choose."""
        service = self._directory.services[identifier]
        row = _Row(self.catalog(language), self._labels, language)
        description = row.text(service.description)
        name = row.text(service.name)
        if service.alert:
            row.add("card_note", row.text(service.alert), "alert")
        self._whom(row, service, language)
        self._cost(row, service)
        row.add("card_documents", "\n".join(row.text(item.document) for item in service.required_documents))
        row.add("card_languages", ", ".join(self._language(row, item.code, item.note, language) for item in service.languages))
        if service.interpretation_services:
            row.add("card_interpreter", row.text(service.interpretation_services))
        self._reporting(row, service)
        if full and service.application_process:
            row.add("card_how", row.text(service.application_process))
        if full and service.wait_time:
            row.add("card_wait", row.text(service.wait_time))
        self._where(row, service, full, distance_km)
        self._contact(row, service, full)
        self._hours(row, service, language, full)
        if full:
            row.add("card_area", ", ".join(area.name for area in service.service_areas))
            row.add("card_part_of", self._directory.organizations[service.organization_id].name, "name")
        card = self._card(identifier, "service", name, description, service, row, language)
        card["alternate_name"] = service.alternate_name
        card["original"] = None if row.reviewed else f"{service.name}\n{service.description}"
        return card

    def guide(self, identifier: str, language: str, full: bool = False) -> dict[str, Any]:
        """A guide's card; `full` has all steps."""
        guide = self._directory.guides[identifier]
        row = _Row(self.catalog(language), self._labels, language)
        title, summary = row.text(guide.title), row.text(guide.summary)
        original = [guide.title, guide.summary]
        if full:
            steps = [row.text(step) for step in guide.steps]
            row.add("card_steps", "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1)), "steps")
            row.add("card_law", ", ".join(guide.legal_basis), "name")
            original += [f"{place}. {step}" for place, step in enumerate(guide.steps, 1)]
        card = self._card(identifier, "guide", title, summary, guide, row, language)
        card["original"] = None if row.reviewed else "\n".join(original)
        return card

    def _card(
        self, identifier: str, kind: str, name: str, text: str, record: Service | Guide, row: _Row, language: str
    ) -> dict[str, Any]:
        # Latin digits in every language: a person compares them with a letter or a sign on a door.
        day = format_date(record.assured_date, "dd.MM.yyyy", locale="en")
        reviewed = language == SOURCE_LANGUAGE or (row.reviewed and row.complete)
        return {
            "id": identifier,
            "kind": kind,
            "name": name,
            "alternate_name": None,
            "description": text,
            "rows": row.rows,
            "source": {"label": row.label("card_source"), "href": record.source_url},
            "assured": row.label("card_checked", date=day),
            "reviewed": reviewed,
            "original": None,
        }

    def _language(self, row: _Row, code: str, note: str | None, language: str) -> str:
        return language_name(code, language) + (f" ({row.text(note)})" if note else "")

    def _whom(self, row: _Row, service: Service, language: str) -> None:
        if service.eligibility_description:
            row.add("card_for_whom", row.text(service.eligibility_description))
            return
        low, high = service.minimum_age, service.maximum_age
        if low is not None and high is not None:
            row.add("card_age", row.label("card_age_between", minimum=low, maximum=high))
        elif low is not None:
            row.add("card_age", row.label("card_age_from", minimum=low))
        elif high is not None:
            row.add("card_age", row.label("card_age_to", maximum=high))

    def _cost(self, row: _Row, service: Service) -> None:
        parts = []
        for cost in service.cost_options:
            amount = None
            if cost.amount == 0:
                amount = row.label("card_free")
            elif cost.amount is not None:
                amount = f"{cost.amount:.2f} {cost.currency or ''}".strip()
            texts = [row.text(text) for text in (cost.option, cost.amount_description) if text and text != "Free of charge"]
            parts.append(": ".join([*texts, amount] if amount else texts))
        if service.fees_description:
            parts.append(row.text(service.fees_description))
        row.add("card_cost", "\n".join(dict.fromkeys(part for part in parts if part)))

    def _reporting(self, row: _Row, service: Service) -> None:
        body = service.reporting
        if body is None:
            return
        row.add("card_run_by", row.text(body.run_by))
        for label, value in (("card_independent", body.independent_of_police), ("card_anonymous", body.anonymous)):
            if value is not None:
                row.add(label, row.label("yes" if value else "no"))
        if body.what_happens_next:
            row.add("card_next", row.text(body.what_happens_next))

    def _where(self, row: _Row, service: Service, full: bool, distance_km: float | None) -> None:
        for identifier in service.locations if full else service.locations[:1]:
            place = self._directory.locations[identifier]
            for address in place.addresses:
                lines = [address.address_1, address.address_2, f"{address.postal_code} {address.city}"]
                row.add("card_address", ", ".join(line for line in lines if line), "map", map_link(place))
            if full and place.transportation:
                row.add("card_getting_there", row.text(place.transportation))
            if full:
                row.add("card_access", "\n".join(row.text(item.description) for item in place.accessibility))
        if distance_km is not None:
            value = row.label("card_distance", distance=round(distance_km))
            row.rows.append({"label": "", "value": value, "kind": "text", "href": None})

    def _contact(self, row: _Row, service: Service, full: bool) -> None:
        phones = self.phones(service)
        for phone in phones if full else phones[:2]:
            value = shown(phone.number) + (f" - {phone.extension}" if phone.extension else "")
            if phone.description:
                value += f" ({row.text(phone.description)})"
            row.add("card_phone", value, "phone", dial(phone.number))
        if service.email:
            row.add("card_email", service.email, "link", f"mailto:{service.email}")
        website = service.url or self._directory.organizations[service.organization_id].website
        if website and (full or not phones):
            row.add("card_website", website, "link", website)

    def _hours(self, row: _Row, service: Service, language: str, full: bool) -> None:
        schedules = self.schedules(service)
        lines = hours.lines(schedules, language)
        lines += [row.text(item.description) for item in schedules if item.description]
        now = self._now()
        state = hours.open_at(schedules, now)
        if state is not None:
            following = hours.next_opening(schedules, now)
            if state:
                lines.insert(0, row.label("card_open_now"))
            elif following:
                lines.insert(0, row.label("card_opens_next", when=hours.moment_in_words(following.start, language)))
            else:
                lines.insert(0, row.label("card_closed_now"))
            if hours.is_public_holiday(now.date()):
                lines.append(row.label("card_holiday"))
        row.add("card_hours", "\n".join(dict.fromkeys(lines)), "hours")

    def topic(self, identifier: str, language: str) -> str:
        """The name of a topic; of a language for "language:xx"."""
        if identifier.startswith("language:"):
            return language_name(identifier.removeprefix("language:"), language)
        return self.catalog(language).get(self._directory.terms[identifier].name).text

    def emergency(self, kind: str, language: str) -> list[dict[str, Any]]:
        """Cards of the emergency services for a kind of danger, numbers only, in the order to call them."""
        cards = []
        for identifier in EMERGENCY[kind]:
            if identifier in self._directory.services:
                card = self.service(identifier, language)
                card["rows"] = [row for row in card["rows"] if row["kind"] == "phone"]
                cards.append(card)
        return cards
