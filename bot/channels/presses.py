"""What a press means: a button's id, a command that was typed, a shared place -> {"intent": ..., ...}."""

from __future__ import annotations

from typing import Any

from bot.store.messages import Inbound, Messages

# What a channel's own menu, or a thumb down under an answer, may press by name; everything else is pressed by the id of a button
# that was shown.
MENU_INTENTS = frozenset(
    {
        "greet", "change_language", "press_help", "request_human", "file_report", "privacy_info", "move_channel", "forget_me",
        "press_not_helpful",
    }
)  # fmt: skip
# What a person may type on any channel instead of pressing; these are ours, and none is a Rasa intent by itself.
TYPED_COMMANDS = {
    "/start": "greet",
    "/language": "change_language",
    "/help": "press_help",
    "/person": "request_human",
    "/report": "file_report",
    "/privacy": "privacy_info",
    "/move": "move_channel",
    "/forget": "forget_me",
}


def typed_command(text: str) -> str | None:
    """The intent of a command that was typed, None if the text is none."""
    return TYPED_COMMANDS.get(text.strip().lower())


async def resolve(messages: Messages, message: Inbound) -> dict[str, Any] | None:
    """What was pressed: {"intent": ..., ...}; {} if the button is unknown or gone; None if nothing was pressed.

    An original that was asked for is {"original": text}.
    """
    if message.body.get("intent"):
        # Said by who sealed the message, in its words' place; no channel can say it.
        return {"intent": message.body["intent"]}
    if message.body.get("location"):
        return {"intent": "press_near", "location": list(message.body["location"])}
    command = typed_command(message.body["text"])
    if command:
        return {"intent": command}
    press = message.body.get("press")
    if not press:
        return None
    kind, _, rest = str(press).partition(":")
    if kind == "i":
        return {"intent": rest} if rest in MENU_INTENTS else {}
    seq, _, index = rest.partition(":")
    if not (seq.isascii() and seq.isdigit()) or len(seq) > 9:
        return {}
    # Only this conversation's own answers are looked at: nobody can press another person's button.
    answer = await messages.one(message.conversation_id, int(seq))
    if answer is None:
        return {}
    if kind == "o":
        return {"original": answer.body["metadata"].get("original")}
    buttons = answer.body["buttons"]
    if kind != "b" or not (index.isascii() and index.isdigit()) or int(index) >= len(buttons):
        return {}
    found: dict[str, Any] = buttons[int(index)]["press"]
    return found
