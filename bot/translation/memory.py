"""What was translated before, and how people corrected it: found exactly, or nearly for those who translate.

Texts are kept masked: a number, link or name of the original is a placeholder, so that one entry serves every number, and nothing
personal that looks like one is ever written down. Near matches are only suggestions to people: "You may stay" and "You may not
stay" are near.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from typing import NamedTuple, Protocol

from rapidfuzz import fuzz, process

from bot.errors import WaymarkError
from bot.translation.masks import FIRST, MOST_SPANS, PLACEHOLDER, Masked, mask, parse_lines, placeholders, without_isolates
from bot.translation.spans import Names, facts
from bot.translation.translator import Held

LEAST_SIMILAR = 75
# Of the machine's own entries only the newest are looked through for near matches.
_NEWEST = 5000
_READABLE = re.compile(r"⟦(\d{1,4})⟧")


class Entry(Protocol):
    """An entry as the store keeps it (see store.translation_memory.Remembered)."""

    @property
    def number(self) -> int: ...
    @property
    def source(self) -> str: ...
    @property
    def target(self) -> str: ...
    @property
    def context(self) -> str: ...
    @property
    def original(self) -> str: ...
    @property
    def text(self) -> str: ...
    @property
    def state(self) -> str: ...
    @property
    def role(self) -> str: ...


class Store(Protocol):
    """Keeps entries, sealed."""

    async def find(self, original: str, source: str, target: str, context: str) -> Entry | None: ...

    async def keep(
        self, original: str, text: str, source: str, target: str, context: str, state: str, role: str
    ) -> bool: ...

    async def get(self, number: int) -> Entry | None: ...

    async def approve(self, number: int, role: str) -> bool: ...

    async def entries(
        self, source: str | None = None, target: str | None = None, state: str | None = None, limit: int | None = None
    ) -> Sequence[Entry]: ...


class Suggestion(NamedTuple):
    """A near match: both texts readable, likeness from 0 to 100, the state of the entry."""

    original: str
    text: str
    likeness: int
    state: str


def readable(masked: str) -> str:
    """A masked text for people's eyes: placeholders as ⟦1⟧, ⟦2⟧."""
    return PLACEHOLDER.sub(lambda match: f"⟦{ord(match.group()) - FIRST + 1}⟧", masked)


def masked_again(text: str) -> str:
    """A readable text as it is kept. A number that no placeholder can have (⟦0⟧) stays as it is written."""
    def placeholder(match: re.Match[str]) -> str:
        number = int(match.group(1))
        return chr(FIRST + number - 1) if 1 <= number <= MOST_SPANS else match.group()

    return _READABLE.sub(placeholder, text)


