"""Every setting: one row that explains itself. docs/settings.md is generated from this table."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from bot.errors import WaymarkError

ROOT = Path(__file__).resolve().parent.parent
SETTINGS_FILE = "waymark.env"


class Setting(NamedTuple):
    """A setting's name (environment variable), how to read its text, its default as text, what the text must be, and why."""

    name: str
    read: Callable[[str], Any]
    default: str
    wanted: str
    sentence: str


def _path(text: str) -> Path:
    return Path(text) if Path(text).is_absolute() else ROOT / text


def _path_or_none(text: str) -> Path | None:
    return _path(text) if text else None


def _words(text: str) -> tuple[str, ...]:
    return tuple(word for word in text.replace(",", " ").split() if word)


def _numbers(text: str) -> tuple[int, ...]:
    return tuple(int(word) for word in _words(text))


def _natural(text: str) -> int:
    number = int(text)
    if number < 0:
        raise ValueError(text)
    return number


SETTINGS: tuple[Setting, ...] = (
    Setting("WAYMARK_HOST", str, "127.0.0.1", "an address", "The address to listen on. Behind a reverse proxy leave it."),
    Setting("WAYMARK_PORT", _natural, "8080", "a port number", "The one port of everything: chat page, channels, health."),
    Setting("WAYMARK_STATE", _path, "var", "a folder", "Where the database, the key file and the model are kept."),
    Setting("WAYMARK_DATABASE_URL", str, "", "an SQLAlchemy URL", "The database; empty means SQLite in the state folder."),
    Setting("WAYMARK_SECRET", str, "", "a Fernet key",
            "The key for text at rest; empty means the key file in the state folder. Older keys may follow, after a comma."),
    Setting("WAYMARK_DIRECTORY", _path, "services_directory", "a folder", "The directory of services to answer from."),
    Setting("WAYMARK_OPERATOR", str, "", "a name", "Who runs this Waymark; named in the privacy notice."),
    Setting("WAYMARK_PLACE", str, "Landkreis Augsburg", "a name", "The place the directory is for; named in the greeting."),
    Setting("WAYMARK_ORIGINS", _words, "", "web origins",
            "Other websites that may show the chat box, such as https://city.example."),
    Setting("WAYMARK_API_TOKEN", str, "", "a text",
            "Opens Rasa's own HTTP API to who sends this token; empty keeps it closed."),
    Setting("WAYMARK_TELEGRAM_TOKEN", str, "", "a bot token",
            "The Telegram bot's token from @BotFather; empty means no Telegram."),
    Setting("WAYMARK_TELEGRAM_API", str, "https://api.telegram.org", "a web address", "The Bot API server."),
    Setting("WAYMARK_TELEGRAM_WEBHOOK", str, "", "a web address",
            "Public address for Telegram's webhook; empty means polling."),
    Setting("WAYMARK_STAFF_GROUPS", _numbers, "", "numbers of Telegram groups",
            "Telegram groups with topics in which mediators work, such as -1001234567890; several share the load."),
    Setting("WAYMARK_STAFF_PACE", _natural, "18", "a number of messages",
            "As many messages a minute the bot sends to one such group; Telegram's own limit is about 20."),
    Setting("WAYMARK_STAFF_LANGUAGE", str, "de", "a language code", "The language of Waymark's own words in those groups."),
    Setting("WAYMARK_RETENTION_DAYS", _natural, "30", "a number of days",
            "After so many days without a message a conversation is deleted."),
    Setting("WAYMARK_TEAMS", _path, "teams.yml", "a file",
            "When the mediators' teams work; without the file no hours are promised. See docs/mediating.md."),
    Setting("WAYMARK_CASE_DAYS", _natural, "30", "a number of days",
            "After so many days a closed case is deleted; the person is told three days before."),
    Setting("WAYMARK_MESSAGE_LIMIT", _natural, "4000", "a number of characters",
            "Longer messages are refused with a sentence."),
    Setting("WAYMARK_ACTION_TIMEOUT", _natural, "20", "a number of seconds",
            "After so long an action is given up with a sentence."),
    Setting("WAYMARK_REPORT_ACKNOWLEDGE_DAYS", _natural, "3", "a number of working days",
            "Within so many working days a report must be acknowledged by a reader."),
    Setting("WAYMARK_REPORT_DECIDE_DAYS", _natural, "30", "a number of days",
            "Within so many days a report must be decided, or a dated reason given."),
    Setting("WAYMARK_REPORT_KEEP_DAYS", _natural, "90", "a number of days",
            "So many days after a report was closed its content is deleted. A new message never makes it shorter."),
    Setting("WAYMARK_REPORT_UNLOCK_MINUTES", _natural, "15", "a number of minutes",
            "After so long without a page a reader's keys are locked again."),
    Setting("WAYMARK_REPORTS_HOURLY", _natural, "60", "a number",
            "So many reports are taken in any hour, from everybody together. No address is kept to count by."),
    Setting("WAYMARK_REPORT_DRAFT_HOURS", _natural, "2", "a number of hours",
            "A report that is left half told in a chat is deleted after so long, unless the person asks to keep it."),
    Setting("WAYMARK_REPORT_URL", str, "", "a web address",
            "The public address of the report form, such as https://help.city.example/report; told to people on Telegram."),
    Setting("WAYMARK_DESK_URL", str, "", "a web address",
            "The public address of this server, such as https://help.city.example, if a reverse proxy changes the Host header: "
            "for the links to the console at /desk/, its cookies and its check of who asks."),
    Setting("WAYMARK_TRUSTED_PROXIES", _words, "127.0.0.1 ::1", "addresses",
            "Reverse proxies whose X-Forwarded-Proto is believed when they say that the browser came over TLS."),
    Setting("WAYMARK_DESK_IDLE_MINUTES", _natural, "60", "a number of minutes",
            "After so long without a click a mediator must sign in to the console again."),
    Setting("WAYMARK_DESK_SESSION_HOURS", _natural, "12", "a number of hours",
            "After so long a mediator must sign in to the console again in any case."),
    Setting("WAYMARK_TRANSLATION_PACKAGES", str, "", "a folder",
            "Where installed translation packages are; empty means 'translation' in the state folder."),
    Setting("WAYMARK_TRANSLATION_LOCK", _path_or_none, "", "a file",
            "Where checksums of installed packages are written; empty means 'translation_packages.lock' in the state folder."),
    Setting("WAYMARK_TRANSLATION_INDEX", str, "https://raw.githubusercontent.com/argosopentech/argospm-index/main/index.json",
            "a web address", "The list of packages that 'waymark translation install' reads; nothing else ever does."),
    Setting("WAYMARK_TRANSLATION_WORKERS", _natural, "0", "a number",
            "Processes that translate; 0 means one fewer than the machine has cores, at most four."),
    Setting("WAYMARK_TRANSLATION_WAITING", _natural, "60", "a number of texts",
            "As many texts may wait for translation; further ones are shown untranslated."),
    Setting("WAYMARK_TRANSLATION_SECONDS", _natural, "20", "a number of seconds",
            "After so long, waiting included, a translation is given up and the original shown."),
    Setting("WAYMARK_TRANSLATION_IDLE_SECONDS", _natural, "600", "a number of seconds",
            "A translating process without work for so long ends and gives its memory back."),
    Setting("WAYMARK_TRANSLATION_MEMORY", _natural, "1500", "a number of megabytes",
            "A translating process that holds more is replaced by a fresh one."),
    Setting("WAYMARK_LOG_LEVEL", str.upper, "INFO", "a level",
            "DEBUG, INFO, WARNING or ERROR. No level logs what people write."),
)
BY_NAME = {setting.name: setting for setting in SETTINGS}


