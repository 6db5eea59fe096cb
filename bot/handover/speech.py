"""What goes to the person from the desk: a mediator's words as a message of the channels, with their mark and original."""

from __future__ import annotations

from typing import Any

from bot.contracts import Labels, Translation, Translator
from bot.handover.records import WordingMessages
from bot.languages import is_right_to_left


class Untranslated:
    """The translator of a house without one: hands everything back as it is, and says so."""

    def can(self, source: str, target: str) -> bool:
        """Only a language and itself."""
        return source == target

    async def translate(
        self, text: str, source: str, target: str, *, context: str = "", personal: bool = False
    ) -> Translation:
        """The text itself, marked as not translated."""
        return Translation(text, text, source, target, "none", "none")


class Speech:
    """Makes the messages. `labels` gives short texts in the person's language."""

    def __init__(self, messages: WordingMessages, labels: Labels, translator: Translator) -> None:
        self._messages = messages
        self.label = labels
        self.translator = translator

    async def say(self, name: str, language: str, /, **values: Any) -> dict[str, Any]:
        """A response of the house in the person's language."""
        return await self._messages.made(name, language, **values)

    async def translated(self, text: str, source: str, target: str, context: str = "") -> Translation:
        """What somebody wrote, in another language; itself where it already is in that language."""
        if source == target or not text.strip():
            return Translation(text, text, source, target, "none", "good")
        return await self.translator.translate(text, source, target, context=context, personal=True)

    def words(
        self, translation: Translation, language: str, name: str, attachments: tuple[str, ...] = (),
        reply_to: int | None = None, edits: int | None = None,
    ) -> dict[str, Any]:
        """A mediator's words. `reply_to`, `edits`: outbox numbers of the answer they refer to.

        `metadata.author` is "mediator"; `metadata.translation` the mark ("machine" text is never passed off as a person's).
        """
        same = translation.text == translation.original
        shown_in = translation.target if not same or translation.source == translation.target else translation.source
        # What the mediator has corrected is a person's text.
        marks = self._messages.marks(translation, language) if translation.kind in ("machine", "none") else {}
        metadata: dict[str, Any] = {
            "language": shown_in,
            "direction": "rtl" if is_right_to_left(shown_in) else "ltr",
            "kind": "text",
            "lead": translation.text,
            "cards": [],
            **self.signature(name, language),
            "translation": translation.kind,
            **marks,
            "mark": marks.get("mark"),
            "mark_text": marks.get("mark_text"),
            "original": None if same else translation.original,
            "original_text": None if same else self.label("mark_original", language),
            "original_language": translation.source,
            "attachments": list(attachments),
        }
        if reply_to is not None:
            metadata["reply_to"] = reply_to
        if edits is not None:
            metadata["edits"] = edits
        return {"text": translation.text, "buttons": [self.back_button(language)], "metadata": metadata}

    def signature(self, name: str, language: str) -> dict[str, Any]:
        """The metadata that say who speaks."""
        return {"author": "mediator", "author_text": self.label("desk_mediator", language, name=name)}

    def back_button(self, language: str) -> dict[str, Any]:
        """The way back to the assistant: it stands under everything that a mediator says."""
        return {"title": self.label("button_desk_back", language), "press": {"intent": "press_desk_back"}}
