"""Buttons of the way to a mediator and back. What they press is answered by bot/channels/desk.py, never by Rasa."""

from __future__ import annotations

# Which buttons a response carries.
BUTTONS: dict[str, tuple[str, ...]] = {
    "utter_desk_offer": ("desk_yes", "desk_who", "desk_centres", "desk_no"),
    "utter_desk_who": ("desk_yes", "desk_centres", "desk_no"),
    "utter_desk_who_group": ("desk_yes", "desk_centres", "desk_no"),
    "utter_desk_no": ("topics_menu", "person"),
    "utter_desk_offer_failed": ("person", "topics_menu"),
    "utter_desk_offer_sensitive": ("person",),
    "utter_desk_offer_unhelpful": ("person", "topics_menu"),
    "utter_desk_opened": ("desk_topic", "desk_town", "desk_woman", "desk_not_from", "desk_back"),
    "utter_desk_noted": ("desk_topic", "desk_town", "desk_woman", "desk_not_from", "desk_back"),
    "utter_desk_received": ("desk_back",),
    "utter_desk_waiting": ("desk_back",),
    "utter_desk_waiting_office": ("desk_other", "desk_back"),
    "utter_desk_recused": ("desk_back",),
    "utter_desk_nobody": ("desk_back",),
    "utter_desk_status": ("desk_back", "forget"),
    "utter_desk_status_taken": ("desk_other", "desk_back", "forget"),
    "utter_desk_taken": ("desk_other", "desk_back"),
    "utter_desk_other": ("desk_back",),
    "utter_desk_ask_topic": ("desk_topics", "desk_skip"),
    "utter_desk_ask_town": ("desk_skip",),
    "utter_desk_ask_not_from": ("desk_skip",),
    "utter_desk_busy": ("desk_back",),
    "utter_desk_danger": ("desk_back",),
    "utter_desk_no_translation": ("desk_other", "desk_back"),
    "utter_desk_closed": ("topics_menu", "person"),
    "utter_desk_back": ("topics_menu", "person"),
    "utter_desk_deleted_soon": ("person",),
}
# Kind of button -> its label and what it presses.
SIMPLE: dict[str, tuple[str, str]] = {
    "desk_yes": ("button_desk_yes", "press_desk_yes"),
    "desk_who": ("button_desk_who", "press_desk_who"),
    "desk_no": ("button_desk_no", "press_desk_no"),
    "desk_centres": ("button_desk_centres", "press_desk_centres"),
    "desk_topic": ("button_desk_topic", "press_desk_topic"),
    "desk_town": ("button_desk_town", "press_desk_town"),
    "desk_woman": ("button_desk_woman", "press_desk_woman"),
    "desk_not_from": ("button_desk_not_from", "press_desk_not_from"),
    "desk_skip": ("button_desk_skip", "press_desk_skip"),
    "desk_other": ("button_desk_other", "press_desk_other"),
    "desk_back": ("button_desk_back", "press_desk_back"),
    "not_helpful": ("button_not_helpful", "press_not_helpful"),
}
# Values that these responses may be given.
VALUES = ("days", "case_days")
