"""An answer's body as blocks of lines: the lead, one block a card, the mark of an unchecked translation."""

from __future__ import annotations

import re
from typing import Any

from bot.channels.telegram.spans import Line, Span, lines
from bot.channels.telegram.splitting import Part, split
from bot.languages import SOURCE_LANGUAGE, is_right_to_left
from bot.wording.bidi import FIRST_STRONG, LEFT_TO_RIGHT, isolate, isolate_numbers

# Small signs below a text, and those before a sentence that nobody should miss.
SIGNS = {"fuzzy": "ⓘ", "machine": "⚙", "untranslated": "ⓘ"}
SENTENCES = {"doubtful": "⚠", "failed": "⚠"}
_BLANK_LINES = re.compile(r"\n[ \t]*\n\s*")


def parts(body: dict[str, Any]) -> list[Part]:
    """The messages to send for one answer, in order; [] if it says nothing."""
    metadata = body.get("metadata") or {}
    language = metadata.get("language") or SOURCE_LANGUAGE
    cards = metadata.get("cards") or []
    lead = (metadata.get("lead") or "") if cards else (body.get("text") or metadata.get("lead") or "")
    author = metadata.get("author_text") if metadata.get("author") == "mediator" else None
    blocks = [lines(_one_line(author), "b")] if author and lead.strip() else []
    blocks += [lines(paragraph) for paragraph in _BLANK_LINES.split(lead) if paragraph.strip()]
    blocks += [_card(card, language) for card in cards]
    if blocks:
        blocks = _marked(blocks, metadata)
    return split(blocks, language)


def _marked(blocks: list[list[Line]], metadata: dict[str, Any]) -> list[list[Line]]:
    """A sentence before a doubtful text, a small sign below the others, and once what the sign means."""
    text, mark = metadata.get("mark_text"), metadata.get("mark") or ""
    if not text:
        return blocks
    if mark in SENTENCES:
        blocks = [lines(f"{SENTENCES[mark]} {text}", "b"), *blocks]
    else:
        blocks = [*blocks, lines(f"{SIGNS[mark]} {text}" if mark in SIGNS else text, "i")]
    return [*blocks, lines(metadata["mark_explained"], "i")] if metadata.get("mark_explained") else blocks


def _card(card: dict[str, Any], language: str) -> list[Line]:
    title = [Span(isolate(_one_line(card.get("name")), language), "b")]
    if card.get("alternate_name"):
        title.append(Span(f" ({isolate(_one_line(card['alternate_name']), language)})"))
    block = [Line(tuple(title))]
    if card.get("description"):
        block += lines(_held(card["description"], language))
    for row in card.get("rows") or []:
        block += _row(row, language)
    source = card.get("source") or {}
    spans = [Span(_one_line(source.get("label")), href=source.get("href"))] if source.get("label") else []
    if card.get("assured"):
        spans.append(Span((" · " if spans else "") + _held(_one_line(card["assured"]), language)))
    return [*block, Line(tuple(spans))] if spans else block


def _row(row: dict[str, Any], language: str) -> list[Line]:
    label, kind, value = _one_line(row.get("label")), row.get("kind"), str(row.get("value") or "").strip()
    if not value:
        return []
    if kind == "map":
        shown = Span(isolate(_one_line(value), language), href=row.get("href"))
        return [Line((Span(f"{label}: "), shown) if label else (shown,))]
    if kind == "name":
        value = isolate(value, language)
    elif kind == "link":
        # Left as it is written: Telegram itself makes addresses and numbers tappable.
        value = _left_to_right(value, language)
    else:
        value = _held(value, language)
    if not label:
        return lines(value)
    return lines(f"{label}:\n{value}" if "\n" in value else f"{label}: {value}")


def _held(text: str, language: str) -> str:
    # Wording has its numbers held already; holding them twice would only make the message longer.
    return text if FIRST_STRONG in text or LEFT_TO_RIGHT in text else isolate_numbers(text, language)


def _left_to_right(text: str, language: str) -> str:
    return f"{LEFT_TO_RIGHT}{text}\u2069" if is_right_to_left(language) else text


def _one_line(text: Any) -> str:
    return " ".join(str(text or "").split())
