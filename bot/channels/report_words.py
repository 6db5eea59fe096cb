"""What the report desk says in a chat: the stages of a telling and of coming back, as messages with buttons."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from babel.dates import format_date

from bot.container import Container
from bot.languages import BY_CODE, SOURCE_LANGUAGE, language_name, own_name
from bot.reporting import receipts
from bot.reporting.clock import local_day, working_days_after
from bot.reporting.interview import KEPT_DAYS, Standing
from bot.reporting.questions import kinds
from bot.reporting.returning import View
from bot.reporting.standing import reason_labels
from bot.wording.messages import button

Message = dict[str, Any]


class ReportWords:
    """Makes messages in a language. Those with content of a report are `unstored`: sent, and never written down."""

    def __init__(self, house: Container) -> None:
        self._house = house

    def say(self, name: str, language: str, buttons: Sequence[dict[str, Any]] = (), /, **fill: Any) -> Message:
        """The response utter_report_<name>."""
        return self._house.wording_messages.make(f"utter_report_{name}", language, buttons=list(buttons), fill=fill)

    def label(self, name: str, language: str, /, **values: Any) -> str:
        """A label report_<name>."""
        return self._house.wording.label(f"report_{name}", language, **values)

    def button(self, name: str, language: str, intent: str | None = None, /, **values: Any) -> dict[str, Any]:
        """A button with the label report_button_<name>; it presses report_<name>."""
        return button(self.label(f"button_{name}", language), intent or f"report_{name}", **values)

    @property
    def address(self) -> str:
        """The form's public address, or "" if none is set."""
        settings = self._house.settings
        return settings.report_url or (f"{settings.desk_url.rstrip('/')}/report" if settings.desk_url else "")

    def entry(self, channel: str, language: str) -> list[Message]:
        """Who can see this, what protects, the numbers for danger; then where to go."""
        place = "telegram" if channel == "telegram" else "chat"
        who = self.say(f"who_{place}" if self.address else f"who_{place}_no_form", language, address=self.address)
        operator = self._house.settings.operator or self._house.wording.label("operator_unknown", language)
        told = together([who, self.say("who_reads", language, operator=operator), self.say("protects", language)])
        buttons = [
            self.button("begin", language, "report_kinds"), self.button("have_number", language),
            self.button("stop", language),
        ]
        numbers = self._house.wording_messages.make("utter_report_danger", language, danger="violence", buttons=[])
        return [told, numbers, self.say("what_now", language, buttons)]

    def closed(self, language: str) -> list[Message]:
        """This site takes no reports: who does."""
        services = self._house.finder.reporting_bodies()[:3]
        return [self._house.wording_messages.make("utter_report_closed", language, services=services)]

    def ask(self, standing: Standing, language: str) -> list[Message]:
        """The question that a telling stands at."""
        stop, back = self.button("stop", language), self.button("back", language)
        if standing.at == "kind" or standing.of is None:
            chosen = [button(self.label(f"kind_{name}", language), "report_kind", kind=name) for name in kinds()]
            return [self.say("ask_kind", language, [*chosen, stop])]
        question = standing.question
        if standing.at == "code":
            return [self.say("code_confirm", language, self._code_buttons(language))]
        if standing.at == "task":
            return [self.say("task", language, [back, stop], first=standing.sum[0], second=standing.sum[1])]
        if question is None:
            return [self.say("ready", language, [self.button("send", language), back, stop])]
        if question.form == "story":
            asked = self.say(f"ask_what_{standing.kind}", language, [back, stop])
            note = standing.of.note
            return [self.say(f"note_{note}", language), asked] if note and note != "danger" else [asked]
        choices = [
            button(self.label(f"choice_{choice}", language), "report_choice", question=question.name, choice=choice)
            for choice in question.choices if choice != "not_known"
        ]
        skip = self.button("skip", language, question=question.name)
        return [self.say(f"ask_{question.name}", language, [*choices, skip, back, stop])]

    def more_story(self, language: str, other: str | None = None) -> list[Message]:
        """A piece of the story was taken. `other`: the language it was told in, if it is another: a button speaks it."""
        offer = [button(own_name(other), "press_language", code=other)] if other and other != language else []
        return [self.say("more_story", language, [*self.story_buttons(language), *offer])]

    def story_buttons(self, language: str) -> list[dict[str, Any]]:
        """What can be pressed while a story is told."""
        return [self.button(name, language) for name in ("done", "back", "stop")]

    def story_kept(self, language: str) -> Message:
        """What was told is there still, in a story that is come back to."""
        return self.say("story_kept", language, [self.button(name, language) for name in ("done", "anew", "back", "stop")])

    def stop_ask(self, language: str) -> list[Message]:
        """Keep a half, delete it, or go on?"""
        buttons = [self.button(name, language) for name in ("keep", "delete", "go_on")]
        return [self.say("stop_ask", language, buttons, days=KEPT_DAYS)]

    def kept(self, until: int, language: str) -> list[Message]:
        """A half is kept."""
        return [self.back_to_assistant(self.say("kept", language, date=self.date(local_day(until), language)), language)]

    def code(self, code: str, language: str, again: bool = False) -> list[Message]:
        """The code, in a message that is written down nowhere; then whether it was noted."""
        shown = self.say("code_again" if again else "code", language, code=receipts.grouped(code))
        return [unstored(shown), self.say("code_confirm", language, self._code_buttons(language))]

    def _code_buttons(self, language: str) -> list[dict[str, Any]]:
        return [self.button("new_number", language), self.button("end", language)]

    def noted(self, language: str) -> list[Message]:
        """The code is noted: the end of a telling."""
        today = self._house.ledger.day()
        due = working_days_after(today, self._house.settings.report_acknowledge_days)
        return [self.back_to_assistant(self.say("code_noted", language, date=self.date(due, language)), language)]

    def ask_code(self, language: str, why: str | None = None) -> list[Message]:
        """Asks for the code; `why` says before it what was wrong."""
        asked = self.say("ask_code", language, [self.button("stop", language, "report_end")])
        return [self.say(why, language), asked] if why else [asked]

    def view(self, view: View, language: str, first: Message | None = None) -> list[Message]:
        """A report as it stands: unstored, but for the buttons at the end."""
        report = view.report
        shown = [self.say("status", language, kind=self.label(f"kind_{report.kind}", language),
                          day=self.date(report.day, language), state=self.label(f"state_{view.state}", language))]
        if view.unread:
            shown.append(self.plain(self.label("step_readerless", language) + ".", language))
        if view.next_date:
            shown.append(self.say("next_date", language, date=self.date(view.next_date, language)))
        shown.append(self.plain(self._steps(view, language), language))
        shown += [self.plain(text, language) for text in self._talk(view, language)] or [self.say("no_messages", language)]
        elsewhere = self._house.wording_messages.make(
            "utter_report_not_satisfied", language, buttons=[],
            services=[name for name in kinds()[report.kind].elsewhere if name in self._house.directory.services],
        )
        buttons = [self.button("more", language), self.button("since", language)]
        if view.answered:
            buttons += [self.button("helpful", language), self.button("not_helpful", language)]
        if view.closed:
            buttons.append(self.button("reopen", language))
        buttons += [self.button(name, language) for name in ("complain", "withdraw", "end")]
        told = [first] if first else []
        return [*told, unstored(together(shown)), unstored(elsewhere), self.say("what_now", language, buttons)]

    def _steps(self, view: View, language: str) -> str:
        names = set(self._house.wording.names())

        def named(kind: str, name: str | None) -> str:
            if name is None:
                return ""
            return self.label(f"{kind}_{name}" if f"report_{kind}_{name}" in names else f"{kind}_other", language)

        lines = [self.label("title_steps", language) + ":"]
        for step in view.steps:
            name = step.name if f"report_step_{step.name}" in names else "other"
            reasons = [self._house.wording.label(label, language) for label in reason_labels(step) if label in names]
            said = self.label(f"step_{name}", language, role=named("role", step.role), reason=", ".join(reasons))
            until = f" ({self.label('step_until', language, date=self.date(step.until, language))})" if step.until else ""
            lines.append(f"{self.date(step.day, language)}: {said}{until}")
        return "\n".join(lines)

    def _talk(self, view: View, language: str) -> list[str]:
        found = []
        for said in view.talk:
            lines = [f"{self.label(f'by_{said.author}', language)} · {self.date(said.record.day, language)}"]
            if said.about == "file":
                lines.append(self.label("file_sent", language))
            if said.about == "since":
                happened = said.content.values.get("happened")
                lines.append(self.label("yes_happened" if happened else "no_happened", language))
            if said.content.text:
                lines.append(said.content.text)
            original = said.content.values.get("original")
            if said.content.values.get("mark") == "untranslated":
                named = language_name(said.content.language, language if language in BY_CODE else SOURCE_LANGUAGE)
                lines.append(self._house.wording.render("utter_report_untranslated", language, language_name=named).text)
            if original and said.content.values.get("mark") not in (None, "reviewed"):
                lines += [self._house.wording.label("utter_report_machine", language), str(original)]
            for record in said.content.values.get("records", []):
                if record in self._house.directory.services:
                    lines.append(self._house.cards.name(record, language))
            found.append("\n".join(lines))
        return found

    def back_to_assistant(self, message: Message, language: str) -> Message:
        """With the buttons of the assistant, who has the conversation again."""
        topics = button(self._house.wording.label("button_topics", language), "press_topics")
        return {**message, "buttons": [topics]}

    def date(self, day: dt.date, language: str) -> str:
        """A day in words; in English for languages that the wording is not in."""
        return str(format_date(day, "long", locale=language if language in BY_CODE else SOURCE_LANGUAGE))

    def plain(self, text: str, language: str) -> Message:
        """A text as it is, such as what a person or a reader wrote."""
        metadata = {"language": language, "direction": self._house.wording.direction(language), "kind": "text", "lead": text,
                    "cards": [], "mark": None, "mark_text": None, "original": None, "original_text": None}
        return {"text": text, "buttons": [], "metadata": metadata}


def together(messages: Sequence[Message]) -> Message:
    """Several short messages as one, without their buttons; marked if one of them is."""
    first, metadata = messages[0], dict(messages[0]["metadata"])
    text = "\n\n".join(message["text"] for message in messages)
    originals = [message["metadata"]["original"] for message in messages if message["metadata"].get("original")]
    marked = next((message["metadata"] for message in messages if message["metadata"].get("mark")), metadata)
    metadata |= {"lead": text, "mark": marked.get("mark"), "mark_text": marked.get("mark_text"),
                 "original": "\n\n".join(originals) or None}
    return {**first, "text": text, "buttons": [], "metadata": metadata}


def unstored(message: Message) -> Message:
    """A message that is sent and not written to the outbox: it has no buttons and cannot be asked for again."""
    # The original would be kept for its button, which needs the outbox.
    # `fleeting` tells the chat box not to keep it on the device.
    metadata = message["metadata"] | {"effect": "unstored", "fleeting": True, "original": None, "original_text": None}
    return {**message, "buttons": [], "metadata": metadata}
