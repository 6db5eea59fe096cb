"""Who owns this conversation? Every message of every channel comes through here before anything else sees it.

Order: written to the inbox (then acknowledged), queued per person, looked at for danger, its language settled, handed to the
owner of the conversation (the assistant, later the desk or the report desk), the answers written to the outbox together
with the note that the message is done, and delivered.
"""

from __future__ import annotations

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Any

from bot.channels.delivery import Delivery, Sender
from bot.channels.files import Files
from bot.channels.owners import Offering, Owner, PressOwner, Sealer
from bot.channels.presses import resolve
from bot.channels.spoken import Spoken, offer_of
from bot.channels.written import written
from bot.container import Container
from bot.ending import end
from bot.languages import SOURCE_LANGUAGE, known_code
from bot.store.conversations import Conversation
from bot.store.messages import Inbound, Outbound

logger = logging.getLogger(__name__)

# Seconds that the numbers for danger may wait for a translation of the sentence around them.
DANGER_PATIENCE = 1.0
# Messages of one person that may wait; more are refused with a sentence.
WAITING_LIMIT = 20
# A message as typed never reads as Rasa's "/intent": Rasa strips white space first, but not this invisible joiner.
WORD_JOINER = "\u2060"


class Gate:
    """The one way in. Make one a process, in the server's event loop."""

    def __init__(self, house: Container) -> None:
        self._house = house
        self._owners: dict[str, Owner] = {}
        self._press_owners: dict[str, PressOwner] = {}
        self._sealers: dict[str, Sealer] = {}
        self._offering: Offering | None = None
        self._queues: dict[str, asyncio.Queue[tuple[Inbound, str]]] = {}
        self._workers: dict[str, asyncio.Task[None]] = {}
        self._answers: dict[tuple[str, str], list[asyncio.Future[list[Outbound]]]] = {}
        self._pending: set[tuple[str, str]] = set()
        self._accepting: Counter[str] = Counter()
        self._told_busy: set[str] = set()
        self._open: asyncio.Event | None = None
        self._typing: dict[str, Callable[[str, bool], Awaitable[None]]] = {}
        self.delivery = Delivery(house)
        self._spoken = Spoken(house)
        self.files = Files(house)
        self._readers: list[tuple[Callable[[str], bool], Owner]] = []
        self._secrets: list[tuple[Callable[[str], bool], Sealer]] = []

    def owned_by(self, mode: str, owner: Owner) -> None:
        """Names who answers in a mode."""
        self._owners[mode] = owner

    def pressed_by(self, intent: str, owner: PressOwner) -> None:
        """Names who answers when a button (or a command) with this intent is pressed, in every mode, before the mode's owner."""
        self._press_owners[intent] = owner

    def read_by(self, reads: Callable[[str], bool], owner: Owner) -> None:
        """Names who answers messages with such a text, in every mode but the report's: one-time codes."""
        self._readers.append((reads, owner))

    def owner(self, mode: str) -> Owner:
        """Who answers in a mode."""
        return self._owners[mode]

    def offering(self, offer: Offering) -> None:
        """Names what may add an offer behind the assistant's answers."""
        self._offering = offer

    def sealed_by(self, mode: str, seal: Sealer) -> None:
        """Names who seals messages in a mode, before they are written down. The look for danger comes before it, in memory.

        What it found goes along as `body["danger"]` (a kind or None), and `body["looked"]` is True: nobody looks again. Presses
        are not sealed: they carry no words.
        """
        self._sealers[mode] = seal

    def secret_by(self, reads: Callable[[str], bool], seal: Sealer) -> None:
        """Names who seals messages with such a text, whoever owns the conversation: a report's code is never written down."""
        self._secrets.append((reads, seal))

    def deliver_with(self, channel: str, send: Sender) -> None:
        """Names how a channel's answers are sent; see Delivery."""
        self.delivery.senders[channel] = send

    def typing_with(self, channel: str, show: Callable[[str, bool], Awaitable[None]]) -> None:
        """Names how a channel shows that an answer is being written: show(conversation id, on)."""
        self._typing[channel] = show

    def hold(self) -> None:
        """New messages wait until `start` has taken up the old ones: else an old one could be taken up twice, or too late."""
        self._open = asyncio.Event()

    async def start(self) -> None:
        """Takes up what was acknowledged before a crash, and what was answered but not delivered."""
        # Deliveries first: nothing is answered yet, so that no answer can be found and sent twice.
        await self.delivery.start()
        for message, channel in await self._house.messages.undone():
            self._enqueue(message, channel)
        if self._open is not None:
            self._open.set()

    async def stop(self) -> None:
        """Stops working. What is unfinished stays in the inbox and is taken up at the next start."""
        await end(self._workers.values())
        await self.delivery.stop()

    async def accept(
        self,
        *,
        channel: str,
        conversation_id: str,
        message_id: str,
        text: str = "",
        press: str | None = None,
        prior: str | None = None,
        chosen: str | None = None,
        address: str | None = None,
        location: tuple[float, float] | None = None,
        media: bool = False,
        attachments: Sequence[str] = (),
        files: Sequence[dict[str, Any]] = (),
        reply_to: int | None = None,
        edit_of: str | None = None,
    ) -> bool:
        """Writes a message down and queues it; True once it is safe, False if it was received before.

        `press`: the id of a button ("b:SEQ:INDEX"), of an original text ("o:SEQ") or of the channel's menu ("i:INTENT").
        `prior`: what the channel believes the person's language to be; `chosen`: what the person chose there.
        `attachments`: ids of files that were put into the house before; `files`: those still to be fetched (see Files).
        `reply_to`: the number of the answer that this replies to.
        `edit_of`: the id of an earlier message whose words these replace.
        """
        if self._open is not None:
            await self._open.wait()
        if self.waiting(conversation_id) >= WAITING_LIMIT:
            await self._say_busy(channel, conversation_id, address, chosen or prior)
            return False
        # Half a character (a lone surrogate) cannot be written down or shown by anybody.
        text, message_id = _whole(text), _whole(message_id)
        body = {
            "text": text, "press": press, "prior": prior, "chosen": chosen, "location": location, "media": media,
            "address": address, "attachments": list(attachments), "files": list(files), "reply_to": reply_to,
            "edit_of": _whole(edit_of)[:64] if edit_of else None,
        }
        message = Inbound(conversation_id, message_id[:64], body)
        self._accepting[conversation_id] += 1
        try:
            if self._sealers and press is None:
                sealed = await self._sealed(message, chosen or prior)
                if sealed is None:
                    return False
                message = sealed
            for reads, seal in self._secrets:
                if message.body["text"] and reads(message.body["text"]):
                    message = await seal(conversation_id, message) or message
            if not await self._house.messages.receive(message, channel, address):
                return False
            self._enqueue(message, channel)
        finally:
            self._accepting[conversation_id] -= 1
            self._accepting += Counter()  # drops those that have come down to nothing
        return True

    async def _sealed(self, message: Inbound, language: str | None) -> Inbound | None:
        conversation = await self._house.conversations.get(message.conversation_id)
        seal = self._sealers.get(conversation.mode) if conversation else None
        if conversation is None or seal is None:
            return message
        spoken = conversation.language or known_code(language) or SOURCE_LANGUAGE
        message.body["danger"] = await self._spoken.danger(message, spoken, remember=False)
        message.body["looked"] = True
        message.body.pop("english", None)
        return await seal(message.conversation_id, message)

    def waiting(self, conversation_id: str) -> int:
        """How many messages of this person wait for an answer."""
        queue = self._queues.get(conversation_id)
        return self._accepting[conversation_id] + (queue.qsize() if queue else 0)

    def expect(self, conversation_id: str, message_id: str) -> asyncio.Future[list[Outbound]]:
        """A future of the answers to a message that is about to be accepted. Several may wait for the same message."""
        future: asyncio.Future[list[Outbound]] = asyncio.get_running_loop().create_future()
        self._answers.setdefault((conversation_id, _whole(message_id)[:64]), []).append(future)
        return future

    def expect_no_more(self, conversation_id: str, message_id: str) -> None:
        """The message was received before: who expects its answers gets none, unless it is still being answered."""
        key = (conversation_id, _whole(message_id)[:64])
        if key not in self._pending:
            self._resolve(key, [])

    async def forget(self, conversation_id: str) -> None:
        """Deletes a conversation at once, with what waits and what is being answered: nothing is written after it."""
        worker, queue = self._workers.get(conversation_id), self._queues.pop(conversation_id, None)
        while queue is not None and not queue.empty():
            key = (conversation_id, queue.get_nowait()[0].message_id)
            self._pending.discard(key)
            self._resolve(key, [])
        if worker is not None:
            await end([worker])
        await self._house.desk.forget(conversation_id)
        self._wake(conversation_id)

    def _resolve(self, key: tuple[str, str], answers: list[Outbound]) -> None:
        for future in self._answers.pop(key, []):
            if not future.done():
                future.set_result(answers)

    def _enqueue(self, message: Inbound, channel: str) -> None:
        identifier = message.conversation_id
        self._pending.add((identifier, message.message_id))
        self._queues.setdefault(identifier, asyncio.Queue()).put_nowait((message, channel))
        self._wake(identifier)

    def _wake(self, identifier: str) -> None:
        queue = self._queues.get(identifier)
        if queue is not None and identifier not in self._workers:
            self._workers[identifier] = asyncio.create_task(self._work(identifier, queue))

    async def _work(self, identifier: str, queue: asyncio.Queue[tuple[Inbound, str]]) -> None:
        """Answers one person's messages, one after the other, and goes when none is left."""
        try:
            while not queue.empty():
                message, channel = queue.get_nowait()
                found: list[Outbound] = []
                try:
                    found = await self._process(message, channel)
                except asyncio.CancelledError:
                    raise
                except Exception as error:  # one person's bad luck must not stop the others
                    logger.error("A message could not be processed: %s", type(error).__name__)
                finally:
                    self._pending.discard((identifier, message.message_id))
                    self._resolve((identifier, message.message_id), found)
        finally:
            self._workers.pop(identifier, None)
            self._told_busy.discard(identifier)
            if queue.empty() and self._queues.get(identifier) is queue:
                self._queues.pop(identifier)

    async def _process(self, message: Inbound, channel: str) -> list[Outbound]:
        conversation = await self._house.conversations.get(message.conversation_id)
        if conversation is None:  # forgotten while it waited
            return []
        if conversation.mode != "desk":  # there the mediator's own typing is shown
            await self.show_typing(channel, message.conversation_id, True)
        found: list[Outbound] = []
        try:
            message.body["is_code"] = self._reader(conversation.mode, message.body["text"]) is not None
            language = await self._spoken.settle(message, conversation)
            if not message.body.get("looked"):
                message.body["danger"] = await self._spoken.danger(message, language)
            danger = message.body.get("danger")
        except Exception as error:
            logger.error("A message could not be read: %s", type(error).__name__)
            language = conversation.language or SOURCE_LANGUAGE
            return await self._commit(message, conversation, [await self._say("utter_failed", language)])
        if danger:
            # At once, before anything slower; the rest of the answer follows.
            now = await self._say(f"utter_danger_{danger}", language, danger=danger, patience=DANGER_PATIENCE)
            found += await self._commit(None, conversation, [now])
        answers = await self._answer(message, conversation, language, danger)
        notice = bool(answers) and not conversation.privacy_shown
        if notice:
            answers.append(await self._say("utter_privacy_short", language))
        found += await self._commit(message, conversation, answers, notice)
        await self.show_typing(channel, message.conversation_id, False)
        return found

    async def _answer(
        self, message: Inbound, conversation: Conversation, language: str, danger: str | None
    ) -> list[dict[str, Any]]:
        body, mode = message.body, conversation.mode if conversation.mode in self._owners else "assistant"
        refused: list[dict[str, Any]] = []
        if body.get("media"):
            if mode == "desk":
                refused = await self.files.collect(message, conversation.channel, language)
            if mode == "assistant" or (not body.get("attachments") and (mode != "desk" or not body["text"].strip())):
                return refused or [await self._say("utter_no_media", language)]
        if len(body["text"]) > self._house.settings.message_limit:
            return [await self._say("utter_too_long", language)]
        if danger and mode == "assistant":
            return [await self._say("utter_danger_next", language, carried={"reason": "danger", "danger": danger})]
        limit = self._house.settings.action_timeout + 10
        press = owner = None
        try:
            press = await resolve(self._house.messages, message)
            owner = self._press_owners.get((press or {}).get("intent", ""))
            answering = owner(message, conversation, language, press or {}) if owner else None
            if answering is None:
                answering = (self._reader(mode, body["text"]) or self._owners[mode])(message, conversation, language)
            answers = await asyncio.wait_for(answering, limit)
        except Exception as error:
            logger.error("No answer was found in mode %s: %s", mode, type(error).__name__)
            answers = []
        if answers is None:  # a person will answer
            return refused
        # Silence is the one answer a person must never get.
        answers = refused + (answers or [await self._say("utter_failed", language)])
        if mode == "assistant" and self._offering is not None and owner is None:
            answers += await self._offering(message, conversation, language, answers, press)
        offered = message.body.get("offer")
        if offered and mode == "assistant" and answers[-1]["metadata"].get("kind") != "danger":
            answers.append(await self._say(offer_of(self._house, offered), language, language_code=offered))
        return answers

    def _reader(self, mode: str, text: str) -> Owner | None:
        return next((owner for reads, owner in self._readers if mode != "report" and reads(text)), None)

    async def _commit(
        self, message: Inbound | None, conversation: Conversation, answers: list[dict[str, Any]], notice: bool = False
    ) -> list[Outbound]:
        found = await written(self._house, message, conversation, answers, notice)
        await self.delivery.deliver(found)
        return found

    async def _say(self, name: str, language: str, **values: Any) -> dict[str, Any]:
        return await self._house.wording_messages.made(name, language, **values)

    async def _say_busy(self, channel: str, identifier: str, address: str | None, language: str | None) -> None:
        """Says once in a flood that its rest was refused. Channels that refuse by themselves never come here."""
        if identifier in self._told_busy:
            return
        self._told_busy.add(identifier)
        answer = await self._say("utter_busy", known_code(language) or SOURCE_LANGUAGE)
        await self.delivery.deliver([Outbound(identifier, 0, channel, {**answer, "address": address}, 0)])

    async def show_typing(self, channel: str, identifier: str, on: bool) -> None:
        """Shows the person that an answer is being written, or is not any more."""
        show = self._typing.get(channel)
        if show is not None:
            await show(identifier, on)


def _whole(text: str) -> str:
    return text.encode("utf-8", "replace").decode("utf-8")
