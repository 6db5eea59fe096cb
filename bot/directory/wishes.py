"""What a question asks for besides its topic: free of charge, open now, for women, for children, in a language.

A wish is a text: "free", "open_now", "women", "children", "language:ar".
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

from bot.directory import hours
from bot.directory.cards import Cards
from bot.directory.loader import Directory

AUDIENCES = {"women": {"women"}, "children": {"children", "parents", "youth"}}


def fulfils(directory: Directory, cards: Cards, service: str, wish: str, now: dt.datetime) -> bool:
    """Whether a record says that a service fulfils a wish. What a record does not say is not assumed."""
    record = directory.services[service]
    kind, _, value = wish.partition(":")
    if kind == "language":
        return any(language.code == value for language in record.languages)
    if kind == "free":
        return any(cost.amount == 0 for cost in record.cost_options)
    if kind == "open_now":
        return bool(hours.open_at(cards.schedules(record), now))
    return bool(AUDIENCES.get(kind, set()) & set(record.audience))


def fulfils_all(directory: Directory, cards: Cards, service: str, wishes: Iterable[str], now: dt.datetime) -> bool:
    """Whether a service fulfils every wish."""
    return all(fulfils(directory, cards, service, wish, now) for wish in wishes)
