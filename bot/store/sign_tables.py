"""Which signs of a translation were explained in a conversation."""

from __future__ import annotations

import sqlalchemy as sa

from bot.store.tables import metadata

signs_explained = sa.Table(
    "signs_explained",
    metadata,
    sa.Column("conversation_id", sa.String(32), primary_key=True),
    sa.Column("sign", sa.String(20), primary_key=True),
)
