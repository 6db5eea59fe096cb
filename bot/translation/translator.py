"""A text from one language to the other, offline: what people wrote first, the machine last, and an honest mark on all of it."""

from __future__ import annotations

import asyncio
import logging
from collections import OrderedDict
from collections.abc import Callable, Mapping
from typing import NamedTuple, Protocol

from bot.contracts import Translation, TranslationKind, TranslationMark
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE
from bot.translation.checks import judge
from bot.translation.glossary import Glossary
from bot.translation.hypotheses import Engine
from bot.translation.masks import MOST_SPANS, Masked, fill, mask, parse_lines, placeholders, without_isolates, words_of
from bot.translation.protect import Answer, Carrier, Split
from bot.translation.spans import Names, Span, same_facts
from bot.translation.wordbook import Wordbook

logger = logging.getLogger(__name__)

LONGEST_TEXT = 20_000
# Texts whose translation is kept in memory, so that what is shown often costs nothing. Never personal ones.
_REMEMBERED = 4000
_CODES = {"translation.pair": "package", "translation.slow": "time", "translation.busy": "busy", "translation.text": "engine",
          "translation.failed": "engine"}
# Nothing to translate with, now or ever: the original is shown, and asking again later may help.
_NONE = frozenset({"package", "time", "busy"})


class Held(NamedTuple):
    """What the memory holds for a text: masked text, "machine", "corrected" or "reviewed"; of a machine's the packages it went
    through (see installed.Shelf.way), empty where nobody knows."""

    text: str
    state: str
    way: str = ""


class Memory(Protocol):
    """Remembers masked texts (the promise memory.py keeps)."""

    async def find(self, masked: str, source: str, target: str, context: str) -> Held | None: ...

    async def keep(self, masked: str, text: str, source: str, target: str, context: str, way: str = "") -> None: ...


