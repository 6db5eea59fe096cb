"""What did not work, in the language of the page: a WaymarkError's sentence for people at the report desk and on its forms."""

from __future__ import annotations

from bot.errors import WaymarkError
from bot.wording.wording import Wording

# Code -> label. What is not here can be met on the command line alone, and stays English.
LABELS = {
    code: "error_" + code.replace(".", "_") for code in (
        "reports.unknown", "reports.gone", "reports.excluded", "reports.text", "reports.delay", "reports.outcome",
        "reports.summary", "reports.decided", "reports.undecided", "reports.service", "reports.day", "reports.link",
        "reports.key", "reports.weak", "reports.passphrase", "reports.locked", "reports.wait", "reports.both",
        "reports.enrolled", "reports.not_enrolled", "reports.not_admitted", "reports.removed", "reports.no_key",
        "visit.link", "visit.answers", "visit.name",
    )
} | {
    "reports.differ": "report_desk_key_differ", "reports.no_keys": "report_desk_key_none",
    # A form whose fields no page of ours sends was made by an older one.
    "console.body": "console_error_console_forged",
} | {
    f"console.{name}": f"console_error_console_{name}" for name in (
        "signed_out", "role", "forged", "large", "missing", "failed",
    )
}


def sentence(error: WaymarkError, wording: Wording, language: str) -> str:
    """The error's sentence in `language`; in English if it has no wording."""
    name = LABELS.get(error.code)
    return wording.label(name, language, **error.values) if name else str(error)
