"""The table of attached files: what is in them, and what they are called, is ciphertext."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

attachments = sa.Table(
    "attachments",
    metadata,
    sa.Column("id", sa.String(32), primary_key=True),
    sa.Column("conversation_id", sa.String(32), nullable=False, index=True),
    sa.Column("name", sa.LargeBinary, nullable=False),
    sa.Column("kind", sa.String(100), nullable=False),
    sa.Column("size", sa.Integer, nullable=False),
    # "cleaned": what said where and with what it was made is gone; "unchanged": of a kind we cannot look into.
    sa.Column("state", sa.String(12), nullable=False),
    sa.Column("body", sa.LargeBinary, nullable=False),
    sa.Column("created_at", sa.Integer, nullable=False),
)
