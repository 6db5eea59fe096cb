"""The proper names of the directory: what no translation may touch."""

from __future__ import annotations

from collections.abc import Iterator

from bot.directory.loader import Directory


def directory_names(directory: Directory) -> Iterator[str]:
    """Names of organizations and places, the German names on doors, streets with their numbers, towns. With repeats."""
    for organization in directory.organizations.values():
        yield organization.name
        if organization.alternate_name:
            yield organization.alternate_name
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