def _from_file(path: Path) -> dict[str, str]:
    if not path.is_file():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name.strip(): value.strip().strip("\"'") for name, value in pairs}


class Settings:
    """The settings in force: the environment wins over waymark.env, which wins over the defaults.

    Attribute names are the rows' names without WAYMARK_, in small letters. Raises WaymarkError "settings.value".
    """

    host: str
    port: int
    state: Path
    database_url: str
    secret: str
    directory: Path
    operator: str
    place: str
    origins: tuple[str, ...]
    api_token: str
    telegram_token: str
    telegram_api: str
    telegram_webhook: str
    staff_groups: tuple[int, ...]
    staff_pace: int
    staff_language: str
    retention_days: int
    teams: Path
    case_days: int
    message_limit: int
    action_timeout: int
    report_acknowledge_days: int
    report_decide_days: int
    report_keep_days: int
    report_unlock_minutes: int
    reports_hourly: int
    report_draft_hours: int
    report_url: str
    desk_url: str
    trusted_proxies: tuple[str, ...]
    desk_idle_minutes: int
    desk_session_hours: int
    translation_packages: str
    translation_lock: Path | None
    translation_index: str
    translation_workers: int
    translation_waiting: int
    translation_seconds: int
    translation_idle_seconds: int
    translation_memory: int
    log_level: str

    def __init__(self, environment: dict[str, str] | None = None, file: Path | None = None) -> None:
        given = _from_file(file or ROOT / SETTINGS_FILE) | dict(os.environ if environment is None else environment)
        for setting in SETTINGS:
            text = given.get(setting.name, setting.default)
            try:
                value = setting.read(text)
            except ValueError:
                raise WaymarkError(
                    "settings.value", name=setting.name, value=text, wanted=setting.wanted, file=SETTINGS_FILE
                ) from None
            setattr(self, setting.name.removeprefix("WAYMARK_").lower(), value)
        if not self.database_url:
            self.database_url = f"sqlite:///{self.state / 'waymark.db'}"
