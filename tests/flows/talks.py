"""One conversation from greeting to thanks, over Socket.IO and over Telegram: conducted here, judged by the tests."""

from __future__ import annotations

from dataclasses import dataclass, field

from bot.container import Container
from tests.flows.people import Answer, TelegramPerson, WebPerson
from tests.flows.phrases import PHRASES
from tests.telegram.bot_api import Sent


@dataclass
class WebTalk:
    """The answers, step by step. `pressed`: the record whose details button was pressed."""

    greeting: list[Answer] = field(default_factory=list)
    found: Answer = field(default_factory=dict)
    pressed: str = ""
    details: Answer = field(default_factory=dict)
    follow_ups: list[Answer] = field(default_factory=list)
    people: Answer = field(default_factory=dict)
    thanks: Answer = field(default_factory=dict)
    all: list[Answer] = field(default_factory=list)
    kept: list[Answer] = field(default_factory=list)


@dataclass
class TelegramTalk:
    """The same over Telegram; each step is a list of messages."""

    greeting: list[Sent] = field(default_factory=list)
    found: list[Sent] = field(default_factory=list)
    pressed: str = ""
    details: list[Sent] = field(default_factory=list)
    follow_ups: list[list[Sent]] = field(default_factory=list)
    thanks: list[Sent] = field(default_factory=list)
    all: list[Sent] = field(default_factory=list)


def details_titles(house: Container, language: str) -> dict[str, str]:
    """Title of a details button -> the service it shows."""
    return {
        house.wording.label("button_details", language, name=house.cards.name(service, language)): service
        for service in house.directory.services
    }


def details_button(house: Container, language: str, titles: list[str]) -> tuple[str, str]:
    """The first details button among `titles`, and its service."""
    known = details_titles(house, language)
    title = next(title for title in titles if title in known)
    return title, known[title]


async def web_talk(url: str, house: Container, language: str) -> WebTalk:
    """A person whose page says nothing of their language: their words alone do."""
    words, talk = PHRASES[language], WebTalk()
    person = await WebPerson(url).connect()
    try:
        talk.greeting = await person.say(words.greeting, answers=2)
        (talk.found,) = await person.say(words.question)
        title, talk.pressed = details_button(house, language, [one["title"] for one in talk.found["quick_replies"]])
        (talk.details,) = await person.press(talk.found, title)
        for question in (words.papers, words.hours, words.cost):
            talk.follow_ups += await person.say(question)
        (talk.people,) = await person.press(talk.found, house.wording.label("button_person", language))
        (talk.thanks,) = await person.say(words.thanks)
        talk.all = list(person.said)
    finally:
        await person.leave()
    # A second look with the same session, as after a change of page: everything that was said, once.
    again = WebPerson(url, session=person.session)
    await again.connect()
    await again.until(lambda: len(again.said) >= len(talk.all))
    await again.leave()
    talk.kept = again.said
    return talk


async def telegram_talk(person: TelegramPerson, house: Container, language: str) -> TelegramTalk:
    """The same on Telegram; the app's language is the person's here."""
    words, talk = PHRASES[language], TelegramTalk()
    await person.say(words.greeting)
    talk.greeting = await person.expect(2)  # the answer, then the privacy notice
    talk.found = await person.say(words.question)
    title, talk.pressed = details_button(house, language, [one["text"] for one in talk.found[-1].flat_buttons])
    talk.details = await person.press(talk.found[-1], title)
    for question in (words.papers, words.hours, words.cost):
        talk.follow_ups.append(await person.say(question))
    talk.thanks = await person.say(words.thanks)
    talk.all = person.got
    return talk
