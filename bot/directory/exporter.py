"""Records as HSDS 3.0 JSON. What HSDS has no field for leaves as attributes."""

from __future__ import annotations

import json
import uuid
from typing import Any

from bot.directory.loader import Directory
from bot.directory.records import Location, Organization, Phone, Schedule, Service

# A namespace of our own: the same slug gives the same UUID on every machine.
NAMESPACE = uuid.uuid5(uuid.NAMESPACE_DNS, "waymark.directory")


def identifier(kind: str, slug: str) -> str:
    """The UUID of a record or of a part of one."""
    return str(uuid.uuid5(NAMESPACE, f"{kind}/{slug}"))


def _plain(part: Any) -> dict[str, Any]:
    data: dict[str, Any] = json.loads(part.json(exclude_none=True))
    return {key: value for key, value in data.items() if value not in ([], {})}


def _parts(kind: str, slug: str, parts: Any) -> list[dict[str, Any]]:
    return [{"id": identifier(kind, f"{slug}/{place}"), **_plain(part)} for place, part in enumerate(parts)]


def _phones(slug: str, phones: tuple[Phone, ...]) -> list[dict[str, Any]]:
    rows = _parts("phone", slug, phones)
    for row in rows:
        if "languages" in row:
            key = row["id"]
            row["languages"] = [{"id": identifier("language", f"{key}/{item['code']}"), **item} for item in row["languages"]]
    return rows


def _schedules(slug: str, schedules: tuple[Schedule, ...]) -> list[dict[str, Any]]:
    return _parts("schedule", slug, schedules)


def _attributes(slug: str, values: dict[str, Any]) -> list[dict[str, Any]]:
    return [
        {"id": identifier("attribute", f"{slug}/{name}"), "link_id": identifier("service", slug), "link_entity": "service",
         "link_type": name, "value": str(value)}
        for name, value in values.items()
        if value not in (None, (), "")
    ]


def hsds_location(location: Location) -> dict[str, Any]:
    """A location as HSDS JSON."""
    slug = location.id
    row: dict[str, Any] = {"id": identifier("location", slug), "location_type": "physical", "name": location.name}
    for field in ("description", "transportation", "latitude", "longitude"):
        if getattr(location, field) is not None:
            row[field] = getattr(location, field)
    row["addresses"] = _parts("address", slug, location.addresses)
    row["phones"] = _phones(slug, location.phones)
    row["schedules"] = _schedules(slug, location.schedules)
    row["accessibility"] = _parts("accessibility", slug, location.accessibility)
    return row


def hsds_organization(directory: Directory, organization: Organization) -> dict[str, Any]:
    """An organization as HSDS JSON."""
    row: dict[str, Any] = {
        "id": identifier("organization", organization.id),
        "name": organization.name,
        "description": organization.description,
        "phones": _phones(organization.id, organization.phones),
    }
    for field in ("alternate_name", "website", "email"):
        if getattr(organization, field):
            row[field] = getattr(organization, field)
    return row


def hsds_service(directory: Directory, service: Service) -> dict[str, Any]:
    """A service as HSDS JSON, with its organization and places inside, as the API's full form has them."""
    slug = service.id
    data = _plain(service)
    row = {
        key: data[key]
        for key in ("name", "alternate_name", "description", "url", "email", "status", "alert", "interpretation_services",
                    "application_process", "fees_description", "wait_time", "eligibility_description", "minimum_age",
                    "maximum_age", "assured_date", "assurer_email")
        if key in data
    }
    row |= {
        "id": identifier("service", slug),
        "phones": _phones(slug, service.phones),
        "schedules": _schedules(slug, service.schedules),
        "languages": _parts("language", slug, service.languages),
        "cost_options": _parts("cost_option", slug, service.cost_options),
        "required_documents": _parts("required_document", slug, service.required_documents),
        "service_areas": _parts("service_area", slug, service.service_areas),
        "organization": hsds_organization(directory, directory.organizations[service.organization_id]),
        "service_at_locations": [
            {"id": identifier("service_at_location", f"{slug}/{place}"),
             "location": hsds_location(directory.locations[place])}
            for place in service.locations
        ],
    }
    reporting = service.reporting
    row["attributes"] = _attributes(slug, {
        "source_url": service.source_url,
        "taxonomy_terms": ",".join(service.taxonomy_terms),
        "audience": ",".join(service.audience),
        "reporting.run_by": reporting and reporting.run_by,
        "reporting.independent_of_police": reporting and reporting.independent_of_police,
        "reporting.anonymous": reporting and reporting.anonymous,
        "reporting.what_happens_next": reporting and reporting.what_happens_next,
    })
    return row
