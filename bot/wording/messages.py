"""Turns a response name and values into the message a channel sends: text, cards, buttons, language, marks.

A message is JSON: {"text", "buttons": [{"title", "press"}], "metadata": {"language", "direction", "kind", "lead", "cards",
"mark", "mark_text", "original", "original_text", ...}}; for the marks see marks.py. `press` says what a button does
({"intent": ..., ...}); channels show only a short opaque id for it. `text` is complete for channels without cards;
`lead` is the part before the cards.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

from bot.catalogs import ORIGINAL_MARKS, Mark, worst
from bot.contracts import Translation
from bot.languages import BY_CODE, CODES, SOURCE_LANGUAGE, is_beyond, known_code, language_name, own_name
from bot.wording import desk_buttons, report_buttons
from bot.wording.marks import mark_metadata, translated_metadata
from bot.wording.wording import Rendered, Wording

TOPIC_BUTTONS = ("housing", "health", "schooling", "rights", "reporting", "work", "language-courses", "money", "family",
                 "everyday", "documents", "community")
# Which buttons a response without results carries; "topics" is one button for each topic.
BUTTONS: dict[str, tuple[str, ...]] = {
    "utter_greet": ("topics", "person"),
    "utter_topics": ("topics", "person"),
    "utter_affirm": ("topics", "person"),
    "utter_deny": ("topics", "person"),
    "utter_thank": ("topics", "person"),
    "utter_goodbye": ("person", "forget"),
    "utter_bot_challenge": ("person", "privacy"),
    "utter_out_of_scope": ("topics", "person"),
    "utter_help": ("topics_menu", "person"),
    "utter_default": ("topics_menu", "person"),
    "utter_failed": ("topics_menu", "person"),
    "utter_no_media": ("topics_menu", "person"),
    "utter_too_long": ("topics_menu", "person"),
    "utter_busy": (),
    "utter_old_button": ("topics_menu", "person"),
    "utter_nothing_at_all": ("topics_menu", "person"),
    "utter_no_more": ("topics_menu", "person"),
    "utter_which_one": ("topics_menu", "person"),
    "utter_nearer": ("person",),
    "utter_nearer_unknown": ("person",),
    "utter_privacy": ("person", "forget"),
    "utter_privacy_short": (),
    "utter_forget_confirm": ("forget_yes", "forget_no"),
    "utter_forgotten": (),
    "utter_not_forgotten": ("topics_menu", "person"),
    "utter_choose_language": ("languages", "person"),
    "utter_language_set": ("topics_menu", "person"),
    "utter_language_kept": ("topics_menu", "person"),
    "utter_language_offer": ("language_offer",),
    "utter_beyond_offer": ("language_offer", "person"),
    "utter_beyond_cannot": ("topics", "person", "language"),
    "utter_danger_next": ("person",),
    "utter_feedback_thanks": ("topics_menu", "person", "report"),
    "utter_feedback_twice": ("topics_menu", "person"),
}
# Answers that leave a person without what they asked for: after two in a row a mediator is offered.
UNHELPFUL = frozenset({"utter_nothing_fits", "utter_nothing_at_all", "utter_default", "utter_failed", "utter_out_of_scope"})
# Under what was found: a person, and a word that it did not help.
RESULTS = ("person", "not_helpful")
# Seconds that an answer may wait for a machine; what is not there then comes in the original, and says so.
PATIENCE = 6.0
# Said when a person has chosen a language.
CHOICES_OF_LANGUAGE = ("utter_language_set", "utter_language_kept")


class CardMaker(Protocol):
    """What makes cards of records (the directory keeps this promise)."""

    def service(
        self, identifier: str, language: str, full: bool = False, nearest: Sequence[Any] | None = None
    ) -> dict[str, Any]: ...

    def guide(self, identifier: str, language: str, full: bool = False) -> dict[str, Any]: ...

    def name(self, identifier: str, language: str) -> str: ...

    def topic(self, identifier: str, language: str) -> str: ...

    def passage(self, guide: str, passage: str, language: str) -> tuple[str, Mark | None, str | None]: ...

    def emergency(self, kind: str, language: str) -> list[dict[str, Any]]: ...


class Preparing(Protocol):
    """What translates the house's own texts (the translation keeps this promise)."""

    def waiting(self, language: str | None = None) -> int: ...

    async def ready(self, language: str, seconds: float) -> bool: ...


def button(title: str, intent: str, **values: Any) -> dict[str, Any]:
    """A button that acts as `intent` with `values`."""
    return {"title": title, "press": {"intent": intent, **values}}


