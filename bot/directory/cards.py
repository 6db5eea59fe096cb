"""A record as a card: what a person needs to decide and to go there, in their language.

A card is JSON for every channel: {"id", "kind", "name", "alternate_name", "description", "rows": [{"label", "value",
"href", "kind"}], "source": {"label", "href"}, "assured", "reviewed", "mark", "original"}. Numbers, addresses and links are the
record's own bytes.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from typing import Any

from babel.dates import format_date

from bot.catalogs import Catalog, Mark, Texts, worst
from bot.contracts import Labels
from bot.directory import hours
from bot.directory.card_rows import (
    Row,
    add_address,
    add_cost,
    add_hours,
    add_phones,
    add_reporting,
    add_whom,
)
from bot.directory.loader import Directory
from bot.directory.records import Guide, Organization, Phone, Schedule, Service
from bot.languages import SOURCE_LANGUAGE, language_name

# Which services a kind of danger shows, in the order to call them. `waymark directory check` sees that they exist.
EMERGENCY: dict[str, tuple[str, ...]] = {
    "violence": ("police-emergency-call", "helpline-violence-against-women"),
    "medical": ("fire-and-ambulance-call",),
    "suicide": ("fire-and-ambulance-call", "telephone-counselling", "crisis-service-swabia"),
    "fire": ("fire-and-ambulance-call",),
    "child": ("police-emergency-call", "fire-and-ambulance-call", "helpline-children-and-youth"),
}


class Cards:
    """Makes cards of records. `labels` gives the short texts around them (the wording's `label`)."""

    def __init__(
        self,
        directory: Directory,
        catalogs: dict[str, Catalog],
        labels: Labels,
        now: Callable[[], dt.datetime] | None = None,
        shown: Callable[[str], Texts] | None = None,
        visits: Callable[[str], tuple[tuple[str, str], ...]] | None = None,
    ) -> None:
        """`catalogs` are what people have translated; `shown` gives a language's texts with a machine's help.

        `visits`: by service, names of labels: who told of it lately, and what.
        """
        self._visits = visits or (lambda _: ())
        self._directory = directory
        self._catalogs = catalogs
        self._shown = shown or self._catalog
        self._labels = labels
        self._now = now or (lambda: dt.datetime.now(hours.ZONE))

    def _catalog(self, language: str) -> Catalog:
        return self._catalogs.get(language) or Catalog(language)

    def catalog(self, language: str) -> Texts:
        """The directory's texts in a language; what nobody has translated is the source text, marked."""
        return self._shown(language)

    def name(self, identifier: str, language: str) -> str:
        """The name of a service or the title of a guide in `language`."""
        service = self._directory.services.get(identifier)
        source = service.name if service else self._directory.guides[identifier].title
        return self.catalog(language).get(source).text

    def places_with_hours(self, service: Service) -> list[str]:
        """The places that keep their own hours; none if the service has hours of its own, which then hold everywhere."""
        if service.schedules:
            return []
        return [place for place in service.locations if self._directory.locations[place].schedules]

    def schedules(self, service: Service, place: str | None = None) -> tuple[Schedule, ...]:
        """The service's own hours, else those of `place`, else those of its first place that has some."""
        if service.schedules:
            return service.schedules
        places = [place] if place is not None else self.places_with_hours(service)[:1]
        return self._directory.locations[places[0]].schedules if places else ()

    def phones(self, service: Service, place: str | None = None) -> tuple[Phone, ...]:
        """The service's own numbers, else its places' (`place` first), else its organization's; no fax numbers."""
        organization: Organization = self._directory.organizations[service.organization_id]
        names = dict.fromkeys([*([place] if place else []), *service.locations])
        places = [self._directory.locations[name].phones for name in names]
        for phones in (service.phones, *places, organization.phones):
            kept = tuple(phone for phone in phones if phone.type != "fax")
            if kept:
                return kept
        return ()

    def _place(self, service: Service, nearest: Sequence[Any] | None) -> str | None:
        if nearest is not None:
            return str(nearest[1])
        return service.locations[0] if service.locations else None

    def service(
        self, identifier: str, language: str, full: bool = False, nearest: Sequence[Any] | None = None
    ) -> dict[str, Any]:
        """A service's card; `full` has every field, else what is needed to choose.

        `nearest`: kilometres and the id of the nearest of its places (a places.Distance, or the same as a JSON list).
        """
        service = self._directory.services[identifier]
        row = Row(self.catalog(language), self._labels, language)
        description = row.text(service.description)
        name = row.text(service.name)
        if service.alert:
            row.add("card_note", row.text(service.alert), "alert")
        for who, told in self._visits(identifier):
            row.add(who, row.label(told), "alert")
        add_whom(row, service)
        add_cost(row, service)
        row.add("card_documents", "\n".join(row.text(item.document) for item in service.required_documents))
        row.add("card_languages", ", ".join(self._language(row, item.code, item.note, language) for item in service.languages))
        if service.interpretation_services:
            row.add("card_interpreter", row.text(service.interpretation_services))
        add_reporting(row, service)
        if full and service.application_process:
            row.add("card_how", row.text(service.application_process))
        if full and service.wait_time:
            row.add("card_wait", row.text(service.wait_time))
        self._places(row, service, full, nearest)
        self._contact(row, service, full, self._place(service, nearest))
        if full:
            row.add("card_area", ", ".join(area.name for area in service.service_areas))
            row.add("card_part_of", self._directory.organizations[service.organization_id].name, "name")
        card = self._card(identifier, "service", name, description, service, row, language)
        card["alternate_name"] = service.alternate_name
        card["original"] = row.original(service.name, service.description)
        return card

    def guide(self, identifier: str, language: str, full: bool = False) -> dict[str, Any]:
        """A guide's card; `full` has all steps."""
        guide = self._directory.guides[identifier]
        row = Row(self.catalog(language), self._labels, language)
        title, summary = row.text(guide.title), row.text(guide.summary)
        original = [guide.title, guide.summary]
        if full:
            steps = [row.text(step) for step in guide.steps]
            row.add("card_steps", "\n".join(f"{place}. {step}" for place, step in enumerate(steps, 1)), "steps")
            row.add("card_law", ", ".join(guide.legal_basis), "name")
            original += [f"{place}. {step}" for place, step in enumerate(guide.steps, 1)]
        card = self._card(identifier, "guide", title, summary, guide, row, language)
        card["original"] = row.original(*original)
        return card

    def passage(self, guide: str, passage: str, language: str) -> tuple[str, Mark | None, str | None]:
        """A guide's passage as the search found it (its summary and one step), in `language`; its mark and its original."""
        record, shown = self._directory.guides[guide], self._shown(language)
        for found in (self._catalog(language), self._catalog(SOURCE_LANGUAGE)):
            summary = found.get(record.summary).text
            for step in record.steps:
                if passage == f"{summary} {found.get(step).text}":
                    pair = shown.get(record.summary), shown.get(step)
                    mark = worst(text.mark for text in pair)
                    return " ".join(text.text for text in pair), mark, f"{record.summary}\n{step}" if mark else None
        return passage, None, None

    def _card(
        self, identifier: str, kind: str, name: str, text: str, record: Service | Guide, row: Row, language: str
    ) -> dict[str, Any]:
        # Latin digits in every language: a person compares them with a letter or a sign on a door.
        day = format_date(record.assured_date, "dd.MM.yyyy", locale="en")
        return {
            "id": identifier,
            "kind": kind,
            "name": name,
            "alternate_name": None,
            "description": text,
            "rows": row.rows,
            "source": {"label": row.label("card_source"), "href": record.source_url},
            "assured": row.label("card_checked", date=day),
            "reviewed": row.reviewed,
            "mark": row.mark,
            "original": None,
        }

    def _language(self, row: Row, code: str, note: str | None, language: str) -> str:
        return language_name(code, language) + (f" ({row.text(note)})" if note else "")

    def _places(self, row: Row, service: Service, full: bool, nearest: Sequence[Any] | None) -> None:
        """Where and when: the nearest (else the first) place; in the full card every place, each with its own hours."""
        chosen = self._place(service, nearest)
        places = list(dict.fromkeys([chosen, *service.locations])) if full else [chosen]
        own_hours = self.places_with_hours(service)
        several = len(service.locations) > 1
        for identifier in places:
            if identifier is None:
                continue
            place = self._directory.locations[identifier]
            add_address(row, place, several)
            if nearest is not None and identifier == chosen:
                value = row.label("card_distance", distance=max(1, round(nearest[0])))
                row.rows.append({"label": "", "value": value, "kind": "text", "href": None})
            if full and place.transportation:
                row.add("card_getting_there", row.text(place.transportation))
            if full:
                row.add("card_access", "\n".join(row.text(item.description) for item in place.accessibility))
            if several and identifier in own_hours:
                add_hours(row, place.schedules, self._now())
        if not (several and own_hours):
            add_hours(row, self.schedules(service), self._now())

    def _contact(self, row: Row, service: Service, full: bool, place: str | None) -> None:
        phones = self.phones(service, place)
        add_phones(row, phones if full else phones[:2])
        if service.email:
            row.add("card_email", service.email, "link", f"mailto:{service.email}")
        website = service.url or self._directory.organizations[service.organization_id].website
        if website and (full or not phones):
            row.add("card_website", website, "link", website)

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
