"""Tables of reports. No conversation id, no address, no hour: nothing leads from a report to who told it.

What people wrote is sealed with the readers' public key before it comes here (bot/reporting/vault.py); the house's own key
does not open it.
"""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.report_work_tables import report_alerts, report_links
from bot.store.tables import metadata

reports = sa.Table(
    "reports",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    # 12 bits of a keyed hash of the code: enough to find the few reports to compare, too little to test guesses with.
    sa.Column("lookup", sa.Integer, nullable=False, index=True),
    # Made from an argon2id hash of the code (bot/reporting/receipts.py).
    sa.Column("verifier", sa.LargeBinary, nullable=False),
    # The public half of the key pair that only the code gives: answers are sealed to it.
    sa.Column("person", sa.LargeBinary, nullable=False),
    sa.Column("kind", sa.String(30), nullable=False),
    sa.Column("state", sa.String(20), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("language", sa.String(8), nullable=False),
    # Only if the person lets figures be published; else it is in the sealed answers alone.
    sa.Column("district", sa.String(80)),
    sa.Column("figures", sa.Boolean, nullable=False),
    sa.Column("contact", sa.Boolean, nullable=False),
    sa.Column("noted", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("urgent", sa.Boolean, nullable=False, server_default=sa.false()),
    # Ids of readers who may not have this report, with blanks between them.
    sa.Column("excluded", sa.Text, nullable=False, server_default=""),
)

report_records = sa.Table(
    "report_records",
    metadata,
    sa.Column("report_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("author", sa.String(10), nullable=False),
    sa.Column("about", sa.String(30), nullable=False),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    # By what a request sent twice is known as one: of a person's message a hash keyed with their code (returning.py), of a
    # reader's the random number of their page. Never the channel's own id, which stands in the inbox.
    sa.Column("key", sa.String(64)),
    sa.UniqueConstraint("report_id", "key"),
)

report_steps = sa.Table(
    "report_steps",
    metadata,
    sa.Column("report_id", sa.String(32), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
    sa.Column("name", sa.String(30), nullable=False),
    sa.Column("role", sa.String(20)),
    sa.Column("until", sa.Date),
    sa.Column("reason", sa.String(40)),
    sa.Column("by", sa.String(40)),
    sa.Column("hidden", sa.Boolean, nullable=False, server_default=sa.false()),
)

report_readers = sa.Table(
    "report_readers",
    metadata,
    sa.Column("report_id", sa.String(32), primary_key=True),
    sa.Column("reader_id", sa.String(40), primary_key=True),
    sa.Column("day", sa.Date, nullable=False),
)

# A report that is being told by chat. `id` is a keyed hash of the conversation's id, and the row is gone when the telling ends.
# The answers in it are sealed for the readers already; `state` says which question is next, sealed with the house's key.
report_drafts = sa.Table(
    "report_drafts",
    metadata,
    sa.Column("id", sa.String(64), primary_key=True),
    sa.Column("state", sa.LargeBinary, nullable=False),
    # Until when it is kept; Unix seconds. Some hours, or some days if the person asks for it.
    sa.Column("until", sa.Integer, nullable=False),
    # The town the person named, if it is one we know: sealed with the house's key, and gone with the row.
    sa.Column("district", sa.LargeBinary),
)

report_draft_records = sa.Table(
    "report_draft_records",
    metadata,
    sa.Column("draft_id", sa.String(64), primary_key=True),
    sa.Column("number", sa.Integer, primary_key=True),
    sa.Column("about", sa.String(30), nullable=False),
    sa.Column("sealed", sa.LargeBinary, nullable=False),
    # A keyed hash of the channel's own id of the message, so that one that comes twice is one.
    sa.Column("key", sa.String(80)),
    sa.UniqueConstraint("draft_id", "key"),
)

# The one key of the code's salt, its lookup and the stamps; sealed with the house's key.
report_secrets = sa.Table(
    "report_secrets",
    metadata,
    sa.Column("name", sa.String(20), primary_key=True),
    sa.Column("value", sa.LargeBinary, nullable=False),
)

ALL = (reports, report_records, report_steps, report_readers, report_drafts, report_draft_records, report_secrets)
OF_A_REPORT = (report_records, report_steps, report_readers, report_links, report_alerts)
