"""The desk: the one way to open, work on and close a case. Console, staff group and gate all come through here.

Every method is a coroutine and raises WaymarkError "desk.*" to refuse. What is acknowledged is on the disk: a reply and its
place in the outbox are written in one transaction. After each change the topics "cases", "case:<id>" and
"conversation:<id>" hear of it; the signal carries ids and kinds, never text: {"kind", "case", "code", "state", "number"?}.
Kinds: opened (with "best", the ids of the mediators who fit best), entry, changed (an entry), state, delivery, typing, closed,
forgotten, overdue, nobody_left (all who work here have stepped back).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, NamedTuple, Protocol

from bot.contracts import Translation, TranslationKind, TranslationMark
from bot.errors import WaymarkError
from bot.handover.mediator_side import MediatorSide
from bot.handover.phrases import PREFIX, phrases
from bot.handover.records import Case, Entry, Mediator
from bot.store.case_records import NewEntry

# How the house's own wording came about, by the mark that the person sees beside it.
_CAME: dict[str | None, tuple[TranslationKind, TranslationMark]] = {
    None: ("reviewed", "reviewed"), "fuzzy": ("fuzzy", "good"), "machine": ("machine", "good"),
    "doubtful": ("machine", "doubtful"), "untranslated": ("none", "none"), "failed": ("none", "failed"),
}


class Phrase(NamedTuple):
    """A phrase to choose: its name, what it says in the mediator's language and in the person's, and whether reviewed."""

    name: str
    text: str
    said: str
    reviewed: bool


class Shelf(Protocol):
    """What a mediator may insert: records of the directory and ready-made phrases."""

    def kind(self, record_id: str) -> str | None:
        """"service" or "guide", or None if there is no such record."""

    def names(self) -> Iterable[str]:
        """The names of all responses."""


class Corrections(Protocol):
    """Where corrections become translation memory (the translation keeps this promise)."""

    async def accept_correction(
        self, original: str, text: str, source: str, target: str, *, role: str, context: str = "", personal: bool,
        general: bool = False,
    ) -> None: ...


class Desk(MediatorSide):
    """The desk of one house, with what a mediator inserts instead of writing it. The container puts in `shelf`, `memory`."""

    shelf: Shelf
    memory: Corrections

    async def keep_correction(self, case_id: str, mediator_id: str, number: int) -> None:
        """Offers a corrected translation to the translation memory: only when the mediator marks the sentence as general.

        It is used after a reviewer has approved it. WaymarkError "memory.*" if it holds a number, link or name;
        "desk.not_editable" if the entry has no corrected translation.
        """
        await self._rights.working(case_id, mediator_id)
        entry = await self.cases.entry(case_id, number)
        if entry is None or entry.translation is None or entry.translation.kind != "corrected":
            raise WaymarkError("desk.not_editable")
        said = entry.translation
        await self.memory.accept_correction(
            said.original, said.text, said.source, said.target, role="mediator", personal=True, general=True
        )

    async def insert_card(self, case_id: str, mediator_id: str, record_id: str, key: str) -> Entry:
        """Sends a record as a card in the person's language. WaymarkError "desk.card"."""
        me, case = await self._rights.working(case_id, mediator_id)
        kind = self.shelf.kind(record_id)
        if kind is None:
            raise WaymarkError("desk.card", record=record_id)
        values: dict[str, Any] = {"guide": record_id} if kind == "guide" else {"services": [record_id]}
        said = await self.speech.say("utter_desk_card", case.language, name=me.name, full=True, **values)
        # The assistant's buttons ask for a person, and how the assistant did: here a person speaks.
        said["buttons"] = []
        mine = await self.speech.say("utter_desk_card", me.languages[0], name=me.name, full=True, **values)
        return await self._insert(case, me, key, said, mine, "card", (record_id,))

    async def insert_phrase(self, case_id: str, mediator_id: str, phrase: str, key: str) -> Entry:
        """Sends a ready-made phrase in the person's language. WaymarkError "desk.phrase"."""
        me, case = await self._rights.working(case_id, mediator_id)
        name = PREFIX + phrase.removeprefix(PREFIX)
        if name not in set(self.shelf.names()):
            raise WaymarkError("desk.phrase", phrase=phrase)
        said = await self.speech.say(name, case.language)
        mine = await self.speech.say(name, me.languages[0])
        return await self._insert(case, me, key, said, mine, "phrase", ())

    async def phrases(self, case_id: str, mediator_id: str) -> dict[str, list[Phrase]]:
        """Group -> phrases, in the mediator's language and in the person's."""
        me, case = await self._rights.working(case_id, mediator_id)
        found: dict[str, list[Phrase]] = {}
        for group, names in phrases(self.shelf.names()).items():
            found[group] = []
            for name in names:
                mine = await self.speech.say(PREFIX + name, me.languages[0])
                said = await self.speech.say(PREFIX + name, case.language)
                reviewed = said["metadata"].get("mark") is None
                found[group].append(Phrase(name, mine["metadata"]["lead"], said["metadata"]["lead"], reviewed))
        return found

    async def _insert(
        self, case: Case, me: Mediator, key: str, said: dict[str, Any], mine: dict[str, Any], kind: str, records: tuple[str, ...]
    ) -> Entry:
        said["metadata"] |= self.speech.signature(me.name, case.language)
        said["buttons"] = [*said["buttons"], self.speech.back_button(case.language)]
        # The house's own wording, not a translation of these words: the mediator reads it in their own language beside it.
        kind_shown, mark = _CAME[said["metadata"].get("mark")]
        shown = Translation(said["text"], mine["text"], me.languages[0], case.language, kind_shown, mark)
        entry = NewEntry(
            "mediator", f"out:{me.id}:{key}", mine["text"], me.languages[0], me.id, shown, kind=kind,
            cards=[{"id": record} for record in records], messages=[said],
        )
        return await self._say(case, me, entry)