class HouseMemory:
    """Keeps translator.Memory over a store. `names` gives the proper names that are spans."""

    def __init__(self, store: Store, names: Callable[[], Names], changed: Callable[[], None] | None = None) -> None:
        self.store = store
        self._names = names
        # Told when an entry changed: whoever keeps translations at hand lets go of them.
        self.changed = changed or (lambda: None)

    async def find(self, masked: str, source: str, target: str, context: str) -> Held | None:
        """What is held for this masked text, or None."""
        entry = await self.store.find(masked, source, target, context)
        if entry is None:
            return None
        role, _, way = entry.role.partition("-")
        return Held(entry.text, entry.state, way if role == "machine" else "")

    async def keep(self, masked: str, text: str, source: str, target: str, context: str, way: str = "") -> None:
        """Remembers what the machine made of a text of the house, and through which packages."""
        await self.store.keep(masked, text, source, target, context, "machine", f"machine-{way}" if way else "machine")

    def masked(self, text: str) -> Masked:
        """A text as the memory sees it."""
        clean = without_isolates(text).strip()
        return mask(clean, parse_lines(clean, self._names()))

    async def accept_correction(
        self, original: str, text: str, source: str, target: str, *, role: str, context: str = "",
        personal: bool, general: bool = False, state: str = "corrected",
    ) -> None:
        """Remembers how a person says it. The door for the console, for reviewers and for files alike.

        `role`: "mediator", "reviewer", "curator"; never a name. `personal`: the original is from a chat; then it is taken only
        when `general` says that the mediator marked this sentence as general, and never with a number, link or name in it.
        Raises WaymarkError "memory.personal", "memory.spans", "memory.differs" or "memory.empty"; then nothing was kept.
        """
        if not original.strip() or not text.strip():
            raise WaymarkError("memory.empty")
        if personal and not general:
            raise WaymarkError("memory.personal")
        before = self.masked(original)
        if personal and before.spans:
            raise WaymarkError("memory.spans", span=before.spans[0].text)
        after = _masked_like(without_isolates(text).strip(), before)
        await self.store.keep(before.text, after, source, target, context, state, role)
        self.changed()

    async def approve(self, number: int, *, role: str, target: str | None = None, text: str | None = None) -> None:
        """A native speaker has checked a correction, with `text` said otherwise (readable): from now on it carries no mark.

        Raises WaymarkError "memory.entry", "memory.language" when it is not in `target`, "memory.empty" or "memory.differs".
        """
        entry = await self.store.get(number)
        if entry is None or entry.state != "corrected":
            raise WaymarkError("memory.entry", number=number)
        if target is not None and entry.target != target:
            raise WaymarkError("memory.language", number=number, found=entry.target, wanted=target)
        wanted = entry.text if text is None else masked_again(text).strip()
        if not wanted:
            raise WaymarkError("memory.empty")
        differing = _differing(entry.original, wanted)
        if differing:
            raise WaymarkError("memory.differs", spans=", ".join(differing[:5]))
        if text is None:
            await self.store.approve(number, role)
        else:
            await self.store.keep(entry.original, wanted, entry.source, entry.target, entry.context, "reviewed", role)
        self.changed()

    async def take(self, original: str, text: str, source: str, target: str, context: str, state: str, role: str) -> bool:
        """Remembers an entry whose texts are readable (⟦1⟧), from a file; False if it is refused or a better one is there."""
        before, after = masked_again(original), masked_again(text)
        if not before.strip() or not after.strip() or _READABLE.search(before + after):
            return False
        if placeholders(before) or placeholders(after):
            if _differing(before, after):
                return False
        else:
            # From a program that knows nothing of placeholders: mask it as if a person had written it.
            try:
                masked = self.masked(before)
                before, after = masked.text, _masked_like(after.strip(), masked)
            except WaymarkError:
                return False
        kept = await self.store.keep(before, after, source, target, context, state, role)
        if kept:
            self.changed()
        return kept

    async def suggest(self, text: str, source: str, target: str, limit: int = 5) -> list[Suggestion]:
        """Near matches of a text, the nearest first, people's work before the machine's. For translators, never for readers."""
        entries: list[Entry] = []
        for state in ("reviewed", "corrected", "machine"):
            entries += await self.store.entries(source, target, state, _NEWEST)
        originals = [entry.original for entry in entries]
        wanted = self.masked(text).text
        found = process.extract(wanted, originals, scorer=fuzz.ratio, limit=limit, score_cutoff=LEAST_SIMILAR)
        return [
            Suggestion(readable(entries[place].original), readable(entries[place].text), round(likeness), entries[place].state)
            for _, likeness, place in found
        ]


def _differing(before: str, after: str) -> list[str]:
    """What only one of two masked texts holds: placeholders (readable), and beside them what one could dial, pay or click."""
    counted = [Counter(placeholders(text)) + facts(text) for text in (before, after)]
    return [readable(one) for one in ((counted[0] - counted[1]) + (counted[1] - counted[0]))]


def _masked_like(text: str, before: Masked) -> str:
    """A person's translation with the spans of `before` as placeholders, in whatever order. Raises "memory.differs"."""
    differing = []
    after = text
    for number, span in sorted(enumerate(before.spans), key=lambda item: -len(item[1].text)):
        bare = span.text.strip()
        if bare not in after:
            differing.append(bare)
            continue
        after = after.replace(bare, chr(FIRST + number), 1)
    # What is left may hold no further number or link.
    differing += list(facts(after))
    if differing:
        raise WaymarkError("memory.differs", spans=", ".join(differing[:5]))
    return after
