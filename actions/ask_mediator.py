"""The person asked for a person in words: how a mediator works here, and the question whether to begin."""

from __future__ import annotations

from typing import Any, Optional

from rasa_sdk import Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.subject import language_of
from bot.container import container


async def offer_mediator(dispatcher: CollectingDispatcher, tracker: Tracker) -> Optional[list[dict[str, Any]]]:
    """Utters the offer with its buttons; no events. None, and nothing said, where the site has no mediators.

    Nothing begins here: the button "yes" does that, and the conversation is the desk's from then on.
    """
    offer = await container().reception.offer(language_of(tracker))
    if offer is None:
        return None
    dispatcher.utter_message(response="utter_desk_offer", **offer)
    return []
