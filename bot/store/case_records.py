"""What the store says of cases: their records, and how these are sealed into rows and read back."""

from __future__ import annotations

import json
import secrets as random
from collections.abc import Sequence
from typing import Any, NamedTuple

from bot.contracts import Translation
from bot.store.messages import Outbound
from bot.store.secrets import Secrets

# Without letters and digits that are taken for each other when read aloud or copied by hand.
CODE_SIGNS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"


class Case(NamedTuple):
    """A conversation in a mediator's hands. Times are Unix seconds.

    `waiting_since`: since when the person waits for us, None while we wait for the person. `wishes`: such as "woman",
    "not:<who>". `reason`: why it came about, such as "asked", "danger". `seq`: the last entry's number. `version`: counts
    changes. `asking`: what the person was last asked about the case ("topic", "town", "not_from"), or None.
    """

    id: str
    code: str
    conversation_id: str
    state: str
    priority: int
    language: str
    topic: str | None
    town: str | None
    wishes: tuple[str, ...]
    mediator_id: str | None
    second_id: str | None
    created_at: int
    updated_at: int
    waiting_since: int | None
    outcome: str | None
    seq: int
    reason: str = "asked"
    danger: str | None = None
    minor: bool = False
    deadline: str | None = None
    asking: str | None = None
    tried: tuple[str, ...] = ()
    question: str | None = None
    first_reply_at: int | None = None
    told_at: int | None = None
    alerted_at: int | None = None
    noticed_at: int | None = None
    closed_at: int | None = None
    version: int = 1


class Entry(NamedTuple):
    """One line of a case's transcript. `number` is its place in the case.

    `author`: person, mediator, assistant, note (mediators only) or system. `text` is the original. `delivery`: pending, sent or
    failed for what goes to the person; none for the rest. `seq`: its number in the outbox. `kind`: text, card, phrase, edit, and
    "before" for what was said with the assistant (authors person and assistant) before the case began.
    """

    case_id: str
    number: int
    author: str
    mediator_id: str | None
    text: str
    source_language: str
    translation: Translation | None
    attachments: tuple[str, ...]
    reply_to: int | None
    edited: bool
    sent_at: int
    delivery: str
    seq: int | None = None
    kind: str = "text"
    cards: tuple[dict[str, Any], ...] = ()


class NewEntry(NamedTuple):
    """An entry to write. `key` makes writing it twice one entry. `messages`: what goes to the person with it.

    `sent_at`: when it was said, if not now.
    """

    author: str
    key: str
    text: str
    language: str
    mediator_id: str | None = None
    translation: Translation | None = None
    attachments: Sequence[str] = ()
    reply_to: int | None = None
    kind: str = "text"
    cards: Sequence[dict[str, Any]] = ()
    messages: Sequence[dict[str, Any]] = ()
    sent_at: int | None = None


class Step(NamedTuple):
    """What a step did. `new` False: its entry had been written before, nothing was changed. `outbounds` are to be delivered."""

    case: Case
    entry: Entry | None
    outbounds: list[Outbound]
    new: bool



# These are kept together in the sealed column `details`.
DETAILS = ("topic", "town", "wishes", "reason", "danger", "minor", "deadline", "asking", "tried", "question")
COLUMNS = tuple(name for name in Case._fields if name not in DETAILS)


def new_code() -> str:
    """A short name for a case, such as "K7P-2M": says nothing about anybody."""
    signs = [random.choice(CODE_SIGNS) for _ in range(5)]
    return "".join(signs[:3]) + "-" + "".join(signs[3:])


class CaseRows:
    """Seals records into rows and reads them back."""

    def __init__(self, secrets: Secrets) -> None:
        self._secrets = secrets

    def seal(self, body: Any) -> bytes:
        """Anything that JSON can hold, sealed."""
        return self._secrets.seal(json.dumps(body))

    def of_case(self, case: Case) -> dict[str, Any]:
        """A case as the columns of its row."""
        row = {name: getattr(case, name) for name in COLUMNS}
        row["details"] = self.seal({name: getattr(case, name) for name in DETAILS})
        return row

    def case(self, row: Any) -> Case:
        """The case of a row."""
        details = json.loads(self._secrets.open(row["details"]))
        details |= {name: tuple(details[name]) for name in ("wishes", "tried")}
        return Case(**{name: row[name] for name in COLUMNS}, **details)

    def body(self, entry: NewEntry) -> bytes:
        """What an entry says, sealed."""
        return self._body(entry.text, entry.language, entry)

    def body_of(self, entry: Entry) -> bytes:
        """The same of an entry that was read before."""
        return self._body(entry.text, entry.source_language, entry)

    def _body(self, text: str, language: str, entry: NewEntry | Entry) -> bytes:
        return self.seal({
            "text": text, "language": language, "kind": entry.kind, "reply_to": entry.reply_to,
            "attachments": list(entry.attachments), "cards": list(entry.cards),
            "translation": entry.translation._asdict() if entry.translation else None,
        })

    def entry(self, row: Any) -> Entry:
        """The entry of a row."""
        body = json.loads(self._secrets.open(row["body"]))
        translation = body["translation"]
        if translation is not None:
            translation = Translation(**{**translation, "reasons": tuple(translation["reasons"])})
        return Entry(
            row["case_id"], row["number"], row["author"], row["mediator_id"], body["text"], body["language"], translation,
            tuple(body["attachments"]), body["reply_to"], row["edited"], row["sent_at"], row["delivery"], row["seq"],
            body["kind"], tuple(body["cards"]),
        )
