"""Directory records as pages to search: one page a service or guide, in the person's language.

After what is shown stand the topics' names and what people say when they mean the record: there to be found, not to be read.
"""

from __future__ import annotations

from bot.catalogs import Catalog
from bot.directory.loader import Directory
from bot.directory.pages import Page
from bot.directory.records import Guide, Service


def page_id(kind: str, identifier: str) -> str:
    """The id of a record's page."""
    return f"{kind}:{identifier}"


def _service(directory: Directory, catalog: Catalog, service: Service) -> list[str]:
    def say(text: str | None) -> str:
        return catalog.get(text).text if text else ""

    organization = directory.organizations[service.organization_id]
    places = [directory.locations[identifier].addresses[0].city for identifier in service.locations]
    topics = [say(directory.terms[term].name) for term in service.taxonomy_terms]
    lines = [
        service.alternate_name or "",
        say(service.description),
        say(service.eligibility_description),
        say(service.application_process),
        say(service.fees_description),
        ", ".join(say(item.document) for item in service.required_documents),
        say(service.reporting.what_happens_next) if service.reporting else "",
        ", ".join([organization.name, *dict.fromkeys(places)]),
        ", ".join(topics),
    ]
    return [line for line in lines if line]


def _guide(catalog: Catalog, directory: Directory, guide: Guide) -> list[str]:
    lines = [catalog.get(guide.summary).text, *(catalog.get(step).text for step in guide.steps)]
    return [*lines, ", ".join(catalog.get(directory.terms[term].name).text for term in guide.taxonomy_terms)]


def pages(directory: Directory, catalog: Catalog) -> list[Page]:
    """Every active service and every guide as a page in the catalog's language."""
    language = catalog.language
    words = directory.words.get(language, {})
    made = []
    for service in directory.services.values():
        if service.status in {"active", "temporarily closed"}:
            lines = _service(directory, catalog, service)
            name = catalog.get(service.name).text
            lines += words.get(service.id, ())
            made.append(Page(page_id("service", service.id), "directory", language, name, tuple(lines)))
    for guide in directory.guides.values():
        title = catalog.get(guide.title).text
        lines = [*_guide(catalog, directory, guide), *words.get(guide.id, ())]
        made.append(Page(page_id("guide", guide.id), "directory", language, title, tuple(lines)))
    return made