def _named(code: str, language: str) -> str:
    """A language's own name; one beyond the eight in the reader's language too, who may not know its script."""
    if not is_beyond(code) or code == language:
        return own_name(code)
    return f"{language_name(code, language)} ({own_name(code)})"


def plain(lead: str, cards: list[dict[str, Any]]) -> str:
    """A message with cards as plain text, for channels that show text alone."""
    blocks = [lead] if lead else []
    for card in cards:
        title = card["name"] + (f" ({card['alternate_name']})" if card["alternate_name"] else "")
        lines = [title, card["description"]]
        for row in card["rows"]:
            separator = "\n" if "\n" in row["value"] else " "
            lines.append(f"{row['label']}:{separator}{row['value']}" if row["label"] else row["value"])
            if row["kind"] == "map":
                lines.append(row["href"])
        lines.append(f"{card['source']['label']}: {card['source']['href']} ({card['assured']})")
        blocks.append("\n".join(line for line in lines if line))
    return "\n\n".join(blocks)


class Messages:
    """Makes messages. `defaults` are values that any wording may use, such as the place and who runs this."""

    def __init__(
        self, wording: Wording, cards: CardMaker, defaults: dict[str, Any], preparing: Preparing | None = None
    ) -> None:
        self.wording = wording
        self._cards = cards
        self._defaults = defaults
        self._preparing = preparing

    def marks(self, translation: Translation, language: str) -> dict[str, Any]:
        """The marks' part of the metadata of a text that the translator gave, in the reader's language."""
        return translated_metadata(self.wording.label, translation, language)

    async def made(self, name: str, language: str, /, patience: float = PATIENCE, **values: Any) -> dict[str, Any]:
        """As `make`, but in a language beyond the eight it waits up to `patience` seconds for a machine's translation."""
        message = self.make(name, language, **values)
        if self._preparing is None or not is_beyond(language) or not self._preparing.waiting(language):
            return message
        await self._preparing.ready(language, patience)
        return self.make(name, language, **values)

    def make(self, name: str, language: str, /, **values: Any) -> dict[str, Any]:
        """The message of response `name` in `language`.

        Values with a meaning of their own: `services`, `guide` (ids to show as cards), `full` (all fields), `passage` (a
        text that answers, [text, reviewed]), `only` (labels of the rows to keep), `distances` (by id the km and
        the nearest place), `more` (there are further results), `danger` (kind of danger), `buttons` (ready buttons),
        `fill` (further placeholders by name),
        `effect` (what the gate does after).
        """
        language = known_code(language) or SOURCE_LANGUAGE
        rendered = self._text(name, language, values)
        cards = self._made_cards(language, values)
        marks = [rendered.mark]
        originals = [card["original"] for card in cards if card.get("original")]
        if values.get("passage") and values.get("guide") and cards:
            passage = self._cards.passage(values["guide"], values["passage"], language)
            cards[0]["description"], mark, original = passage
            marks.append(mark)
            originals += [original] if original else []
        marks += [card["mark"] for card in cards]
        if not rendered.reviewed:
            originals.insert(0, rendered.source)
        wanted = values["buttons"] if "buttons" in values else self._buttons(name, language, values)
        mark = worst(marks)
        if mark in ORIGINAL_MARKS and not any(one["press"].get("intent") == "request_human" for one in wanted):
            # Whoever cannot read the original needs somebody who can.
            wanted = [*wanted, *self._known("person", language, values)]
        metadata = {
            "language": language,
            "direction": self.wording.direction(language),
            "kind": self._kind(name, cards, values),
            "lead": rendered.text,
            "cards": cards,
            **mark_metadata(self.wording.label, language, mark, "\n\n".join(originals) or None, SOURCE_LANGUAGE,
                            partly=mark in ORIGINAL_MARKS and any(one not in ORIGINAL_MARKS for one in marks)),
        }
        if values.get("danger"):
            # The numbers as links of their own, so that a channel can make each a large button.
            metadata["links"] = [
                {"text": row["value"], "href": row["href"], "label": card["name"]}
                for card in cards for row in card["rows"] if row["kind"] == "phone"
            ]
        if name in CHOICES_OF_LANGUAGE:
            # A channel with words of its own (the widget's buttons) changes along.
            metadata["chosen_language"] = language
        if name in UNHELPFUL:
            metadata["unhelpful"] = True
        if values.get("effect"):
            metadata["effect"] = values["effect"]
        return {"text": plain(rendered.text, cards), "buttons": wanted, "metadata": metadata}

    def _kind(self, name: str, cards: list[dict[str, Any]], values: dict[str, Any]) -> str:
        if values.get("danger"):
            return "danger"
        return "cards" if cards else "privacy" if name.startswith("utter_privacy") else "text"

    def _text(self, name: str, language: str, values: dict[str, Any]) -> Rendered:
        filled = dict(self._defaults)
        if not filled.get("operator"):
            filled["operator"] = self.wording.label("operator_unknown", language)
        if values.get("wishes") is not None:
            shown = [self.wish(wish, language) for wish in values["wishes"]]
            filled["wishes"] = self.wording.listed(shown, language)
        filled["language"] = _named(values.get("language_code") or language, language)
        if values.get("named"):
            filled["name"] = self._cards.name(values["named"], language)
        filled |= {key: values[key] for key in ("town", "when", "name", *desk_buttons.VALUES) if key in values}
        filled |= values.get("fill") or {}
        return self.wording.render(name, language, **filled)

    def wish(self, wish: str, language: str) -> str:
        """A wish such as "free" or "language:ar" in words."""
        kind, _, value = wish.partition(":")
        if kind == "language":
            return self.wording.label("wish_language", language, language=self._cards.topic(f"language:{value}", language))
        if kind == "place":
            return self.wording.label("wish_place", language, town=value)
        return self.wording.label(f"wish_{kind}", language)

    def _made_cards(self, language: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        full = bool(values.get("full"))
        distances = values.get("distances") or {}
        cards = []
        if values.get("guide"):
            cards.append(self._cards.guide(values["guide"], language, full))
        for place, identifier in enumerate(values.get("services") or []):
            # Below a guide's steps the services stay short.
            card = self._cards.service(identifier, language, full and not values.get("guide"), distances.get(identifier))
            if place == 0 and values.get("only"):
                labels = {self.wording.label(label, language) for label in values["only"]}
                card["rows"] = [row for row in card["rows"] if row["label"] in labels]
            cards.append(card)
        if values.get("danger"):
            cards += self._cards.emergency(values["danger"], language)
        return cards

    def _buttons(self, name: str, language: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        full = bool(values.get("full"))
        if values.get("guide") and not full:
            found.append(button(self.wording.label("button_steps", language), "press_details", record=values["guide"]))
        for identifier in [] if full and not values.get("guide") else values.get("services") or []:
            title = self.wording.label("button_details", language, name=self._cards.name(identifier, language))
            found.append(button(title, "press_details", record=identifier))
        if full and not values.get("guide") and len(values.get("services") or []) == 1:
            found.append(button(self.wording.label("button_visit", language), "press_visit", record=values["services"][0]))
        if values.get("more"):
            found.append(button(self.wording.label("button_more", language), "more_results"))
        has_results = values.get("services") or values.get("guide")
        if has_results and not full and not values.get("town"):
            found.append(button(self.wording.label("button_nearer", language), "press_nearer"))
        tables = (BUTTONS, desk_buttons.BUTTONS, report_buttons.BUTTONS)
        kinds = next((table[name] for table in tables if table.get(name)), RESULTS if has_results else ())
        for kind in kinds:
            found += self._known(kind, language, values)
        return found

    def _known(self, kind: str, language: str, values: dict[str, Any]) -> list[dict[str, Any]]:
        label = self.wording.label
        if kind == "topics":
            return [button(self._cards.topic(topic, language), "press_topic", topic=topic) for topic in TOPIC_BUTTONS]
        if kind == "desk_topics":
            return [
                button(self._cards.topic(topic, language), "press_desk_topic", topic=topic) for topic in TOPIC_BUTTONS
            ]
        if kind == "languages":
            return [button(BY_CODE[code].name, "press_language", code=code) for code in CODES]
        if kind == "language_offer":
            offered = values["language_code"]
            return [
                button(own_name(offered), "press_language", code=offered),
                button(label("button_keep_language", language, language=own_name(language)), "press_language", code=language),
            ]
        simple = {
            "topics_menu": ("button_topics", "press_topics"),
            "person": ("button_person", "request_human"),
            "privacy": ("button_privacy", "privacy_info"),
            "report": ("button_report", "file_report"),
            "language": ("button_language", "change_language"),
            "forget": ("button_forget", "forget_me"),
            "forget_yes": ("button_forget_yes", "press_forget"),
            "forget_no": ("button_forget_no", "press_keep"),
            **desk_buttons.SIMPLE,
            **report_buttons.SIMPLE,
        }
        name, intent = simple[kind]
        # `carried`: why a person is asked for, handed on from one button to the next.
        return [button(label(name, language), intent, **(values.get("carried") or {}))]
