"""The REST channel: POST /webhooks/rest/webhook {"sender", "message"} -> the answers as a list, in Rasa's own form."""

from __future__ import annotations

import uuid
from collections.abc import Awaitable, Callable
from typing import Any

from rasa.core.channels.channel import InputChannel, UserMessage
from sanic import Blueprint, response
from sanic.request import Request
from sanic.response import HTTPResponse

from bot.channels import payload
from bot.channels.gate import WAITING_LIMIT
from bot.container import container
from bot.errors import SENTENCES


def _refusal(code: str, status: int = 400, **values: Any) -> HTTPResponse:
    return response.json({"error": code, "message": SENTENCES[code].format(**values)}, status=status)


class RestChannel(InputChannel):
    """For programs that speak for a person. The sender's name is a secret between that program and Waymark."""

    @classmethod
    def name(cls) -> str:
        """The channel's name and address prefix."""
        return "rest"

    def blueprint(self, on_new_message: Callable[[UserMessage], Awaitable[Any]]) -> Blueprint:
        """The two routes: health and webhook."""
        blueprint = Blueprint("rest_channel")
        house = container()

        @blueprint.get("/")
        async def health(_: Request) -> HTTPResponse:
            return response.json({"status": "ok"})

        @blueprint.post("/webhook")
        async def receive(request: Request) -> HTTPResponse:
            try:
                data = request.json
            except Exception:  # Sanic's own error would answer with a page
                data = None
            if not isinstance(data, dict):
                return _refusal("rest.body")
            sender, message = data.get("sender"), data.get("message")
            if not isinstance(sender, str) or not sender.strip() or len(sender) > 200:
                return _refusal("rest.sender")
            if not isinstance(message, str) or not message.strip():
                return _refusal("rest.message")
            if len(message) > house.settings.message_limit:
                return _refusal("rest.long", limit=house.settings.message_limit)
            identifier = house.secrets.pseudonym("rest", sender)
            if house.gate.waiting(identifier) >= WAITING_LIMIT:
                return _refusal("rest.busy", status=429)
            message_id = str(data.get("message_id") or uuid.uuid4().hex)
            press = payload.pressed(message.strip())
            language = data.get("language")
            waiting = house.gate.expect(identifier, message_id)
            accepted = await house.gate.accept(
                channel="rest", conversation_id=identifier, message_id=message_id, text="" if press else message,
                press=message.strip() if press else None, chosen=language if isinstance(language, str) else None,
            )
            if not accepted:
                house.gate.expect_no_more(identifier, message_id)
            answers = await waiting
            await house.messages.delivered(identifier, [answer.seq for answer in answers])
            return response.json(
                [
                    {"recipient_id": sender, "text": answer.body["text"], "buttons": payload.buttons(answer),
                     "custom": payload.public_metadata(answer)}
                    for answer in answers
                ]
            )

        return blueprint
