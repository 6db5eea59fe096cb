"""The rows of a card: labelled values, some of them links, in a person's language. Numbers and addresses stay as they are."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from typing import Any
from urllib.parse import quote

import phonenumbers

from bot.catalogs import Mark, Texts, Translated, worst
from bot.contracts import Labels
from bot.directory import hours
from bot.directory.records import Location, Phone, Schedule, Service


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


class Row:
    """Collects a card's rows, and how far all of their translations are to be trusted."""

    def __init__(self, catalog: Texts, labels: Labels, language: str) -> None:
        self.rows: list[dict[str, Any]] = []
        self.mark: Mark | None = None
        self.originals: list[str] = []
        self._catalog = catalog
        self._labels = labels
        self.language = language

    def label(self, name: str, /, **values: Any) -> str:
        """A label of the wording."""
        return self._labels(name, self.language, **values)

    def text(self, source: str) -> str:
        """A record's text in the language; remembers the worst mark of all."""
        found: Translated = self._catalog.get(source)
        self.mark = worst((self.mark, found.mark))
        if found.mark:
            self.originals.append(source)
        return found.text

    @property
    def reviewed(self) -> bool:
        """Whether a person has reviewed every text of it."""
        return self.mark is None

    def original(self, *first: str) -> str | None:
        """The source of all unreviewed texts, `first` before the others; None if all are reviewed."""
        return None if self.reviewed else "\n".join(dict.fromkeys([*first, *self.originals]))

    def add(self, label: str, value: str, kind: str = "text", href: str | None = None, **values: Any) -> None:
        """One row; an empty value makes none."""
        if value:
            self.rows.append({"label": self.label(label, **values), "value": value, "kind": kind, "href": href})


def add_whom(row: Row, service: Service) -> None:
    """For whom: in the record's words, else by age."""
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


def add_cost(row: Row, service: Service) -> None:
    """What it costs."""
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


def add_reporting(row: Row, service: Service) -> None:
    """What a person must know before trusting a body that takes reports."""
    body = service.reporting
    if body is None:
        return
    row.add("card_run_by", row.text(body.run_by))
    for label, value in (("card_independent", body.independent_of_police), ("card_anonymous", body.anonymous)):
        if value is not None:
            row.add(label, row.label("yes" if value else "no"))
    if body.what_happens_next:
        row.add("card_next", row.text(body.what_happens_next))


def add_phones(row: Row, phones: Iterable[Phone]) -> None:
    """Numbers to tap."""
    for phone in phones:
        value = shown(phone.number) + (f" - {phone.extension}" if phone.extension else "")
        if phone.description:
            value += f" ({row.text(phone.description)})"
        row.add("card_phone", value, "phone", dial(phone.number))


def add_address(row: Row, place: Location, named: bool) -> None:
    """The address with its link to the map; `named`: with the place's name, where several places follow each other."""
    for address in place.addresses:
        lines = [place.name if named else None, address.address_1, address.address_2, f"{address.postal_code} {address.city}"]
        row.add("card_address", ", ".join(line for line in lines if line), "map", map_link(place))


def add_hours(row: Row, schedules: tuple[Schedule, ...], now: dt.datetime) -> None:
    """Opening hours, with what holds now on top; nothing if no hours are known."""
    lines = hours.lines(schedules, row.language)
    lines += [row.text(item.description) for item in schedules if item.description]
    state = hours.open_at(schedules, now)
    if state is not None:
        following = hours.next_opening(schedules, now)
        if state:
            lines.insert(0, row.label("card_open_now"))
        elif following:
            lines.insert(0, row.label("card_opens_next", when=hours.moment_in_words(following.start, row.language)))
        else:
            lines.insert(0, row.label("card_closed_now"))
        if hours.is_public_holiday(now.date()):
            lines.append(row.label("card_holiday"))
    row.add("card_hours", "\n".join(dict.fromkeys(lines)), "hours")
