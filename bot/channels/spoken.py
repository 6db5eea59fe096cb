"""Which language a conversation is held in, and what a message in a language beyond the eight says in the pivot language."""

from __future__ import annotations

import asyncio
import functools
import logging

from bot.channels.presses import typed_command
from bot.container import Container
from bot.languages import SOURCE_LANGUAGE, is_beyond, known_code
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

logger = logging.getLogger(__name__)

# How sure a guess must be: to settle on a language beyond the eight, in a message of so many words or more. One or two
# words settle it only where nothing speaks for another language.
_SURE, _VERY_SURE, _ENOUGH_WORDS = 0.5, 0.9, 3
# From when on another language is offered.
_OFFERED = 0.8
# Seconds that a message may wait for its translation; its own words have been looked at for danger before.
_PATIENCE = 15.0


class Spoken:
    """Settles languages. A choice wins; the first words decide otherwise; later a switch is only offered."""

    def __init__(self, house: Container) -> None:
        self._house = house

    async def settle(self, message: Inbound, conversation: Conversation) -> str:
        """The language to answer in. Puts "offer" (a code) into the message's body where a switch should be offered."""
        chosen = known_code(message.body.get("chosen"))
        if chosen and (chosen != conversation.language or not conversation.language_chosen):
            await self._house.conversations.set_language(conversation.id, chosen, chosen=True)
            return chosen
        prior = known_code(message.body.get("prior"))
        # A command is English for everybody: only what the chat box shows (or Telegram says) tells whose it is.
        text = "" if typed_command(message.body["text"]) else _words(message).strip()
        present = conversation.language
        if not text:
            return present or prior or SOURCE_LANGUAGE
        guess = self._house.languages.identify(
            text, chosen=present if conversation.language_chosen else None, prior=present or prior
        )
        code, words = known_code(guess.code), len(text.split())
        message.body["heard"] = code
        if present is None:
            language: str = code or prior or SOURCE_LANGUAGE
            if is_beyond(prior) and words < _ENOUGH_WORDS and guess.confidence < _VERY_SURE:
                language = prior or SOURCE_LANGUAGE
            elif is_beyond(code) and code != prior and not _settles(guess.confidence, words, prior):
                language = prior or (guess.candidates[0][0] if guess.candidates else SOURCE_LANGUAGE)
            await self._house.conversations.set_language(conversation.id, language, chosen=False)
            return language
        if code and code != present and guess.confidence >= _OFFERED and words >= _ENOUGH_WORDS:
            message.body["offer"] = code
        return known_code(present) or SOURCE_LANGUAGE

    async def english(self, text: str, language: str) -> str | None:
        """A message in the pivot language; None if it is in one of the eight, or cannot be translated (in time)."""
        translator = self._house.translator
        if not text.strip() or not is_beyond(language) or not translator.can(language, SOURCE_LANGUAGE):
            return None
        try:
            made = await asyncio.wait_for(
                translator.translate(text, language, SOURCE_LANGUAGE, context="message", personal=True), _PATIENCE
            )
        except Exception as error:  # what cannot be translated is answered as such
            logger.warning("A message could not be translated: %s", type(error).__name__)
            return None
        # A doubtful translation still tells better than a foreign text what is meant; its answer is chosen from records.
        return made.text if made.mark not in ("failed", "none") else None

    async def danger(self, message: Inbound, language: str, remember: bool = True) -> str | None:
        """The kind of danger a message tells of, or None. In a language beyond the eight the translation is looked at too.

        `remember`: False for what is sealed after the look; then nothing of it stays in memory.
        """
        look = functools.partial(self._house.danger.look, remember=remember)
        text = _words(message)
        if not text or message.body.get("press"):
            return None
        kind: str | None = (await asyncio.to_thread(look, text, language)).kind
        if kind is None:
            # Also in the language that it seems to be, if the talk is in another one.
            heard = message.body.get("heard")
            spoken = heard if heard and is_beyond(heard) and not is_beyond(language) else language
            english = await self.english(text, spoken)
            if english is not None:
                kind = (await asyncio.to_thread(look, english, SOURCE_LANGUAGE)).kind
                if spoken == language:
                    message.body["english"] = english  # for the assistant, so that nothing is translated twice
        return kind


def offer_of(house: Container, code: str) -> str:
    """The response that offers another language: all of it, by translation, or the few sentences there are."""
    return "utter_beyond_offer" if is_beyond(code) and not house.prepared.can(code) else "utter_language_offer"


def _words(message: Inbound) -> str:
    """What was written; of a one-time code nothing: it tells neither a language nor a danger, though chance spells both."""
    return "" if message.body.get("is_code") else str(message.body["text"])


def _settles(confidence: float, words: int, prior: str | None) -> bool:
    if words < _ENOUGH_WORDS:
        return confidence >= (_VERY_SURE if prior is None else 1.0)
    return confidence >= (_SURE if prior is None else _OFFERED)
