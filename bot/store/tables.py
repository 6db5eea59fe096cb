"""The tables. Every column that holds what a person wrote, or an address, is ciphertext (LargeBinary)."""

from __future__ import annotations

import sqlalchemy as sa

metadata = sa.MetaData()

meta = sa.Table("meta", metadata, sa.Column("name", sa.String(40), primary_key=True), sa.Column("value", sa.String(200)))

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("address", sa.LargeBinary),
    sa.Column("mode", sa.String(20), nullable=False, server_default="assistant"),
    sa.Column("language", sa.String(8)),
    sa.Column("language_chosen", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("privacy_shown", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("seq", sa.Integer, nullable=False, server_default="0"),
    sa.Column("last_seen_at", sa.Integer, nullable=False),
)

inbox = sa.Table(
    "inbox",
    metadata,
    sa.Column("number", sa.Integer, primary_key=True, autoincrement=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("message_id", sa.String(64), nullable=False),
    sa.Column("body", sa.LargeBinary),
    sa.Column("received_at", sa.Integer, nullable=False),
    sa.Column("done", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.UniqueConstraint("conversation_id", "message_id"),
)
sa.Index("inbox_undone", inbox.c.done, inbox.c.number)

outbox = sa.Table(
    "outbox",
    metadata,
    sa.Column("conversation_id", sa.String(32), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True),
    sa.Column("channel", sa.String(20), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.Integer, nullable=False),
    sa.Column("delivered", sa.Boolean, nullable=False, server_default=sa.false()),
    sa.Column("attempts", sa.Integer, nullable=False, server_default="0"),
)
sa.Index("outbox_undelivered", outbox.c.delivered, outbox.c.channel)

trackers = sa.Table(
    "trackers",
    metadata,
    sa.Column("conversation_id", sa.String(32), primary_key=True),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("updated_at", sa.Integer, nullable=False),
)

# Counts without any text: which topic, in which language, in which week found no answer.
unanswered = sa.Table(
    "unanswered",
    metadata,
    sa.Column("week", sa.String(8), primary_key=True),
    sa.Column("topic", sa.String(40), primary_key=True),
    sa.Column("language", sa.String(8), primary_key=True),
    sa.Column("count", sa.Integer, nullable=False),
)
