"""Finds the day and time that a question means: "is it open on Saturday?", "завтра", "morgen um 15 Uhr"."""

from __future__ import annotations

import datetime as dt
import re
from typing import NamedTuple

# Beginnings of the weekday names, Monday first, as people bend them. Longer ones are tried first: in Persian the name of
# Saturday ends every other day's name.
WEEKDAYS: dict[str, tuple[tuple[str, ...], ...]] = {
    "en": (("monday",), ("tuesday",), ("wednesday",), ("thursday",), ("friday",), ("saturday",), ("sunday",)),
    "de": (("montag",), ("dienstag",), ("mittwoch",), ("donnerstag",), ("freitag",), ("samstag", "sonnabend"), ("sonntag",)),
    "fr": (("lundi",), ("mardi",), ("mercredi",), ("jeudi",), ("vendredi",), ("samedi",), ("dimanche",)),
    "tr": (("pazartesi",), ("salı", "sali"), ("çarşamba", "carsamba"), ("perşembe", "persembe"), ("cuma",),
           ("cumartesi",), ("pazar",)),
    "uk": (("понеділ",), ("вівтор",), ("серед",), ("четвер",), ("п'ятниц", "п’ятниц", "пятниц"), ("субот",), ("неділ",)),
    "ru": (("понедельник",), ("вторник",), ("сред",), ("четверг",), ("пятниц",), ("суббот",), ("воскресень",)),
    "ar": (("الاثنين", "الإثنين", "اثنين"), ("الثلاثاء", "ثلاثاء", "التلات"), ("الأربعاء", "الاربعاء"), ("الخميس",),
           ("الجمعة",), ("السبت",), ("الأحد", "الاحد")),
    "fa": (("دوشنبه",), ("سه‌شنبه", "سه شنبه", "سشنبه"), ("چهارشنبه", "چارشنبه"), ("پنجشنبه", "پنج‌شنبه", "پنج شنبه"),
           ("جمعه",), ("شنبه",), ("یکشنبه", "یک‌شنبه", "یک شنبه")),
}
TODAY = {
    "en": "today", "de": "heute", "fr": "aujourd", "tr": "bugün", "uk": "сьогодні", "ru": "сегодня", "ar": "اليوم", "fa": "امروز",
}
TOMORROW = {
    "en": "tomorrow", "de": "morgen", "fr": "demain", "tr": "yarın", "uk": "завтра", "ru": "завтра", "ar": "بكرا|غدا|بكره",
    "fa": "فردا",
}
_CLOCK = re.compile(r"(?<!\d)([01]?\d|2[0-3])(?:[:.h]([0-5]\d))?\s*(uhr|pm|am|h|o'clock)?(?!\d)", re.IGNORECASE)


class Asked(NamedTuple):
    """The day, and the time of day if one was named."""

    day: dt.date
    time: dt.time | None


def _weekday(text: str, language: str) -> int | None:
    known = [(form, number) for number, forms in enumerate(WEEKDAYS.get(language, ())) for form in forms]
    for form, number in sorted(known, key=lambda pair: -len(pair[0])):
        if re.search(rf"(?<!\w){re.escape(form)}", text):
            return number
    return None


def _time(text: str) -> dt.time | None:
    for match in _CLOCK.finditer(text):
        hour, minute, unit = int(match.group(1)), int(match.group(2) or 0), (match.group(3) or "").lower()
        # A bare number is a time only with minutes or a unit: "3 children" is none.
        if match.group(2) is None and not unit:
            continue
        return dt.time((hour + 12) % 24 if unit == "pm" and hour < 12 else hour, minute)
    return None


def asked(text: str, language: str, now: dt.datetime) -> Asked | None:
    """The day and time that `text` names, counted from `now`; None if it names no day. A weekday is the next such day."""
    low = text.lower()
    weekday = _weekday(low, language)
    if weekday is not None:
        return Asked(now.date() + dt.timedelta(days=(weekday - now.weekday()) % 7), _time(low))
    for words, days in ((TOMORROW, 1), (TODAY, 0)):
        if language in words and re.search(rf"(?<!\w)(?:{words[language]})", low):
            return Asked(now.date() + dt.timedelta(days=days), _time(low))
    return None
