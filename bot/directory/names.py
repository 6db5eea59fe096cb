"""The proper names of the directory: what no translation may touch."""

from __future__ import annotations

from collections.abc import Iterator
from urllib.parse import urlsplit

from bot.directory.loader import Directory


def directory_names(directory: Directory) -> Iterator[str]:
    """Names of organizations and places, German names on doors, streets with numbers, towns, hosts. With repeats."""
    for organization in directory.organizations.values():
        yield organization.name
        if organization.alternate_name:
            yield organization.alternate_name
        yield from _host(organization.website)
    for location in directory.locations.values():
        yield location.name
        for address in location.addresses:
            yield address.address_1
            yield address.city
            yield f"{address.address_1}, {address.postal_code} {address.city}"
            if address.address_2:
                yield address.address_2
    for service in directory.services.values():
        # Several names for one door are written with commas or slashes between them.
        if service.alternate_name:
            yield service.alternate_name
        yield from (host for link in (service.url, service.source_url) for host in _host(link))


def _host(link: str | None) -> Iterator[str]:
    host = urlsplit(link or "").hostname
    if host:
        yield host.removeprefix("www.")
