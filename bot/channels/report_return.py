"""Coming back to a report by chat. What the report says is shown in messages that are written down nowhere."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Awaitable, Callable
from typing import Any

from bot.channels.report_talks import Talk, Talks
from bot.channels.report_words import Message, ReportWords
from bot.channels.told_in import added_in
from bot.container import Container
from bot.errors import WaymarkError
from bot.reporting.intake import TEXT_LIMIT, File
from bot.store.conversations import Conversation
from bot.store.messages import Inbound
from bot.wording.messages import button

FetchFiles = Callable[[Inbound, str], Awaitable[list[File | None]]]

# What is said after words were taken, by the stage of the talk.
TAKEN = {"since": "since_taken", "complaint": "complaint_taken"}


class ReportReturn:
    """The stages of a talk (see report_talks). Presses carry no words; words were locked away before they came here."""

    presses = frozenset({
        "report_more", "report_since", "report_since_no", "report_other_reader", "report_same_reader", "report_helpful",
        "report_not_helpful", "report_complain", "report_reopen", "report_withdraw", "report_withdraw_yes", "report_withdraw_no",
    })

    def __init__(self, house: Container, words: ReportWords, talks: Talks) -> None:
        self._house, self._words, self._talks = house, words, talks

    async def enter(self, conversation: Conversation, language: str) -> list[Message]:
        """Checks the code that was typed. A wrong one waits a little longer each time."""
        typed = self._talks.take_typed(conversation.id)
        if typed is None:  # lost in a restart between the message and now
            return self._words.ask_code(language, "session_over")
        session = await self._house.returning.enter(typed, conversation.id)
        if session is None:
            self._talks.put(conversation.id, Talk("code"))
            return self._words.ask_code(language, "code_unknown")
        return await self._show(conversation, language, self._talks.put(conversation.id, Talk("open", session)))

    async def add(self, talk: Talk, text: str, key: str, conversation: Conversation | None, shown: str | None) -> bool:
        """Locks away what was written, at once. False if there was no text, or the report is gone.

        `shown`: the language that the channel shows, for a `conversation` that has none yet.
        """
        if talk.session is None or not text:
            return False
        returning, session = self._house.returning, talk.session
        told, prior = session.report.language, (conversation.language if conversation else None) or shown
        chosen = prior if conversation is not None and conversation.language_chosen else None
        find = functools.partial(added_in, self._house, chosen=chosen, prior=prior or told, report=told)
        language = await asyncio.to_thread(find, text)
        try:
            # A text longer than one message becomes several: nothing is cut.
            for start in range(0, len(text), TEXT_LIMIT):
                part, own = text[start : start + TEXT_LIMIT], f"{key[:50]}-{start}" if start else key
                if talk.stage == "since":
                    await returning.since(session, True, part, talk.other, own, language)
                elif talk.stage == "complaint":
                    await returning.complain(session, part, own, language)
                else:
                    await returning.say(session, part, key=own, language=language)
            return True
        except WaymarkError as error:
            if error.code != "reports.gone":
                raise
            return False

    async def take_file(self, conversation_id: str, talk: Talk, file: File, key: str) -> None:
        """Adds a file that came by itself, before its message. WaymarkError "attachment.not_now" if none is asked for."""
        if talk.session is None or talk.stage not in ("more", "since"):
            raise WaymarkError("attachment.not_now")
        await self._house.returning.say(talk.session, "", files=(file,), key=key)
        self._talks.put(conversation_id, talk._replace(filed=True))

    async def heard(
        self, message: Inbound, conversation: Conversation, language: str, talk: Talk, heard: dict[str, Any],
        fetch: FetchFiles,
    ) -> list[Message]:
        """Answers what was written."""
        if talk.session is None:
            if heard.get("typed"):
                return await self.enter(conversation, language)
            return self._words.ask_code(language)
        if talk.stage not in ("more", "since", "complaint"):
            return [self._words.say("choose", language), *await self.again(conversation, language, talk)]
        try:
            refused, taken = await self._files(message, conversation, talk, language, fetch)
            if not heard.get("added") and not taken and not talk.filed:
                await self._house.returning.fresh(talk.session)
                return refused or [self._words.say("ask_more", language, [self._words.button("end", language)])]
            said = TAKEN.get(talk.stage, "more_taken")
            if said == "since_taken" and (await self._house.returning.view(talk.session)).unread:
                said = "since_unread"
            told = self._words.say(said, language)
            talk = self._talks.put(conversation.id, Talk("open", talk.session))
            return [*refused, *await self._show(conversation, language, talk, told)]
        except WaymarkError as error:
            return await self._gone(conversation, language, error)

    async def _files(
        self, message: Inbound, conversation: Conversation, talk: Talk, language: str, fetch: FetchFiles
    ) -> tuple[list[Message], int]:
        refused: list[Message] = []
        taken = 0
        for place, file in enumerate(await fetch(message, conversation.channel)):
            try:
                if file is None or talk.session is None:
                    raise WaymarkError("attachment.broken")
                await self._house.returning.say(talk.session, "", files=(file,), key=f"{message.message_id[:50]}:{place}")
                taken += 1
            except WaymarkError as error:
                if error.code == "reports.gone":
                    raise
                refused.append(self._words.say("file_bad", language))
        return refused, taken

    async def pressed(
        self, conversation: Conversation, language: str, talk: Talk, press: dict[str, Any]
    ) -> list[Message]:
        """Answers a press while a report is open."""
        try:
            return await self._pressed(conversation, language, talk, str(press["intent"]).removeprefix("report_"))
        except WaymarkError as error:
            return await self._gone(conversation, language, error)

    async def _pressed(self, conversation: Conversation, language: str, talk: Talk, what: str) -> list[Message]:
        returning, session, words = self._house.returning, talk.session, self._words
        if session is None:
            return words.ask_code(language)
        end = words.button("end", language)
        told: Message | None = None
        if what == "more":
            self._talks.put(conversation.id, talk._replace(stage="more"))
            return [words.say("ask_more", language, [end])]
        if what == "since":
            buttons = [
                words.button("other_reader", language), words.button("same_reader", language),
                button(words.label("no_happened", language), "report_since_no"), end,
            ]
            return [words.say("ask_since", language), words.say("ask_since_reader", language, buttons)]
        if what in ("other_reader", "same_reader"):
            self._talks.put(conversation.id, talk._replace(stage="since", other=what == "other_reader"))
            return [words.say("ask_since_what", language, [end])]
        if what == "complain":
            self._talks.put(conversation.id, talk._replace(stage="complaint"))
            return [words.say("ask_complaint", language, [end])]
        if what == "withdraw":
            buttons = [words.button(name, language) for name in ("withdraw_yes", "withdraw_no")]
            return [words.say("ask_withdraw", language, buttons)]
        if what == "withdraw_yes":
            await returning.withdraw(session)
            self._talks.close(conversation.id)
            await self._house.conversations.set_mode(conversation.id, "assistant")
            return [words.back_to_assistant(words.say("withdrawn", language), language)]
        if what == "since_no":
            await returning.since(session, False, "", False)
            told = words.say("since_no", language)
        elif what in ("helpful", "not_helpful"):
            await returning.helpful(session, what == "helpful")
            told = words.say("helpful_taken", language)
        elif what == "reopen":
            await returning.reopen(session)
            told = words.say("reopened", language)
        return await self._show(conversation, language, talk, told)

    async def again(self, conversation: Conversation, language: str, talk: Talk) -> list[Message]:
        """Where the talk stands, said once more."""
        if talk.session is None:
            return self._words.ask_code(language)
        return await self._show(conversation, language, talk)

    async def _show(
        self, conversation: Conversation, language: str, talk: Talk, told: Message | None = None
    ) -> list[Message]:
        if talk.session is None:
            return self._words.ask_code(language)
        try:
            view = await self._house.returning.view(talk.session)
        except WaymarkError as error:
            return await self._gone(conversation, language, error)
        return self._words.view(view, language, told)

    async def _gone(self, conversation: Conversation, language: str, error: WaymarkError) -> list[Message]:
        if error.code != "reports.gone":
            raise error
        self._talks.close(conversation.id)
        await self._house.conversations.set_mode(conversation.id, "assistant")
        return [self._words.back_to_assistant(self._words.say("gone", language), language)]
