"""What stands in a topic: the header card of a case, and its entries with original and translation."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from telegram import InlineKeyboardButton, InlineKeyboardMarkup

from bot.channels.telegram.house import Labels
from bot.channels.telegram.pieces import Piece
from bot.channels.telegram.spans import Line, Span, lines
from bot.channels.telegram.splitting import Part, split
from bot.languages import BY_CODE
from bot.store.case_records import Case, Entry

# Entries are joined into one message up to this length, so that a busy group gets along with its messages a minute.
JOINED_LIMIT = 3000
# The first file of an entry has this place; the parts of its words are counted from 0.
FILES = 100
# Codes of actions in buttons: "s:<action>" or "s:<action>:<more>".
TAKE, PASS, TO, NOTE, CORRECT, CLOSE, BACK, RECUSE, CANCEL, SEND, PLAIN = (
    "take", "pass", "to", "note", "correct", "close", "back", "recuse", "cancel", "send", "plain"
)
OUTCOMES = ("solved", "referred", "no_answer")
# What the house notes and the header card does not show.
TOLD = ("someone_else", "overdue", "nobody_left")


def is_shown(entry: Entry) -> bool:
    """Whether an entry gets a place in the topic: an edit changes its earlier message, the card shows the state."""
    return entry.kind != "edit" and (entry.author != "system" or entry.text in TOLD)


class Names(Protocol):
    """Names of records in a language; see bot.directory.cards."""

    def name(self, identifier: str, language: str) -> str: ...

    def topic(self, identifier: str, language: str) -> str: ...


class Posting(NamedTuple):
    """One message to post: the piece, the entries it shows, which part of the (only) entry it is."""

    piece: Piece
    numbers: tuple[int, ...]
    place: int = 0


def button(title: str, *action: str) -> InlineKeyboardButton:
    """A button of ours."""
    return InlineKeyboardButton(title, callback_data=":".join(("s", *action)))


class Shown:
    """Makes the texts, in the staff's language."""

    def __init__(self, labels: Labels, names: Names, language: str) -> None:
        self._labels = labels
        self._names = names
        self.language = language

    def say(self, name: str, /, **values: object) -> str:
        """A label of the staff group."""
        return self._labels.label(f"staff_{name}", self.language, **values)

    def plain(self, text: str) -> Piece:
        """A text of the house as a message."""
        return Piece(split([lines(text)], self.language)[0])

    def card(self, case: Case, mediator: str | None, second: str | None) -> Piece:
        """The header card with its buttons."""
        say = self.say
        first = [Span(case.code, "b"), Span(f" · {say('state_' + case.state)} · {_language(case.language)}")]
        block = [Line(tuple(first))]
        for name, wanted in (("danger", case.danger), ("minor", case.minor)):
            if wanted:
                block += lines("⚠ " + say(name), "b")
        facts = (
            ("topic", self._topic(case.topic)), ("town", case.town), ("deadline", case.deadline),
            ("wishes", ", ".join(self._wish(wish) for wish in case.wishes)), ("mediator", mediator), ("second", second),
        )
        for name, value in facts:
            if value:
                block += lines(f"{say('card_' + name)}: {value}")
        tried = [self._name(record) for record in case.tried]
        if tried:
            block += lines(f"{say('card_tried')}: {', '.join(name for name in tried if name)}")
        if case.question:
            block += lines(f"{say('card_question')}: {case.question}")
        how = "closed_how" if case.state == "closed" else "how"
        outcome = [lines(say(f"outcome_{case.outcome}"))] if case.outcome else []
        part = split([block, *outcome, lines(say(how), "i")], self.language)[0]
        return Piece(part, buttons=self.card_buttons(case))

    def card_buttons(self, case: Case) -> InlineKeyboardMarkup | None:
        """The actions that a case allows now."""
        say = self.say
        if case.state == "closed":
            return None
        if case.mediator_id is None:
            rows = [[button(say("button_take"), TAKE)], [button(say("button_recuse"), RECUSE)]]
        else:
            rows = [
                [button(say("button_pass"), PASS), button(say("button_note"), NOTE)],
                [button(say("button_correct"), CORRECT), button(say("button_close"), CLOSE)],
                [button(say("button_back"), BACK), button(say("button_recuse"), RECUSE)],
            ]
        return InlineKeyboardMarkup(rows)

    def outcomes(self) -> InlineKeyboardMarkup:
        """How a case may end."""
        rows = [[button(self.say(f"outcome_{outcome}"), CLOSE, outcome)] for outcome in OUTCOMES]
        return InlineKeyboardMarkup([*rows, [button(self.say("button_cancel"), CANCEL)]])

    def colleagues(self, who: Sequence[tuple[str, str]]) -> InlineKeyboardMarkup:
        """To whom a case may be passed on: (mediator id, name)."""
        rows = [[button(name, TO, identifier)] for identifier, name in who]
        queue = [button(self.say("button_queue"), TO, "queue")]
        return InlineKeyboardMarkup([*rows, queue, [button(self.say("button_cancel"), CANCEL)]])

    def postings(self, entries: Sequence[Entry], names: dict[str, str]) -> list[Posting]:
        """Entries as few messages as hold them, in order; each file is a message of its own behind its words."""
        found: list[Posting] = []
        blocks: list[list[Line]] = []
        numbers: list[int] = []

        def flush() -> None:
            if numbers:
                parts = split(blocks, self.language)
                found.extend(Posting(Piece(part), tuple(numbers), place) for place, part in enumerate(parts))
            blocks.clear()
            numbers.clear()

        for entry in entries:
            block = self.entry(entry, names)
            size = sum(line.width + 1 for line in block)
            if numbers and sum(line.width + 1 for one in blocks for line in one) + size > JOINED_LIMIT:
                flush()
            blocks.append(block)
            numbers.append(entry.number)
            if entry.attachments:
                flush()
                found += [
                    Posting(Piece(file=identifier), (entry.number,), FILES + place)
                    for place, identifier in enumerate(entry.attachments)
                ]
        flush()
        return found

    def parts(self, entries: Sequence[Entry], names: dict[str, str]) -> list[Part]:
        """Entries as the messages that show them together, without their files."""
        return split([self.entry(entry, names) for entry in entries], self.language)

    def entry(self, entry: Entry, names: dict[str, str]) -> list[Line]:
        """One entry: who, the original, the translation and what to think of it."""
        who = names.get(entry.mediator_id or "", "") or self.say("author_mediator")
        heading = {
            "person": "👤 " + self.say("author_person"), "assistant": "🤖 " + self.say("author_assistant"),
            "mediator": "💬 " + who, "note": "📝 " + who, "system": "ℹ️",
        }[entry.author]
        if entry.kind == "before":
            heading += f" ({self.say('before')})"
        if entry.edited:
            heading += f" ({self.say('edited')})"
        if entry.delivery == "failed":
            heading += f" ⚠ {self.say('not_delivered')}"
        block = lines(heading, "b")
        text = self.say(f"system_{entry.text}") if entry.author == "system" else entry.text
        if text.strip():
            block += lines(text)
        for card in entry.cards:
            if card.get("name"):
                block += lines(f"• {card['name']}")
        if not text.strip() and entry.attachments:
            block += lines(self.say("file"))
        said = entry.translation
        if said is not None and said.text != said.original:
            kind = self.say(f"kind_{said.kind}")
            block += lines(f"→ {_language(said.target)} ({kind}):", "i") + lines(said.text)
        elif said is not None and said.mark in ("failed", "none") and said.source != said.target:
            block += lines(self.say("untranslated"), "i")
        return block

    def translation(self, entry: Entry, back: str | None) -> list[Piece]:
        """What the person got instead of the mediator's own words, with a button to correct it; [] if just these."""
        said = entry.translation
        if said is None:
            return []
        if said.text == said.original:
            if said.source == said.target or said.mark not in ("failed", "none"):
                return []
            text = lines(self.say("sent_untranslated"))
        else:
            text = lines(f"→ {_language(said.target)} ({self.say('kind_' + said.kind)}):", "i") + lines(said.text)
            if back:
                text += lines(f"← {_language(said.source)}:", "i") + lines(back)
        keys = InlineKeyboardMarkup([[button(self.say("button_correct"), CORRECT, str(entry.number))]])
        *first, last = split([text], self.language)
        return [*(Piece(part) for part in first), Piece(last, buttons=keys)]

    def _wish(self, wish: str) -> str:
        kind, _, rest = wish.partition(":")
        if kind == "not":
            return self.say("wish_not", who=rest)
        name = f"staff_wish_{kind}"
        try:
            return self._labels.label(name, self.language)
        except KeyError:
            return wish

    def _topic(self, topic: str | None) -> str | None:
        if not topic:
            return None
        try:
            return self._names.topic(topic, self.language)
        except KeyError:
            return topic

    def _name(self, record: str) -> str | None:
        try:
            return self._names.name(record, self.language)
        except KeyError:
            return None


def _language(code: str) -> str:
    known = BY_CODE.get(code)
    return f"{known.name} ({code})" if known else code
