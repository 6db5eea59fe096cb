"""Translations made ready ahead, so that no answer waits for the machine: asked for once, there from the second time on.

Only texts of the house go through here (wording, records), never what a person wrote.
"""

from __future__ import annotations

import asyncio
import logging
import re
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from bot.contracts import Translation, Translator
from bot.languages import SOURCE_LANGUAGE

logger = logging.getLogger(__name__)

# Texts kept, of all languages together: the directory and the wording in about eight languages.
_KEPT = 30_000
# Texts that may wait; what is asked for beyond that is asked for again when it is next shown.
_WAITING = 20_000
# Fewer words than this are a label or a menu: a machine makes nonsense of them.
FEWEST_WORDS = 3
# A text that found no free worker is tried again after so many seconds.
_AGAIN_SECONDS = 5.0
_SIDE_BY_SIDE = 2
_TRIES = 5
# One that found none so often, one after the other, is let go, and may be asked for again after so many seconds.
_PAUSE_SECONDS = 300.0
# Why a text may have no translation now, and one a little later.
_PASSING = frozenset({"time", "busy", "package"})
_PLACEHOLDER = re.compile(r"\{[a-z_]+\}")

# Language, text, context, and the packages that lead there: what others made is not shown any more.
_Key = tuple[str, str, str, str]


class PreparedTexts:
    """Texts in SOURCE_LANGUAGE, translated in the background. `get` may be called from any thread, the rest on the loop."""

    def __init__(
        self, translator: Translator, way: Callable[[str, str], str] = lambda source, target: "",
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """`way` names the packages a text goes through now (see installed.Shelf.way)."""
        self._translator = translator
        self._way = way
        self._clock = clock
        self._ready: OrderedDict[_Key, Translation] = OrderedDict()
        self._wanted: OrderedDict[_Key, int] = OrderedDict()  # how often each was tried
        self._paused: OrderedDict[_Key, float] = OrderedDict()  # until when each is left alone

    def can(self, language: str) -> bool:
        """Whether texts of the house can be translated into `language`."""
        return language != SOURCE_LANGUAGE and self._translator.can(SOURCE_LANGUAGE, language)

    def get(self, text: str, target: str, context: str) -> Translation | None:
        """The translation if it is ready; None if not, and then it is made next. Never waits."""
        key = (target, text, context, self._way(SOURCE_LANGUAGE, target))
        found = self._ready.get(key)
        paused = key in self._paused and self._paused[key] > self._clock()
        if found is None and not paused and key not in self._wanted and len(self._wanted) < _WAITING and self.can(target):
            self._paused.pop(key, None)
            self._wanted[key] = 0
        return found

    def want(self, texts: Iterable[str], target: str, context: str) -> None:
        """Makes many texts ready, after those that are asked for meanwhile."""
        for text in texts:
            self.get(text, target, context)

    def waiting(self, language: str | None = None) -> int:
        """How many texts wait, in one language or in all."""
        return sum(1 for key in tuple(self._wanted) if language in (None, key[0]))

    async def ready(self, language: str, seconds: float) -> bool:
        """Translates what was asked for in `language`, now; True if all of it is there within `seconds`."""
        try:
            made = await asyncio.wait_for(self._all_of(language), seconds)
        except asyncio.TimeoutError:
            return False
        return made and not self.waiting(language)

    async def _all_of(self, language: str) -> bool:
        wanted = [key for key in tuple(self._wanted) if key[0] == language]
        # A few at a time, so that the workers' queue keeps room for what people write.
        made: list[bool] = []
        for at in range(0, len(wanted), _SIDE_BY_SIDE):
            made += await asyncio.gather(*(self._make(key) for key in wanted[at : at + _SIDE_BY_SIDE]))
        return all(made)

    async def run(self) -> None:
        """Works in the background until it is cancelled: the latest wish first, for it stands on somebody's screen."""
        while True:
            if not self._wanted or not await self._make(next(reversed(self._wanted))):
                await asyncio.sleep(0.2 if not self._wanted else _AGAIN_SECONDS)

    async def _make(self, key: _Key) -> bool:
        target, text, context, _ = key
        try:
            made = await self._translator.translate(text, SOURCE_LANGUAGE, target, context=context)
        except Exception as error:  # one text's bad luck must not stop the others
            logger.error("A text of the house could not be translated: %s", type(error).__name__)
            made = Translation(text, text, SOURCE_LANGUAGE, target, "none", "failed")
        if made.mark == "none" and _PASSING & set(made.reasons):
            self._put_off(key)
            return False
        if made.mark == "none" and len(text.split()) < FEWEST_WORDS:
            made = made._replace(mark="good")  # a label or a name: it stays as it is among what is translated
        if sorted(_PLACEHOLDER.findall(made.text)) != sorted(_PLACEHOLDER.findall(text)):
            made = made._replace(text=text, mark="failed")
        self._wanted.pop(key, None)
        self._ready[key] = made
        while len(self._ready) > _KEPT:
            self._ready.popitem(last=False)
        return True

    def _put_off(self, key: _Key) -> None:
        """No worker was free in time: it stays wanted, behind the others; after some tries it is left alone for a while."""
        tries = self._wanted.get(key, _TRIES) + 1
        if tries < _TRIES:
            self._wanted[key] = tries
            self._wanted.move_to_end(key, last=False)
            return
        self._wanted.pop(key, None)
        self._paused[key] = self._clock() + _PAUSE_SECONDS
        while len(self._paused) > _KEPT:
            self._paused.popitem(last=False)
