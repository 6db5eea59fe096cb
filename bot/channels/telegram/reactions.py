"""A reaction put under an answer: one that says it was no help counts as the button that says so."""

from __future__ import annotations

from telegram import MessageReactionUpdated, ReactionTypeEmoji
from telegram.constants import ChatType

# Sadness and fear (a broken heart, tears) are about what happened to the person, not about the answer.
NO_HELP = frozenset("👎 🤬 😡 🤮 💩 🤡 🖕".split())


def says_no_help(changed: MessageReactionUpdated) -> bool:
    """Whether a person newly put such a reaction under a message of a private chat."""
    if changed.chat.type != ChatType.PRIVATE or changed.user is None or changed.user.is_bot:
        return False
    before, after = (
        {one.emoji for one in reactions if isinstance(one, ReactionTypeEmoji)}
        for reactions in (changed.old_reaction, changed.new_reaction)
    )
    return bool((after - before) & NO_HELP)
