"""The report desk: who owns a conversation in which a report is told or looked at.

What a person writes here is sealed before the inbox is written (report_seal.py), and the message that is written down says only
what kind of thing came. What they press carries no words of theirs. Rasa takes no part.
"""

from __future__ import annotations

import logging
from collections.abc import Awaitable, Callable
from typing import Any

from bot.channels.presses import resolve
from bot.channels.report_return import ReportReturn
from bot.channels.report_seal import ReportSeal
from bot.channels.report_talks import Talk, Talks
from bot.channels.report_words import Message, ReportWords
from bot.container import Container
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE, known_code
from bot.reporting import receipts
from bot.reporting.intake import File
from bot.reporting.interview import Standing
from bot.reporting.questions import kinds
from bot.store.conversations import Conversation
from bot.store.messages import Inbound

logger = logging.getLogger(__name__)
# Presses that leave the report for the assistant; a half told report is asked about first.
LEAVING = frozenset({"greet", "request_human", "press_topics", "press_topic"})


class ReportDesk:
    """Owner of the mode "report". Its buttons press "report_..." intents, in every mode."""

    def __init__(self, house: Container, fetch: Callable[[str, str], Awaitable[bytes]]) -> None:
        self._house, self._fetch = house, fetch
        self._words = ReportWords(house)
        self._talks = Talks()
        self._return = ReportReturn(house, self._words, self._talks)
        self.sealing = ReportSeal(house, self._talks, self._return)

    @property
    def presses(self) -> frozenset[str]:
        """What the buttons of an opened report press."""
        return self._return.presses

    async def __call__(self, message: Inbound, conversation: Conversation, language: str) -> list[Message]:
        """Answers in the mode "report"."""
        return await self._owned(conversation, await self._heard(message, conversation, language))

    async def _owned(self, conversation: Conversation, answers: list[Message]) -> list[Message]:
        """Says with each answer who has the conversation now: the chat box keeps nothing while it is the report desk."""
        known = await self._house.conversations.get(conversation.id)
        for answer in answers:
            answer["metadata"]["owner"] = known.mode if known else "assistant"
        return answers

    async def _heard(self, message: Inbound, conversation: Conversation, language: str) -> list[Message]:
        press = await resolve(self._house.messages, message)
        if press is not None:
            return await self._pressed(message, conversation, language, press)
        heard = message.body.get("heard") or {}
        talk = self._talks.get(conversation.id)
        if talk is not None:
            return await self._return.heard(message, conversation, language, talk, heard, self._files)
        standing = await self._house.interview.at(conversation.id)
        if standing is None:
            # Its time was over, or the server was started anew while a report was open.
            self._talks.put(conversation.id, Talk("code"))
            if heard.get("typed"):
                return await self._return.enter(conversation, language)
            return self._words.ask_code(language, "session_over")
        return await self._told(message, conversation, language, standing, heard)

    async def _told(
        self, message: Inbound, conversation: Conversation, language: str, standing: Standing, heard: dict[str, Any]
    ) -> list[Message]:
        interview = self._house.interview
        if standing.at == "code":
            return await self._confirm(conversation, language, standing)
        if standing.at == "task":
            if heard.get("number") != sum(standing.sum):
                standing = await interview.ask_sum(conversation.id, standing)
                values = {"first": standing.sum[0], "second": standing.sum[1]}
                return [self._words.say("task_wrong", language, [self._words.button("stop", language)], **values)]
            return await self._finish(conversation, language, standing)
        if heard.get("form") == "story" and heard.get("at") == standing.at:
            refused = []
            for place, file in enumerate(await self._files(message, conversation.channel)):
                try:
                    if file is None:
                        raise WaymarkError("attachment.broken")
                    standing = await interview.told_file(conversation.id, standing, file, f"{message.message_id}:{place}")
                except WaymarkError:
                    refused = [self._words.say("file_bad", language, self._words.story_buttons(language))]
            if await interview.has_story(conversation.id, standing):
                return refused or self._words.more_story(language, heard.get("offer"))
            return refused or [self._words.say("wait_story", language, [self._words.button("stop", language)])]
        if heard.get("form") == "place" and heard.get("at") == standing.at and heard.get("said"):
            standing = await interview.go_on(conversation.id, standing)
            return self._words.ask(standing, language)
        return [self._words.say("choose", language), *self._words.ask(standing, language)]

    async def _ask(self, conversation: Conversation, standing: Standing, language: str) -> list[Message]:
        """The question that a telling stands at; of a story that was begun also that it is kept."""
        asked = self._words.ask(standing, language)
        story = standing.question is not None and standing.question.form == "story"
        if not story or not await self._house.interview.has_story(conversation.id, standing):
            return asked
        # The buttons stand under the last of them alone.
        return [*({**message, "buttons": []} for message in asked), self._words.story_kept(language)]

    async def _confirm(self, conversation: Conversation, language: str, standing: Standing) -> list[Message]:
        typed = self._talks.take_typed(conversation.id)
        shown = self._talks.last_shown(conversation.id)
        digits = receipts.last_digits(typed or "")
        right = digits is not None and shown is not None and digits[-4:] == shown
        if not right and digits is not None and len(digits) == receipts.DIGITS:
            # After a restart only the whole number can be compared.
            session = await self._house.returning.enter(digits, conversation.id)
            right = session is not None and session.report.id == standing.report
        if not right:
            return [self._words.say("code_wrong" if shown else "code_later", language,
                                    [self._words.button("new_number", language), self._words.button("end", language)])]
        await self._house.intake.noted(standing.report)
        await self._leave(conversation, standing)
        return self._words.noted(language)

    async def _finish(self, conversation: Conversation, language: str, standing: Standing) -> list[Message]:
        try:
            filed = await self._house.interview.finish(conversation.id, standing)
        except WaymarkError as error:
            if error.code == "reports.too_many":
                await self._house.conversations.set_mode(conversation.id, "assistant")
                limit = self._words.say("limit", language, hours=self._house.interview.hours)
                return [self._words.back_to_assistant(limit, language)]
            if error.code == "reports.empty":
                first = standing.of.asks[0].name if standing.of else "kind"
                standing = await self._house.interview.move(conversation.id, standing._replace(at=first))
                return self._words.ask(standing, language)
            raise
        self._talks.shown(conversation.id, filed.code)
        return self._words.code(filed.code, language)

    async def pressed(
        self, message: Inbound, conversation: Conversation, language: str, press: dict[str, Any]
    ) -> list[Message] | None:
        """Answers a press of a report's button, or of "report" in the menu, in every mode."""
        return await self._owned(conversation, await self._in_any_mode(message, conversation, language, press))

    async def _in_any_mode(
        self, message: Inbound, conversation: Conversation, language: str, press: dict[str, Any]
    ) -> list[Message]:
        if not await self._house.ledger.open_for_reports():
            if conversation.mode == "report":
                await self._house.conversations.set_mode(conversation.id, "assistant")
            return self._words.closed(language)
        if conversation.mode not in ("assistant", "report"):
            known = bool(self._words.address)
            said = "desk_code" if press["intent"] == "report_typed_code" else "desk_asks"
            return [self._words.say(said if known else f"{said}_no_form", language, address=self._words.address)]
        if press["intent"] == "report_typed_code" or press["intent"] == "report_have_number":
            await self._house.conversations.set_mode(conversation.id, "report")
            self._talks.put(conversation.id, Talk("code"))
            typed = press["intent"] == "report_typed_code"
            return await self._return.enter(conversation, language) if typed else self._words.ask_code(language)
        return await self._pressed(message, conversation, language, press)

    async def _pressed(
        self, message: Inbound, conversation: Conversation, language: str, press: dict[str, Any]
    ) -> list[Message]:
        intent = str(press.get("intent", ""))
        if press.get("original"):
            return [self._words.plain(str(press["original"]), SOURCE_LANGUAGE)]
        talk = self._talks.get(conversation.id)
        common = await self._common(conversation, language, press, talk)
        if common is not None:
            return common
        if talk is not None and talk.session is not None and intent in self._return.presses:
            return await self._return.pressed(conversation, language, talk, press)
        standing = await self._house.interview.at(conversation.id)
        if intent == "report_end" or (intent in ("report_stop", *LEAVING) and (talk is not None or standing is None)):
            ending = standing if standing is not None and standing.at == "code" else None
            await self._leave(conversation, ending)
            said = "code_later" if ending else "closed_session" if talk else "stopped"
            return [self._words.back_to_assistant(self._words.say(said, language), language)]
        if intent == "report_kinds" or (standing is None and intent in ("report_new", "report_go_on")):
            return await self._begin(conversation, language, standing)
        if standing is None:
            return self._words.entry(conversation.channel, language)
        if talk is not None:
            self._talks.close(conversation.id)
        if intent == "file_report" and conversation.mode == "assistant":
            return await self._begin(conversation, language, standing)
        return await self._telling(message, conversation, language, standing, press)

    async def _telling(
        self, message: Inbound, conversation: Conversation, language: str, standing: Standing, press: dict[str, Any]
    ) -> list[Message]:
        interview, intent, identifier = self._house.interview, press.get("intent"), conversation.id
        if conversation.language_chosen and standing.language != language and standing.at != "code":
            standing = await interview.speak(identifier, standing, language)  # chosen while this half was kept
        if standing.at == "code":
            if intent in LEAVING:
                await self._leave(conversation, standing)
                return [self._words.back_to_assistant(self._words.say("code_later", language), language)]
            if intent != "report_new_number":
                return self._words.ask(standing, language)
            filed = await interview.another_code(standing)
            self._talks.shown(identifier, filed.code)
            return self._words.code(filed.code, language, again=True)
        if intent == "report_stop" or intent in LEAVING:
            if await interview.has_story(identifier, standing):
                return self._words.stop_ask(language)
            intent = "report_delete"
        if intent == "report_delete":
            await self._leave(conversation, standing)
            return [self._words.back_to_assistant(self._words.say("stopped", language), language)]
        if intent == "report_keep":
            until = await interview.keep(identifier, standing)
            await self._house.conversations.set_mode(identifier, "assistant")
            return self._words.kept(until, language)
        if intent == "report_new":
            standing = await interview.begin(identifier, language, standing.after)
        elif intent == "report_kind" and press.get("kind") in kinds():
            standing = await interview.choose_kind(identifier, standing, press["kind"])
        elif intent in ("report_choice", "report_skip") and press.get("question") == standing.at:
            standing = await interview.chosen(identifier, standing, press.get("choice"))
        elif intent == "report_done" and standing.question is not None and standing.question.form == "story":
            if not await interview.has_story(identifier, standing):
                return [self._words.say("wait_story", language, [self._words.button("stop", language)])]
            standing = await interview.go_on(identifier, standing)
        elif intent == "report_back":
            standing = await interview.back(identifier, standing)
            asked = await self._ask(conversation, standing, language)
            return asked if len(asked) > 1 else [self._words.say("back", language), *asked]
        elif intent == "report_anew":
            standing = await interview.anew(identifier, standing)
            return [self._words.say("back", language), *self._words.ask(standing, language)]
        elif intent == "report_send" and standing.at == "ready":
            standing = await interview.ask_sum(identifier, standing)
        await self._house.conversations.set_mode(identifier, "report")
        return await self._ask(conversation, standing, language)

    async def _begin(self, conversation: Conversation, language: str, standing: Standing | None) -> list[Message]:
        await self._house.conversations.set_mode(conversation.id, "report")
        self._talks.close(conversation.id)
        if standing is not None:
            if standing.at == "code":
                return self._words.ask(standing, language)
            buttons = [self._words.button(name, language) for name in ("go_on", "new", "delete")]
            return [self._words.say("go_on", language, buttons)]
        after = await self._house.interview.drafts.last_answer(conversation.id)
        return self._words.ask(await self._house.interview.begin(conversation.id, language, after), language)

    async def _common(
        self, conversation: Conversation, language: str, press: dict[str, Any], talk: Talk | None
    ) -> list[Message] | None:
        """What is the same in every mode: language, privacy, deletion, help. The report goes on after it."""
        make, intent = self._house.wording_messages.make, press.get("intent")
        if intent == "change_language":
            return [make("utter_choose_language", language)]
        spoken = known_code(str(press.get("code") or "")) if intent == "press_language" else None
        if spoken:
            language = spoken
            await self._house.conversations.set_language(conversation.id, language, chosen=True)
            telling = await self._house.interview.at(conversation.id)
            if telling is not None and telling.at != "code":
                await self._house.interview.speak(conversation.id, telling, language)
        elif intent in ("privacy_info", "press_help"):
            shown = make("utter_privacy" if intent == "privacy_info" else "utter_help", language, buttons=[])
            return [shown, *await self._again(conversation, language, talk)]
        elif intent == "forget_me":
            return [make("utter_forget_confirm", language)]
        elif intent == "press_forget":
            self._talks.close(conversation.id)
            return [make("utter_forgotten", language, effect="forget")]
        elif intent not in ("press_keep", "report_show"):
            return None
        return await self._again(conversation, language, talk)

    async def _again(self, conversation: Conversation, language: str, talk: Talk | None) -> list[Message]:
        """Where the conversation stands, said once more."""
        if talk is not None:
            return await self._return.again(conversation, language, talk)
        standing = await self._house.interview.at(conversation.id)
        if standing is None:
            return self._words.entry(conversation.channel, language)
        return await self._ask(conversation, standing, language)

    async def _leave(self, conversation: Conversation, standing: Standing | None) -> None:
        """Back to the assistant; the link between the conversation and what was told is deleted."""
        self._talks.close(conversation.id)
        if standing is not None:
            await self._house.interview.end(conversation.id, standing)
        await self._house.conversations.set_mode(conversation.id, "assistant")

    async def _files(self, message: Inbound, channel: str) -> list[File | None]:
        """The files of a message, fetched from the channel into memory; None for one that cannot be had."""
        found: list[File | None] = []
        for file in message.body.get("files") or []:
            try:
                found.append(File("", str(file.get("mime") or ""), await self._fetch(channel, str(file["id"]))))
            except Exception as error:
                logger.warning("A file for a report could not be fetched: %s", type(error).__name__)
                found.append(None)
        return found
