"""A person says in words that they want to report, or to hear of a report: the way to the report desk, or to other bodies.

What they tell in the report itself never comes here: the desk owns the conversation then (bot/channels/report_desk.py).
"""

from __future__ import annotations

from typing import Any

from rasa_sdk import Action, Tracker
from rasa_sdk.executor import CollectingDispatcher

from actions.find_services import Events
from actions.people import listed
from bot.container import container


class ReportInfo(Action):
    """The person wants to report a wrong."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_report_info"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Offers the report desk; on a site whose readers have no keys, bodies that take reports, independent ones first."""
        if await container().ledger.open_for_reports():
            dispatcher.utter_message(response="utter_report_offer")
            return []
        return listed(dispatcher, "utter_report_info", tracker, container().finder.reporting_bodies(), "file_report")


class CheckReport(Action):
    """The person asks what became of a report."""

    def name(self) -> str:
        """The action's name in the domain."""
        return "action_check_report"

    async def run(self, dispatcher: CollectingDispatcher, tracker: Tracker, domain: dict[str, Any]) -> Events:
        """Asks to press for the number; on a site without keys, says that there are none here, and who takes reports."""
        if await container().ledger.open_for_reports():
            dispatcher.utter_message(response="utter_report_offer_check")
            return []
        return listed(dispatcher, "utter_check_report", tracker, container().finder.reporting_bodies(), "check_report")
