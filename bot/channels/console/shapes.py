"""What the page gets of cases, entries and files, as JSON. Texts stay texts: the page never makes markup of them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from bot.container import Container
from bot.handover import rules
from bot.languages import is_right_to_left, language_name, own_name
from bot.store.attachments import Attachment
from bot.store.case_records import Case, Entry
from bot.store.mediators import Mediator

# Shown as what they are inside the page; everything else is only offered for download.
PICTURES = frozenset({"image/png", "image/jpeg", "image/webp", "image/gif"})
SOUNDS = frozenset({"audio/ogg", "audio/mpeg", "audio/mp4", "audio/webm", "audio/wav"})


def direction(language: str) -> str:
    """ "rtl" or "ltr"."""
    return "rtl" if is_right_to_left(language) else "ltr"


class Shapes:
    """Makes the JSON of one answer: `names` are the mediators by id, `language` that of the page."""

    def __init__(self, house: Container, mediators: Iterable[Mediator], me: str, language: str) -> None:
        self._house = house
        known = {one.id: one for one in mediators}
        self._names = {identifier: one.name for identifier, one in known.items()}
        self._me = me
        self._leads = me in known and "lead" in known[me].roles
        self._language = language

    def person(self, identifier: str | None) -> dict[str, Any] | None:
        """A mediator as id and name, or None."""
        return {"id": identifier, "name": self._names.get(identifier, "")} if identifier else None

    def topic(self, topic: str | None) -> str | None:
        """The name of a topic; the word itself if the directory does not know it."""
        if not topic:
            return None
        try:
            return self._house.cards.topic(topic, self._language)
        except KeyError:
            return topic

    def case(self, case: Case) -> dict[str, Any]:
        """A case without anything that was said in it."""
        return {
            "id": case.id, "code": case.code, "state": case.state, "priority": case.priority, "language": case.language,
            "language_name": language_name(case.language, self._language), "language_own": own_name(case.language),
            "direction": direction(case.language), "topic": self.topic(case.topic), "town": case.town,
            "wishes": list(case.wishes), "reason": case.reason, "danger": case.danger, "minor": case.minor,
            "deadline": case.deadline, "created_at": case.created_at, "updated_at": case.updated_at,
            "waiting_since": case.waiting_since, "outcome": case.outcome, "seq": case.seq, "version": case.version,
            "mediator": self.person(case.mediator_id), "second": self.person(case.second_id),
            "mine": self._me in (case.mediator_id, case.second_id),
            # For who must see to it: the others have the waiting time.
            "overdue": self._leads and rules.is_overdue(case),
        }

    def entry(self, entry: Entry, files: dict[str, Attachment]) -> dict[str, Any]:
        """One line of the transcript: the original, the translation, and how it came about."""
        translation = entry.translation
        same = translation is None or (translation.text == translation.original and translation.source == translation.target)
        return {
            "number": entry.number, "author": entry.author, "mediator": self.person(entry.mediator_id), "kind": entry.kind,
            "text": entry.text, "language": entry.source_language, "direction": direction(entry.source_language),
            "translation": None if translation is None or same else {
                "text": translation.text, "language": translation.target, "direction": direction(translation.target),
                "kind": translation.kind, "mark": translation.mark, "reasons": list(translation.reasons),
            },
            "attachments": [
                self.file(files[one]) if one in files else {"id": one, "gone": True} for one in entry.attachments
            ],
            "cards": [self._house_card(card) for card in entry.cards],
            "reply_to": entry.reply_to, "edited": entry.edited, "sent_at": entry.sent_at, "delivery": entry.delivery,
            "mine": entry.mediator_id == self._me,
        }

    def file(self, file: Attachment) -> dict[str, Any]:
        """A file without its content."""
        shown = "picture" if file.mime in PICTURES else "sound" if file.mime in SOUNDS else "file"
        return {"id": file.id, "name": file.name, "size": file.size, "mime": file.mime, "state": file.state, "show": shown}

    def _house_card(self, card: dict[str, Any]) -> dict[str, Any]:
        identifier = str(card.get("id"))
        directory = self._house.directory
        known = identifier in directory.services or identifier in directory.guides
        return {"id": identifier, "name": self._house.cards.name(identifier, self._language) if known else identifier}


async def shapes_for(house: Container, me: str, language: str) -> Shapes:
    """The shapes of one answer."""
    return Shapes(house, await house.mediators.list(), me, language)
