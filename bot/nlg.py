"""Rasa's NLG hook: every named response is rendered from the PO catalogs in the person's language.

Rasa hands only *named* responses here; the actions therefore send names and values, never prose. `endpoints.yml` names
this class.
"""

from typing import Any, Optional

from rasa.core.nlg.generator import NaturalLanguageGenerator
from rasa.shared.core.domain import Domain
from rasa.shared.core.trackers import DialogueStateTracker
from rasa.utils.endpoints import EndpointConfig

from bot.container import container
from bot.languages import SOURCE_LANGUAGE


class PoResponses(NaturalLanguageGenerator):
    """Responses from gettext catalogs."""

    def __init__(self, endpoint_config: Optional[EndpointConfig] = None, domain: Optional[Domain] = None) -> None:
        self._messages = container().wording_messages

    async def generate(
        self, utter_action: str, tracker: DialogueStateTracker, output_channel: str, **kwargs: Any
    ) -> Optional[dict[str, Any]]:
        """The message of `utter_action`, in Rasa's form: text, buttons (with what they press), custom (metadata)."""
        latest = tracker.latest_message
        metadata = (latest.metadata if latest else None) or {}
        values = {key: value for key, value in kwargs.items() if value not in (None, [], {}) or key == "buttons_shown"}
        for name in ("text", "buttons", "elements", "custom", "template", "image", "attachment"):
            values.pop(name, None)
        language = values.pop("in_language", None) or metadata.get("language") or SOURCE_LANGUAGE
        message = await self._messages.made(utter_action, language, **values)
        return {"text": message["text"], "buttons": message["buttons"], "custom": message["metadata"]}
