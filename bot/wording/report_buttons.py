"""Buttons under what the assistant says about reports: they lead to the report desk, which has its own from there on."""

from __future__ import annotations

BUTTONS: dict[str, tuple[str, ...]] = {
    "utter_report_offer": ("report_begin", "report_number", "person"),
    "utter_report_offer_check": ("report_number", "report_begin", "person"),
}
# Kind of button -> its label and what it presses.
SIMPLE: dict[str, tuple[str, str]] = {
    "report_begin": ("report_button_begin", "file_report"),
    "report_number": ("report_button_have_number", "report_have_number"),
}
