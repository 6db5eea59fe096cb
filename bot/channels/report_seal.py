"""Locks away what a person writes to the report desk, before anything of it is written down.

This runs inside the gate's `accept`: what it gives back is what the inbox gets. A message is acknowledged only when its words lie
sealed in the draft or the report.
"""

from __future__ import annotations

import asyncio
from typing import Any

from bot.channels.presses import typed_command
from bot.channels.report_return import ReportReturn
from bot.channels.report_talks import Talks
from bot.channels.told_in import told_in
from bot.container import Container
from bot.directory.places import Places, Point
from bot.errors import WaymarkError
from bot.languages import SOURCE_LANGUAGE, known_code
from bot.reporting import receipts
from bot.reporting.intake import File
from bot.reporting.interview import Standing
from bot.reporting.tasks import number
from bot.store.messages import Inbound

# Digits that are a cry for help and no answer.
EMERGENCY = ("110", "112")


class ReportSeal:
    """The sealers of the report desk."""

    def __init__(self, house: Container, talks: Talks, returning: ReportReturn) -> None:
        self._house, self._talks, self._return = house, talks, returning
        self._places = Places(house.settings.directory / "places.yml")

    async def seal(self, conversation_id: str, message: Inbound) -> Inbound | None:
        """Takes the words out of a message and locks them away, before anything is written down.

        What stays is `heard`: which question it answered, or that something was typed. Once for each message id: a message that
        comes a second time after a crash is not told twice.
        """
        text = message.body["text"].strip()
        if typed_command(text):
            return message
        location = message.body.get("location")
        heard: dict[str, Any] = {"said": bool(text or location)}
        files = [{key: file.get(key) for key in ("id", "mime", "size")} for file in message.body.get("files") or []]
        body = message.body | {"text": "", "media": False, "location": None, "edit_of": None, "files": [], "heard": heard}
        talk = self._talks.get(conversation_id)
        standing = None if talk else await self._house.interview.at(conversation_id)
        if talk is not None and talk.session is not None and talk.stage in ("more", "since", "complaint"):
            conversation, shown = await self._house.conversations.get(conversation_id), known_code(message.body.get("prior"))
            heard["added"] = await self._return.add(talk, text, message.message_id, conversation, shown)
            body["files"] = files
        elif standing is not None and standing.at not in ("code", "kind"):
            if location and standing.question is not None and standing.question.form == "place":
                # The town is enough: where exactly somebody stands is nobody's business.
                text = self._places.nearest_town(Point(*location)) or ""
                heard["said"] = bool(text)
            await self._answer(conversation_id, standing, text, message.message_id, heard)
            body["files"] = files if heard.get("form") == "story" else []
        elif text and (standing is None or standing.at == "code"):
            # A code, or the end of one: held in memory until the message is worked on.
            self._talks.typed(conversation_id, text[:200])
            heard["typed"] = True
        if text not in EMERGENCY and (number(text) is not None or receipts.last_digits(text) is not None):
            body["danger"] = None  # digits are an answer to us; looked at as words they may read like anything
        return message._replace(body=body)

    async def seal_code(self, conversation_id: str, message: Inbound) -> Inbound | None:
        """A whole code that is typed to the assistant or to a mediator is not written down either: it opens the report.

        A mediator sees nothing of the message: what they read, and what the case keeps, must not open a report.
        """
        conversation = await self._house.conversations.get(conversation_id)
        mode = conversation.mode if conversation is not None else "assistant"
        if mode == "report" or not await self._house.ledger.open_for_reports():
            return message
        text = message.body["text"]
        sealed = message.body | {
            "text": "", "heard": {"typed": True}, "intent": "report_typed_code", "looked": True, "danger": None
        }
        if mode == "assistant":
            self._talks.typed(conversation_id, receipts.find_code(text) or "")
        else:
            language = (conversation.language if conversation else None) or SOURCE_LANGUAGE
            sealed |= {"danger": await self._danger(text, language), "media": False, "files": []}
        return message._replace(body=sealed)

    async def _danger(self, text: str, language: str) -> str | None:
        """The danger that words around a code tell of: the mediator will not see them."""
        words = "".join(sign for sign in text if not sign.isdigit())
        if not any(sign.isalpha() for sign in words):
            return None
        kind: str | None = (await asyncio.to_thread(self._house.danger.look, words, language, remember=False)).kind
        return kind

    async def take_file(self, conversation_id: str, key: str, mime: str, data: bytes) -> None:
        """Cleans and locks away a file that came by itself (from the chat box), before anything of it is written down.

        WaymarkError "attachment.not_now" if no file is asked for now, else what is wrong with it.
        """
        talk, file = self._talks.get(conversation_id), File("", mime, data)
        if talk is not None:
            await self._return.take_file(conversation_id, talk, file, key)
            return
        standing = await self._house.interview.at(conversation_id)
        if standing is None or standing.question is None or standing.question.form != "story":
            raise WaymarkError("attachment.not_now")
        try:
            await self._house.interview.told_file(conversation_id, standing, file, key)
        except WaymarkError as error:
            if error.code.startswith("reports."):
                raise WaymarkError("attachment.type") from None
            raise

    async def _answer(
        self, conversation_id: str, standing: Standing, text: str, message_id: str, heard: dict[str, Any]
    ) -> None:
        if standing.at == "task":
            heard["number"] = number(text)
            return
        question = standing.question
        heard["at"], heard["form"] = standing.at, question.form if question else None
        if question is None or question.form == "choice" or not text:
            return
        language = None
        if question.form == "story":
            language = await self._language(conversation_id, standing, text, heard)
            standing = await self._house.interview.at(conversation_id) or standing
        await self._house.interview.told(conversation_id, standing, text, message_id, language)
        if question.form == "place":
            found = [entity for entity in self._house.gazetteer.entities(text) if entity["entity"] == "place"]
            await self._house.interview.drafts.set_district(conversation_id, str(found[0]["value"]) if found else None)

    async def _language(self, conversation_id: str, standing: Standing, text: str, heard: dict[str, Any]) -> str:
        """The language of a piece of a story: readers need it to have it translated.

        The first that is clear also says in which language the person is answered, unless they chose one; `heard["offer"]` is it,
        if the talk is in another one. A letter in German that they copy later does not change it.
        """
        conversation = await self._house.conversations.get(conversation_id)
        chosen = conversation is not None and conversation.language_chosen
        present = standing.language
        code = await asyncio.to_thread(told_in, self._house, text, chosen=present if chosen else None, prior=present)
        if code is None:
            return present
        if not standing.spoken:
            await self._house.interview.speak(conversation_id, standing, present if chosen else code)
            if code != present:
                heard["offer"] = code
        return code
