"""What a question asks for besides its topic: free of charge, open now, for women, for children, in a language.

A wish is a text: "free", "open_now", "women", "children", "language:ar".
"""

from __future__ import annotations

import datetime as dt

from bot.directory import hours
from bot.directory.cards import Cards
from bot.directory.loader import Directory

AUDIENCES = {"women": {"women"}, "children": {"children", "parents", "youth"}}
# Who speaks one understands the other.
SAME_TONGUE = ({"fa", "prs"}, {"sh", "sr", "hr", "bs"})


def _spoken(wanted: str, offered: set[str]) -> bool:
    understood = {wanted}.union(*(group for group in SAME_TONGUE if wanted in group))
    return bool(understood & offered)


def fulfils(directory: Directory, cards: Cards, service: str, wish: str, now: dt.datetime) -> bool:
    """Whether a record says that a service fulfils a wish. What a record does not say is not assumed."""
    record = directory.services[service]
    kind, _, value = wish.partition(":")
    if kind == "language":
        return _spoken(value, {language.code for language in record.languages})
    if kind == "free":
        return any(cost.amount == 0 for cost in record.cost_options)
    if kind == "open_now":
        if record.schedules:
            return bool(hours.open_at(record.schedules, now))
        return any(hours.open_at(cards.schedules(record, place), now) for place in cards.places_with_hours(record))
    return bool(AUDIENCES.get(kind, set()) & set(record.audience))