class HouseTranslator:
    """Keeps contracts.Translator. Every collaborator does one thing; the order is in `translate`."""

    def __init__(
        self, engine: Engine, wordbook: Wordbook, glossary: Glossary, names: Callable[[], Names], split: Split,
        seconds: float, memory: Memory | None = None, way: Callable[[str, str], str] = lambda source, target: "",
    ) -> None:
        """`names`: proper names that stay as they are. `seconds`: the longest a text may take. `way`: names the packages a text
        goes through now; what others made is not used any more.
        """
        self._engine = engine
        self._wordbook = wordbook
        self._glossary = glossary
        self._make_names = names
        self._names: Names | None = None
        self._preparing = asyncio.Lock()
        self._split = split
        self._seconds = seconds
        self._memory = memory
        self._way = way
        self._recent: OrderedDict[tuple[str, str, str, str, str], Translation] = OrderedDict()

    def can(self, source: str, target: str) -> bool:
        """Whether an engine package, or none at all because the languages are the same, leads from `source` to `target`."""
        return source == target or self._engine.can(source, target)

    async def translate(
        self, text: str, source: str, target: str, *, context: str = "", personal: bool = False
    ) -> Translation:
        """`text` in `target`. Never raises for want of a package, time or memory; see contracts.Translation."""
        if source == target or not text.strip():
            return Translation(text, text, source, target, "reviewed", "reviewed")
        way = self._way(source, target)
        key = (text, source, target, context, way)
        found = self._recent.get(key)
        if found is None:
            try:
                found = await asyncio.wait_for(self._made(text, source, target, context, personal, way), self._seconds)
            except asyncio.TimeoutError:
                return Translation(text, text, source, target, "none", "none", ("time",))
            except Exception as error:  # a fault of ours must not lose a message: it is shown as it was written
                logger.error("A text could not be translated: %s", type(error).__name__)
                return Translation(text, text, source, target, "none", "failed", ("engine",))
            if not personal and found.mark not in ("none", "failed"):
                self._recent[key] = found
                while len(self._recent) > _REMEMBERED:
                    self._recent.popitem(last=False)
        return found

    async def translate_template(
        self, template: str, values: Mapping[str, str], source: str, target: str, *, context: str = ""
    ) -> Translation:
        """A text with {names}: translated with the names in it, filled after. What fills them is never remembered."""
        made = await self.translate(template, source, target, context=context)

        def filled(text: str) -> str:
            for name, value in values.items():
                text = text.replace(f"{{{name}}}", value)
            return text

        return made._replace(text=filled(made.text), original=filled(made.original))

    def forget(self) -> None:
        """Lets go of recent translations: after a correction."""
        self._recent.clear()

    async def _made(self, text: str, source: str, target: str, context: str, personal: bool, way: str) -> Translation:
        def answer(
            text_out: str, kind: TranslationKind, mark: TranslationMark, reasons: tuple[str, ...] = (), score: float | None = None
        ) -> Translation:
            return Translation(text_out, text, source, target, kind, mark, reasons, score)

        names = await self.prepare()
        written = self._wordbook.find(text, source, target)
        if written is not None and written.reviewed:
            return answer(written.text, "reviewed", "reviewed")
        if len(text) > LONGEST_TEXT:
            return answer(text, "none", "failed", ("long",))
        clean = without_isolates(text)
        try:
            plain = mask(clean, parse_lines(clean, names))
        except WaymarkError:
            return answer(text, "none", "failed", ("long",))
        if not words_of(plain.text):
            # Numbers, links and signs alone: the same in every language.
            return answer(text, "none", "reviewed")

        def kept(masked: str, kind: TranslationKind, mark: TranslationMark) -> Translation:
            # Whoever wrote it, and however it came into the memory: another number is told, and the original shown beside it.
            shown = fill(masked, plain.spans, target)
            differs = not same_facts(clean, without_isolates(shown))
            return answer(shown, kind, "doubtful", ("spans",)) if differs else answer(shown, kind, mark)

        held = await self._remembered(plain, source, target, context)
        if held is not None and held.state != "machine":
            if held.state == "reviewed":
                return kept(held.text, "reviewed", "reviewed")
            return kept(held.text, "corrected", "good")
        if written is not None:
            # Nobody has reviewed it: a number that differs is told, and the original shown beside it.
            differs = not same_facts(text, written.text)
            return answer(written.text, "machine", "doubtful" if differs else "good", ("spans",) if differs else ())
        if held is not None and held.way == way:
            return kept(held.text, "machine", "good")
        try:
            return await self._by_engine(text, plain, source, target, context, personal, way)
        except WaymarkError as error:
            reason = _CODES.get(error.code, "engine")
            return answer(text, "none", "none" if reason in _NONE else "failed", (reason,))

    async def prepare(self) -> Names:
        """Reads names, phrases and sentence rules, in a thread: it takes seconds. The first text would wait for it otherwise."""
        async with self._preparing:
            if self._names is None:
                loop = asyncio.get_running_loop()
                await loop.run_in_executor(None, self._wordbook.prepare)
                # The splitter reads its own rules on first use.
                await loop.run_in_executor(None, self._split, "One. Two.", SOURCE_LANGUAGE)
                self._names = await loop.run_in_executor(None, self._make_names)
        return self._names

    async def _remembered(self, plain: Masked, source: str, target: str, context: str) -> Held | None:
        if self._memory is None:
            return None
        held = await self._memory.find(plain.text, source, target, context)
        if held is not None and sorted(placeholders(held.text)) != sorted(placeholders(plain.text)):
            return None
        return held

    async def _by_engine(
        self, text: str, plain: Masked, source: str, target: str, context: str, personal: bool, way: str
    ) -> Translation:
        with_terms, terms = self._hold_terms(plain, source, target)

        async def call(piece: str) -> Answer:
            hypothesis = await self._engine.translate(piece, source, target)
            return Answer(hypothesis.text, hypothesis.score)

        def phrase(piece: str) -> str | None:
            found = self._wordbook.phrase(piece, source, target)
            return None if found is None else _like(piece, found.text)

        carrier = Carrier(call, phrase, self._split, source)
        outcome = await carrier.carry(with_terms)
        judged = judge(with_terms.text, outcome, source, target)
        if outcome.kept and not outcome.asked and sum(outcome.kept.values()) >= outcome.sentences:
            # Nothing but words too short for a machine.
            return Translation(text, text, source, target, "none", "none", ("short",))
        if judged.mark == "failed":
            return Translation(text, text, source, target, "machine", "failed", judged.reasons, outcome.score)
        # Terms are the same for everyone and are written out; the text's own numbers and names stay placeholders until the end.
        lasting = fill(outcome.text, [*plain.spans_as_placeholders(), *terms])
        if not personal and self._memory is not None and judged.mark == "good" and outcome.asked:
            await self._memory.keep(plain.text, lasting, source, target, context, way)
        shown = fill(lasting, plain.spans, target)
        if not same_facts(without_isolates(text), without_isolates(shown)):
            # Protection has an error of its own. Nothing may pass this line with another number than the original's.
            return Translation(text, text, source, target, "machine", "failed", ("spans",), outcome.score)
        return Translation(shown, text, source, target, "machine", judged.mark, judged.reasons, outcome.score)

    def _hold_terms(self, plain: Masked, source: str, target: str) -> tuple[Masked, list[Span]]:
        """`plain` with official terms as further placeholders, numbered after the spans; and those terms."""
        terms = self._glossary.find(plain.text, source, target)[: MOST_SPANS - len(plain.spans)]
        parts: list[str] = []
        reached = 0
        for number, term in enumerate(terms, len(plain.spans)):
            parts += [plain.text[reached : term.start], chr(0xE000 + number)]
            reached = term.end
        return Masked("".join([*parts, plain.text[reached:]]), (*plain.spans, *terms)), terms


def _like(piece: str, found: str) -> str:
    """A phrase with the blanks and the final sign of the piece it replaces."""
    bare = piece.strip()
    start = piece.index(bare)
    end = bare[-1:] if bare[-1:] in ".,:;!?" and found[-1:] not in ".,:;!?…؟" else ""
    return piece[:start] + found + end + piece[start + len(bare) :]
